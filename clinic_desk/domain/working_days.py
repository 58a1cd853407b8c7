"""Working days of Kazakhstan's five-day week.

Source: Labour Code art. 84-85 and the orders moving days, as rows of `working_calendar`. A year of which the
table has no row is answered by a base that is handed in, since the law on holidays gives it in outline.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.rule_tables.calendar import CALENDAR, CalendarDay, DayKind

_SATURDAY: Final = 5


class BaseYear(Protocol):
    """Days that differ from their week in a year the table knows nothing of."""

    def __call__(self, year: int, known: Sequence[CalendarDay]) -> Iterable[CalendarDay]:
        """The days of `year`; `known` are those of the table, for the names."""


def _ordinary_weeks(year: int, known: Sequence[CalendarDay]) -> Iterable[CalendarDay]:
    """A year of weeks and nothing else."""
    return ()


class WorkingCalendar:
    """Which days are worked: weekends and the listed days are not, moved weekend days are.

    Attributes:
        days_off: days off of the table, beside the weekends.
        worked_weekends: weekend days of the table that are worked.
    """

    def __init__(self, days: Iterable[CalendarDay], base: BaseYear = _ordinary_weeks) -> None:
        self._table = tuple(days)
        self._base = base
        self._days = {day.date: day for day in self._table}
        # A base year is worked out when it is first asked for; two threads would find the same.
        self._known_years = {day.date.year for day in self._table}
        self.days_off = frozenset(day.date for day in self._table if day.is_off)
        self.worked_weekends = frozenset(
            day.date for day in self._table if day.kind is DayKind.TRANSFERRED_WORKDAY
        )

    @classmethod
    def of(cls, tables: RuleTables, base: BaseYear = _ordinary_weeks) -> WorkingCalendar:
        """The calendar of the rule tables."""
        return cls((row.value for row in tables[CALENDAR].rows), base)

    def special(self, day: dt.date) -> CalendarDay | None:
        """What makes `day` differ from its week, with its name; None for a day like any other."""
        if day.year not in self._known_years:
            self._days.update({one.date: one for one in self._base(day.year, self._table)})
            self._known_years.add(day.year)
        return self._days.get(day)

    def is_moved(self, day: dt.date) -> bool:
        """True when `day` is a weekend day that is worked instead of another."""
        special = self.special(day)
        return special is not None and special.kind is DayKind.TRANSFERRED_WORKDAY

    def is_working(self, day: dt.date) -> bool:
        """True when the clinic works on `day`."""
        special = self.special(day)
        if special is None or special.kind is DayKind.WORKDAY_NOTE:
            return day.weekday() < _SATURDAY
        return not special.is_off

    def add(self, day: dt.date, working_days: int) -> dt.date:
        """The day that is `working_days` (>= 0) working days after `day`."""
        current = day
        left = working_days
        while left > 0:
            current += dt.timedelta(days=1)
            left -= self.is_working(current)
        return current

    def between(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after `start` up to and including `end`; 0 when end <= start."""
        span = (end - start).days
        return sum(self.is_working(start + dt.timedelta(days=n)) for n in range(1, span + 1))
