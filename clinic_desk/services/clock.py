"""The time, and the clinic's zone.

Kazakhstan has one zone, UTC+5, since 1 March 2024; zone data come with the program (`tzdata`),
so that an old machine is right too.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

CLINIC_ZONE = "Asia/Almaty"


class SystemClock:
    """The machine's clock."""

    def __init__(self, zone: str = CLINIC_ZONE) -> None:
        self._zone = ZoneInfo(zone)

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's zone."""
        return self._zone

    def now(self) -> dt.datetime:
        """The present moment, aware UTC."""
        return dt.datetime.now(dt.UTC)

    def today(self) -> dt.date:
        """The present day in the clinic's zone."""
        return self.now().astimezone(self._zone).date()


class FixedClock(SystemClock):
    """A clock that stands still, for practice profiles and tests."""

    def __init__(self, moment: dt.datetime, zone: str = CLINIC_ZONE) -> None:
        super().__init__(zone)
        if moment.tzinfo is None:
            raise ValueError("a moment without an offset")
        self._moment = moment.astimezone(dt.UTC)

    def now(self) -> dt.datetime:
        """The moment it was given, aware UTC."""
        return self._moment
