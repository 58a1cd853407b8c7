"""Speaks a paper's words in one to three languages at once, joined as on the paper: «Қызмет / Услуга»."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinic_desk.domain.local_text import LocalText
from clinic_desk.sentences import short_source
from clinic_desk.texts import Language, Texts

SEPARATOR = " / "


@lru_cache(maxsize=16)
def _texts(language: Language, zone: str) -> Texts:
    return Texts(language, ZoneInfo(zone))


class Voice:
    """The words of one paper, from an area of the catalogue; the first of `languages` leads."""

    def __init__(self, languages: tuple[Language, ...], zone: str, area: str = "slip") -> None:
        if not languages:
            raise ValueError("a slip needs a language")
        self._all = [_texts(language, zone) for language in dict.fromkeys(languages)]
        self._zone = ZoneInfo(zone)
        self._area = area

    @property
    def is_single(self) -> bool:
        """Whether the slip speaks one language only."""
        return len(self._all) == 1

    @property
    def leading(self) -> Language:
        """The first language."""
        return self._all[0].language

    def has(self, key: str) -> bool:
        """Whether the catalogue has words of this key."""
        return self._all[0].has(f"{self._area}.{key}")

    def each(self, key: str, **params: object) -> list[str]:
        """The text in each language, those that are alike once."""
        return unique(texts.say(f"{self._area}.{key}", **params) for texts in self._all)

    def all(self, key: str, **params: object) -> str:
        """The text in every language, joined."""
        return SEPARATOR.join(self.each(key, **params))

    def known(self, key: str, code: str, **params: object) -> str:
        """The words for a code, joined; the code itself where the catalogue has no words for it."""
        full = f"{key}.{code}"
        return self.all(full, **params) if code and self.has(full) else code

    def word(self, area: str, group: str, code: str) -> str:
        """The words for a code of a group from any area of the catalogue, joined; else the code itself."""
        key = f"{area}.{group}.{code}"
        if not code or not self._all[0].has(key):
            return code
        return SEPARATOR.join(unique(texts.say(key) for texts in self._all))

    def titles(self, text: LocalText) -> list[str]:
        """A title of a catalogue in each language, those that are alike once, none where there is none."""
        return [title for title in unique(text.said_in(texts.language) for texts in self._all) if title]

    def source(self, source: str) -> str:
        """Where a rule stands, in short, in every language."""
        return SEPARATOR.join(unique(short_source(texts, source) for texts in self._all))

    def day(self, day: dt.date) -> str:
        """23.11.2026."""
        return self._all[0].date(day)

    def moment(self, moment: dt.datetime) -> str:
        """23.11.2026, 09:43 in the slip's zone."""
        local = self.local(moment)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def local(self, moment: dt.datetime) -> dt.datetime:
        """The aware moment on the clock of the slip's zone."""
        if moment.tzinfo is None:
            raise ValueError("a moment must know its time zone")
        return moment.astimezone(self._zone)

    def long_day(self, day: dt.date) -> str:
        """«26 қараша / ноября 2026»."""
        months = unique(texts.say(f"calendar.month.{day.month}") for texts in self._all)
        return f"{day.day} {SEPARATOR.join(months)} {day.year}"

    def until(self, day: dt.date) -> str:
        """«23.12.2026 дейін / до» where Kazakh leads, else «до 23.12.2026»."""
        words = self.all("until")
        shown = self.day(day)
        return f"{shown} {words}" if self.leading is Language.KK else f"{words} {shown}"


def unique(texts: Iterable[str]) -> list[str]:
    """The texts in order, each once."""
    return list(dict.fromkeys(texts))
