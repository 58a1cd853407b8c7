"""Issues identification numbers of made-up people and organisations.

The digits follow the rules of the identification number (`clinic_desk.domain.iin`), whose check is the
reference; here the two weighted sums are split into birthday, century and serial, so that a
million numbers take a second. A number may coincide with a real one: practice only.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_desk.domain.iin import check_digit

_WEIGHTS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_WEIGHTS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
_SERIALS: Final = 10_000
# A fixed walk over all serials that shares no factor with 10,000, so numbers do not look counted.
_STEP: Final = 3_571


def _sum(text: str, weights: tuple[int, ...]) -> int:
    return sum((ord(c) - 48) * weight for c, weight in zip(text, weights, strict=True))


class _Day:
    """What is left of one birthday and sex: the walk's place and the sums of the first seven digits."""

    __slots__ = ("first", "left", "place", "prefix", "second")

    def __init__(self, born: dt.date, female: bool, place: int) -> None:
        year, month, day = born.year, born.month, born.day
        century = (year // 100 - 18) * 2 + 1 + female
        tens, ones = divmod(year % 100, 10)
        month_tens, month_ones = divmod(month, 10)
        day_tens, day_ones = divmod(day, 10)
        self.prefix = f"{tens}{ones}{month:02d}{day:02d}{century}"
        # Written out: a loop over digits here costs as much as all the rest of the number.
        self.first = (
            tens + 2 * ones + 3 * month_tens + 4 * month_ones + 5 * day_tens + 6 * day_ones + 7 * century
        )
        self.second = self.first + 2 * (tens + ones + month_tens + month_ones + day_tens + day_ones + century)
        self.place = place
        self.left = _SERIALS


class IinIssuer:
    """Gives each call another number of a birthday and sex: the same ones in the same order of calls."""

    def __init__(self) -> None:
        texts = [f"{place * _STEP % _SERIALS:04d}" for place in range(_SERIALS)]
        self._texts = texts
        self._first = [_sum(text, _WEIGHTS[7:]) for text in texts]
        self._second = [_sum(text, _SECOND_WEIGHTS[7:]) for text in texts]
        self._days: dict[int, _Day] = {}

    def issue(self, born: dt.date, ordinal: int, female: bool) -> str:
        """The next number for someone born on `born`, whose proleptic day number is `ordinal`.

        Raises:
            RuntimeError: all numbers of that day and sex are given out (more than 9,000 people).
        """
        key = ordinal * 2 + female
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = _Day(born, female, key * 7_919 % _SERIALS)
        place = day.place
        while day.left:
            day.left -= 1
            place += 1
            if place == _SERIALS:
                place = 0
            check = (day.first + self._first[place]) % 11
            if check == 10:
                check = (day.second + self._second[place]) % 11
                if check == 10:
                    continue
            day.place = place
            return f"{day.prefix}{self._texts[place]}{check}"
        raise RuntimeError(f"No identification number is left for {born.isoformat()}")


def reserved_iin(born: dt.date, *, female: bool, nth: int = 0) -> str:
    """A number of that birthday and sex for somebody outside the stream of people.

    It is one of those that `IinIssuer` comes to last, so the two never meet in a population of fewer
    than some thousand people a birthday; `nth` tells apart those who share a birthday and sex.
    """
    key = born.toordinal() * 2 + female
    prefix = f"{born:%y%m%d}{(born.year // 100 - 18) * 2 + 1 + female}"
    for back in range(_SERIALS):
        place = (key * 7_919 - back) % _SERIALS
        first_eleven = f"{prefix}{place * _STEP % _SERIALS:04d}"
        check = check_digit(first_eleven)
        if check is not None:
            if not nth:
                return f"{first_eleven}{check}"
            nth -= 1
    raise RuntimeError(f"No identification number is left for {born.isoformat()}")


def made_up_bin(number: int, *, registered: dt.date) -> str:
    """The business number of the `number`-th made-up organisation: resident, head office.

    Two numbers differ as long as `number` differs and stays below 40,000.
    """
    serial = 60_000 + number
    while True:
        first_eleven = f"{registered:%y%m}40{serial % 100_000:05d}"
        check = check_digit(first_eleven)
        if check is not None:
            return f"{first_eleven}{check}"
        # Out of reach of the other numbers: those use 60000 to 99999.
        serial = serial - 60_000 if serial >= 60_000 else serial + 1
