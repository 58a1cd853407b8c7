"""The leaflet for somebody whose insurance is missing or ends: what it says, its picture, its printing."""

from __future__ import annotations

import datetime as dt
from typing import Final, Protocol

from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel
from clinic_desk.domain.insurance_plan import Situation
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.patient import Patient, SlipLanguage
from clinic_desk.domain.rule_tables import Contact, RuleTables
from clinic_desk.domain.standing import last_answer
from clinic_desk.services.actor import Actor
from clinic_desk.services.desk_settings import DeskSettings, SettingsService
from clinic_desk.services.insurance_plans import plan_of
from clinic_desk.services.leaflet_content import LeafletContent
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.slips import PreviewImage, PrintOutcome, SlipPrinter
from clinic_desk.texts import Language

WITH_LEAFLET: Final = frozenset({Situation.UNINSURED, Situation.GRACE, Situation.TEMPORARY})
"""Situations in which the person has something to do, and somebody said so."""
_LANGUAGES: Final = {
    SlipLanguage.KK: (Language.KK,),
    SlipLanguage.RU: (Language.RU,),
    SlipLanguage.BOTH: (Language.KK, Language.RU),
}
_SHOWN: Final = (Channel.EGOV, Channel.QOLDAU, Channel.BOT)


class LeafletRenderer(Protocol):
    """Draws leaflets."""

    def draw_leaflet(self, content: LeafletContent, paper: str) -> bytes:
        """A PDF with a half page a language: on `a5` a page each, on `a4` beside each other, one twice."""

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        """The first page of a PDF."""


class LeafletService:
    """Makes and prints leaflets; none is kept, since the card makes the same one again."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RuleBook,
        settings: SettingsService,
        renderer: LeafletRenderer,
        printer: SlipPrinter,
        *,
        is_practice: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._settings = settings
        self._renderer = renderer
        self._printer = printer
        self._is_practice = is_practice

    def content(self, patient_id: PatientId) -> LeafletContent:
        """What the person's leaflet says now.

        Raises:
            NotFound: `patient.not_found`.
            InvalidValue: `leaflet.not_needed` for whom nothing is missing, or of whom nobody knows.
        """
        return self._content(patient_id, self._settings.read())

    def pdf(self, patient_id: PatientId) -> bytes:
        """The leaflet on the paper of the settings; raises as `content`."""
        settings = self._settings.read()
        return self._renderer.draw_leaflet(self._content(patient_id, settings), settings.printing.paper)

    def preview(self, patient_id: PatientId, width_px: int) -> PreviewImage:
        """The first half page as it will be printed; raises as `content`."""
        content = self._content(patient_id, self._settings.read())
        return self._renderer.picture(self._renderer.draw_leaflet(content, "a5"), width_px)

    def print(self, patient_id: PatientId, actor: Actor) -> PrintOutcome:
        """The printer's answer, at the latest when its deadline is over; a line of the log says so.

        The PDF goes to the printer through the helper's pipe and is never written to a disk in the clear.
        Raises as `content`.
        """
        settings = self._settings.read()
        pdf = self._renderer.draw_leaflet(self._content(patient_id, settings), settings.printing.paper)
        outcome = self._printer.print_pdf(
            pdf,
            settings.printing.printer,
            copies=1,
            title="clinic-desk-leaflet",
            deadline_s=settings.printing.deadline_s,
            paper=settings.printing.paper,
        )
        with self._store.write() as work:
            work.audit.write(
                AuditEntry(
                    self._clock.now(),
                    actor.user,
                    actor.desk.code,
                    "leaflet.print",
                    "patient",
                    patient_id,
                    reason=outcome.answer.value,
                )
            )
            work.commit()
        return outcome

    def _content(self, patient_id: PatientId, settings: DeskSettings) -> LeafletContent:
        today = self._clock.today()
        tables = self._rules.on(today)
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
            if patient is None:
                raise NotFound("patient.not_found")
            checks = work.insurance.of_patient(patient.id)
            plan = plan_of(work, patient, checks, today, tables)
            doctor, room, district = _own_district(work, patient)
        if plan.situation not in WITH_LEAFLET:
            raise InvalidValue("leaflet.not_needed")
        answer = last_answer(checks)
        contacts = [row.value for row in tables.contacts.on(today)]
        fund = tables.contact("fund", today)
        languages = _LANGUAGES[patient.slip_language]
        return LeafletContent(
            plan=plan,
            clinic=LocalText(settings.clinic.name_kk, settings.clinic.name_ru),
            issued_at=self._clock.now(),
            checked_at=answer.checked_at if answer is not None else None,
            languages=languages,
            links=tuple(_link(contacts, language) for language in languages),
            doctor=doctor,
            room=room,
            district=district,
            channels=tuple(contact.name for contact in contacts if contact.channel in _SHOWN),
            fund_channel=fund_channel(tables, today),
            fund_phone=fund.phone,
            fund_phone_former=fund.former,
            is_practice=self._is_practice,
            zone=self._clock.zone.key,
        )


def fund_channel(tables: RuleTables, day: dt.date) -> str:
    """Where a paper is sent to the Fund, by its name; its site where the tables name nothing better."""
    names = {row.value.channel: row.value.name for row in reversed(tables.contacts.on(day))}
    return names.get(Channel.QOLDAU) or names.get(Channel.FUND_SITE, "")


def _own_district(work: UnitOfWork, patient: Patient) -> tuple[str, str, str]:
    """The district doctor's short name, the room and the number of the district, where the person is here."""
    district_id = patient.attachment.district_id if patient.attachment.is_here else None
    district = work.clinic.district(district_id) if district_id else None
    doctor = work.clinic.doctor(district.doctor_id) if district and district.doctor_id else None
    if doctor is None:
        return "", "", district.number if district else ""
    return doctor.name.short, doctor.room, district.number if district else ""


def _link(contacts: list[Contact], language: Language) -> str:
    """What a phone opens to check the status: the first channel that has a page."""
    pages = [contact for contact in contacts if contact.channel in _SHOWN and contact.url.startswith("https")]
    return pages[0].url_in(language) if pages else ""
