"""Prices, coefficients, days and kilometres as foreign lists write them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from clinic_desk.domain.errors import InvalidValue

_UNIT: Final = re.compile(
    r"(?:тенге|теңге|тг\.?|kzt|tenge|₸|км\.?|km|дней|дня|день|дн\.?|күн|days?)\.?$", re.IGNORECASE
)
_PLAIN: Final = re.compile(r"\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:([ '.,])\d{3})(?:\1\d{3})*(?:[.,]\d{1,6})?", re.ASCII)
_BLANKS: Final = re.compile(r"[\s\u00a0\u202f\u2009]+")
LARGEST: Final = Decimal(10) ** 10


class InvalidAmount(InvalidValue):
    """Codes: `number.unreadable`, `number.ambiguous`, `number.negative`, `number.too_big`."""


def parse_amount(text: str, *, separator_is_decimal: bool = False) -> Decimal:
    """The number written in `text`; blanks, a unit behind it and thousands apart are forgiven.

    `654.15<tab>тенге`, `1 234,56 ₸` and `1,234.56` are read. `1,234` could be either, so it is refused
    unless `separator_is_decimal` says that a single separator always parts the fraction.

    Raises:
        InvalidAmount: see the class.
    """
    bare = _UNIT.sub("", _BLANKS.sub(" ", text).strip()).strip()
    if bare.startswith(("-", "−")) and bare[1:].strip()[:1].isdigit():
        raise InvalidAmount("number.negative")
    grouped = _GROUPED.fullmatch(bare)
    if grouped is None:
        if not _PLAIN.fullmatch(bare):
            raise InvalidAmount("number.unreadable")
        return _within(bare.replace(",", "."))
    separator = grouped[1]
    if separator in ".," and bare.count(separator) == 1 and not bare.replace(separator, "").isdigit():
        pass  # The other character is the decimal one: 1,234.56
    elif separator in ".," and bare.count(separator) == 1:
        if not separator_is_decimal:
            raise InvalidAmount("number.ambiguous")
        return _within(bare.replace(",", "."))
    return _within(bare.replace(separator, "").replace(",", "."))


def parse_whole(text: str) -> int:
    """A whole number of days, such as `10` or `10 дней`.

    Raises:
        InvalidAmount: see the class; a fraction is unreadable.
    """
    amount = parse_amount(text, separator_is_decimal=True)
    if amount != amount.to_integral_value():
        raise InvalidAmount("number.unreadable")
    return int(amount)


def _within(digits: str) -> Decimal:
    try:
        value = Decimal(digits)
    except ArithmeticError as error:
        raise InvalidAmount("number.unreadable") from error
    if value > LARGEST:
        raise InvalidAmount("number.too_big")
    return value
