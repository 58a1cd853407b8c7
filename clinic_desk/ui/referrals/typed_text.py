"""Readings of what was typed into a searching field: as it is, and in another layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from clinic_desk.ui.kit.keymap import latin_letter, unscramble

T = TypeVar("T")

_CYRILLIC_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_CYRILLIC_BY_PLACE: Final = {latin_letter(letter): letter for letter in _CYRILLIC_KEYS}
_CODE: Final = re.compile(r"[A-Za-z][0-9]{2,3}(?:[.,][0-9.,]*)?")


def readings(text: str) -> list[str]:
    """What may have been meant, likeliest first.

    `ш"қ` is `i10` under the Kazakh layout, whose digit row types letters; `rfhlbj` is `кардио` under a
    Latin one. Look-alike letters and codes under the Russian layout are the store's own business.
    """
    typed = text.strip()
    if not typed.isascii():
        by_place = unscramble(typed)
        return [by_place, typed] if by_place != typed and _CODE.fullmatch(by_place) else [typed]
    if typed and not any(character.isdigit() for character in typed):
        return [typed, "".join(_CYRILLIC_BY_PLACE.get(letter, letter) for letter in typed.lower())]
    return [typed]


def first_found(ask: Callable[[str], Sequence[T]], text: str) -> list[T]:
    """The answer to the first reading of `text` that has one; empty if none has."""
    for reading in readings(text):
        answer = ask(reading)
        if answer:
            return list(answer)
    return []
