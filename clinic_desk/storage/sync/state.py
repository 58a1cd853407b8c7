"""Shifts, the figures of each day and what the rounds remember, in the store."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from clinic_desk.domain.ids import ShiftId
from clinic_desk.services.sync.ports import Shift, SyncDay
from clinic_desk.storage.statement import Row, UnitDriver
from clinic_desk.storage.values import (
    json_of,
    json_text,
    moment_of,
    moment_text,
    optional_moment_of,
    optional_moment_text,
)

_SHIFT: Final = 'SELECT id, "user", desk, opened_at, closed_at, summary FROM shifts'


class SqlShifts:
    """`ShiftStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def add(self, shift: Shift) -> None:
        """One more shift."""
        self._driver.execute(
            'INSERT INTO shifts (id, "user", desk, opened_at) VALUES (?, ?, ?, ?)',
            (shift.id, shift.user, shift.desk, moment_text(shift.opened_at)),
        )

    def save(self, shift: Shift) -> None:
        """Writes its end and what its sheet said."""
        summary = None if shift.summary is None else json_text(shift.summary)
        self._driver.execute(
            "UPDATE shifts SET closed_at = ?, summary = ? WHERE id = ?",
            (optional_moment_text(shift.closed_at), summary, shift.id),
        )

    def open_of(self, user: str) -> Shift | None:
        """The one that is not closed."""
        return self._one('WHERE "user" = ? AND closed_at IS NULL ORDER BY seq DESC', user)

    def last_closed(self, user: str | None = None) -> Shift | None:
        """The last that was closed at this desk, by one registrar or by anybody; in the order of closing."""
        if user is None:
            return self._one("WHERE closed_at IS NOT NULL ORDER BY seq DESC")
        return self._one('WHERE "user" = ? AND closed_at IS NOT NULL ORDER BY seq DESC', user)

    def _one(self, where: str, *values: Any) -> Shift | None:
        row: Row | None = self._driver.execute(f"{_SHIFT} {where} LIMIT 1", values).fetchone()
        if row is None:
            return None
        one_id, user, desk, opened, closed, summary = row
        return Shift(
            ShiftId(one_id),
            user,
            desk,
            moment_of(opened),
            optional_moment_of(closed),
            json_of(summary) if summary else None,
        )


class SqlSyncState:
    """`SyncStateStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def get(self, name: str) -> Any | None:
        """What was kept under the name."""
        row = self._driver.execute("SELECT value FROM sync_state WHERE name = ?", (name,)).fetchone()
        return None if row is None else json_of(row[0])

    def put(self, name: str, value: Any) -> None:
        """Kept, JSON-ready, in the place of what was there."""
        self._driver.execute(
            "INSERT OR REPLACE INTO sync_state (name, value) VALUES (?, ?)", (name, json_text(value))
        )

    def day(self, day: dt.date) -> SyncDay:
        """The day's figures, zeros when there are none."""
        row = self._driver.execute(
            "SELECT sent, accepted, rejected, conflicts, pulled FROM sync_days WHERE day = ?",
            (day.isoformat(),),
        ).fetchone()
        return SyncDay(day, *(row or ()))

    def count_on(self, more: SyncDay) -> None:
        """Adds to the day's figures."""
        self._driver.execute(
            "INSERT INTO sync_days (day, sent, accepted, rejected, conflicts, pulled) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET "
            "sent = sent + excluded.sent, accepted = accepted + excluded.accepted, "
            "rejected = rejected + excluded.rejected, conflicts = conflicts + excluded.conflicts, "
            "pulled = pulled + excluded.pulled",
            (more.day.isoformat(), *more[1:]),
        )
