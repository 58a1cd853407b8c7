"""Writes the planned attachment cases of the practice clinic as real work would have: step after step."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from clinic_desk.domain.attachment import (
    AttachmentCase,
    CaseState,
    Consent,
    ConsentGiver,
    ConsentWay,
    SeenDocument,
)
from clinic_desk.domain.attachment_rules import basis_on
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.practice.attachments import CasePlan
from clinic_desk.services.attachment_request import due_of
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, Clock, UnitOfWork
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_tables

_S = CaseState
_SENT_STATES: Final = frozenset({_S.SENT, _S.ACCEPTED, _S.REFUSED, _S.IN_FORCE, _S.ENDED})


class CaseWriter:
    """Writes the planned cases into the transaction that makes the clinic."""

    def __init__(self, work: UnitOfWork, clock: Clock, registrar: str, desk: str) -> None:
        self._work = work
        self._clock = clock
        self._by = registrar
        self._desk = desk
        self._book = shipped_book()
        self._calendar = WorkingCalendar.of(shipped_tables())

    def write(self, patient_id: PatientId, district_id: DistrictId, plans: tuple[CasePlan, ...]) -> None:
        """The person has these cases, and the attachment that comes of them."""
        for plan in plans:
            self._write(patient_id, district_id, plan)

    def _write(self, patient_id: PatientId, district_id: DistrictId, plan: CasePlan) -> None:
        store = self._work.attachments
        sent_at = self._moment(plan.sent, plan.minute)
        opened_at = sent_at - dt.timedelta(minutes=12)
        case = store.add(
            AttachmentCase(
                AttachmentCaseId(new_id()), patient_id, OperationId(new_id()), opened_at, self._by,
                basis=plan.basis, district_id=district_id, previous=plan.previous,
                contract_until=self._day(plan.contract_in), is_free_change=self._is_free(plan.basis),
            ),
            by=self._by,
            at=opened_at,
        )  # fmt: skip
        if plan.state is _S.DRAFT:
            return
        consent_at = opened_at + dt.timedelta(minutes=5)
        case = self._save(
            replace(
                case,
                state=_S.CONSENTED,
                consent=Consent(ConsentGiver.PATIENT, ConsentWay.PAPER, consent_at, self._by),
                documents=_documents(plan, opened_at.date()),
            ),
            consent_at,
        )
        if plan.state in _SENT_STATES:
            self._send(case, plan, sent_at)

    def _send(self, case: AttachmentCase, plan: CasePlan, sent_at: dt.datetime) -> None:
        patient = self._work.patients.get(case.patient_id)
        assert patient is not None  # noqa: S101 - written before
        case = self._save(
            replace(
                case,
                state=_S.SENT,
                was=patient.attachment,
                received_at=sent_at,
                due_at=due_of(sent_at, self._book, self._clock).at,
                sent_at=sent_at,
                sent_by=self._by,
            ),
            sent_at,
        )
        self._work.audit.write(
            AuditEntry(
                sent_at, self._by, self._desk, "attachment.send", "attachment", case.id,
                operation_id=case.operation_id,
            )
        )  # fmt: skip
        if plan.state in (_S.SENT, _S.ACCEPTED):
            pending = Attachment(AttachmentState.PENDING, case.district_id, case.basis)
            self._work.patients.save(replace(patient, attachment=pending))
        if plan.state is not _S.SENT:
            self._answer(case, plan)

    def _answer(self, case: AttachmentCase, plan: CasePlan) -> None:
        if plan.answered is None:
            ended_at = case.sent_at or case.opened_at
            gone = replace(case, state=_S.ENDED, ended_on=self._local(ended_at), end_reason=plan.end)
            self._save(gone, ended_at + dt.timedelta(hours=1), note="басқа емханаға барады")
            return
        answered_at = self._moment(plan.answered, 11 * 60 + 5)
        if plan.state is _S.REFUSED:
            refused = replace(
                case,
                state=_S.REFUSED,
                answered_at=answered_at,
                refusal_ground=plan.ground,
                refusal_text=plan.text,
            )
            self._save(refused, answered_at)
            return
        first = self._day(plan.effective_in)
        accepted = replace(
            case,
            state=_S.ACCEPTED,
            answered_at=answered_at,
            answer_number=plan.number,
            effective_on=first,
        )
        case = self._save(accepted, answered_at)
        if plan.state in (_S.IN_FORCE, _S.ENDED):
            self._begin(case, plan, answered_at)

    def _begin(self, case: AttachmentCase, plan: CasePlan, at: dt.datetime) -> None:
        case = self._save(replace(case, state=_S.IN_FORCE), at)
        patient = self._work.patients.get(case.patient_id)
        assert patient is not None  # noqa: S101 - written before
        if plan.state is _S.IN_FORCE:
            here = Attachment(AttachmentState.ATTACHED, case.district_id, case.basis, case.effective_on)
            self._work.patients.save(replace(patient, attachment=here))
            return
        ended_on = (case.effective_on or self._clock.today()) + dt.timedelta(days=14)
        ended = replace(case, state=_S.ENDED, ended_on=ended_on, end_reason=plan.end)
        self._save(ended, at + dt.timedelta(days=14))

    def _save(self, case: AttachmentCase, at: dt.datetime, note: str = "") -> AttachmentCase:
        return self._work.attachments.save(case, by=self._by, at=min(at, self._clock.now()), note=note)

    def _moment(self, working_days_ago: int, minute: int) -> dt.datetime:
        """That minute of a working day, never later than now."""
        day = self._clock.today()
        left = working_days_ago
        while left:
            day -= dt.timedelta(days=1)
            left -= self._calendar.is_working(day)
        at = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), self._clock.zone)
        return min(at.astimezone(dt.UTC), self._clock.now())

    def _day(self, days: int | None) -> dt.date | None:
        return None if days is None else self._clock.today() + dt.timedelta(days=days)

    def _local(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self._clock.zone).date()

    def _is_free(self, basis: AttachmentBasis) -> bool:
        today = self._clock.today()
        rule = basis_on(self._book.on(today), basis, today)
        return rule is not None and rule.is_free_change


def _documents(plan: CasePlan, dated: dt.date) -> tuple[SeenDocument, ...]:
    if plan.basis is AttachmentBasis.EAEU_CONTRACT:
        return SeenDocument("foreign_document"), SeenDocument("insurance_contract", dated)
    proof = {AttachmentBasis.RESIDENCE: "residence_proof", AttachmentBasis.STUDY: "study_proof"}.get(
        plan.basis
    )
    seen = (SeenDocument("identity_document"),)
    return (*seen, SeenDocument(proof, dated)) if proof else seen
