"""Days and moments: a moment always has its offset and is read as aware UTC, a day never moves."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}):(\d{2})(\.\d{1,12})?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)


def instant_text(moment: dt.datetime) -> str:
    """An aware moment as `2026-11-27T09:30:00.125+00:00`; milliseconds, as servers keep them.

    Raises:
        ValueError: the moment has no offset.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without an offset is nobody's time.")
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def day_text(day: dt.date) -> str:
    """`2026-11-27`."""
    return day.isoformat()


def read_instant(value: object) -> dt.datetime | None:
    """The moment in UTC; None for a partial date, a moment without offset and what is no moment."""
    return _moment_in(value) if isinstance(value, str) else None


@lru_cache(maxsize=1024)
def _moment_in(text: str) -> dt.datetime | None:
    """Cached: the same few moments are asked for again and again while a page is taken."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    minute, second, fraction, offset = found.groups()
    # A leap second has no value of its own here: the last one of the minute.
    second = "59" if second == "60" else second
    micros = (fraction or ".")[1:7].ljust(6, "0")
    try:
        told = dt.datetime.fromisoformat(f"{minute.upper()}:{second}.{micros}{offset.upper()}")
        return told.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def read_day(value: object) -> dt.date | None:
    """The day as written; of a moment the day in its own offset; None for a partial date."""
    if not isinstance(value, str):
        return None
    told = value.strip()
    if not _DAY.match(told) or not (len(told) == 10 or told[10] == "T"):
        return None
    try:
        return dt.date.fromisoformat(told[:10])
    except ValueError:
        return None
