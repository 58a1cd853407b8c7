"""Slips: what stands on them, the picture beside the form, and sending them to the printer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from clinic_desk.domain.catalogue import Diagnosis, Service, Supplier
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.insurance import AgeLimits, Freshness, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.patient import Patient, SlipLanguage
from clinic_desk.domain.phone import format_phone
from clinic_desk.domain.referral import InsuranceEvidence, Payer, PrintState, Referral, ReferralStatus
from clinic_desk.domain.rules import offer_on
from clinic_desk.domain.standing import last_answer
from clinic_desk.domain.sync.recalls import RecallEnd, RecallReason
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk_settings import DeskSettings, Printing, SettingsService
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.records import diagnosis_of
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.slip_content import (
    SlipContent,
    SlipDestination,
    SlipInsurance,
    SlipIssuer,
    SlipOrder,
    SlipPatient,
)
from clinic_desk.services.sync.papers.contradictions import note_refused
from clinic_desk.services.who_pays import who_pays
from clinic_desk.texts import Language, Texts

T = TypeVar("T")

_VOID: Final = frozenset({ReferralStatus.REFUSED, ReferralStatus.CANCELLED, ReferralStatus.EXPIRED})
_LANGUAGES: Final = {
    SlipLanguage.KK: (Language.KK,),
    SlipLanguage.RU: (Language.RU,),
    SlipLanguage.BOTH: (Language.KK, Language.RU),
}


class PrintAnswer(StrEnum):
    """What became of a page that was sent to a printer."""

    ACCEPTED = "accepted"
    WAITING = "waiting"
    """The queue took the page but stands still: the referral stays to be printed."""
    NO_PRINTER = "no_printer"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """The answer of the printing system; `detail` is an ASCII code for the log and the sentence."""

    answer: PrintAnswer
    job_id: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """A page as 8-bit RGBA rows from the top, `4 * width` bytes each."""

    width: int
    height: int
    rgba: bytes


@dataclass(frozen=True, slots=True)
class PrinterList:
    """The printers' names and the system's default (empty when there is none)."""

    names: tuple[str, ...]
    default: str = ""


class SlipRenderer(Protocol):
    """Draws slips."""

    def draw(self, content: SlipContent, paper: str) -> bytes:
        """A PDF on `a5`, or twice on one sheet of `a4`."""

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        """The first page of a PDF."""

    def test_page(self, language: Language, printer: str, printed_at: str) -> bytes:
        """A PDF that shows whether a printer is set up; it holds nothing of any person."""


class SlipPrinter(Protocol):
    """Sends PDFs to printers without ever holding the caller longer than the deadline."""

    def printers(self) -> PrinterList:
        """The printers this machine knows; an empty list when printing does not answer."""

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int, paper: str
    ) -> PrintOutcome:
        """The outcome, at the latest when the deadline is over.

        `printer` empty: the default one. `paper` is a5 or a4, `title` ASCII without anything personal.
        """


@dataclass(frozen=True, slots=True)
class _Records:
    """What a slip is made of."""

    patient: Patient
    district: str
    service: Service | None
    diagnosis: Diagnosis | None
    doctor: Doctor | None
    supplier: Supplier | None
    insurance: InsuranceEvidence
    replaced_by: str = ""
    recalled: RecallReason | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """What the act of issuing itself adds to the records."""

    number: str
    issued_at: dt.datetime
    valid_until: dt.date
    clerk: str
    desk_label: str
    reason: str
    reason_evidence: str
    note: str
    quantity: int
    is_provisional: bool
    void_key: str = ""
    replaced_by: str = ""


class SlipService:
    """Makes and prints slips. The kept PDF lies in the encrypted store, never beside it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RuleBook,
        settings: SettingsService,
        renderer: SlipRenderer,
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

    def preview(
        self, form: ReferralForm, actor: Actor, width_px: int, *, is_provisional: bool = True
    ) -> PreviewImage:
        """How the slip would look if the form were issued now; missing parts are left out.

        `is_provisional` unless the upstream is expected to have the referral before the slip is printed.
        """
        settings = self._settings.read()
        today = self._clock.today()
        with self._store.read() as work:
            patient = _found(work.patients.get(form.patient_id), "patient.not_found")
            service = work.catalogue.service(form.service_id) if form.service_id else None
            diagnosis = diagnosis_of(work, form.icd)
            if service and diagnosis:
                tables = self._rules.on(today)
                known = who_pays(
                    work, patient, service, diagnosis.code, today, tables, onset_on=form.onset_on
                ).evidence
            else:
                known = _asked(last_answer(work.insurance.of_patient(patient.id)))
            supplier = work.catalogue.supplier(form.supplier_id) if form.supplier_id else None
            offers = work.catalogue.offers(supplier.id, service.id) if supplier and service else []
            offer = offer_on(offers, supplier, service, today) if supplier and service else None
            records = _Records(
                patient,
                _district(work, patient),
                service,
                diagnosis,
                work.clinic.doctor(form.doctor_id) if form.doctor_id else None,
                supplier,
                known,
            )
        days = self._rules.on(today).validity_days.one_on(today)
        act = _Act(
            "",
            self._clock.now(),
            today + dt.timedelta(days=days.value),
            actor.user,
            actor.desk.label,
            form.reason,
            form.reason_evidence.strip(),
            form.note.strip(),
            form.quantity,
            is_provisional=is_provisional,
        )
        content = self._content(records, settings, act)
        if offer is not None:
            content = replace(content, destination=replace(content.destination, role_key=offer.role.value))
        return self._renderer.picture(self._renderer.draw(content, "a5"), width_px)

    def pdf(self, referral_id: ReferralId, *, copy_no: int | None = None) -> bytes:
        """The slip as a PDF: `copy_no` 0 is the original, None the copy that comes next.

        Raises:
            NotFound: `referral.not_found`.
        """
        settings = self._settings.read()
        with self._store.read() as work:
            referral, records = self._records(work, referral_id)
        copy = referral.copies_printed if copy_no is None else copy_no
        return self._renderer.draw(self._issued(referral, records, settings, copy), settings.printing.paper)

    def picture(self, referral_id: ReferralId, width_px: int) -> PreviewImage:
        """The issued slip as it would come out now."""
        return self._renderer.picture(self.pdf(referral_id), width_px)

    def print(self, referral_id: ReferralId, actor: Actor) -> tuple[PrintOutcome, Change]:
        """The printing system's answer; only "accepted" takes the referral out of "to print".

        The PDF is kept in the store before the printer is asked, so that a hung printer loses nothing.
        Takes up to the deadline of the settings: never on the window's thread, never in a transaction.

        Raises:
            NotFound: `referral.not_found`.
        """
        settings = self._settings.read()
        with self._store.read() as work:
            referral, records = self._records(work, referral_id)
        pdf = self._renderer.draw(
            self._issued(referral, records, settings, referral.copies_printed), settings.printing.paper
        )
        now = self._clock.now()
        with self._store.write() as work:
            work.slips.keep(referral_id, referral.copies_printed, pdf, now)
            if referral.print_state is PrintState.NOT_WANTED:
                wanted = replace(referral, print_state=PrintState.TO_PRINT)
                work.referrals.save(wanted, by=actor.user, at=now)
            work.commit()
        outcome = self._printer.print_pdf(
            pdf,
            settings.printing.printer,
            copies=settings.printing.copies,
            title=referral.number,
            deadline_s=settings.printing.deadline_s,
            paper=settings.printing.paper,
        )
        with self._store.write() as work:
            current = _found(work.referrals.get(referral_id), "referral.not_found")
            if outcome.answer is PrintAnswer.ACCEPTED:
                printed = replace(
                    current, print_state=PrintState.PRINTED, copies_printed=referral.copies_printed + 1
                )
                work.referrals.save(printed, by=actor.user, at=self._clock.now())
                if current.status is ReferralStatus.REFUSED and current.status is not referral.status:
                    # Refused while it was on its way to the printer: the paper does not say so.
                    note_refused(work, referral_id, actor=actor, at=self._clock.now())
            work.audit.write(
                AuditEntry(
                    self._clock.now(),
                    actor.user,
                    actor.desk.code,
                    "slip.print",
                    "referral",
                    referral_id,
                    reason=outcome.answer.value,
                )
            )
            work.commit()
        return outcome, Change.of(Kind.REFERRAL, referral_id, referral.patient_id)

    def print_test(self, printing: Printing, language: Language) -> PrintOutcome:
        """The printing system's answer to a test page; nothing is stored.

        Takes up to the deadline of `printing`: never on the window's thread.
        """
        pdf = self._renderer.test_page(
            language, printing.printer, Texts(language, self._clock.zone).moment(self._clock.now())
        )
        return self._printer.print_pdf(
            pdf,
            printing.printer,
            copies=1,
            title="clinic-desk-test",
            deadline_s=printing.deadline_s,
            paper="a5",
        )

    def printers(self) -> PrinterList:
        """The printers this machine knows."""
        return self._printer.printers()

    def _records(self, work: UnitOfWork, referral_id: ReferralId) -> tuple[Referral, _Records]:
        referral = _found(work.referrals.get(referral_id), "referral.not_found")
        patient = _found(work.patients.get(referral.patient_id), "patient.not_found")
        return referral, _Records(
            patient,
            _district(work, patient),
            work.catalogue.service(referral.service_id),
            work.catalogue.diagnosis(referral.icd_code) or Diagnosis(referral.icd_code),
            work.clinic.doctor(referral.doctor_id),
            work.catalogue.supplier(referral.supplier_id),
            referral.insurance,
            _replaced_by(work, referral_id),
            _recalled(work, referral_id),
        )

    def _issued(
        self, referral: Referral, records: _Records, settings: DeskSettings, copy_no: int
    ) -> SlipContent:
        act = _Act(
            referral.number,
            referral.issued_at,
            referral.valid_until,
            referral.issued_by,
            referral.desk,
            referral.reason,
            referral.reason_evidence,
            referral.note,
            referral.quantity,
            referral.is_provisional,
            _void_key(referral, records),
            records.replaced_by,
        )
        content = self._content(records, settings, act)
        if referral.appointment_at is not None:
            local = referral.appointment_at.astimezone(self._clock.zone)
            content = replace(
                content,
                destination=replace(content.destination, day=local.date(), time=local.time()),
            )
        return replace(
            content,
            destination=replace(content.destination, role_key=referral.supplier_role.value),
            copy_no=copy_no,
        )

    def _content(self, records: _Records, settings: DeskSettings, act: _Act) -> SlipContent:
        day = act.issued_at.astimezone(self._clock.zone).date()
        fund = self._rules.on(day).contact("fund", day)
        patient, supplier, known = records.patient, records.supplier, records.insurance
        service, diagnosis = records.service, records.diagnosis
        return SlipContent(
            number=act.number,
            issued_at=act.issued_at,
            valid_until=act.valid_until,
            issuer=SlipIssuer(
                LocalText(settings.clinic.name_kk, settings.clinic.name_ru),
                settings.clinic.address,
                format_phone(settings.clinic.phone),
                records.doctor.name.short if records.doctor else "",
                settings.clinic.head_name,
                act.clerk,
                act.desk_label,
            ),
            patient=SlipPatient(
                patient.name.full,
                patient.iin.digits if patient.iin else None,
                patient.birth_date,
                patient.sex.value,
                patient.phone.shown if patient.phone else "",
                records.district,
                patient.document.value,
                patient.document_number,
                patient.mother_iin.digits if patient.mother_iin else None,
            ),
            insurance=SlipInsurance(
                known.status.value,
                known.payer.value,
                known.checked_at,
                known.channel.value if known.channel else "",
                known.reference,
                is_stale=self._was_stale(known, act.issued_at, day),
                not_checked_key="" if known.checked_at else "not_asked",
                answer_key=known.answer.value if known.answer else "",
                source=known.source,
            ),
            order=SlipOrder(
                service.code if service else "",
                LocalText(service.title_kk, service.title_ru, service.title_en) if service else LocalText(),
                act.reason,
                act.quantity,
                diagnosis.code if diagnosis else "",
                LocalText(diagnosis.title_kk, diagnosis.title_ru) if diagnosis else LocalText(),
                act.reason_evidence,
                act.note,
            ),
            destination=SlipDestination(
                supplier.name if supplier else "",
                supplier.address if supplier else "",
                format_phone(supplier.phone) if supplier else "",
                supplier.bin if supplier else "",
            ),
            languages=_LANGUAGES[patient.slip_language],
            is_provisional=act.is_provisional and not act.void_key,
            void_key=act.void_key,
            replaced_by=act.replaced_by,
            is_practice=self._is_practice,
            is_free_of_charge=known.payer in {Payer.GUARANTEED, Payer.INSURANCE, Payer.CONTRACT},
            is_term_set_by_organisation=self._rules.on(day).validity_days.one_on(day).uncertain,
            fund_phone=fund.phone,
            fund_phone_former=fund.former,
            zone=self._clock.zone.key,
        )

    def _was_stale(self, known: InsuranceEvidence, issued_at: dt.datetime, day: dt.date) -> bool:
        if known.checked_at is None:
            return False
        limits = AgeLimits.on(self._rules.on(day), day)
        return limits.freshness(known.checked_at, issued_at) is not Freshness.FRESH


def _asked(check: InsuranceCheck | None) -> InsuranceEvidence:
    """What is known of the insurance while nobody can say yet who pays for what."""
    if check is None:
        return InsuranceEvidence(InsuranceStatus.UNKNOWN, Payer.UNKNOWN)
    return InsuranceEvidence(
        check.status, Payer.UNKNOWN, "", check.id, check.checked_at, check.channel, check.reference
    )


def _void_key(referral: Referral, records: _Records) -> str:
    """Why the paper of an issued referral leads nowhere; "" while it does."""
    if referral.status in _VOID:
        return "replaced" if records.replaced_by else referral.status.value
    if records.recalled is None:
        return ""
    return "refused" if records.recalled is RecallReason.REFUSED else "recalled"


def _recalled(work: UnitOfWork, referral_id: ReferralId) -> RecallReason | None:
    """Why the paper is recalled; None where it is not, or later news healed it."""
    standing = [
        recall.reason
        for recall in work.recalls.of_referral(referral_id)
        if recall.end is not RecallEnd.HEALED and recall.reason is not RecallReason.RIGHT_AGAIN
    ]
    return RecallReason.REFUSED if RecallReason.REFUSED in standing else next(iter(standing), None)


def _replaced_by(work: UnitOfWork, referral_id: ReferralId) -> str:
    """The number that took this one's place, "" when none did."""
    for recall in reversed(work.recalls.of_referral(referral_id)):
        newer = work.referrals.get(recall.replaced_by) if recall.replaced_by else None
        if newer is not None:
            return newer.number
    return ""


def _district(work: UnitOfWork, patient: Patient) -> str:
    district_id = patient.attachment.district_id
    district = work.clinic.district(district_id) if district_id else None
    return district.number if district else ""


def _found(value: T | None, code: str) -> T:
    if value is None:
        raise NotFound(code)
    return value
