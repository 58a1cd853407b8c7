"""How far a type was read, in the server's own time, and from where to read next so that nothing is missed.

A row may be stored under a time that lies a little in the past: whoever read up to that time already would
miss it. What is older than the overlap by the server's clock is settled, and behind it the cursor may stand
on the last row. Everything younger is read again next time; known versions cost nothing but the reading.
"""

from __future__ import annotations

import datetime as dt

from clinic_desk.fhir.moments import instant_text, read_instant
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.down.paging import Page


class ReadingPosition:
    """The lower bound of the next reading. Knows no clock but the server's."""

    def __init__(self, since: str, overlap: dt.timedelta) -> None:
        self.since = since
        self._overlap = overlap
        self._unsettled_at: dt.datetime | None = None
        self._last_server_time: dt.datetime | None = None
        self._newest: dt.datetime | None = None

    def see(self, page: Page) -> None:
        """A page came; its rows are not kept yet."""
        self._last_server_time = page.server_time or self._last_server_time
        if page.server_time is None or not page.rows:
            return
        reaches_unsettled = max(row.moment for row in page.rows) > page.server_time - self._overlap
        if reaches_unsettled and self._unsettled_at is None:
            self._unsettled_at = page.server_time

    def kept(self, row: Arrived) -> None:
        """Everything up to this row, in order, is in the store."""
        self._newest = row.moment
        if self._last_server_time is None:
            self._move(instant_text(row.moment - self._overlap))
        elif self._unsettled_at is None or row.moment <= self._unsettled_at - self._overlap:
            self._move(row.updated_at)
        else:
            self._move(instant_text(self._unsettled_at - self._overlap))

    def finished(self, newest: dt.datetime | None = None) -> None:
        """The reading came to its end; `newest` is the last moment where the rows came in no order."""
        if self._last_server_time is not None:
            at = self._unsettled_at or self._last_server_time
            self._move(instant_text(at - self._overlap))
        elif newest is not None:
            self._move(instant_text(newest - self._overlap))

    @property
    def server_time(self) -> dt.datetime | None:
        """The server's clock at the last page, None while it tells none."""
        return self._last_server_time

    def is_before(self, server_time: dt.datetime | None) -> bool:
        """True when the server's clock stands where it stood before the last reading: time ran back."""
        since = read_instant(self.since)
        return since is not None and server_time is not None and server_time < since

    def distance_to(self, other: ReadingPosition) -> dt.timedelta:
        """How far another position is ahead of this one; very far of one that stands nowhere."""
        here, there = read_instant(self.since), read_instant(other.since)
        if there is None:
            return dt.timedelta()
        return dt.timedelta.max if here is None else there - here

    def _move(self, to: str) -> None:
        known, wanted = read_instant(self.since), read_instant(to)
        if wanted is not None and (known is None or wanted > known):
            self.since = to
