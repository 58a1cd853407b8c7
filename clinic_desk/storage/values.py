"""How plain values are written as text of the store, and read back."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

# Made once: `json.dumps` would make one for every value.
_CANONICAL: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def day_text(day: dt.date | None) -> str | None:
    """A day as `1988-02-14`."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> dt.date | None:
    """The day that `day_text` wrote."""
    return None if text is None else dt.date.fromisoformat(text)


def moment_text(moment: dt.datetime) -> str:
    """An aware moment as `2026-11-23T04:41:00.000000Z`: UTC, of one width, sorted as it happened.

    Raises:
        ValueError: the moment knows no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment must know its time zone")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")[:26] + "Z"


def moment_of(text: str) -> dt.datetime:
    """The aware UTC moment that `moment_text` wrote."""
    return dt.datetime.fromisoformat(text)


def optional_moment_text(moment: dt.datetime | None) -> str | None:
    """`moment_text`, or None for None."""
    return None if moment is None else moment_text(moment)


def optional_moment_of(text: str | None) -> dt.datetime | None:
    """`moment_of`, or None for None."""
    return None if text is None else dt.datetime.fromisoformat(text)


def json_text(value: Any) -> str:
    """JSON in one canonical form: sorted keys, no blanks, letters as they are.

    Raises:
        ValueError: the value holds NaN or an infinity.
        TypeError: the value has no form in JSON.
    """
    return _CANONICAL(value)


def json_of(text: str) -> Any:
    """The value that `json_text` wrote."""
    return json.loads(text)
