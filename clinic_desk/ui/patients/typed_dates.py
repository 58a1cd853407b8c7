"""Days and moments as people type them at the desk."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from zoneinfo import ZoneInfo

from clinic_desk.domain.imports.dates import InvalidDate, parse_day

_COMPACT: Final = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_MOMENT: Final = re.compile(r"(?:(?P<day>[^\s,]+)[ ,]+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})", re.ASCII)
_SHORT_DAY: Final = re.compile(r"(\d{1,2})[./](\d{1,2})\.?", re.ASCII)


def typed_day(text: str) -> dt.date | None:
    """The day in 14.02.1988, 14021988, 1988-02-14 and their like; None when it is no day."""
    stripped = text.strip()
    compact = _COMPACT.fullmatch(stripped)
    if compact:
        stripped = ".".join(compact.groups())
    try:
        return parse_day(stripped)
    except InvalidDate:
        return None


def typed_moment(text: str, now: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The aware moment in 09:41 (of today), 20.11 09:41 or 20.11.2026 09:41; None when it is none.

    Clock and calendar are of the `zone`; `now` is aware and gives the day and year that are left out.
    """
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        return None
    today = now.astimezone(zone).date()
    day: dt.date | None = today
    if match["day"]:
        short = _SHORT_DAY.fullmatch(match["day"])
        day = typed_day(f"{short[1]}.{short[2]}.{today.year}" if short else match["day"])
        if short and day and day > today:
            day = typed_day(f"{short[1]}.{short[2]}.{today.year - 1}")
    if day is None or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        return None
    return dt.datetime(day.year, day.month, day.day, int(match["hour"]), int(match["minute"]), tzinfo=zone)
