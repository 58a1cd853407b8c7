"""When the answer to an application is due, and why then, day by day.

Source: the state service's Rules, para 25: one working day; an application after hours, at a weekend or on a
holiday is taken on the next working day, by the Labour Code. How many days, from which day they count and
the hours of the organisation are dated tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.rule_tables.attachment import CountedFrom
from clinic_desk.domain.rule_tables.hours import WORKING_HOURS, OpenHours, Weekday
from clinic_desk.domain.working_days import WorkingCalendar

_NO_NAME: Final = LocalText()
_ONE_DAY: Final = dt.timedelta(days=1)
_LAST_MINUTE: Final = dt.time(23, 59)
_WEEK: Final = tuple(Weekday)


class DayRole(StrEnum):
    """What a day does in the counting; the screen says `deadlines.<role>`."""

    RECEIVED = "received"
    """Received on this working day and in hours: the counting starts here."""
    AFTER_HOURS = "after_hours"
    """Received after closing: the application is taken on the next working day."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    """Not worked by the calendar; `name` says which holiday, if the calendar does."""
    TAKEN = "taken"
    """The working day on which the application is taken."""
    COUNTED = "counted"
    """A working day that counts, yet not the last."""
    DUE = "due"
    """The last day."""


@dataclass(frozen=True, slots=True)
class DayStep:
    """One day of the counting. `is_moved` when a weekend day is worked by the calendar."""

    day: dt.date
    role: DayRole
    name: LocalText = _NO_NAME
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """The answer is due at `at` (aware UTC); `steps` are the days from receipt to then, in order.

    `received_at` is aware UTC, `start` the working day on which the application is taken.
    """

    at: dt.datetime
    received_at: dt.datetime
    start: dt.date
    steps: tuple[DayStep, ...]

    @property
    def moved_on(self) -> bool:
        """True when the application is taken on a later day than it came."""
        return self.steps[0].role is not DayRole.RECEIVED


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Opening and closing time by day of the week."""

    by_day: Mapping[Weekday, OpenHours]

    @classmethod
    def on(cls, tables: RuleTables, day: dt.date) -> WorkingHours:
        """The hours in force on `day`."""
        return cls({row.value.weekday: row.value for row in tables[WORKING_HOURS].on(day)})

    def closing(self, day: dt.date, calendar: WorkingCalendar) -> dt.time:
        """When the organisation closes on a working day; the last minute of the day where nothing is set."""
        is_moved = calendar.is_moved(day)
        hours = self.by_day.get(Weekday.WORKED_WEEKEND if is_moved else _WEEK[day.weekday()])
        return hours.closes if hours else _LAST_MINUTE


def answer_due(
    received_at: dt.datetime,
    *,
    zone: ZoneInfo,
    calendar: WorkingCalendar,
    hours: WorkingHours,
    working_days: int,
    counted_from: CountedFrom = CountedFrom.NEXT_WORKING_DAY,
) -> Due:
    """When the answer to what came at `received_at` (aware) is due, in `working_days` (>= 1).

    The moment of closing itself is still in hours. The due time is the closing time of the last day.
    """
    local = received_at.astimezone(zone)
    day = local.date()
    steps: list[DayStep] = []
    in_time = local.time() <= hours.closing(day, calendar)
    if calendar.is_working(day) and in_time:
        start = day
    else:
        if calendar.is_working(day):
            steps.append(DayStep(day, DayRole.AFTER_HOURS, is_moved=calendar.is_moved(day)))
            day += _ONE_DAY
        start = _walk_to_working(day, calendar, steps)
    left = working_days - (counted_from is CountedFrom.SAME_DAY)
    arrived = DayRole.TAKEN if steps else DayRole.RECEIVED
    steps.append(DayStep(start, arrived, is_moved=calendar.is_moved(start)))
    last = start
    while left > 0:
        last = _walk_to_working(last + _ONE_DAY, calendar, steps)
        left -= 1
        role = DayRole.COUNTED if left else DayRole.DUE
        steps.append(DayStep(last, role, is_moved=calendar.is_moved(last)))
    at = dt.datetime.combine(last, hours.closing(last, calendar), zone)
    return Due(at.astimezone(dt.UTC), received_at.astimezone(dt.UTC), start, tuple(steps))


def _walk_to_working(day: dt.date, calendar: WorkingCalendar, steps: list[DayStep]) -> dt.date:
    """The first working day from `day` on; the days before it are noted with why they do not count."""
    while not calendar.is_working(day):
        special = calendar.special(day)
        is_holiday = special is not None and special.is_off
        role = DayRole.HOLIDAY if is_holiday else DayRole.WEEKEND
        steps.append(DayStep(day, role, special.name if special else _NO_NAME))
        day += _ONE_DAY
    return day
