"""Working days of Kazakhstan's five-day week.

Source: Labour Code art. 84-85 and the orders moving days, as rows of `working_calendar`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.rule_tables.calendar import CALENDAR

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked: weekends and the listed days are not, moved weekend days are.

    `names` are the holidays' own names, for people who ask why a day does not count.
    """

    days_off: frozenset[dt.date]
    worked_weekends: frozenset[dt.date]
    names: Mapping[dt.date, LocalText] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, tables: RuleTables) -> WorkingCalendar:
        """The calendar of the rule tables."""
        return cls(
            frozenset(row.value for row in tables.non_working_days.rows),
            frozenset(row.value for row in tables.worked_weekends.rows),
            {row.value.date: row.value.name for row in tables[CALENDAR].rows},
        )

    def is_working(self, day: dt.date) -> bool:
        """True when the clinic works on `day`."""
        if day in self.worked_weekends:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off

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
