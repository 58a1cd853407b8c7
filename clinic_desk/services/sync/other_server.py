"""Another server takes the place of the one that was set: what was known of the old one is forgotten.

Ids, versions and moments of one server mean nothing to another. Everything is read anew, people are matched
again by their numbers, and what waits goes to the new one. What was accepted keeps its receipt as history.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.sync.ops import OP_MOVES, Op, OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import AuditEntry, UnitOfWork
from clinic_desk.services.sync.acts.asking import forget_questions
from clinic_desk.services.sync.acts.ensure_person import register
from clinic_desk.services.sync.down.arrivals.directory import forget_list_day
from clinic_desk.services.sync.down.set_aside import forget_set_aside
from clinic_desk.services.sync.down.sweeping import forget_sweeps
from clinic_desk.services.sync.down.witness import forget_witness
from clinic_desk.services.sync.exchange.rounds import STATE_NAME

_SERVER = "server"
_PAGE = 200
_OPEN = (OpState.PENDING, OpState.SENDING, OpState.CONFLICT, OpState.HELD, OpState.REJECTED)
_ASKED_THERE = frozenset({OpState.SENDING, OpState.CONFLICT, OpState.HELD})
"""What the old server, or a difference with it, left the operation in; a refusal is for a person to mend."""


def note_server(work: UnitOfWork, base: str, known_before: str, actor: Actor, at: dt.datetime) -> bool:
    """The upstream at `base` is the one that things are known of from now on; True when it is another one.

    `known_before` counts where no server was ever noted.
    """
    noted = work.sync_state.get(_SERVER)
    before = known_before if noted is None else str(noted)
    if base == before:
        return False
    work.sync_state.put(_SERVER, base)
    return _forget(work, actor, at) or bool(before)


def _forget(work: UnitOfWork, actor: Actor, at: dt.datetime) -> bool:
    """Nothing of the old server is known any more; whether anything was."""
    forgotten = work.shadows.forget_all()
    forget_witness(work)
    forget_sweeps(work)
    forget_list_day(work)
    forget_set_aside(work)
    forget_questions(work)
    work.sync_state.put(STATE_NAME, None)
    for conflict in work.conflicts.open():
        work.conflicts.save(replace(conflict, resolved_at=at, resolved_by=actor.user))
    waiting = _open_ops(work)
    for op in waiting:
        work.outbox.save(_begun_anew(op))
    for patient_id in dict.fromkeys(op.aggregate_id for op in waiting):
        _bring_person(work, [op for op in waiting if op.aggregate_id == patient_id])
    if forgotten:
        desk = actor.desk.code
        work.audit.write(
            AuditEntry(at, actor.user, desk, "upstream.forget", "sync", "upstream", reason=str(forgotten))
        )
    return bool(forgotten)


def _open_ops(work: UnitOfWork) -> list[Op]:
    found: list[Op] = []
    while page := work.outbox.in_states(_OPEN, _PAGE, len(found)):
        found += page
    return found


def _begun_anew(op: Op) -> Op:
    """The operation as if the old server had never been asked."""
    payload = {name: value for name, value in op.payload.items() if name != "apart"}
    is_asked = op.state in _ASKED_THERE
    assert not is_asked or OpState.PENDING in OP_MOVES[op.state]  # noqa: S101 - a legal move
    return replace(
        op,
        state=OpState.PENDING if is_asked else op.state,
        base_version="",
        attempts=0,
        next_try_at=None,
        first_sent_at=None,
        payload=payload,
    )


def _bring_person(work: UnitOfWork, ops: list[Op]) -> None:
    """Whoever something waits for is registered there, or found to be there."""
    patient = work.patients.get(PatientId(ops[0].aggregate_id))
    if patient is None or any(op.kind is OpKind.PATIENT_REGISTER for op in ops):
        return
    register(work, patient, Actor(ops[0].actor, Desk(ops[0].desk)), ops[0].acted_at)
