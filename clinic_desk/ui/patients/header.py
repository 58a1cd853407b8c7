"""Who it is: the name, the whole IIN, birth date, age, sex, phone, and the acts on the card."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.iin import mask
from clinic_desk.services.rows import PatientCard
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit import PlainLabel, PrimaryButton, SecondaryButton, UiText, space

_DOT = " · "


class CardHeader(QWidget):
    """The head of the card. The only place of the window that shows an IIN as a whole."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._card: PatientCard | None = None
        self.name = PlainLabel(role="title", wraps=True, data=True)
        self.name.setObjectName("card_head_text_name")
        self.iin_label = PlainLabel(role="small", tone="muted")
        self.iin = PlainLabel(role="strong", data=True)
        self.iin.setObjectName("card_head_text_iin")
        # The IIN may be copied to the Fund's page.
        self.iin.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rest = PlainLabel(tone="muted", wraps=True, data=True)
        self.rest.setObjectName("card_head_text_rest")
        self.print_button = SecondaryButton("", "Ctrl+P", "printer")
        self.print_button.setObjectName("card_head_button_print")
        self.edit_button = SecondaryButton("", "", "pencil-simple")
        self.edit_button.setObjectName("card_head_button_edit")
        self.refer_button = PrimaryButton("", "F8", "paper-plane-tilt")
        self.refer_button.setObjectName("card_head_button_refer")
        words.bind(self.print_button.setText, "card.print")
        words.bind(self.edit_button.setText, "card.edit")
        words.bind(self.refer_button.setText, "card.refer")
        line = QHBoxLayout()
        space(line, 0, 6)
        line.addWidget(self.iin_label, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.iin, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.rest, 1)
        column = QVBoxLayout()
        space(column, 0, 2)
        column.addWidget(self.name)
        column.addLayout(line)
        row = QHBoxLayout(self)
        space(row, 0, 10)
        row.addLayout(column, 1)
        for button in (self.print_button, self.edit_button, self.refer_button):
            row.addWidget(button)
        words.follow(self._say)

    def show_card(self, card: PatientCard) -> None:
        """Show this person."""
        self._card = card
        self._say()

    def _say(self) -> None:
        if self._card is None:
            return
        say = self._words.say
        patient = self._card.patient
        self.name.setText(patient.name.full)
        self.iin_label.setText(say("labels.iin") if patient.iin else "")
        self.iin_label.setVisible(patient.iin is not None)
        self.iin.setText(f"{patient.iin.digits[:6]} {patient.iin.digits[6:]}" if patient.iin else "")
        self.iin.setVisible(patient.iin is not None)
        parts = []
        if patient.no_iin_reason is not None:
            reason = say(f"labels.no_iin.{patient.no_iin_reason}")
            parts.append(say("card.no_iin", reason=reason[:1].lower() + reason[1:]))
        if patient.mother_iin is not None:
            parts.append(say("card.mother_iin", iin=mask(patient.mother_iin.digits)))
        if patient.birth_date is None:
            parts.append(say("card.no_birth_date"))
        else:
            parts.append(self._words.texts.date(patient.birth_date))
        if self._card.age is not None:
            parts.append(say("labels.age", n=self._card.age))
        parts.append(say(f"labels.sex.{patient.sex}"))
        # A number is not broken between two lines.
        phone = patient.phone.shown.replace(" ", NBSP) if patient.phone else ""
        parts.append(phone or say("card.no_phone"))
        lead = "· " if patient.iin else ""
        self.rest.setText(lead + _DOT.join(parts))
