"""Numbers of people and organisations, and codes of services, in cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeVar

from clinic_desk.domain.bin import Bin, parse_bin
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import LENGTH, Iin, digits_of, parse_iin
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.look_alikes import digits_meant, latin_code

T = TypeVar("T", Iin, Bin)

MAX_CODE_LENGTH: Final = 32
_SCIENTIFIC: Final = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE | re.ASCII)
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9./-]*")
# Source: the tariff list of services of the guaranteed volume and of insurance.
_TARIFF_CODE: Final = re.compile(r"[A-Z]\d{2}\.\d{3}\.\d{3}")


def iin_of(cells: Cells, field: str) -> Iin | None:
    """The IIN in a cell; None when it is empty or, with a problem, wrong."""
    return _number(cells, field, "iin", parse_iin)


def bin_of(cells: Cells, field: str) -> Bin | None:
    """The BIN, or IIN of a sole practitioner, in a cell; None when it is empty or, with a problem, wrong."""
    return _number(cells, field, "bin", parse_bin)


def _number(cells: Cells, field: str, kind: str, parse: Callable[[str], T]) -> T | None:
    text = cells.known(field)
    if not text:
        return None
    try:
        return parse(text)
    except InvalidValue as error:
        return _explained(cells, field, kind, parse, text, error)


def _explained(
    cells: Cells, field: str, kind: str, parse: Callable[[str], T], text: str, error: InvalidValue
) -> T | None:
    """What most likely happened to a number that cannot be right, with the right one where it can be told."""
    digits = digits_of(text)
    if error.code.endswith(".length") and 8 <= len(digits) < LENGTH:
        padded = _parsed(parse, digits.zfill(LENGTH))
        if padded is not None and cells.is_number(field):
            cells.warn(f"{kind}.zero_padded", field, hint=padded.digits)
            return padded
        cells.failed(error, field, hint=padded.digits if padded else "")
    elif error.code.endswith(".characters") and _SCIENTIFIC.fullmatch(text):
        cells.problem(f"{kind}.scientific", field)
    elif error.code.endswith(".characters"):
        meant = digits_meant(digits)
        if len(meant) == LENGTH and meant.isascii() and meant.isdigit():
            letter = next(a for a, b in zip(digits, meant, strict=True) if a != b)
            number = _parsed(parse, meant)
            cells.problem(
                f"{kind}.letter_for_digit",
                field,
                hint=number.digits if number else "",
                letter=letter,
                digit=digits_meant(letter),
            )
        else:
            cells.failed(error, field)
    else:
        cells.failed(error, field)
    return None


def _parsed(parse: Callable[[str], T], digits: str) -> T | None:
    try:
        return parse(digits)
    except InvalidValue:
        return None


def service_code_of(cells: Cells, field: str) -> str:
    """A service's code in capitals without blanks, Latin; "" when it is empty or, with a problem, wrong."""
    text = cells.text(field)
    if not text:
        return ""
    plain = text.replace(" ", "").replace("–", "-").replace("—", "-")
    code = latin_code(plain)
    if len(code) > MAX_CODE_LENGTH:
        cells.problem("code.too_long", field, limit=MAX_CODE_LENGTH)
        return ""
    if not _CODE.fullmatch(code):
        cells.problem("code.characters", field)
        return ""
    if code != plain.upper():
        letter = next(a for a, b in zip(plain.upper(), code, strict=True) if a != b)
        cells.warn("code.look_alike", field, hint=code, letter=letter)
    if plain != text:
        cells.warn("code.blanks", field, hint=code)
    if not _TARIFF_CODE.fullmatch(code):
        cells.note("code.unusual", field)
    return code
