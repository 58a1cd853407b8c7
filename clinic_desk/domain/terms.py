"""The clinic's days, and terms counted in months and years as the Civil Code counts them.

Source: Civil Code of the Republic of Kazakhstan, art. 173 and 174: a term begins on the day after the event
and ends on the same day of its last month, or on that month's last day where there is no such day.
"""

from __future__ import annotations

import calendar
import datetime as dt
from zoneinfo import ZoneInfo

from clinic_desk.texts import CLINIC_ZONE


def clinic_day(moment: dt.datetime) -> dt.date:
    """The day it is in the clinic at an aware moment."""
    return moment.astimezone(ZoneInfo(CLINIC_ZONE)).date()


def months_after(day: dt.date, months: int) -> dt.date:
    """The last day of a term of `months` that begins with an event on `day`.

    A term beyond the calendar's end ends with the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > dt.MAXYEAR:
        return dt.date.max
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def birthday(born: dt.date, age: int) -> dt.date:
    """The day on which somebody born on `born` becomes `age`; 1 March for 29 February where there is none."""
    year = born.year + age
    if year > dt.MAXYEAR:
        return dt.date.max
    try:
        return born.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


def days_after(day: dt.date, days: int) -> dt.date:
    """`days` later, at most the calendar's last day."""
    return day + dt.timedelta(days=min(days, (dt.date.max - day).days))


def earliest(*days: dt.date | None) -> dt.date | None:
    """The first of the days that are given; None when none is."""
    return min((day for day in days if day is not None), default=None)
