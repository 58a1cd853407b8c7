"""A title in the languages the clinic has it in; any may be empty."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in up to three languages."""

    kk: str = ""
    ru: str = ""
    en: str = ""

    def said_in(self, language: str) -> str:
        """The text in `language` (kk, ru, en), or the nearest one that is there."""
        wanted = {"kk": self.kk, "ru": self.ru, "en": self.en}.get(language, "")
        return wanted or self.ru or self.kk or self.en
