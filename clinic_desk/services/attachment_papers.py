"""Papers of attachment, seen beside the form and printed: application, notice, reasoned refusal."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from clinic_desk.domain.attachment import AttachmentCase, CaseState, Consent, EndReason
from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.ids import AttachmentCaseId, OperationId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.patient import Patient, SlipLanguage
from clinic_desk.domain.phone import format_phone
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_content import AttachmentPaper, PaperApplicant, PaperConsent
from clinic_desk.services.attachment_request import consent_of
from clinic_desk.services.attachment_rows import AttachmentForm, PaperKind
from clinic_desk.services.changes import Change
from clinic_desk.services.desk_settings import DeskSettings, SettingsService
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.slips import PreviewImage, PrintOutcome, SlipPrinter
from clinic_desk.texts import Language

_LANGUAGES = {
    SlipLanguage.KK: (Language.KK,),
    SlipLanguage.RU: (Language.RU,),
    SlipLanguage.BOTH: (Language.KK, Language.RU),
}
_ANSWERED = {
    PaperKind.NOTICE: frozenset({CaseState.ACCEPTED, CaseState.IN_FORCE, CaseState.ENDED}),
    PaperKind.REFUSAL: frozenset({CaseState.REFUSED}),
}


class AttachmentRenderer(Protocol):
    """Draws papers of attachment."""

    def draw_attachment(self, content: AttachmentPaper, paper: str) -> bytes:
        """A PDF on `a5`, or twice on one sheet of `a4`."""

    def picture(self, pdf: bytes, width_px: int) -> PreviewImage:
        """The first page of a PDF."""


class AttachmentPapers:
    """Makes and prints papers. Any paper can be made again from its case, so none is kept."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: SettingsService,
        renderer: AttachmentRenderer,
        printer: SlipPrinter,
        *,
        is_practice: bool,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._renderer = renderer
        self._printer = printer
        self._is_practice = is_practice

    def paper(
        self,
        subject: AttachmentCaseId | AttachmentForm,
        kind: PaperKind,
        actor: Actor,
        *,
        size: str = "",
    ) -> bytes:
        """The paper as a PDF of `size` (a5, a4; "" as set up); a form has an application only.

        Raises:
            NotFound: `attachment.not_found`, `patient.not_found`.
            InvalidValue: `attachment.no_such_paper`.
        """
        settings = self._settings.read()
        with self._store.read() as work:
            content = self._content(work, subject, kind, actor, settings)
        return self._renderer.draw_attachment(content, size or settings.printing.paper)

    def preview(
        self,
        subject: AttachmentCaseId | AttachmentForm,
        actor: Actor,
        width_px: int,
        kind: PaperKind = PaperKind.APPLICATION,
    ) -> PreviewImage:
        """How the paper looks, missing parts left out.

        Raises:
            NotFound, InvalidValue: as `paper`.
        """
        return self._renderer.picture(self.paper(subject, kind, actor, size="a5"), width_px)

    def print_paper(
        self, subject: AttachmentCaseId | AttachmentForm, kind: PaperKind, actor: Actor
    ) -> tuple[PrintOutcome, Change]:
        """The printing system's answer; the audit log says who printed what.

        Takes up to the deadline of the settings: never on the window's thread, never in a transaction.

        Raises:
            NotFound, InvalidValue: as `paper`.
        """
        settings = self._settings.read()
        pdf = self.paper(subject, kind, actor)
        is_form = isinstance(subject, AttachmentForm)
        record = subject.patient_id if isinstance(subject, AttachmentForm) else subject
        outcome = self._printer.print_pdf(
            pdf,
            settings.printing.printer,
            copies=settings.printing.copies,
            title=f"attachment-{kind.value}",
            deadline_s=settings.printing.deadline_s,
            paper=settings.printing.paper,
        )
        with self._store.write() as work:
            work.audit.write(
                AuditEntry(
                    self._clock.now(),
                    actor.user,
                    actor.desk.code,
                    f"attachment.print_{kind.value}",
                    "patient" if is_form else "attachment",
                    record,
                    reason=outcome.answer.value,
                )
            )
            work.commit()
        return outcome, Change(frozenset())

    # Inside ----------------------------------------------------------------------------------

    def _content(
        self,
        work: UnitOfWork,
        subject: AttachmentCaseId | AttachmentForm,
        kind: PaperKind,
        actor: Actor,
        settings: DeskSettings,
    ) -> AttachmentPaper:
        case = self._case(work, subject, actor)
        if kind in _ANSWERED and not _has_answer(case, kind):
            raise InvalidValue("attachment.no_such_paper")
        patient = work.patients.get(case.patient_id)
        if patient is None:
            raise NotFound("patient.not_found")
        district = work.clinic.district(case.district_id) if case.district_id else None
        doctor_id = case.doctor_id or (district.doctor_id if district else None)
        doctor = work.clinic.doctor(doctor_id) if doctor_id else None
        clinic = settings.clinic
        return AttachmentPaper(
            kind=kind,
            languages=_LANGUAGES[patient.slip_language],
            zone=self._clock.zone.key,
            organisation=LocalText(clinic.name_kk, clinic.name_ru),
            organisation_address=clinic.address,
            organisation_phone=format_phone(clinic.phone),
            head=clinic.head_name,
            applicant=_applicant(patient),
            written_at=self._written_at(case, kind),
            clerk=case.sent_by or actor.user,
            desk_label=actor.desk.label,
            basis_key=case.basis.value if case.basis else "",
            previous=case.previous,
            district=district.number if district else "",
            district_kind=district.kind.value if district else "",
            doctor=doctor.name.short if doctor else "",
            care_at_home=case.care_at_home,
            contract_until=case.contract_until,
            documents=tuple((seen.code, seen.dated) for seen in case.documents),
            consent=_consent(case.consent),
            received_at=case.received_at if case.sent_at else None,
            due_at=case.due_at,
            number=case.answer_number,
            effective_on=case.effective_on,
            ground_key=case.refusal_ground,
            ground_text=case.refusal_text,
            is_provisional=kind is PaperKind.NOTICE and not case.answer_number,
            is_practice=self._is_practice,
        )

    def _case(
        self, work: UnitOfWork, subject: AttachmentCaseId | AttachmentForm, actor: Actor
    ) -> AttachmentCase:
        if isinstance(subject, AttachmentForm):
            return _unsent(subject, self._clock.now(), actor)
        case = work.attachments.get(subject)
        if case is None:
            raise NotFound("attachment.not_found")
        return case

    def _written_at(self, case: AttachmentCase, kind: PaperKind) -> dt.datetime:
        answered = case.answered_at if kind is not PaperKind.APPLICATION else None
        return answered or case.received_at or self._clock.now()


def _has_answer(case: AttachmentCase, kind: PaperKind) -> bool:
    """True when the register gave the answer that the paper tells, and nobody took the application back."""
    is_withdrawn = case.end_reason is EndReason.WITHDRAWN
    return case.state in _ANSWERED[kind] and case.answered_at is not None and not is_withdrawn


def _unsent(form: AttachmentForm, now: dt.datetime, actor: Actor) -> AttachmentCase:
    """The case a form would make, for its paper only; it is stored nowhere."""
    return AttachmentCase(
        AttachmentCaseId(""),
        form.patient_id,
        OperationId(""),
        now,
        actor.user,
        basis=form.basis,
        district_id=form.district_id,
        doctor_id=form.doctor_id,
        previous=form.previous.strip(),
        consent=consent_of(form.consent, None, now, actor.user),
        documents=form.documents,
        care_at_home=form.care_at_home.strip(),
        contract_until=form.contract_until,
        received_at=form.received_at,
    )


def _applicant(patient: Patient) -> PaperApplicant:
    return PaperApplicant(
        patient.name.full,
        patient.iin.digits if patient.iin else None,
        patient.birth_date,
        patient.document.value,
        patient.document_number,
        patient.mother_iin.digits if patient.mother_iin else None,
        patient.address,
        patient.phone.shown if patient.phone else "",
    )


def _consent(consent: Consent | None) -> PaperConsent | None:
    if consent is None:
        return None
    return PaperConsent(consent.giver.value, consent.way.value, consent.at, consent.recorded_by, consent.name)
