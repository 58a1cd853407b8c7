"""Regions and districts of the country by their codes of the national classifier (ӘАОЖ / КАТО)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.folding import fold, fold_words
from clinic_desk.domain.rule_tables.fields import BadField, Field, Text
from clinic_desk.domain.rule_tables.schema import TableSchema

_CODE: Final = re.compile(r"[0-9]{9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class KatoCode(Field):
    """Nine digits; a spreadsheet may have made a number of them."""

    def read(self, raw: object) -> str:
        """The digits."""
        text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw
        if not isinstance(text, str) or not _CODE.fullmatch(text):
            raise BadField("unknown_code", value=str(raw)[:40])
        return text


@dataclass(frozen=True, slots=True)
class Place:
    """A region (`parent` empty), or a district or city in one."""

    code: str
    kk: str
    ru: str
    parent: str = ""

    def said_in(self, language: str) -> str:
        """The name; in English, for which the classifier has none, the Kazakh one."""
        return self.ru if language == "ru" else self.kk


KATO: Final = TableSchema(
    "kato",
    Place,
    {
        "code": KatoCode(),
        "parent": KatoCode(optional=True),
        "kk": Text(longest=80),
        "ru": Text(longest=80),
    },
    key=("code",),
)


class Places:
    """The places in force on one day, to be named and to be found by what is typed in Kazakh or Russian."""

    def __init__(self, places: Iterable[Place], day: dt.date) -> None:
        self.day = day
        self._by_code = {place.code: place for place in places}
        self._words = {code: self._keys(place) for code, place in self._by_code.items()}

    def name(self, code: str, language: str) -> str:
        """The district with its region, "" for a code that is not there (it may have been of another day)."""
        place = self._by_code.get(code)
        if place is None:
            return ""
        above = self._by_code.get(place.parent)
        return ", ".join(each.said_in(language) for each in (place, above) if each is not None)

    def find(self, text: str, near: str = "", limit: int = 40) -> list[Place]:
        """Places whose words begin as the typed ones; those of the region of `near` come first."""
        wanted = fold_words(text)
        found = [
            place
            for code, place in self._by_code.items()
            if all(any(word.startswith(part) for word in self._words[code]) for part in wanted)
        ]
        home = self._by_code[near].parent or near if near in self._by_code else near
        found.sort(
            key=lambda place: (
                place.code != near,
                home not in (place.code, place.parent),
                bool(place.parent) and bool(wanted) and not self._is_named(place, wanted[0]),
            )
        )
        return found[:limit]

    def _keys(self, place: Place) -> tuple[str, ...]:
        above = self._by_code.get(place.parent)
        names = (place.kk, place.ru, *((above.kk, above.ru) if above else ()))
        return tuple(word for name in names for word in fold_words(name))

    def _is_named(self, place: Place, start: str) -> bool:
        return fold(place.kk).startswith(start) or fold(place.ru).startswith(start)
