"""What the form asks besides, by the reason why there is no IIN: the mother, the country, the age."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.patient import AgeBand, Patient
from clinic_desk.ui.kit import ComboField, IinField, LinkButton, PlainLabel, UiText, space
from clinic_desk.ui.register.choices import Choices
from clinic_desk.ui.register.form_state import FormState


class ReasonPart(QWidget):
    """One row, of which a newborn, a foreigner and an unknown person see their own field.

    Signals:
        mother_wanted: the mother's IIN is complete; who she is shall be looked up.
        offer_taken: the mother's address, phone and language are to be taken over.
    """

    mother_wanted = Signal(str)
    offer_taken = Signal()

    def __init__(self, words: UiText, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._mother: Patient | None = None
        self._asked = ""
        self.mother_iin = IinField(required=True)
        self.citizenship = ComboField(source=choices.find_countries, required=True)
        self.age_band = ComboField(source=choices.of(AgeBand), required=True)
        self.mother_label = PlainLabel(role="strong", wraps=True, data=True)
        self.mother_label.setObjectName("register_form_text_mother")
        self.offer_button = LinkButton("", "Alt+M")
        self.offer_button.setObjectName("register_form_button_mother")
        self.offer_button.clicked.connect(self.offer_taken)
        words.bind(self.offer_button.setText, "register.mother.take")
        row = QHBoxLayout(self)
        space(row, 0, 12)
        left = QVBoxLayout()
        space(left, 0, 0)
        for field in (self.mother_iin, self.citizenship, self.age_band):
            left.addWidget(field)
        self._right = QWidget()
        right = QVBoxLayout(self._right)
        space(right, (0, 22, 0, 0), 2)
        right.addWidget(self.mother_label)
        right.addWidget(self.offer_button, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch(1)
        row.addLayout(left, 1)
        row.addWidget(self._right, 1)
        self.mother_iin.edited.connect(self._on_mother_iin)
        words.follow(self._say)

    @property
    def mother(self) -> Patient | None:
        """Who the mother is, as far as she is in the store."""
        return self._mother

    def fit(self, state: FormState) -> None:
        """Show what the reason of this form asks for."""
        self.mother_iin.setVisible(state.wants_mother)
        self.citizenship.setVisible(state.is_foreigner)
        self.age_band.setVisible(state.is_unknown_person)
        self.setVisible(state.wants_mother or state.is_foreigner or state.is_unknown_person)
        if state.wants_mother:
            self._ask(state.mother_iin)
        self._say()

    def show_mother(self, iin: str, mother: Patient | None) -> None:
        """Show who has that IIN; an answer to an older question is dropped."""
        if iin == self.mother_iin.text():
            self._mother = mother
            self._say()

    def take_offer(self) -> None:
        """Alt+M: take over what the mother's card says, if it is shown."""
        if self._mother is not None and self._right.isVisible():
            self.offer_taken.emit()

    def _on_mother_iin(self, text: str) -> None:
        self._mother = None
        self._ask(text)
        self._say()

    def _ask(self, iin: str) -> None:
        if len(iin) == 12 and iin != self._asked:
            self.mother_wanted.emit(iin)
        elif len(iin) != 12:
            self._mother = None
        self._asked = iin

    def _say(self) -> None:
        mother = self._mother
        is_asked = len(self.mother_iin.text()) == 12
        self._right.setVisible(self.mother_iin.isVisibleTo(self) and is_asked)
        self.offer_button.setVisible(mother is not None)
        if mother is None:
            self.mother_label.setText(self._words.say("register.mother.not_here"))
            self.mother_label.set_tone("muted")
            return
        born = self._words.texts.date(mother.birth_date) if mother.birth_date else ""
        self.mother_label.set_tone("text")
        self.mother_label.setText(", ".join(part for part in (mother.name.full, born) if part))
