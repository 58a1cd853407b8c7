"""Instead of the form: the IIN belongs to somebody who is in the store."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.kit import Card, PlainLabel, PrimaryButton, UiText


class AlreadyHere(Card):
    """Who it is, and Enter to open the card.

    Signals:
        open_wanted: the id of the person.
    """

    open_wanted = Signal(str)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(sunken=True, gap=8, parent=parent)
        self.setObjectName("register_here_panel")
        self._words = words
        self._match: Duplicate | None = None
        self._is_stored = False
        title = PlainLabel(role="heading", wraps=True)
        words.bind(title.setText, "register.here.title")
        self.name = PlainLabel(role="large", data=True, wraps=True)
        self.name.setObjectName("register_here_text_name")
        self.second = PlainLabel(tone="muted", data=True, wraps=True)
        self.text = text = PlainLabel(wraps=True)
        self.button = PrimaryButton("", "Enter", "user")
        self.button.setObjectName("register_here_button_open")
        self.button.clicked.connect(self.open)
        for widget in (title, self.name, self.second, text, self.button):
            self.body.addWidget(widget)
        words.follow(self._say)
        self.hide()

    @property
    def match(self) -> Duplicate | None:
        """Who is here; None while nobody is."""
        return self._match

    def show_match(self, match: Duplicate | None) -> None:
        """Show who has the IIN, or hide."""
        self._match = match
        self.setVisible(match is not None)
        self._say()

    def set_stored(self, is_stored: bool) -> None:
        """Whether the form is that of a stored person: then there are two records to be made one."""
        self._is_stored = is_stored
        self._say()

    def open(self) -> None:
        """The card is wanted."""
        if self._match is not None:
            self.open_wanted.emit(self._match.patient.id)

    def _say(self) -> None:
        say = self._words.say
        self.text.setText(say("register.here.merge_text" if self._is_stored else "register.here.text"))
        self.button.setText(say("register.here.merge" if self._is_stored else "register.here.open"))
        if self._match is None:
            return
        patient = self._match.patient
        self.name.setText(patient.name.full)
        born = self._words.texts.date(patient.birth_date) if patient.birth_date else "—"
        self.second.setText(f"{born} · {patient.iin.masked if patient.iin else ''}")
