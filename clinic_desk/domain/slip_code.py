"""What the two codes on a slip say, and how a scan of either leads back to the referral's number.

The bar code carries the printed number alone, the square code `CD1|number|check`. Neither holds
anything about the person.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from clinic_desk.domain.numbers import InvalidNumber, parse_number

_PREFIX: Final = "CD1"
_LONGEST: Final = 64
_NUMBER: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
# Crockford's alphabet: no I, L, O, U, so that a check read aloud is not misheard.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def slip_check(number: str) -> str:
    """Four characters that depend on every character of the ASCII `number`; the same on every machine."""
    crc = zlib.crc32(number.encode("ascii"))
    return "".join(_ALPHABET[(crc >> shift) & 31] for shift in (15, 10, 5, 0))


def slip_code(number: str) -> str:
    """The text of the square code, such as `CD1|T2-1A7Q-00042-K|7F3A`.

    Raises:
        ValueError: when `number` is not of the printed form (ASCII capitals, digits, hyphens between).
    """
    if not _is_number(number):
        raise ValueError("a slip number has capitals, digits and hyphens only")
    return f"{_PREFIX}|{number}|{slip_check(number)}"


def parse_slip_code(text: str) -> str | None:
    """The number that a scan of the square code or of the bar code stands for; None for anything else.

    Blanks and line ends that scanners add are ignored, and so is the state of Caps Lock. A wrong check
    gives None: that of the square code, or the check character of the bare number. An IIN is never taken
    for a number.
    """
    if len(text) > 2 * _LONGEST:
        return None
    scanned = text.strip().upper()
    if not scanned.isascii():
        return None
    prefix, bar, rest = scanned.partition("|")
    if not bar:
        try:
            return str(parse_number(scanned))
        except InvalidNumber:
            return None
    number, _, check = rest.partition("|")
    if prefix != _PREFIX or not _is_number(number) or check != slip_check(number):
        return None
    return number


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST and _NUMBER.fullmatch(text) is not None
