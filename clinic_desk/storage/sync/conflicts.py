"""What a person has to decide between the desk and the upstream, in the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any, Final

from clinic_desk.domain.ids import ConflictId, OpId
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side, SyncConflict
from clinic_desk.storage.statement import Row, UnitDriver
from clinic_desk.storage.values import (
    json_of,
    json_text,
    moment_of,
    moment_text,
    optional_moment_of,
    optional_moment_text,
)

_COLUMNS: Final = (
    "id, kind, aggregate_id, op_id, resource_type, resource_id, fields, opened_at, resolved_at, resolved_by, "
    "choice, reason"
)
_GET: Final = f"SELECT {_COLUMNS} FROM sync_conflicts"  # noqa: S608
_ADD: Final = f"INSERT INTO sync_conflicts ({_COLUMNS}) VALUES ({', '.join('?' * 12)})"  # noqa: S608


class SqlConflicts:
    """`ConflictStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def add(self, conflict: SyncConflict) -> None:
        """One more for a person."""
        self._driver.execute(_ADD, _values(conflict))

    def get(self, conflict_id: ConflictId) -> SyncConflict | None:
        """The one of that identity."""
        row = self._driver.execute(f"{_GET} WHERE id = ?", (conflict_id,)).fetchone()
        return None if row is None else _read(row)

    def save(self, conflict: SyncConflict) -> None:
        """Writes the operation, the fields, the decision, who made it, when and why."""
        self._driver.execute(
            "UPDATE sync_conflicts SET op_id = ?, fields = ?, resolved_at = ?, resolved_by = ?, "
            "choice = ?, reason = ? WHERE id = ?",
            (
                conflict.op_id,
                _fields_text(conflict),
                optional_moment_text(conflict.resolved_at),
                conflict.resolved_by,
                json_text({name: side.value for name, side in conflict.choice.items()}),
                conflict.reason,
                conflict.id,
            ),
        )

    def of_op(self, op_id: OpId) -> SyncConflict | None:
        """The open one, else the last."""
        row = self._driver.execute(
            f"{_GET} WHERE op_id = ? AND op_id <> '' ORDER BY resolved_at IS NOT NULL, seq DESC LIMIT 1",
            (op_id,),
        ).fetchone()
        return None if row is None else _read(row)

    def open(self) -> list[SyncConflict]:
        """Oldest first."""
        return [_read(row) for row in self._driver.execute(f"{_GET} WHERE resolved_at IS NULL ORDER BY seq")]

    def open_of(self, aggregate_id: str) -> list[SyncConflict]:
        """Those about one person, oldest first."""
        rows = self._driver.execute(
            f"{_GET} WHERE resolved_at IS NULL AND aggregate_id = ? ORDER BY seq", (aggregate_id,)
        )
        return [_read(row) for row in rows]

    def decided_of(self, aggregate_id: str, resource_type: str, resource_id: str) -> list[SyncConflict]:
        """What was decided about one person and one resource."""
        rows = self._driver.execute(
            f"{_GET} WHERE resource_type = ? AND resource_id = ? AND aggregate_id = ? "
            "AND resolved_at IS NOT NULL ORDER BY seq",
            (resource_type, resource_id, aggregate_id),
        )
        return [_read(row) for row in rows]


def _values(conflict: SyncConflict) -> tuple[Any, ...]:
    return (
        conflict.id,
        conflict.kind.value,
        conflict.aggregate_id,
        conflict.op_id,
        conflict.resource_type,
        conflict.resource_id,
        _fields_text(conflict),
        moment_text(conflict.opened_at),
        optional_moment_text(conflict.resolved_at),
        conflict.resolved_by,
        json_text({name: side.value for name, side in conflict.choice.items()}),
        conflict.reason,
    )


def _fields_text(conflict: SyncConflict) -> str:
    return json_text([_plain(one) for one in conflict.fields])


def _plain(one: FieldConflict) -> dict[str, Any]:
    return {
        name: moment_text(value) if isinstance(value, dt.datetime) else value
        for name, value in asdict(one).items()
    }


def _field(stored: dict[str, Any]) -> FieldConflict:
    moments = {name: optional_moment_of(stored.get(name)) for name in ("mine_at", "theirs_at")}
    return FieldConflict(**{**stored, **moments})


def _read(row: Row) -> SyncConflict:
    one_id, kind, aggregate, op_id, r_type, r_id, fields, opened, resolved, by, choice, reason = row
    return SyncConflict(
        ConflictId(one_id),
        ConflictKind(kind),
        aggregate,
        moment_of(opened),
        r_type,
        r_id,
        op_id,
        tuple(_field(one) for one in json_of(fields)),
        optional_moment_of(resolved),
        by,
        {name: Side(side) for name, side in json_of(choice).items()},
        reason,
    )
