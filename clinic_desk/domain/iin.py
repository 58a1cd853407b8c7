"""Individual identification number (ИИН / ЖСН).

Source: Government Resolution No. 406 of 22 May 2007 (structure and check digit); the link
between the digits and personal data was removed on 26 Aug 2013 (Resolution No. 853, explained
by the Ministry of Justice on 5 Apr 2019), so a birth date or sex that disagrees with the number
is a warning, never an error, and the document wins.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from operator import mul
from typing import Final

from clinic_desk.domain.errors import InvalidValue

_FIRST_PASS: Final = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
_SECOND_PASS: Final = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
LENGTH: Final = 12
_NO_CENTURY = "0"


class Sex(StrEnum):
    """Sex as written in the identity document; FHIR administrative-gender values."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


class InvalidIin(InvalidValue):
    """The text is not an IIN.

    Codes: `iin.empty`, `iin.characters`, `iin.length`, `iin.check_digit`, `iin.date`.
    """


@dataclass(frozen=True, slots=True)
class Iin:
    """A number that passed the check digit and whose first six digits are a date.

    `birth_date` and `sex` are what the number says; both are None when the seventh digit is 0
    (numbers of foreigners; meaning not confirmed by an official text), `is_unusual` is then true.
    """

    digits: str
    birth_date: dt.date | None
    sex: Sex | None

    @property
    def is_unusual(self) -> bool:
        """True when the century and sex digit is 0: take both from the document."""
        return self.birth_date is None

    @property
    def masked(self) -> str:
        """For lists that visitors can see: `880214 ••0000`."""
        return mask(self.digits)

    def __str__(self) -> str:
        return self.digits


def mask(digits: str) -> str:
    """Twelve digits with the century, sex and first serial digit hidden: `880214 ••0000`."""
    return f"{digits[:6]} ••{digits[8:]}"


def check_digit(first_eleven: str) -> int | None:
    """The twelfth digit, or None where both passes give 10 and the number is never issued."""
    numbers = [ord(c) - 48 for c in first_eleven]
    # Of lists come by the hundred thousand: `sumprod` without its loop in Python.
    rest = sum(map(mul, numbers, _FIRST_PASS)) % 11
    if rest == 10:
        rest = sum(map(mul, numbers, _SECOND_PASS)) % 11
    return None if rest == 10 else rest


def has_valid_check_digit(digits: str) -> bool:
    """True when twelve ASCII digits end in their own check digit (IIN and BIN alike)."""
    return check_digit(digits[:11]) == ord(digits[11]) - 48


def digits_of(text: str) -> str:
    """The text without blanks, line ends and separators people and scanners put between digits."""
    return "".join(c for c in text if not c.isspace() and c not in "-–—.·")


def parse_iin(text: str) -> Iin:
    """The IIN written in `text`; blanks and dashes between digits are forgiven.

    Raises:
        InvalidIin: with the code of the first thing that is wrong.
    """
    digits = text if text.isdigit() else digits_of(text)
    if not digits:
        raise InvalidIin("iin.empty")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidIin("iin.characters")
    if len(digits) != LENGTH:
        raise InvalidIin("iin.length", length=len(digits))
    if not has_valid_check_digit(digits):
        raise InvalidIin("iin.check_digit")
    seventh = digits[6]
    if seventh == _NO_CENTURY:
        return Iin(digits, None, None)
    if seventh not in "123456":
        raise InvalidIin("iin.date")
    century = 1800 + (ord(seventh) - 49) // 2 * 100
    try:
        born = dt.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError as error:
        raise InvalidIin("iin.date") from error
    return Iin(digits, born, Sex.MALE if seventh in "135" else Sex.FEMALE)


@dataclass(frozen=True, slots=True)
class IinMismatch:
    """Where the number and the document disagree; None means that they agree or are not known."""

    number_birth_date: dt.date | None
    number_sex: Sex | None

    def __bool__(self) -> bool:
        return self.number_birth_date is not None or self.number_sex is not None


def compare_with_document(iin: Iin, birth_date: dt.date | None, sex: Sex | None) -> IinMismatch:
    """What the number says differently from the document (a warning, see the module)."""
    other_date = iin.birth_date if birth_date and iin.birth_date and iin.birth_date != birth_date else None
    known_sex = sex if sex is not Sex.UNKNOWN else None
    other_sex = iin.sex if known_sex and iin.sex and iin.sex is not known_sex else None
    return IinMismatch(other_date, other_sex)
