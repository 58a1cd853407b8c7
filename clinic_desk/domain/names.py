"""A person's name: surname, first name, patronymic (the last is optional), in that order.

Source: the order of identity documents (фамилия, имя, отчество / тегі, аты, әкесінің аты).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.folding import fold

MAX_PART_LENGTH = 100


class InvalidName(InvalidValue):
    """Codes: `name.surname_or_given`, `name.too_long`."""


def clean_part(text: str) -> str:
    """One part of a name with composed letters, single blanks and no control characters."""
    # Neither control characters nor separators but blanks are printable: most names end here.
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in composed)
    return " ".join(visible.split())


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as in the document; never markup, never folded.

    A person may lack a surname or a first name (one-word names of foreigners), not both.
    """

    surname: str
    given_name: str
    patronymic: str = ""

    @classmethod
    def of(cls, surname: str, given_name: str, patronymic: str = "") -> PersonName:
        """A cleaned name.

        Raises:
            InvalidName: when nothing is left or a part is longer than 100 characters.
        """
        parts = (clean_part(surname), clean_part(given_name), clean_part(patronymic))
        if not (parts[0] or parts[1]):
            raise InvalidName("name.surname_or_given")
        if max(map(len, parts)) > MAX_PART_LENGTH:
            raise InvalidName("name.too_long", limit=MAX_PART_LENGTH)
        return cls(*parts)

    @property
    def full(self) -> str:
        """`Үлгібаева Айсұлу Маратқызы`."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    @property
    def short(self) -> str:
        """`Үлгібаева А. М.`."""
        if not self.surname:
            return self.given_name
        initials = [f"{part[0].upper()}." for part in (self.given_name, self.patronymic) if part]
        return " ".join([self.surname, *initials])

    @property
    def key(self) -> str:
        """The folded name that searches and duplicate checks compare."""
        return fold(self.full)
