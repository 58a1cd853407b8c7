"""Who it is: the name, the whole IIN, birth date, age, sex, phone, and the acts on the card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.iin import mask
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.services.countries import countries
from clinic_desk.services.rows import PatientCard
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit import PlainLabel, PrimaryButton, SecondaryButton, UiText, look, space

# A line ends after a dot, never inside a date, an age or a number.
_DOT = f"{NBSP}· "


class CardHeader(QWidget):
    """The head of the card. The only place of the window that shows an IIN as a whole."""

    def __init__(self, words: UiText, places: Callable[[], Places], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._places = places
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
        self.facts = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self.facts.setObjectName("card_head_text_facts")
        column.addWidget(self.facts)
        self._acts = QHBoxLayout()
        space(self._acts, 0, 10)
        for button in (self.print_button, self.edit_button, self.refer_button):
            self._acts.addWidget(button)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        space(self._row, 0, 10)
        self._row.addLayout(column, 1)
        self._row.addLayout(self._acts)
        look().changed.connect(self._arrange)
        words.follow(self._say)

    def show_card(self, card: PatientCard) -> None:
        """Show this person."""
        self._card = card
        self._say()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def show_print_key(self, prints_slip: bool) -> None:
        """Ctrl+P stands at the slip's button only while it prints the slip."""
        self.print_button.set_key("Ctrl+P" if prints_slip else "")
        self._arrange()

    def _arrange(self) -> None:
        """The acts stand beside the name while its lines stay whole there, else below."""
        labels = [label for label in (self.iin_label, self.iin) if label.text()]
        line = sum(label.sizeHint().width() + look().px(6) for label in labels) + _width(self.rest)
        beside = max(line, _width(self.name)) + look().px(10) + self._acts.sizeHint().width()
        fits = beside <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if direction is not self._row.direction():
            self._row.setDirection(direction)
            below = Qt.AlignmentFlag(0) if fits else Qt.AlignmentFlag.AlignLeft
            self._row.setAlignment(self._acts, below)

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
            if patient.age_band is not None:
                parts.append(say(f"labels.age_band.{patient.age_band}"))
        else:
            parts.append(self._words.texts.date(patient.birth_date))
        if self._card.age is not None:
            parts.append(say("labels.age", n=self._card.age).replace(" ", NBSP))
        parts.append(say(f"labels.sex.{patient.sex}"))
        phone = patient.phone.shown.replace(" ", NBSP) if patient.phone else ""
        parts.append(phone or say("card.no_phone"))
        lead = f"·{NBSP}" if patient.iin else ""
        self.rest.setText(lead + _DOT.join(parts))
        self.facts.setText(_DOT.join(self._facts(patient)))
        self._arrange()

    def _facts(self, patient: Patient) -> list[str]:
        """Where the person lives, whose document it is, and whether they want to be reminded."""
        say, facts = self._words.say, []
        place = self._places().name(patient.kato, self._words.language)
        if place:
            facts.append(place)
        country = countries().get(patient.citizenship)
        if country is not None:
            facts.append(say("people.card.citizenship", country=country.said_in(self._words.language)))
        if patient.no_iin_reason is not None and patient.document_number:
            document = say(f"labels.document.{patient.document}")
            facts.append(f"{document} {patient.document_number}")
        wish, asked_at = patient.reminders.wish, patient.reminders.at
        if asked_at is None:
            facts.append(say("people.card.reminders.not_asked"))
        else:
            facts.append(say(f"people.card.reminders.{wish}", moment=asked_at, by=patient.reminders.by))
        return facts


def _width(label: PlainLabel) -> int:
    """The width of the text on one line."""
    label.ensurePolished()
    return label.fontMetrics().horizontalAdvance(label.text()) + 2
