"""Referral numbers: readable, unique per desk without a network, with a check character.

Form: `DESK-SERIE-00042-C`, ASCII, letters of the Crockford alphabet (no I, L, O, U).

- DESK is the desk's code; the clinic gives each window its own.
- SERIE is the series: the minute it was opened, counted from 1 January 2024. A new series starts
  whenever the store cannot prove that it is the newest copy of itself (see `services.numbering`),
  so that a restored backup never repeats a number.
- 00042 counts within the series; C is the ISO 7064 hybrid check over the rest, which finds every
  single wrong character and nearly all swapped neighbours.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.errors import InvalidValue

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LAST_COUNTER: Final = 99_999
_EPOCH: Final = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_SERIES_LENGTH: Final = 5
_BASE: Final = len(ALPHABET)
_FORM: Final = re.compile(
    rf"(?P<desk>[{ALPHABET}]{{1,6}})-(?P<series>[{ALPHABET}]{{5}})-(?P<counter>[0-9]{{5}})-(?P<check>[{ALPHABET}])"
)
# What people and OCR take one character for.
_MISREAD: Final = str.maketrans("ILOUОАВЕКМНРСТХ", "110VOABEKMHPCTX")


class InvalidNumber(InvalidValue):
    """Codes: `number.form`, `number.check`, `number.desk_code`."""


@dataclass(frozen=True, slots=True)
class ReferralNumber:
    """The parts of a number that passed its check."""

    desk: str
    series: str
    counter: int

    def __str__(self) -> str:
        body = f"{self.desk}-{self.series}-{self.counter:05d}"
        return f"{body}-{check_character(body)}"


def check_character(body: str) -> str:
    """The check character of the number without it; dashes do not count."""
    rest = _BASE
    for character in body.replace("-", ""):
        rest = (rest + ALPHABET.index(character)) % _BASE or _BASE
        rest = rest * 2 % (_BASE + 1)
    return ALPHABET[(_BASE + 1 - rest) % _BASE]


def make_series(moment: dt.datetime, later_than: str = "", *, skip: int = 0) -> str:
    """The series opened at `moment` (aware), always sorting behind `later_than`, `skip` series on.

    Five characters count minutes up to the year 2087; a clock that was set back cannot bring an
    older series again as long as the newest one is given.
    """
    minutes = max(0, int((moment - _EPOCH).total_seconds()) // 60)
    if later_than:
        minutes = max(minutes, _value(later_than) + 1)
    minutes += skip
    characters = []
    for _ in range(_SERIES_LENGTH):
        minutes, digit = divmod(minutes, _BASE)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


def _value(series: str) -> int:
    value = 0
    for character in series:
        value = value * _BASE + ALPHABET.index(character)
    return value


def normalise_desk_code(text: str) -> str:
    """A desk code fit for a number: upper case, 1 to 6 letters of the alphabet.

    Raises:
        InvalidNumber: with code `number.desk_code`.
    """
    code = text.strip().upper()
    if not 1 <= len(code) <= 6 or any(c not in ALPHABET for c in code):
        raise InvalidNumber("number.desk_code")
    return code


def parse_number(text: str) -> ReferralNumber:
    """The number as typed, scanned or read aloud: case and look-alike letters are forgiven.

    Raises:
        InvalidNumber: when the form or the check character is wrong.
    """
    code = text.strip().upper().translate(_MISREAD).replace("O", "0")
    match = _FORM.fullmatch(code)
    if match is None:
        raise InvalidNumber("number.form")
    number = ReferralNumber(match["desk"], match["series"], int(match["counter"]))
    if str(number) != code:
        raise InvalidNumber("number.check")
    return number
