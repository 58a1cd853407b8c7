"""Countries of foreigners' documents, with their names in the program's languages."""

from __future__ import annotations

from functools import cache

from clinic_desk.domain.folding import fold_words
from clinic_desk.domain.local_text import LocalText
from clinic_desk.resources import read_json


@cache
def countries() -> dict[str, LocalText]:
    """By ISO 3166-1 alpha-3 code, the most frequent first."""
    return {
        row["code"]: LocalText(row["kk"], row["ru"], row["en"]) for row in read_json("countries.json")["rows"]
    }


def find_countries(text: str) -> list[str]:
    """The codes of countries whose words, in any language, begin as the typed ones; or whose code it is."""
    wanted = fold_words(text)
    return [
        code
        for code, name in countries().items()
        if all(any(word.startswith(part) for word in _words(name)) for part in wanted)
        or code == text.strip().upper()
    ]


def _words(name: LocalText) -> tuple[str, ...]:
    return tuple(word for title in (name.kk, name.ru, name.en) for word in fold_words(title))
