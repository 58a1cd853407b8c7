"""What a registrar meant by the text in the omnibox: a number, a name or an act. No Qt, no store."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.folding import fold_words
from clinic_desk.domain.iin import LENGTH, digits_of, parse_iin
from clinic_desk.ui.kit.keymap import KAZAKH_DIGIT_ROW, digits

COMMAND_SIGN: Final = ">"
_KAZAKH_DIGITS: Final = frozenset(KAZAKH_DIGIT_ROW + KAZAKH_DIGIT_ROW.upper())
_PHONE_FROM: Final = 10


class Meaning(StrEnum):
    """Kinds of text."""

    NOTHING = "nothing"
    IIN = "iin"
    BAD_IIN = "bad_iin"
    PHONE = "phone"
    DIGITS = "digits"
    NAME = "name"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Intent:
    """The text as it is searched for; `problem` says what is wrong with twelve digits that are no IIN."""

    meaning: Meaning
    text: str
    problem: InvalidValue | None = None

    @property
    def searches(self) -> bool:
        """Whether people are to be looked for."""
        return self.meaning not in (Meaning.NOTHING, Meaning.BAD_IIN) and bool(self.text)


def read(typed: str) -> Intent:
    """What `typed` means.

    A text of signs that the digit keys type under the Kazakh layout is read back as digits, so a scan or an
    IIN typed under the wrong layout is an IIN all the same; single letters stay letters.
    """
    text = typed.strip()
    if not text:
        return Intent(Meaning.NOTHING, "")
    if text.startswith(COMMAND_SIGN):
        return Intent(Meaning.COMMAND, text[len(COMMAND_SIGN) :].strip())
    number = _number(text)
    if not number:
        return Intent(Meaning.NAME, text)
    if len(number) == LENGTH:
        try:
            parse_iin(number)
        except InvalidValue as error:
            return Intent(Meaning.BAD_IIN, number, error)
        return Intent(Meaning.IIN, number)
    if len(number) > LENGTH:
        return Intent(Meaning.BAD_IIN, number, InvalidValue("iin.length", length=len(number)))
    if len(number) >= _PHONE_FROM:
        return Intent(Meaning.PHONE, number)
    return Intent(Meaning.DIGITS, number)


def _number(text: str) -> str:
    """The digits of a text that is nothing but a number, else ""."""
    is_international = text.startswith("+")
    kept = digits_of(text.lstrip("+").replace("(", "").replace(")", ""))
    if kept and kept.isascii() and kept.isdigit():
        # «+7 700…» is a phone of eleven digits, whatever its length.
        return kept if not is_international or len(kept) != LENGTH else kept[:11]
    signs = text.replace(" ", "")
    if len(signs) >= 4 and set(signs) <= _KAZAKH_DIGITS:
        return digits(signs)
    return ""


def matches(query: str, title: str) -> bool:
    """Whether the words of `query` begin words of `title`, in any order, letters folded."""
    words = fold_words(title)
    return all(any(word.startswith(part) for word in words) for part in fold_words(query))
