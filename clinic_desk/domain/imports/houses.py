"""Which houses a cell means: «1-25», «нечётные», «тақ жағы, 12-ден бастап», «2, 4, 6», nothing for all.

Letters and parts behind a number («12а», «5/1») are left out, as they are in addresses.
"""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.street_parts import WHOLE_STREET, Houses, together
from clinic_desk.domain.streets import StreetSide


class InvalidHouses(InvalidValue):
    """The cell names no houses. Codes: `street.houses_unreadable`, `street.houses_apart`."""


# «нечётные» holds «чётные»: the odd side is looked for first.
_SIDES: Final = (
    (StreetSide.ODD, re.compile(r"\b(?:не\s?чет\w*|тақ\w*|odd)\b")),
    (StreetSide.EVEN, re.compile(r"\b(?:чет\w*|жұп\w*|even)\b")),
)
_ALL: Final = re.compile(r"\b(?:вс[еяю]\w*|полностью|целиком|улица|барлы\w*|бәрі|бүкіл\w*|толық|all|whole)\b")
_NOISE: Final = re.compile(
    r"№|\b(?:дом\w*|д|номера?|сторон[аы]|көше\w*|үй\w*|жағы\w*|house\w*|side|street|numbers?|no)\b\.?"
)
_BETWEEN: Final = re.compile(r"[,;]|\s(?:и|және|and)\s")
_NUMBER: Final = r"(\d{1,4})(?:\s?[а-яәғқңөұүһіa-z]\b|\s?/\s?\d+\w?)?"
_ONE: Final = re.compile(_NUMBER)
_RANGE: Final = re.compile(rf"(?:с|от|from)?\s*{_NUMBER}\s*(?:-|\.\.+|…|по|до|to)\s*{_NUMBER}")
_KK_RANGE: Final = re.compile(
    rf"{_NUMBER}-?(?:дан|ден|тан|тен|нан|нен)\s*{_NUMBER}-?(?:ға|ге|қа|ке|на|не)?\s*дейін"
)
_FROM: Final = re.compile(
    rf"(?:(?:с|от|from)\s*{_NUMBER}|{_NUMBER}\s*(?:-|\+|-?(?:дан|ден|тан|тен|нан|нен)\s*(?:бастап|кейін|әрі)))"
)
_TO: Final = re.compile(rf"(?:(?:до|по|to|-)\s*{_NUMBER}|{_NUMBER}-?(?:ға|ге|қа|ке|на|не)?\s*дейін)")
_ONWARDS: Final = re.compile(r"\s*(?:,\s*)?(?:и далее|и выше|до конца|және одан әрі|and (?:up|on)\w*)")


def houses_of(text: str) -> Houses:
    """The houses; the whole street for an empty cell.

    Raises:
        InvalidHouses: nothing can be told, or it takes more than one run of houses to say it.
    """
    words = re.sub(r"[‐-―−]", "-", text.casefold().replace("ё", "е"))
    sides = []
    for side, known in _SIDES:
        words, count = known.subn(" ", words)
        if count:
            sides.append(side)
    words = _NOISE.sub(" ", _ALL.sub(" ", words))
    # "12 and so on" and its kin become the open end «12+».
    words = _ONWARDS.sub("+", words)
    side = sides[0] if len(sides) == 1 else StreetSide.ALL
    pieces = [piece.strip(" .:()") for piece in _BETWEEN.split(words)]
    parts = [_part(piece, side) for piece in pieces if piece]
    if not parts:
        if text.strip() and not sides and not _ALL.search(text.casefold()):
            raise InvalidHouses("street.houses_unreadable")
        return WHOLE_STREET if side is StreetSide.ALL else Houses(side)
    joined = together(parts)
    if len(joined) != 1:
        raise InvalidHouses("street.houses_apart" if joined else "street.houses_unreadable")
    return joined[0]


def _part(piece: str, side: StreetSide) -> Houses:
    low: int | None = None
    high: int | None = None
    if found := _ONE.fullmatch(piece):
        low = high = int(found[1])
    elif found := _RANGE.fullmatch(piece) or _KK_RANGE.fullmatch(piece):
        low, high = int(found[1]), int(found[2])
    elif found := _FROM.fullmatch(piece):
        low = int(found[1] or found[2])
    elif found := _TO.fullmatch(piece):
        high = int(found[1] or found[2])
    else:
        raise InvalidHouses("street.houses_unreadable")
    if low == 0 or high == 0 or (low and high and high < low):
        raise InvalidHouses("street.houses_unreadable")
    return Houses(side, low, high)
