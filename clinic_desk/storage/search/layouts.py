"""What was meant when the keyboard stood in another layout.

Kazakh and Russian layouts write their letters on the same keys; the Kazakh one has its nine own
letters on the row of digits.
"""

from __future__ import annotations

from typing import Final

_KAZAKH_DIGITS: Final = '"әіңғ,.үұқ'
_SHIFTED_DIGITS: Final = "!ӘІҢҒ;:ҮҰҚ"
_TO_DIGITS: Final = str.maketrans(_KAZAKH_DIGITS + _SHIFTED_DIGITS, "1234567890" * 2)
_DIGIT_LETTERS: Final = frozenset(_KAZAKH_DIGITS + _SHIFTED_DIGITS)
_SHORTEST: Final = 3

_LATIN_KEYS: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_CYRILLIC_KEYS: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_CYRILLIC: Final = str.maketrans(
    _LATIN_KEYS + _LATIN_KEYS.upper() + '~{}:"<>', _CYRILLIC_KEYS + _CYRILLIC_KEYS.upper() + "ЁХЪЖЭБЮ"
)
_TO_KAZAKH: Final = str.maketrans("2345890-=", "әіңғүұқөһ")
_TO_LATIN: Final = str.maketrans(_CYRILLIC_KEYS, _LATIN_KEYS)


def meant_digits(text: str) -> str | None:
    """The digits whose keys wrote `text` in the Kazakh layout; None when some of it is no digit's key.

    `meant_digits('"әіңғ,.үұқ"ә') == "123456789012"`.
    """
    packed = "".join(text.split())
    if len(packed) < _SHORTEST or not all(character in _DIGIT_LETTERS for character in packed):
        return None
    return packed.translate(_TO_DIGITS)


def meant_cyrillic(text: str) -> str | None:
    """What the keys of `text` write in the Kazakh layout: `Fquekm` gives `Айгуль`.

    Words without a Latin letter stay as they are, so a year remains one. None when there is no
    Latin letter at all.
    """
    words = text.split()
    if not any(map(_has_latin, words)):
        return None
    return " ".join(
        word.translate(_TO_CYRILLIC).translate(_TO_KAZAKH) if _has_latin(word) else word for word in words
    )


def meant_latin(text: str) -> str | None:
    """What the keys of a Cyrillic `text` write in the Latin layout; None when it is not all Cyrillic."""
    lowered = text.lower()
    if not all(character in _CYRILLIC_KEYS or character.isspace() for character in lowered):
        return None
    meant = lowered.translate(_TO_LATIN)
    return meant if all(character.isalpha() or character.isspace() for character in meant) else None


def _has_latin(word: str) -> bool:
    return any("a" <= character <= "z" for character in word.lower())
