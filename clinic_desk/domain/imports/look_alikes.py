"""Letters that look alike in two alphabets, and what was meant by them.

Lists made by hand mix them: `В06.863.005` begins with a Cyrillic letter, «Cерiк» with a Latin one.
Each folding is told to the person as a warning; nothing is merged silently.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_TO_LATIN: Final = str.maketrans("АВЕКМНОРСТХУІЅЈавекмнорстхуіѕј", "ABEKMHOPCTXYISJabekmhopctxyisj")
_TO_CYRILLIC: Final = str.maketrans("ABCEHIKMOPTXYaceikopxyhƏəɵ", "АВСЕНІКМОРТХУасеікорхуһӘәө")
_TO_DIGIT: Final = str.maketrans("OoОоQIlІіi|ЗзZzSsБбBВЧч", "00000111111332255668844")
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile(r"[A-Za-zƏəɵ]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_HEADING_LETTERS: Final = str.maketrans("авекмнорстхуіё", "abekmhopctxyie")


def fold_heading(text: str) -> str:
    """What of a heading is compared: letters and digits, without case, ё, blanks, points, look-alikes.

    `fold_heading("Дата  включения:") == fold_heading("ДАТА ВКЛЮЧЕНИЯ")`.
    """
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_HEADING_LETTERS)
    return "".join(filter(str.isalnum, lowered))


def latin_code(text: str) -> str:
    """A code in capitals with Cyrillic look-alikes written in Latin; other letters stay."""
    return text.upper().translate(_TO_LATIN)


def cyrillic_words(text: str) -> str:
    """The text with Latin look-alikes inside Cyrillic words written in Cyrillic.

    A word all of whose letters are Latin stays, as does one with a Latin letter that looks like
    no Cyrillic one: it is not known then what was meant.
    """

    def fold_word(match: re.Match[str]) -> str:
        word = match[0]
        if not (_LATIN.search(word) and _CYRILLIC.search(word)):
            return word
        folded = word.translate(_TO_CYRILLIC)
        return word if _LATIN.search(folded) else folded

    return _WORD.sub(fold_word, text)


def digits_meant(text: str) -> str:
    """The text with letters that look like digits (`О`, `З`, `l`) written as digits."""
    return text.translate(_TO_DIGIT)
