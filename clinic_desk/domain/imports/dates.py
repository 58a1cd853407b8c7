"""Days as foreign lists write them: 31.12.2026, 2026-12-31, with or without a time of day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Final

from clinic_desk.domain.errors import InvalidValue

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2150
_TIME: Final = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_DAY_FIRST: Final = re.compile(
    rf"(\d{{1,2}})[./\-](\d{{1,2}})[./\-](\d{{4}})\s*(?:г\.?|ж\.?)?{_TIME}", re.ASCII
)
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})[./\-](\d{{1,2}})[./\-](\d{{1,2}}){_TIME}", re.ASCII)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-]\d{2}", re.ASCII)
_CLOCK: Final = re.compile(r"[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$", re.ASCII)
_SERIAL: Final = re.compile(r"\d{4,5}(?:\.\d+)?", re.ASCII)
# Day 0 of the 1900 date system, two days before 1 January 1900: spreadsheets count a
# 29 February 1900 that never was.
_EPOCH: Final = dt.date(1899, 12, 30)


class InvalidDate(InvalidValue):
    """A date that is none.

    Codes: `date.` and `unreadable`, `impossible`, `no_such_month`, `short_year`, `out_of_range`,
    `no_such_time`.
    """


def parse_day(text: str) -> dt.date:
    """The day written in `text`, day before month; a time of day is passed over.

    Raises:
        InvalidDate: `date.impossible` carries `month` (`02.2026`) and `days`, how many it has.
    """
    match = _DAY_FIRST.fullmatch(text)
    if match:
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    else:
        match = _YEAR_FIRST.fullmatch(text)
        if not match:
            raise InvalidDate("date.short_year" if _SHORT_YEAR.fullmatch(text) else "date.unreadable")
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    if FIRST_YEAR <= year <= LAST_YEAR:
        try:
            return dt.date(year, month, day)
        except ValueError:
            pass  # The reason is told below.
    else:
        raise InvalidDate("date.out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
    if not 1 <= month <= 12:
        raise InvalidDate("date.no_such_month", month=month)
    days = calendar.monthrange(year, month)[1]
    raise InvalidDate("date.impossible", month=f"{month:02}.{year}", days=days)


def parse_moment(text: str, zone: dt.tzinfo, *, is_number: bool = False) -> dt.datetime:
    """The moment written in `text`, aware: a day with a time of day, in `zone` unless it names an offset.

    A day without a time counts from its beginning, so that nothing seems fresher than it is. `is_number`
    tells that a workbook stores the cell as a number of days.

    Raises:
        InvalidDate: as `parse_day`, and `date.no_such_time`.
    """
    if is_number:
        day = day_of_serial(text)
        if day is not None:
            part = float(f"0.{text.partition('.')[2] or 0}")
            midnight = dt.datetime.combine(day, dt.time(), zone)
            return midnight + dt.timedelta(minutes=round(part * 24 * 60))
    day = parse_day(text)
    found = _CLOCK.search(text)
    if not found:
        return dt.datetime.combine(day, dt.time(), zone)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise InvalidDate("date.no_such_time", time=found[0].strip())
    return dt.datetime.combine(day, dt.time(hour, minute, second), _offset(found[4]) or zone)


def _offset(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return dt.UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    if minutes >= 24 * 60:
        raise InvalidDate("date.no_such_time", time=text)
    return dt.timezone(dt.timedelta(minutes=-minutes if text[0] == "-" else minutes))


def day_of_serial(text: str) -> dt.date | None:
    """The day of a spreadsheet's serial number (`46023` is 1 January 2026), None if it is none."""
    if not _SERIAL.fullmatch(text):
        return None
    day = _EPOCH + dt.timedelta(days=int(text.partition(".")[0]))
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
