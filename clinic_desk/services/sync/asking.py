"""A question about somebody's insurance on its way to the upstream: one a person, and not for ever."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.ensure_person import ensure_person
from clinic_desk.services.sync.outbox import enqueue

_OVER: Final = frozenset({OpState.WITHDRAWN, OpState.REJECTED})


def put_question(
    work: UnitOfWork, patient: Patient, day: dt.date, actor: Actor, at: dt.datetime, since: dt.datetime
) -> tuple[Op, bool]:
    """The question that waits for its answer, asked at or after `since`, else a new one; whether it is new.

    Each question is a record of its own: its identity is that of its operation.
    """
    last = work.outbox.latest(patient.id, OpKind.INSURANCE_ASK)
    if last is not None and last.acted_at >= since and waits_for_answer(work, last):
        return last, False
    ensure_person(work, patient, actor, at)
    op_id = new_id()
    op = enqueue(
        work,
        OpKind.INSURANCE_ASK,
        aggregate_id=patient.id,
        record_id=op_id,
        actor=actor,
        at=at,
        payload={"day": day.isoformat()},
        op_id=op_id,
    )
    return op, True


def waits_for_answer(work: UnitOfWork, question: Op) -> bool:
    """Whether neither an answer nor word that there is none has come since the question was put."""
    if question.state in _OVER:
        return False
    if question.state is not OpState.ACCEPTED:
        return True
    patient_id = PatientId(question.aggregate_id)
    answers = work.insurance.of_patient(patient_id, limit=1)
    failures = work.insurance.failures_of(patient_id, limit=1)
    moments = [answers[0].checked_at] if answers else []
    moments += [failures[0].at] if failures else []
    return not any(moment > question.acted_at for moment in moments)
