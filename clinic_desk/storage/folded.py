"""Folded words with a memory: names repeat, folding a letter at a time does not come free."""

from __future__ import annotations

import re
from functools import lru_cache

from clinic_desk.domain.folding import fold_word, fold_words
from clinic_desk.domain.names import PersonName

_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=1 << 16)
def folded_part(part: str) -> str:
    """The key of one part of a name, which may have several words."""
    return " ".join(fold_words(part))


def name_key(name: PersonName) -> str:
    """The same as `name.key`, remembered by parts."""
    keys = (folded_part(name.surname), folded_part(name.given_name), folded_part(name.patronymic))
    return " ".join(key for key in keys if key)


def title_words(*titles: str) -> str:
    """The keys of all words of the titles, each once, with a blank before each: ` word word`."""
    keys = (fold_word(word) for title in titles for word in _WORD.split(title))
    return "".join(f" {key}" for key in dict.fromkeys(keys) if key)
