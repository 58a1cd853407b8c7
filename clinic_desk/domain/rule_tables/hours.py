"""When the organisation is open, by the day of the week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desk.domain.rule_tables.fields import ClockTime, Code
from clinic_desk.domain.rule_tables.schema import TableSchema


class Weekday(StrEnum):
    """Days of the week in their order, and a weekend day that is worked."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    WORKED_WEEKEND = "worked_weekend"


@dataclass(frozen=True, slots=True)
class OpenHours:
    """From when to when on that day, in the clinic's zone."""

    weekday: Weekday
    opens: dt.time
    closes: dt.time


def _hours(weekday: str, opens: dt.time, closes: dt.time) -> OpenHours:
    return OpenHours(Weekday(weekday), opens, closes)


WORKING_HOURS: Final = TableSchema(
    "working_hours",
    _hours,
    {
        "weekday": Code(known=tuple(Weekday), labels="rule_tables.weekday"),
        "opens": ClockTime(),
        "closes": ClockTime(),
    },
    key=("weekday",),
)
