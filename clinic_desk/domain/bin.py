"""Business identification number (БИН / БСН) of an organisation.

Source: the same length and check digit as the IIN; the fifth digit tells the type (4 resident
legal entity, 5 non-resident, 6 sole trader's joint venture). A sole practitioner appears in the
Fund's list under a personal IIN, so either is accepted where a supplier is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import LENGTH, digits_of, has_valid_check_digit


class InvalidBin(InvalidValue):
    """Codes: `bin.empty`, `bin.characters`, `bin.length`, `bin.check_digit`."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Twelve digits with a right check digit; `is_person` when it is a sole practitioner's IIN."""

    digits: str

    @property
    def is_person(self) -> bool:
        """True when the fifth digit cannot be an organisation's type."""
        return self.digits[4] not in "456"

    def __str__(self) -> str:
        return self.digits


def parse_bin(text: str) -> Bin:
    """The BIN, or IIN of a sole practitioner, written in `text`.

    Raises:
        InvalidBin: with the code of the first thing that is wrong.
    """
    digits = digits_of(text)
    if not digits:
        raise InvalidBin("bin.empty")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidBin("bin.characters")
    if len(digits) != LENGTH:
        raise InvalidBin("bin.length", length=len(digits))
    if not has_valid_check_digit(digits):
        raise InvalidBin("bin.check_digit")
    return Bin(digits)
