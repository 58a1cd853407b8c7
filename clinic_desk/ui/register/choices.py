"""What can be chosen in the form: options in the language of the moment, found by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final, TypeVar

from clinic_desk.domain.folding import fold
from clinic_desk.domain.patient import AgeBand, DocumentKind, NoIinReason, Reminders, SlipLanguage
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.services.countries import countries, find_countries
from clinic_desk.ui.kit import ComboField, Option, UiText
from clinic_desk.ui.kit.combo_field import Deliver, Source

E = TypeVar("E", bound=StrEnum)

GROUPS: Final[dict[type[StrEnum], str]] = {
    NoIinReason: "no_iin",
    DocumentKind: "document",
    SlipLanguage: "language",
    AgeBand: "age_band",
    Reminders: "reminders",
}
"""The group of labels of each kind of value."""


class Choices:
    """The sources of the form's combos. `places` gives the regions in force; `home` is the clinic's own."""

    def __init__(self, words: UiText, places: Callable[[], Places]) -> None:
        self._words = words
        self._places = places
        self.home = ""

    def option(self, value: StrEnum) -> Option:
        """A value of a closed list as it is shown."""
        return Option(value, self._words.say(f"labels.{GROUPS[type(value)]}.{value}"))

    def place(self, code: str) -> Option | None:
        """A region or district as it is shown; a code that is no longer listed stands as it is."""
        return Option(code, self._places().name(code, self._words.language) or code) if code else None

    def country(self, code: str) -> Option | None:
        """A country as it is shown."""
        name = countries().get(code)
        return Option(code, name.said_in(self._words.language) if name else code) if code else None

    def of(self, kind: type[StrEnum]) -> Source:
        """All values of a closed list that hold what is typed."""

        def source(query: str, deliver: Deliver) -> None:
            wanted = fold(query)
            options = [self.option(value) for value in kind]
            deliver([option for option in options if wanted in fold(option.title)])

        return source

    def find_places(self, query: str, deliver: Deliver) -> None:
        """Regions and districts, those around the clinic first."""
        found = self._places().find(query, self.home)
        deliver(_given(self.place(place.code) for place in found))

    def find_countries(self, query: str, deliver: Deliver) -> None:
        """Countries by their names in any language."""
        deliver(_given(self.country(code) for code in find_countries(query)))


def chosen(combo: ComboField, kind: type[E]) -> E | None:
    """The value of a closed list that is chosen."""
    option = combo.option()
    return option.key if option is not None and isinstance(option.key, kind) else None


def chosen_code(combo: ComboField) -> str:
    """The code that is chosen, "" for none."""
    option = combo.option()
    return str(option.key) if option is not None else ""


def _given(options: Iterable[Option | None]) -> list[Option]:
    return [option for option in options if option is not None]
