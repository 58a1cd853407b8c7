"""The kinds of fields a rule table has: what a JSON value must look like and what it is read as.

A field also knows the text of a spreadsheet's cell for a value and back, since an administrator may edit a
table there.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ICD: Final = re.compile(r"[A-Z][0-9]{2}(\.[0-9]{1,2})?")
_BEGINNING: Final = re.compile(r"[A-Z][0-9]{2}(\.[0-9]{1,3}){0,2}")
_LINK: Final = re.compile(r"(https://[^\s/]+\.[^\s]+|tel:\+?[0-9]+)")
_YES: Final = frozenset({"true", "yes", "1", "иә", "да"})
_NO: Final = frozenset({"false", "no", "0", "жоқ", "нет"})
_SEPARATOR: Final = "; "


class BadField(Exception):
    """A value is not what its field asks for; `code` is the end of a key `rules.problem.<code>`."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(ABC):
    """One field of a row. An optional one may be absent or null, then the row's type has its default."""

    optional: bool = False

    @abstractmethod
    def read(self, raw: object) -> Any:
        """The value for the program.

        Raises:
            BadField: what is wrong with it.
        """

    def from_cell(self, text: str) -> object:
        """The JSON value a cell stands for; what cannot be one stays text, so that `read` says why."""
        return text

    def to_cell(self, raw: object) -> str:
        """The text of a cell for a JSON value."""
        return "" if raw is None else str(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """Words of at most `longest` characters, on one line."""

    longest: int = 400

    def read(self, raw: object) -> str:
        """The words as they are."""
        if not isinstance(raw, str):
            raise BadField("not_text")
        if not raw.strip() and not self.optional:
            raise BadField("empty")
        if len(raw) > self.longest:
            raise BadField("too_long", longest=self.longest)
        if not _is_shown(raw):
            raise BadField("unreadable")
        return raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Field):
    """One of the codes the program knows.

    `labels` is the group of the catalogue that has their words, such as `labels.category`.
    """

    known: tuple[str, ...]
    labels: str = ""

    def read(self, raw: object) -> str:
        """The code."""
        if not isinstance(raw, str):
            raise BadField("not_text")
        if raw not in self.known:
            raise BadField("unknown_code", value=raw[:40])
        return raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes(Field):
    """A list of codes the program knows, each once."""

    known: tuple[str, ...]
    labels: str = ""

    def read(self, raw: object) -> tuple[str, ...]:
        """The codes in their order."""
        one = Code(known=self.known)
        codes = tuple(one.read(item) for item in _list(raw))
        if len(set(codes)) < len(codes):
            raise BadField("repeated")
        return codes

    def from_cell(self, text: str) -> object:
        """Codes between semicolons."""
        return _split(text)

    def to_cell(self, raw: object) -> str:
        """Codes between semicolons."""
        return _joined(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day(Field):
    """A day, written 2026-01-31; in a spreadsheet also 31.01.2026."""

    def read(self, raw: object) -> dt.date:
        """The day."""
        if not isinstance(raw, str) or not _ISO_DAY.fullmatch(raw):
            raise BadField("not_a_day")
        try:
            return dt.date.fromisoformat(raw)
        except ValueError as error:
            raise BadField("not_a_day") from error

    def from_cell(self, text: str) -> object:
        """Day.month.year as year-month-day; a time of midnight, which spreadsheets add, is dropped."""
        day = text.removesuffix(" 00:00:00").removesuffix("T00:00:00")
        found = _LOCAL_DAY.fullmatch(day)
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}" if found else day


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Field):
    """A whole number between `lowest` and `highest`, both inclusive."""

    lowest: int = 0
    highest: int = 1_000_000_000

    def read(self, raw: object) -> int:
        """The number."""
        if not isinstance(raw, int) or isinstance(raw, bool):
            raise BadField("not_a_number")
        if not self.lowest <= raw <= self.highest:
            raise BadField("out_of_range", lowest=self.lowest, highest=self.highest)
        return raw

    def from_cell(self, text: str) -> object:
        """A number without its thousands' blanks; `30.0`, as spreadsheets write 30, is 30."""
        digits = re.sub(r"[.,]0+$", "", re.sub(r"\s", "", text))
        return int(digits) if re.fullmatch(r"-?[0-9]{1,15}", digits) else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Field):
    """A sum or a share that is not whole, >= 0, written as text with a point: `"2487.71"`."""

    highest: Decimal = Decimal(1_000_000_000)

    def read(self, raw: object) -> Decimal:
        """The exact amount."""
        text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
        if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,6})?", text):
            raise BadField("not_an_amount")
        try:
            amount = Decimal(text)
        except InvalidOperation as error:  # pragma: no cover -- the pattern admits only numbers
            raise BadField("not_an_amount") from error
        if amount > self.highest:
            raise BadField("out_of_range", lowest=0, highest=self.highest)
        return amount

    def from_cell(self, text: str) -> object:
        """A comma is a point."""
        return re.sub(r"\s", "", text).replace(",", ".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """True or false; in a spreadsheet yes and no in any of the three languages."""

    def read(self, raw: object) -> bool:
        """The flag."""
        if not isinstance(raw, bool):
            raise BadField("not_a_flag")
        return raw

    def from_cell(self, text: str) -> object:
        """Yes and no as words."""
        word = text.strip().casefold()
        return True if word in _YES else False if word in _NO else text

    def to_cell(self, raw: object) -> str:
        """Yes, or nothing."""
        return "yes" if raw is True else "no" if raw is False else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime(Field):
    """A time of the day in the clinic's zone, written 18:00."""

    def read(self, raw: object) -> dt.time:
        """The time."""
        if not isinstance(raw, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", raw):
            raise BadField("not_a_time")
        return dt.time.fromisoformat(raw)

    def from_cell(self, text: str) -> object:
        """Hours and minutes; seconds, which spreadsheets add, are dropped."""
        found = re.fullmatch(r"(\d{1,2}):(\d{2})(:00)?", text.strip())
        return f"{int(found[1]):02}:{found[2]}" if found else text


@dataclass(frozen=True, slots=True, kw_only=True)
class IcdRanges(Field):
    """Ranges of ICD-10 codes, `["A15-A19", "K74"]`; may be empty. Bounds belong to the range."""

    def read(self, raw: object) -> tuple[tuple[str, str], ...]:
        """Lowest and highest code of each range."""
        return tuple(_range(item) for item in _list(raw))

    def from_cell(self, text: str) -> object:
        """Ranges between semicolons."""
        return _split(text)

    def to_cell(self, raw: object) -> str:
        """Ranges between semicolons."""
        return _joined(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBeginnings(Field):
    """Beginnings of codes of the tariff list, `["A02", "B03.8"]`, in Latin capitals."""

    def read(self, raw: object) -> tuple[str, ...]:
        """The beginnings in their order."""
        starts = tuple(_list(raw))
        for start in starts:
            if not isinstance(start, str) or not _BEGINNING.fullmatch(start):
                raise BadField("not_a_beginning", value=str(start)[:20])
        if len(set(starts)) < len(starts):
            raise BadField("repeated")
        return tuple(str(start) for start in starts)

    def from_cell(self, text: str) -> object:
        """Beginnings between semicolons."""
        return _split(text)

    def to_cell(self, raw: object) -> str:
        """Beginnings between semicolons."""
        return _joined(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Field):
    """An address to open on a phone: `https://…` or `tel:…`; `{language}` in it stands for kk, ru, en."""

    def read(self, raw: object) -> str:
        """The address."""
        if not isinstance(raw, str) or len(raw) > 300 or not _LINK.fullmatch(raw) or not _is_shown(raw):
            raise BadField("not_a_link")
        return raw


def _is_shown(text: str) -> bool:
    """No line ends, no control characters, no halves of letters, which the store could not even keep."""
    return text.replace("\N{NO-BREAK SPACE}", "").isprintable()


def _list(raw: object) -> Sequence[object]:
    if not isinstance(raw, list):
        raise BadField("not_a_list")
    return raw


def _range(raw: object) -> tuple[str, str]:
    if not isinstance(raw, str):
        raise BadField("not_a_range", value="")
    low, _, high = raw.partition("-")
    high = high or low
    if not _ICD.fullmatch(low) or not _ICD.fullmatch(high):
        raise BadField("not_a_range", value=raw[:20])
    if low > high:
        raise BadField("range_reversed", value=raw[:20])
    return low, high


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _joined(raw: object) -> str:
    return _SEPARATOR.join(str(item) for item in raw) if isinstance(raw, list) else ""
