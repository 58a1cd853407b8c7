"""A question about somebody's insurance on its way to the upstream: one a person, and not for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from clinic_desk.domain.ids import OpId, PatientId
from clinic_desk.domain.insurance import Channel, FailedCheck
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.ensure_person import ensure_person
from clinic_desk.services.sync.acts.outbox import enqueue

_ASKED: Final = "asked"
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
    if question.op_id not in (work.sync_state.get(_ASKED) or {}):
        return False
    # Told by moments only where the answer does not name its question: the server's clock is not this one's.
    patient_id = PatientId(question.aggregate_id)
    answers = work.insurance.of_patient(patient_id, limit=1)
    failures = work.insurance.failures_of(patient_id, limit=1)
    moments = [answers[0].checked_at] if answers else []
    moments += [failures[0].at] if failures else []
    return not any(moment > question.acted_at for moment in moments)


def note_asked(work: UnitOfWork, question: Op) -> None:
    """The upstream has the question and has not answered: it is remembered until it has, or for a day."""
    asked: dict[str, str] = work.sync_state.get(_ASKED) or {}
    work.sync_state.put(_ASKED, {**asked, question.op_id: question.acted_at.isoformat()})


def note_answered(work: UnitOfWork, keys: Collection[str], requests: Collection[str] = ()) -> None:
    """These questions wait no longer, whatever the clocks of both sides say.

    `keys` are those of questions, `requests` their `Type/id` upstream; what is none of ours is left out.
    """
    asked: dict[str, str] = work.sync_state.get(_ASKED) or {}
    if not asked:
        return
    known = [work.shadows.get(*place.split("/", 1)) for place in requests if "/" in place]
    over = {*keys, *(shadow.local_id for shadow in known if shadow is not None)}
    if asked.keys() & over:
        work.sync_state.put(_ASKED, {key: at for key, at in asked.items() if key not in over})


def give_up_questions(work: UnitOfWork, now: dt.datetime, before: dt.datetime) -> set[str] | None:
    """Questions put before that moment and never answered are checks without an answer.

    Whose they were; None when there was nothing to do.
    """
    asked: dict[str, str] = work.sync_state.get(_ASKED) or {}
    over = [key for key, at in asked.items() if dt.datetime.fromisoformat(at) < before]
    if not over:
        return None
    people: set[str] = set()
    for key in over:
        question = work.outbox.get(OpId(key))
        if question is None or not waits_for_answer(work, question):
            continue
        patient = work.patients.get(PatientId(question.aggregate_id))
        if patient is not None:
            work.insurance.add_failure(FailedCheck(patient.id, now, Channel.SERVICE, question.actor))
            people.add(patient.id)
    work.sync_state.put(_ASKED, {key: at for key, at in asked.items() if key not in over})
    return people


def forget_questions(work: UnitOfWork) -> None:
    """Whoever was asked is asked no more: their answers will not come."""
    work.sync_state.put(_ASKED, None)
