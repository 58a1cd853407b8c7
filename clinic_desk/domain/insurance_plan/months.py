"""Calendar months as the Fund counts them, each named by its first day."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.terms import clinic_day

PAID: Final = "p"
UNPAID: Final = "-"
KEPT: Final = "g"
"""Unpaid, but the right was kept: a debt."""
NOT_TOLD: Final = "?"


class Month(NamedTuple):
    """A month the answer speaks of, with its mark."""

    first: dt.date
    mark: str


def months_of(check: InsuranceCheck | None) -> list[Month]:
    """The months of an answer, oldest first, ending with the one it was given in; empty when it told none."""
    if check is None:
        return []
    last = clinic_day(check.checked_at)
    count = len(check.months)
    return [Month(month(last, place - count + 1), mark) for place, mark in enumerate(check.months)]


def month(day: dt.date, later: int) -> dt.date:
    """The first day of the month that many months later; beyond the calendar's end its last month."""
    months = day.year * 12 + day.month - 1 + later
    year = min(max(months // 12, dt.MINYEAR), dt.MAXYEAR)
    return dt.date(year, months % 12 + 1, 1)


def month_end(day: dt.date) -> dt.date:
    """The last day of the day's month."""
    following = month(day, 1)
    return following - dt.timedelta(days=1) if following > day else dt.date.max
