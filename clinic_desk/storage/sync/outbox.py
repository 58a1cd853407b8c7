"""The operations of this desk in the store."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.ops import ATTENTION, LastAnswer, Op, OpKind, OpState, Receipt
from clinic_desk.services.sync.ports import OutboxCounts
from clinic_desk.storage.statement import Row, UnitDriver, chunks
from clinic_desk.storage.values import json_of, json_text, moment_of, moment_text, optional_moment_of
from clinic_desk.storage.values import optional_moment_text as optional_text

_COLUMNS: Final = (
    "op_id", "unit_id", "kind", "aggregate_id", "record_id", "actor", "desk", "acted_at", "base_version",
    "payload", "depends_on", "state", "attempts", "next_try_at", "first_sent_at", "settled_at", "answer_code",
    "answer_text", "answer_status", "answer_at", "resource_type", "resource_id", "resource_version", "reason",
)  # fmt: skip
_LISTED: Final = ", ".join(_COLUMNS)
# An operation begins as it stands in the table's defaults: pending, untried, unanswered.
_ADD: Final = f"INSERT INTO outbox ({', '.join(_COLUMNS[:11])}) VALUES ({', '.join('?' * 11)})"  # noqa: S608
_HAS_PERSON: Final = (
    "SELECT EXISTS (SELECT 1 FROM shadows WHERE local_id = ?1 AND local_id <> '' "
    "AND resource_type = 'Patient') OR EXISTS (SELECT 1 FROM outbox WHERE aggregate_id = ?1 "
    "AND kind = 'patient.register' AND state NOT IN ('accepted', 'withdrawn'))"
)
_SELECT: Final = f"SELECT seq, {_LISTED} FROM outbox"  # noqa: S608
_CHANGING: Final = (
    "base_version", "payload", "depends_on", "state", "attempts", "next_try_at", "first_sent_at",
    "settled_at", "answer_code", "answer_text", "answer_status", "answer_at", "resource_type", "resource_id",
    "resource_version", "reason",
)  # fmt: skip
_SAVE: Final = f"UPDATE outbox SET {', '.join(f'{name} = ?' for name in _CHANGING)} WHERE op_id = ?"  # noqa: S608
_OLDER_TO_STOP: Final = 500
"""So many older operations in a row are no slip of the clock."""
_RECENT: Final = 5_000
_OPEN: Final = "state NOT IN ('accepted', 'withdrawn')"


class SqlOutbox:
    """`OutboxStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def add(self, op: Op) -> Op:
        """The operation with its place in the order."""
        seq = self._driver.execute(_ADD, _begun(op)).lastrowid
        stored = replace(op, seq=int(seq))
        if op.state is not OpState.PENDING or op.attempts or op.answer or op.next_try_at:
            self.save(stored)
        return stored

    def get(self, op_id: OpId) -> Op | None:
        """The operation of that key."""
        row = self._driver.execute(f"{_SELECT} WHERE op_id = ?", (op_id,)).fetchone()
        return None if row is None else _read(row)

    def save(self, op: Op) -> None:
        """Writes what may change; who did what and when stays."""
        by_name = dict(zip(_COLUMNS, _values(op), strict=True))
        self._driver.execute(_SAVE, [*(by_name[name] for name in _CHANGING), op.op_id])

    def of_aggregate(self, aggregate_id: str) -> list[Op]:
        """In their order, settled ones too."""
        return self._many("WHERE aggregate_id = ? ORDER BY seq", (aggregate_id,))

    def open_of(self, aggregate_id: str) -> list[Op]:
        """In their order, those that are not settled."""
        return self._many(f"WHERE aggregate_id = ? AND +{_OPEN} ORDER BY seq", (aggregate_id,))

    def open_of_many(self, aggregates: Collection[str]) -> dict[str, list[Op]]:
        """As `open_of` for many; without those that have none."""
        found: dict[str, list[Op]] = {}
        for chunk in chunks(aggregates):
            marks = ", ".join("?" * len(chunk))
            for op in self._many(f"WHERE aggregate_id IN ({marks}) AND +{_OPEN} ORDER BY seq", chunk):
                found.setdefault(op.aggregate_id, []).append(op)
        return found

    def known(self, op_ids: Collection[str]) -> set[str]:
        """Which of these keys are operations of this desk."""
        found: set[str] = set()
        for chunk in chunks(op_ids):
            marks = ", ".join("?" * len(chunk))
            rows = self._driver.execute(f"SELECT op_id FROM outbox WHERE op_id IN ({marks})", chunk)  # noqa: S608
            found.update(op_id for (op_id,) in rows)
        return found

    def latest(self, aggregate_id: str, kind: OpKind) -> Op | None:
        """The last of its kind."""
        found = self._many(
            "WHERE aggregate_id = ? AND kind = ? ORDER BY seq DESC LIMIT 1", (aggregate_id, kind.value)
        )
        return found[0] if found else None

    def has_person(self, patient_id: str) -> bool:
        """Whether the upstream knows the person, or their registration is on its way."""
        return bool(self._driver.execute(_HAS_PERSON, (patient_id,)).fetchone()[0])

    def of_record(self, aggregate_id: str, record_id: str) -> list[Op]:
        """What was done to one record, in order."""
        return self._many("WHERE aggregate_id = ? AND record_id = ? ORDER BY seq", (aggregate_id, record_id))

    def waiting(self, after_seq: int, limit: int) -> list[Op]:
        """Pending ones behind a place, in their order."""
        return self._many(
            f"WHERE state = 'pending' AND {_OPEN} AND seq > ? ORDER BY seq LIMIT ?", (after_seq, limit)
        )

    def in_states(self, states: Collection[OpState], limit: int = 500, offset: int = 0) -> list[Op]:
        """In their order."""
        marks = ", ".join("?" * len(states))
        values = [state.value for state in states]
        return self._many(f"WHERE state IN ({marks}) ORDER BY seq LIMIT ? OFFSET ?", [*values, limit, offset])

    def accepted_since(self, since: dt.datetime, limit: int) -> list[Op]:
        """The newest first; looked for among the last few thousand operations of this desk."""
        # No index knows when an operation was settled: it would cost every act for a list few look at.
        return self._many(
            "WHERE seq > (SELECT coalesce(max(seq), 0) FROM outbox) - ? AND state = 'accepted' "
            "AND settled_at >= ? ORDER BY seq DESC LIMIT ?",
            (_RECENT, moment_text(since), limit),
        )

    def confirmed_since(self, at: dt.datetime, after_seq: int, limit: int) -> list[Op]:
        """Accepted ones that were settled at or after a moment, behind a place, in their order."""
        return self._many(
            "WHERE state = 'accepted' AND settled_at >= ? AND seq > ? ORDER BY seq LIMIT ?",
            (moment_text(at), after_seq, limit),
        )

    def counts(self, actor: str | None = None) -> OutboxCounts:
        """Of everybody, or of one author."""
        who, values = ("", ()) if actor is None else (" AND actor = ?", (actor,))
        rows = self._driver.execute(
            f"SELECT state, count(*), min(acted_at) FROM outbox WHERE {_OPEN}{who} GROUP BY state",  # noqa: S608
            values,
        ).fetchall()
        waiting = attention = 0
        oldest: dt.datetime | None = None
        for state, count, since in rows:
            if OpState(state) in ATTENTION:
                attention += count
            else:
                waiting += count
                at = moment_of(since)
                oldest = at if oldest is None else min(oldest, at)
        return OutboxCounts(waiting, attention, oldest)

    def states_since(self, actor: str, since: dt.datetime) -> dict[OpState, int]:
        """How many operations of an author, done at or after `since`, stand in each state.

        Read from the end: the cost is that of the time asked about, not of the whole outbox.
        """
        counted: Counter[OpState] = Counter()
        older, begin = 0, moment_text(since)
        rows = self._driver.execute("SELECT actor, acted_at, state FROM outbox ORDER BY seq DESC")
        for who, acted_at, state in rows:
            older = older + 1 if acted_at < begin else 0
            if older == _OLDER_TO_STOP:
                break
            if not older and who == actor:
                counted[OpState(state)] += 1
        return dict(counted)

    def blocked(self) -> frozenset[str]:
        """The aggregates with an operation that needs a person."""
        states = ", ".join(f"'{state.value}'" for state in sorted(ATTENTION))
        rows = self._driver.execute(
            f"SELECT DISTINCT aggregate_id FROM outbox WHERE state IN ({states}) AND {_OPEN}"  # noqa: S608
        )
        return frozenset(aggregate for (aggregate,) in rows)

    def reset_sending(self) -> int:
        """What was being sent when the program ended is pending again; how many."""
        return int(
            self._driver.execute(
                f"UPDATE outbox SET state = 'pending' WHERE state = 'sending' AND {_OPEN}"  # noqa: S608
            ).rowcount
        )

    def _many(self, where: str, values: Any) -> list[Op]:
        return [_read(row) for row in self._driver.execute(f"{_SELECT} {where}", values)]


def _begun(op: Op) -> tuple[Any, ...]:
    return (
        op.op_id,
        op.unit_id,
        op.kind.value,
        op.aggregate_id,
        op.record_id,
        op.actor,
        op.desk,
        moment_text(op.acted_at),
        op.base_version,
        json_text(dict(op.payload)) if op.payload else "{}",
        op.depends_on,
    )


def _values(op: Op) -> tuple[Any, ...]:
    answer, receipt = op.answer, op.receipt
    return (
        *_begun(op),
        op.state.value,
        op.attempts,
        optional_text(op.next_try_at),
        optional_text(op.first_sent_at),
        optional_text(op.settled_at),
        answer.code if answer else "",
        answer.text if answer else "",
        answer.status if answer else None,
        optional_text(answer.at) if answer else None,
        receipt.resource_type if receipt else "",
        receipt.resource_id if receipt else "",
        receipt.version if receipt else "",
        op.reason,
    )


def _read(row: Row) -> Op:
    (seq, op_id, unit_id, kind, aggregate, record, actor, desk, acted_at, base, payload, depends_on, state,
     attempts, next_try, first_sent, settled, code, text, status, answer_at, r_type, r_id, r_version, reason,
     ) = row  # fmt: skip
    return Op(
        seq,
        OpId(op_id),
        unit_id,
        OpKind(kind),
        aggregate,
        record,
        actor,
        desk,
        moment_of(acted_at),
        base,
        json_of(payload),
        depends_on,
        OpState(state),
        attempts,
        optional_moment_of(next_try),
        optional_moment_of(first_sent),
        optional_moment_of(settled),
        LastAnswer(code, moment_of(answer_at), text, status) if answer_at else None,
        Receipt(r_type, r_id, r_version) if r_id else None,
        reason,
    )
