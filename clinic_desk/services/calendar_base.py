"""The working calendar of years no table knows: what the law on holidays gives by itself.

Reckoned by the `holidays` package. It cannot know the days an order will move, and reckons the first day of
Kurban Ait by the moon, so such a year counts only until a table brings it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.rule_tables.calendar import CalendarDay, DayKind

_OBSERVED: Final = " (observed)"
_ESTIMATED: Final = " (estimated)"
_MOVED: Final = "Day off"
_MOON: Final = "Eid al-Adha"
_CHRISTMAS: Final = (1, 7)
_NO_NAME: Final = LocalText()


def base_year(year: int, known: Sequence[CalendarDay]) -> list[CalendarDay]:
    """The days off and the worked weekend days of `year`, in order; names as in the days that are known."""
    # Read when a year is asked for that no table has: hardly ever, and never while the window opens.
    from holidays.countries.kazakhstan import KZ

    reckoned = KZ(years=year, language="en_US")
    kazakh = KZ(years=year, language="kk")
    names = _names(known, reckoned, kazakh)
    days = [_day(day, name, names) for day, name in reckoned.items() if day.year == year]
    worked = [
        CalendarDay(day, DayKind.TRANSFERRED_WORKDAY) for day in reckoned.weekend_workdays if day.year == year
    ]
    return sorted([*days, *worked], key=lambda day: day.date)


def _day(day: dt.date, name: str, names: Mapping[str, LocalText]) -> CalendarDay:
    """A reckoned day in our words; several holidays on one day stand between semicolons."""
    first = name.split(";", maxsplit=1)[0].strip()
    if first.startswith(_MOVED):
        return CalendarDay(day, DayKind.TRANSFERRED_DAY_OFF)
    plain = _plain(first)
    said = names.get(plain, _NO_NAME)
    if first.endswith(_OBSERVED):
        kind = DayKind.DAY_OFF_OBSERVED
    elif plain == _MOON or (day.month, day.day) == _CHRISTMAS:
        kind = DayKind.RELIGIOUS_DAY_OFF
    else:
        kind = DayKind.HOLIDAY
    return CalendarDay(day, kind, said.kk, said.ru, said.en)


def _names(
    known: Sequence[CalendarDay], reckoned: Mapping[dt.date, str], kazakh: Mapping[dt.date, str]
) -> dict[str, LocalText]:
    """By the package's English name: our names of the same holiday, else the package's own."""
    fixed = {
        (day.date.month, day.date.day): day.name
        for day in known
        if day.kind is DayKind.HOLIDAY or (day.date.month, day.date.day) == _CHRISTMAS
    }
    moon = next(
        (
            day.name
            for day in known
            if day.kind is DayKind.RELIGIOUS_DAY_OFF and (day.date.month, day.date.day) != _CHRISTMAS
        ),
        _NO_NAME,
    )
    names: dict[str, LocalText] = {}
    for day, name in reckoned.items():
        plain = _plain(name.split(";")[0].strip())
        ours = moon if plain == _MOON else fixed.get((day.month, day.day), _NO_NAME)
        if ours == _NO_NAME:
            ours = LocalText(kk=_plain(kazakh[day]), en=plain)
        names.setdefault(plain, ours)
    return names


def _plain(name: str) -> str:
    return name.removesuffix(_OBSERVED).removesuffix(_ESTIMATED)
