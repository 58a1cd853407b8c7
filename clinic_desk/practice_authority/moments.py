"""The server's clock: microseconds that only grow, their FHIR text, and the ranges a search may name."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import format_datetime
from typing import Final

_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_SECOND: Final = 1_000_000
_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?"
)


def microseconds_of(moment: dt.datetime) -> int:
    """An aware moment as microseconds since 1970."""
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)


def moment_of(microseconds: int) -> dt.datetime:
    """The aware UTC moment."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def instant_text(microseconds: int) -> str:
    """FHIR's `instant` with six digits, in UTC."""
    return moment_of(microseconds).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def http_date(microseconds: int) -> str:
    """The text of `Last-Modified`."""
    return format_datetime(moment_of(microseconds).replace(microsecond=0), usegmt=True)


def span_of(text: str) -> tuple[int, int]:
    """The first microsecond of a FHIR date or time and the first one behind it: a day is a span too.

    Raises:
        ValueError: it is no date of FHIR.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    start = dt.datetime(
        int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0),
        tzinfo=dt.UTC,
    )  # fmt: skip
    first = microseconds_of(start)
    if zone and zone != "Z":
        offset = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60 * _SECOND
        first += -offset if zone[0] == "+" else offset
    if fraction:
        first += int(fraction[:6].ljust(6, "0"))
        return first, first + 10 ** (6 - min(len(fraction), 6))
    return first, first + _length(start, month, day, hour, second)


def _length(
    start: dt.datetime, month: str | None, day: str | None, hour: str | None, second: str | None
) -> int:
    if second:
        return _SECOND
    if hour:
        return 60 * _SECOND
    if day:
        return 24 * 3600 * _SECOND
    if month:
        after = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    else:
        after = start.replace(year=start.year + 1)
    return microseconds_of(after) - microseconds_of(start)
