"""Attachment at the window: choices, what the rules say, drafts, sending, lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from clinic_desk.domain.attachment import AttachmentCase, CaseState
from clinic_desk.domain.attachment_rules import (
    bases_on,
    documents_on,
    find_at_sending,
    grounds_on,
    rule_on,
)
from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding, blocks, warnings
from clinic_desk.domain.ids import AttachmentCaseId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_districts import district_choices
from clinic_desk.services.attachment_log import log_case, set_attachment
from clinic_desk.services.attachment_request import Gathered, due_of, form_of, gather
from clinic_desk.services.attachment_rows import (
    AttachmentCheck,
    AttachmentForm,
    BasisChoice,
    ConsentForm,
    DistrictChoice,
    DocumentChoice,
    GroundChoice,
    Sent,
)
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import Clock, Store, UnitOfWork
from clinic_desk.services.referrals import ReasonNeeded
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.ensure_person import ensure_person
from clinic_desk.services.sync.acts.outbox import enqueue

MAX_TEXT: Final = 500


class AttachmentService:
    """Use cases about an application until it is sent; one transaction each."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    # Choices ---------------------------------------------------------------------------------

    def bases(self) -> list[BasisChoice]:
        """The bases of today, in the order of their keys."""
        today = self._clock.today()
        return [
            BasisChoice(row.value.code, row.value.key, row.value.is_free_change, row.uncertain)
            for row in bases_on(self._rules.on(today), today)
        ]

    def documents(
        self, basis: AttachmentBasis | None, consent: ConsentForm | None = None
    ) -> list[DocumentChoice]:
        """The documents that have a place in a case of this basis and consent, needed ones first."""
        today = self._clock.today()
        giver = consent.giver if consent else None
        offered = [
            DocumentChoice(rule.code, rule.is_needed, rule.proves_identity)
            for rule in documents_on(self._rules.on(today), today)
            if rule.is_offered(basis, giver)
        ]
        return sorted(offered, key=lambda one: not (one.is_needed or one.proves_identity))

    def grounds(self) -> list[GroundChoice]:
        """The closed list of grounds for refusal, in the order of their keys."""
        today = self._clock.today()
        return [
            GroundChoice(row.value.code, row.value.key, row.value.needs_text, row.uncertain)
            for row in grounds_on(self._rules.on(today), today)
        ]

    def districts(self, patient_id: PatientId) -> list[DistrictChoice]:
        """Own address first, then free places; none that takes other ages.

        Raises:
            NotFound: `patient.not_found`.
        """
        with self._store.read() as work:
            return district_choices(work, patient_id, self._rules, self._clock)

    # Checking --------------------------------------------------------------------------------

    def check(self, form: AttachmentForm) -> AttachmentCheck:
        """What the rules say of the form as it stands; nothing is written.

        Raises:
            NotFound: `patient.not_found`.
        """
        with self._store.read() as work:
            gathered = gather(work, form, self._rules, self._clock, "")
        today = self._clock.today()
        row = rule_on(self._rules.on(today), today)
        findings = self._findings(gathered)
        expected = row.value.effective_on(today, free_change=gathered.is_free_change)
        return AttachmentCheck(
            tuple(findings),
            tuple(_missing(findings, form)),
            due_of(form.received_at or self._clock.now(), self._rules, self._clock),
            gathered.request.free_changes_used,
            row.value.max_free_changes,
            row.value.mode,
            None if expected == today else expected,
            row.uncertain,
            row.source,
        )

    def missing(self, form: AttachmentForm) -> list[str]:
        """The codes of what still keeps the form from being sent; see `AttachmentCheck.missing`."""
        return list(self.check(form).missing)

    # Acts ------------------------------------------------------------------------------------

    def open_case(self, patient_id: PatientId) -> AttachmentCase | None:
        """The person's case that waits for its end, None when there is none."""
        with self._store.read() as work:
            return work.attachments.open_of(patient_id)

    def get(self, case_id: AttachmentCaseId) -> AttachmentCase:
        """One case.

        Raises:
            NotFound: `attachment.not_found`.
        """
        with self._store.read() as work:
            case = work.attachments.get(case_id)
        if case is None:
            raise NotFound("attachment.not_found")
        return case

    def form(self, case: AttachmentCase) -> AttachmentForm:
        """The form that shows the case and goes on with it."""
        return form_of(case)

    def save_draft(self, form: AttachmentForm, actor: Actor) -> tuple[AttachmentCase, Change]:
        """The form is kept as the person's open case; its version belongs into the form from now on.

        Raises:
            Conflict: another desk saved or began a case meanwhile; nothing is written over.
            RuleBroken: the person's case was sent already.
            InvalidValue: `attachment.text_too_long`.
            NotFound: `patient.not_found`.
        """
        _check_texts(form)
        with self._store.write() as work:
            gathered = gather(work, form, self._rules, self._clock, actor.user)
            if gathered.request.other_case is not None:
                raise RuleBroken([f for f in self._findings(gathered) if f.code == "attachment.case_open"])
            case = self._keep(work, form, gathered, actor)
            log_case(work, self._clock, actor, "attachment.draft", case)
            work.commit()
        return case, Change.of(Kind.ATTACHMENT, case.id, case.patient_id)

    def send(self, form: AttachmentForm, operation_id: OperationId, actor: Actor) -> tuple[Sent, Change]:
        """The application, its consent and its sending are durable, all at once.

        The same `operation_id` again returns what it sent the first time.

        Raises:
            RuleBroken: blocking findings.
            ReasonNeeded: warnings without words.
            InvalidValue: `attachment.allowed_by_needed`, `attachment.text_too_long`.
            Conflict: another desk changed the case meanwhile.
            NotFound: `patient.not_found`.
        """
        _check_texts(form)
        with self._store.write() as work:
            done = work.attachments.by_operation(operation_id)
            if done is not None and done.sent_at is not None:
                return Sent(done, (), was_there=True), Change.of(Kind.ATTACHMENT)
            gathered = gather(work, form, self._rules, self._clock, actor.user)
            findings = self._findings(gathered)
            _refuse(findings, form)
            case = self._dispatch(
                work, self._keep(work, form, gathered, actor), gathered, operation_id, actor
            )
            work.commit()
        change = Change(frozenset({Kind.ATTACHMENT, Kind.PATIENT}), frozenset({case.id, case.patient_id}))
        return Sent(case, tuple(findings), was_there=False), change

    # Inside ----------------------------------------------------------------------------------

    def _findings(self, gathered: Gathered) -> list[Finding]:
        today = self._clock.today()
        return find_at_sending(gathered.request, today, self._rules.on(today))

    def _keep(
        self, work: UnitOfWork, form: AttachmentForm, gathered: Gathered, actor: Actor
    ) -> AttachmentCase:
        """The form as a stored draft, or with its consent."""
        now = self._clock.now()
        draft = gathered.draft
        if (draft.version if draft else 0) != form.version:
            raise Conflict("store.changed_elsewhere")
        if draft is None:
            draft = AttachmentCase(
                AttachmentCaseId(new_id()), form.patient_id, OperationId(new_id()), now, actor.user
            )
            draft = work.attachments.add(draft, by=actor.user, at=now)
        request = gathered.request
        wanted = replace(
            draft,
            state=CaseState.CONSENTED if request.consent else CaseState.DRAFT,
            basis=form.basis,
            district_id=form.district_id,
            doctor_id=form.doctor_id,
            previous=form.previous.strip(),
            consent=request.consent,
            documents=form.documents,
            care_at_home=request.care_at_home,
            contract_until=form.contract_until if form.basis is AttachmentBasis.EAEU_CONTRACT else None,
            is_free_change=gathered.is_free_change,
            reasons_given={
                code: words.strip() for code, words in form.reasons_given.items() if words.strip()
            },
            allowed_by=form.allowed_by.strip(),
            note=form.note.strip(),
            received_at=form.received_at,
        )
        return draft if wanted == draft else work.attachments.save(wanted, by=actor.user, at=now)

    def _dispatch(
        self,
        work: UnitOfWork,
        case: AttachmentCase,
        gathered: Gathered,
        operation_id: OperationId,
        actor: Actor,
    ) -> AttachmentCase:
        """The case is sent and the person, unless attached here, waits for the answer."""
        now = self._clock.now()
        patient = gathered.patient
        received_at = case.received_at or now
        sent = work.attachments.save(
            replace(
                case,
                state=CaseState.SENT,
                operation_id=operation_id,
                doctor_id=gathered.request.doctor.id if gathered.request.doctor else None,
                was=patient.attachment,
                received_at=received_at,
                due_at=due_of(received_at, self._rules, self._clock).at,
                sent_at=now,
                sent_by=actor.user,
            ),
            by=actor.user,
            at=now,
        )
        ensure_person(work, patient, actor, now)
        enqueue(
            work,
            OpKind.ATTACHMENT_SEND,
            aggregate_id=patient.id,
            record_id=sent.id,
            actor=actor,
            at=now,
            op_id=operation_id,
        )
        if not patient.attachment.is_here:
            pending = Attachment(AttachmentState.PENDING, case.district_id, case.basis)
            set_attachment(work, self._clock, actor, patient, pending)
        log_case(
            work, self._clock, actor, "attachment.send", sent, reason=";".join(sorted(sent.reasons_given))
        )
        return sent


def _missing(findings: list[Finding], form: AttachmentForm) -> list[str]:
    asking = warnings(findings)
    codes = [finding.code for finding in blocks(findings)]
    codes += [finding.code for finding in asking if not form.reasons_given.get(finding.code, "").strip()]
    return codes + ["attachment.allowed_by_needed"] * bool(asking and not form.allowed_by.strip())


def _refuse(findings: list[Finding], form: AttachmentForm) -> None:
    forbidding, asking = blocks(findings), warnings(findings)
    if forbidding:
        raise RuleBroken(forbidding)
    unanswered = [one for one in asking if not form.reasons_given.get(one.code, "").strip()]
    if unanswered:
        raise ReasonNeeded(unanswered)
    if asking and not form.allowed_by.strip():
        raise InvalidValue("attachment.allowed_by_needed")


def _check_texts(form: AttachmentForm) -> None:
    words = [form.previous, form.care_at_home, form.allowed_by, form.note, *form.reasons_given.values()]
    words += [form.consent.name] if form.consent else []
    if max(map(len, words)) > MAX_TEXT:
        raise InvalidValue("attachment.text_too_long", limit=MAX_TEXT)
