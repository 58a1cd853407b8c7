"""Operations a registrar answers for: what waits, what needs somebody, and what is done about it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound
from clinic_desk.domain.ids import OpId, PatientId, ReferralId
from clinic_desk.domain.iin import mask
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.sync.answers import AnswerCode
from clinic_desk.domain.sync.conflicts import ConflictKind, SyncConflict
from clinic_desk.domain.sync.ops import ATTENTION, LastAnswer, Op, OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.sync.acts.author import mender_of, signed
from clinic_desk.services.sync.acts.ensure_person import ensure_person
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ItemAct, ItemFilter
from clinic_desk.services.sync.deciding.lone_differences import counts_with_differences, lone_differences
from clinic_desk.services.sync.deciding.taking_back import take_back
from clinic_desk.services.sync.down.arrivals.arrival import UPSTREAM
from clinic_desk.services.sync.ports import OutboxCounts, SyncDay

MAX_REASON: Final = 500
_ATTENTION: Final = sorted(ATTENTION)
_WAITING: Final = (OpState.SENDING, OpState.PENDING)
_OF_PERSON: Final = frozenset({OpKind.PATIENT_REGISTER, OpKind.PATIENT_CHANGE})
_OF_REFERRAL: Final = frozenset({OpKind.REFERRAL_ISSUE, OpKind.REFERRAL_MOVE})
_MENDED: Final = _OF_PERSON | {OpKind.REFERRAL_ISSUE}
"""Whose record can be corrected and sent once more: a person's, or a referral's by another in its place."""
_ANSWERS: Final = {
    ConflictKind.FIELDS: AnswerCode.CHANGED_THERE,
    ConflictKind.DUPLICATE: AnswerCode.DUPLICATE,
    ConflictKind.GONE: AnswerCode.GONE,
}
_KINDS: Final = frozenset({Kind.SYNC, Kind.PATIENT, Kind.REFERRAL, Kind.ATTACHMENT})


class AttentionService:
    """Use cases about operations; one transaction each. Nothing expires and nothing is deleted."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    # Looking -------------------------------------------------------------------------------------

    def counts(self, actor: str | None = None) -> OutboxCounts:
        """What waits and what needs somebody: of everybody, or of one author."""
        with self._store.read() as work:
            return counts_with_differences(work) if actor is None else work.outbox.counts(actor)

    def day(self) -> SyncDay:
        """The figures of today."""
        with self._store.read() as work:
            return work.sync_state.day(self._clock.today())

    def rows(self, wanted: ItemFilter, limit: int = 500) -> list[AttentionRow]:
        """At most `limit` operations, oldest first; of the open ones those that need somebody before all.

        Before them stand the differences that came down by themselves: no operation waits for those, and
        nobody would ever see them.
        """
        with self._store.read() as work:
            rows = _Rows(work)
            alone = (
                lone_differences(work)[:limit] if wanted in (ItemFilter.OPEN, ItemFilter.ATTENTION) else []
            )
            rest = limit - len(alone)
            return [
                *(rows.of_difference(one) for one in alone),
                *(rows.of(self._chosen(work, wanted, rest)) if rest else []),
            ]

    def row(self, op_id: OpId) -> AttentionRow:
        """One operation.

        Raises:
            NotFound: `sync.no_operation`.
        """
        with self._store.read() as work:
            return _Rows(work).of([_op(work, op_id)])[0]

    # Deciding ------------------------------------------------------------------------------------

    def retry(self, op_id: OpId, actor: Actor) -> Change:
        """It goes again as it is, with the next round.

        Raises:
            NotFound: `sync.no_operation`.
            Conflict: `sync.not_now` when it was settled, is being sent, or waits for a decision.
        """
        with self._store.write() as work:
            op = _op(work, op_id)
            if op.state not in (OpState.PENDING, OpState.REJECTED):
                raise Conflict("sync.not_now")
            work.outbox.save(replace(op, state=OpState.PENDING, next_try_at=None))
            if op.answer is not None and op.answer.code == AnswerCode.PERSON_NOT_SENT:
                # Whoever it is about was taken back: they go first, as they are now.
                patient = work.patients.get(PatientId(op.aggregate_id))
                if patient is not None:
                    ensure_person(work, patient, actor, self._clock.now())
            self._log(work, actor, "retry", op)
            work.commit()
        return _change(op)

    def mended(self, op_id: OpId, actor: Actor) -> Change:
        """The person's record was corrected: the refused operation goes again with what stands there now.

        Who did the act stays known; what was corrected goes up under the name of who corrected it.

        Raises:
            NotFound: `sync.no_operation`.
            Conflict: `sync.not_now` when it was not refused, or is no change of a person.
        """
        with self._store.write() as work:
            op = _op(work, op_id)
            patient = work.patients.get(PatientId(op.aggregate_id))
            if op.state is not OpState.REJECTED or op.kind not in _OF_PERSON or patient is None:
                raise Conflict("sync.not_now")
            payload = _as_now(op, patient)
            if payload != op.payload:
                # What stands there now is the word of whoever corrected it, not of whoever was refused.
                payload = signed(payload, actor, self._clock.now())
            work.outbox.save(replace(op, state=OpState.PENDING, next_try_at=None, payload=payload))
            self._log(work, actor, "mend", op)
            work.commit()
        return _change(op)

    def withdraw(self, op_id: OpId, reason: str, actor: Actor) -> Change:
        """It is not sent; see `take_back` for what becomes of its record.

        Raises:
            NotFound: `sync.no_operation`.
            InvalidValue: `sync.reason_needed`.
            Conflict: `sync.not_now` when it may have reached the upstream, or is settled.
        """
        words = reason.strip()[:MAX_REASON]
        if not words:
            raise InvalidValue("sync.reason_needed")
        with self._store.write() as work:
            op = _op(work, op_id)
            if ItemAct.WITHDRAW not in _acts(op, is_decided=False):
                raise Conflict("sync.not_now")
            difference = work.conflicts.of_op(op.op_id)
            take_back(work, op, words, actor, self._clock)
            if difference is not None and difference.is_open:
                work.conflicts.save(
                    replace(difference, resolved_at=self._clock.now(), resolved_by=actor.user, reason=words)
                )
            self._log(work, actor, "withdraw", op)
            work.commit()
        return _change(op)

    def export(self, op_ids: Sequence[OpId], actor: Actor) -> bytes:
        """The operations with all that is known of them, as UTF-8 JSON for whoever looks into the matter.

        Raises:
            NotFound: `sync.no_operation`.
        """
        with self._store.write() as work:
            ops = [_op(work, op_id) for op_id in op_ids]
            for op in ops:
                self._log(work, actor, "export", op)
            work.commit()
        document = {"format": 1, "operations": [_exported(op) for op in ops]}
        return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode()

    # Inside --------------------------------------------------------------------------------------

    def _chosen(self, work: UnitOfWork, wanted: ItemFilter, limit: int) -> list[Op]:
        match wanted:
            case ItemFilter.ATTENTION:
                return work.outbox.in_states(_ATTENTION, limit)
            case ItemFilter.WAITING:
                return work.outbox.in_states(_WAITING, limit)
            case ItemFilter.OPEN:
                first = work.outbox.in_states(_ATTENTION, limit)
                rest = limit - len(first)
                return [*first, *(work.outbox.in_states(_WAITING, rest) if rest else [])]
            case ItemFilter.ACCEPTED_TODAY:
                midnight = dt.datetime.combine(self._clock.today(), dt.time(), self._clock.zone)
                return work.outbox.accepted_since(midnight.astimezone(dt.UTC), limit)

    def _log(self, work: UnitOfWork, actor: Actor, act: str, op: Op) -> None:
        # The typed reason stays with the operation: the log holds codes and identities only.
        work.audit.write(
            AuditEntry(
                self._clock.now(),
                actor.user,
                actor.desk.code,
                f"sync.{act}",
                "operation",
                op.op_id,
                reason=op.kind.value,
                operation_id=op.op_id,
            )
        )


class _Rows:
    """Makes rows out of operations, reading each person and what blocks them once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._people: dict[str, Patient | None] = {}

    def of(self, ops: Sequence[Op]) -> list[AttentionRow]:
        blocked = self._work.outbox.blocked() if ops else frozenset()
        return [self._row(op, blocked) for op in ops]

    def of_difference(self, difference: SyncConflict) -> AttentionRow:
        """A difference that no operation waits for, as what it is about: somebody's data."""
        patient = self._person(difference.aggregate_id)
        return AttentionRow(
            OpId(difference.id),
            OpState.CONFLICT,
            OpKind.PATIENT_CHANGE,
            patient.name.full if patient else "",
            mask(patient.iin.digits) if patient and patient.iin else "",
            "",
            UPSTREAM,
            "",
            difference.opened_at,
            0,
            None,
            LastAnswer(_ANSWERS[difference.kind], difference.opened_at),
            None,
            (ItemAct.DECIDE,),
            patient.id if patient else "",
            difference.aggregate_id,
            difference.id,
            len(difference.fields),
        )

    def _person(self, aggregate_id: str) -> Patient | None:
        if aggregate_id not in self._people:
            self._people[aggregate_id] = self._work.patients.get(PatientId(aggregate_id))
        return self._people[aggregate_id]

    def _row(self, op: Op, blocked: frozenset[str]) -> AttentionRow:
        work = self._work
        patient = self._person(op.aggregate_id)
        referral = work.referrals.get(ReferralId(op.record_id)) if op.kind in _OF_REFERRAL else None
        difference = work.conflicts.of_op(op.op_id) if op.needs_person else None
        is_open = difference is not None and difference.is_open
        return AttentionRow(
            op.op_id,
            op.state,
            op.kind,
            patient.name.full if patient else "",
            mask(patient.iin.digits) if patient and patient.iin else "",
            referral.number if referral else "",
            op.actor,
            op.desk,
            op.acted_at,
            op.attempts,
            op.next_try_at,
            op.answer,
            self._waits_for(op, blocked) if op.state in _WAITING else None,
            _acts(op, is_decided=not is_open),
            patient.id if patient else "",
            op.record_id,
            difference.id if difference is not None and is_open else None,
            len(difference.fields) if difference is not None and is_open else 0,
            mender_of(op),
        )

    def _waits_for(self, op: Op, blocked: frozenset[str]) -> OpId | None:
        other = self._work.outbox.get(OpId(op.depends_on)) if op.depends_on else None
        if other is not None and other.needs_person:
            return other.op_id
        if op.aggregate_id not in blocked:
            return None
        before = (one for one in self._work.outbox.open_of(op.aggregate_id) if one.seq < op.seq)
        return next((one.op_id for one in before if one.needs_person), None)


def _acts(op: Op, *, is_decided: bool) -> tuple[ItemAct, ...]:
    """What a person can do with it; the first is the one the row offers."""
    match op.state:
        case OpState.REJECTED:
            first = (ItemAct.MEND, ItemAct.RETRY) if op.kind in _MENDED else (ItemAct.RETRY,)
            return (*first, ItemAct.WITHDRAW, ItemAct.EXPORT)
        case OpState.CONFLICT | OpState.HELD:
            decide = () if is_decided else (ItemAct.DECIDE,)
            return (*decide, ItemAct.WITHDRAW, ItemAct.EXPORT)
        case OpState.PENDING:
            # What was sent once may be there although its reply was lost: it is not taken back.
            late = (ItemAct.RETRY,) if op.next_try_at is not None else ()
            return late if op.first_sent_at is not None else (*late, ItemAct.WITHDRAW)
        case _:
            return ()


def _as_now(op: Op, patient: Patient) -> Mapping[str, Any]:
    now = values_of(patient)
    if op.kind is OpKind.PATIENT_REGISTER:
        return {**op.payload, "values": {name: value for name, value in now.items() if value}}
    changes = {name: [old, now.get(name, new)] for name, (old, new) in op.payload["changes"].items()}
    return {**op.payload, "changes": changes}


def _exported(op: Op) -> dict[str, Any]:
    answer = op.answer
    return {
        "op_id": op.op_id,
        "kind": op.kind.value,
        "state": op.state.value,
        "person": op.aggregate_id,
        "record": op.record_id,
        "actor": op.actor,
        "desk": op.desk,
        "acted_at": op.acted_at.isoformat(),
        "attempts": op.attempts,
        "payload": dict(op.payload),
        "answer": None
        if answer is None
        else {
            "code": answer.code,
            "status": answer.status,
            "text": answer.text,
            "at": answer.at.isoformat(),
        },
    }


def _op(work: UnitOfWork, op_id: OpId) -> Op:
    op = work.outbox.get(op_id)
    if op is None:
        raise NotFound("sync.no_operation")
    return op


def _change(op: Op) -> Change:
    return Change(_KINDS, frozenset({op.op_id, op.aggregate_id, op.record_id}))
