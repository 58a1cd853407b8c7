"""The walk through people: those without an IIN, two cards of one person, and what became of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clinic_desk.domain.patient import AgeBand, NoIinReason
from clinic_desk.ui.tour.cast import Cast

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from clinic_desk.ui.register.person_fields import PersonFields

_MOTHER, _TWICE = "mother", "twice"
_BORN, _LONG_AGO = "18112026", "05071981"


def walk_people(walk: Any, cast: Cast) -> None:
    """A newborn, a foreigner and an unknown person are registered; two cards are merged and looked at."""
    _People(walk, cast).go()


class _People:
    def __init__(self, walk: Any, cast: Cast) -> None:
        self._walk = walk
        self._hands = walk.hands
        self._cast = cast
        self._clinic = walk.clinic

    def go(self) -> None:
        step, press = self._walk.step, self._hands.press
        step("register-newborn", self._newborn, first="Esc")
        step("card-newborn", self._save)
        step("register-foreigner", self._foreigner)
        self._save()
        step("register-unknown", self._unknown)
        self._save()
        step("duplicates", self._duplicates)
        step("duplicates-of-person", lambda: self._of_person(self._cast.roles[_TWICE]))
        step("merge", self._merge)
        step("merged", lambda: press("Ctrl+Enter"))
        step("history", lambda: press("Ctrl+H"))
        press("Esc")
        press("Ctrl+Z")

    @property
    def _fields(self) -> PersonFields:
        fields: PersonFields = self._clinic.register_page().fields
        return fields

    def _fresh_form(self) -> None:
        """F2; what the walk left unfinished before is thrown away."""
        self._hands.press("F2")
        page = self._clinic.register_page()
        if not page.draft_banner.isHidden():
            page.draft_button.setFocus()
            self._hands.press("Space")

    def _into(self, field: Any, text: str) -> None:
        edit: QWidget = field.edit
        edit.setFocus()
        self._hands.type(text)

    def _choose(self, field: Any, text: str) -> None:
        self._into(field, text)
        self._hands.press("Enter")

    def _reason(self, reason: NoIinReason) -> None:
        self._choose(self._fields.no_iin, self._fields.choices.option(reason).title)

    def _sex(self, nth: int) -> None:
        self._fields.sex.tiles()[nth].setFocus()
        self._hands.press("Space")

    def _newborn(self) -> None:
        self._fresh_form()
        fields = self._fields
        self._reason(NoIinReason.NEWBORN)
        self._into(fields.mother_iin, self._cast.roles[_MOTHER])
        self._hands.press("Alt+M")
        self._into(fields.birth_date, _BORN)
        self._sex(1)
        self._into(fields.document_number, "0000009")
        fields.birth_date.edit.setFocus()
        self._hands.rest()

    def _foreigner(self) -> None:
        self._fresh_form()
        fields = self._fields
        self._reason(NoIinReason.FOREIGNER)
        self._choose(fields.citizenship, "UZB")
        self._into(fields.surname, "Каримов")
        self._into(fields.given_name, "Рустам")
        self._into(fields.birth_date, _LONG_AGO)
        self._sex(0)
        self._into(fields.document_number, "AA0000001")
        fields.surname.edit.setFocus()
        self._hands.rest()

    def _unknown(self) -> None:
        self._fresh_form()
        fields = self._fields
        self._reason(NoIinReason.UNKNOWN_PERSON)
        self._choose(fields.age_band, fields.choices.option(AgeBand.FROM_18).title)
        self._sex(0)
        fields.surname.edit.setFocus()
        self._hands.rest()

    def _save(self) -> None:
        self._hands.press("Ctrl+Enter")
        page = self._clinic.register_page()
        if self._clinic.people.current is page:
            # A newborn looks like the twins of the practice clinic: another child.
            self._hands.press("Alt+N")
            self._hands.press("3")
            self._hands.press("Ctrl+Enter")
        self._hands.wait_for("card", lambda: self._clinic.people.current is self._clinic.card)

    def _duplicates(self) -> None:
        self._walk.window.focus_omnibox()
        # The act is called as the list it opens.
        self._hands.type(f">{self._clinic.duplicates_page().title.text()[:6]}")
        self._hands.press("Enter")

    def _of_person(self, iin: str) -> None:
        self._walk.window.focus_omnibox()
        self._hands.scan(iin)
        self._hands.press("Ctrl+D")

    def _merge(self) -> None:
        self._hands.press("Enter")
        dialog = self._clinic.merge_desk().dialog
        self._hands.wait_for("merge", lambda: dialog.is_open)
        self._into(dialog.reason, "Құжаттары бірдей")
        self._into(dialog.allowed_by, "Ережепов Н.")
