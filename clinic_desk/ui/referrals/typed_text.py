"""Readings of what was typed into a searching field: as it is, with look-alike letters, in another layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from clinic_desk.ui.kit.keymap import latin_letter, unscramble

T = TypeVar("T")

_CYRILLIC_KEYS: Final = "йцукенгшщзхъфывапролджэячсмитьбюё"
_CYRILLIC_BY_PLACE: Final = {latin_letter(letter): letter for letter in _CYRILLIC_KEYS}
_LOOK_ALIKE: Final = str.maketrans("АВЕКМНОРСТХІавекмнорстхі", "ABEKMHOPCTXIabekmhopctxi")
_CODE: Final = re.compile(r"[A-Za-z][0-9]{1,3}(?:[.,][0-9.,]*)?")


def readings(text: str) -> list[str]:
    """What may have been meant, likeliest first: a code in Latin, the words as typed, words in Cyrillic.

    `ш10` (the Russian layout), `ш"қ` (the Kazakh one) and `І10` (a Cyrillic letter) are all read as `i10`;
    `rfhlbj` is read as `кардио`.
    """
    typed = text.strip()
    found = [typed]
    if not typed.isascii():
        found += [code for code in (typed.translate(_LOOK_ALIKE), unscramble(typed)) if _CODE.fullmatch(code)]
    elif typed and not any(character.isdigit() for character in typed):
        found.append("".join(_CYRILLIC_BY_PLACE.get(letter, letter) for letter in typed.lower()))
    return list(dict.fromkeys(found))


def first_found(ask: Callable[[str], Sequence[T]], text: str) -> list[T]:
    """The answer to the first reading of `text` that has one; empty if none has."""
    for reading in readings(text):
        answer = ask(reading)
        if answer:
            return list(answer)
    return []
