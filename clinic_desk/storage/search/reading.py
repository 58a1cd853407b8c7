"""What a typed text may mean: numbers, or names with initials and a birth date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.folding import fold_word
from clinic_desk.storage.search.layouts import meant_cyrillic, meant_digits, meant_latin

LONGEST: Final = 120
MOST_WORDS: Final = 6
_SHORTEST_NUMBER: Final = 3
_NATIONAL: Final = 10
_IIN: Final = 12
_NUMBER: Final = re.compile(r"[+(]*[0-9][0-9 \t\u00a0\u202f()–-]*")
_DATE: Final = re.compile(r"(?P<day>[0-9]{1,2})[./-](?P<month>[0-9]{1,2})[./-](?P<year>(?:18|19|20)[0-9]{2})")
_YEAR: Final = re.compile(r"(?:18|19|20)[0-9]{2}")
# «1985 г.р.», «1985 ж.т.»
_AFTER_YEAR: Final = re.compile(r"(?<=[0-9]{4})\s*(?:г|ж)\.?\s*[рт]?\.?(?=\s|$)", re.IGNORECASE)
_PARTS: Final = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class NumberQuery:
    """Digits of an IIN or of a phone. `is_phone` when they can be nothing else."""

    digits: str
    is_phone: bool = False


@dataclass(frozen=True, slots=True)
class NameQuery:
    """Folded words and initials in the order of typing, and the first and last day of birth (ISO).

    `match` is told with the hits: name, latin or layout. `spelled` are the words folded letter by
    letter, which keeps doubled letters. `is_far_fetched` readings come after slips of the finger.
    """

    words: tuple[str, ...]
    initials: tuple[str, ...] = ()
    born: tuple[str, str] | None = None
    match: str = "name"
    spelled: tuple[str, ...] = ()
    is_far_fetched: bool = False


Query = NumberQuery | NameQuery


def readings(text: str) -> Iterator[Query]:
    """What `text` may mean, likeliest first, each made when asked for; none when it says too little."""
    text = text.strip()[:LONGEST]
    number = _number(text)
    if number is not None:
        yield number
        return
    digits = meant_digits(text)
    if digits is not None:
        yield NumberQuery(digits)
        return
    cyrillic = meant_cyrillic(text)
    query = _name(text, "name" if cyrillic is None else "latin")
    if query is not None:
        yield query
    query = _name(cyrillic or meant_latin(text), "layout", is_far_fetched=cyrillic is None)
    if query is not None:
        yield query


def _number(text: str) -> NumberQuery | None:
    if not _NUMBER.fullmatch(text):
        return None
    digits = "".join(filter(str.isdigit, text))
    is_phone = text.startswith(("+", "(")) or (len(digits) == _NATIONAL + 1 and digits[0] in "78")
    if is_phone:
        # +7 and 8 before a national number say nothing; other countries' codes are part of theirs.
        digits = digits[1:] if text.startswith("+7") or len(digits) == _NATIONAL + 1 else digits
    if not _SHORTEST_NUMBER <= len(digits) <= (15 if is_phone else _IIN):
        return None
    return NumberQuery(digits, is_phone)


def _name(text: str | None, match: str, *, is_far_fetched: bool = False) -> NameQuery | None:
    if text is None:
        return None
    words: list[str] = []
    spelled: list[str] = []
    initials: list[str] = []
    born: tuple[str, str] | None = None
    for part in _PARTS.split(_AFTER_YEAR.sub("", text)):
        days = _days(part)
        if days is not None:
            born = days
            continue
        for piece in part.split("."):
            key = fold_word(piece)
            if key and _is_initial(piece):
                initials.append(key)
            elif key:
                words.append(key)
                spelled.append("".join(map(fold_word, piece)))
    if not words and initials:
        words, initials = initials[:1], initials[1:]
        spelled = words
    if not words and born is None:
        return None
    return NameQuery(
        tuple(words[:MOST_WORDS]),
        tuple(initials[:MOST_WORDS]),
        born,
        match,
        tuple(spelled[:MOST_WORDS]),
        is_far_fetched,
    )


def _is_initial(piece: str) -> bool:
    return sum(map(str.isalnum, piece)) == 1


def _days(part: str) -> tuple[str, str] | None:
    if _YEAR.fullmatch(part):
        return f"{part}-01-01", f"{part}-12-31"
    match = _DATE.fullmatch(part.rstrip("."))
    if match is None:
        return None
    try:
        day = dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    return day.isoformat(), day.isoformat()
