"""The working calendar: days off and weekend days that are worked.

Source: Labour Code art. 84-85, Law on holidays, orders that move days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.rule_tables.fields import Code, Day, Text
from clinic_desk.domain.rule_tables.schema import Continuity, TableSchema


class DayKind(StrEnum):
    """Why a day differs from its week."""

    HOLIDAY = "holiday"
    RELIGIOUS_DAY_OFF = "religious_day_off"
    """Never carried over to another day."""
    DAY_OFF_OBSERVED = "day_off_observed"
    """The day after a holiday that fell on a weekend."""
    TRANSFERRED_DAY_OFF = "transferred_day_off"
    TRANSFERRED_WORKDAY = "transferred_workday"
    """A weekend day that is worked instead of a moved day off."""
    WORKDAY_NOTE = "workday_note"
    """An ordinary working day that people may take for a holiday."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar that needs a word."""

    date: dt.date
    kind: DayKind
    name_kk: str = ""
    name_ru: str = ""
    name_en: str = ""

    @property
    def is_off(self) -> bool:
        """True for a day off."""
        return self.kind not in (DayKind.TRANSFERRED_WORKDAY, DayKind.WORKDAY_NOTE)

    @property
    def name(self) -> LocalText:
        """What the day is called."""
        return LocalText(self.name_kk, self.name_ru, self.name_en)


def _day(date: dt.date, kind: str, **names: str) -> CalendarDay:
    return CalendarDay(date, DayKind(kind), **names)


CALENDAR: Final = TableSchema(
    "working_calendar",
    _day,
    {
        "date": Day(),
        "kind": Code(known=tuple(DayKind), labels="rule_tables.day"),
        "name_kk": Text(longest=80),
        "name_ru": Text(longest=80),
        "name_en": Text(longest=80, optional=True),
    },
    key=("date",),
    continuity=Continuity.NO_OVERLAP,
    # A corrected year is brought alone, as it is published.
    part_of=lambda row: str(row["date"])[:4],
)
