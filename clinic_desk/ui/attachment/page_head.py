"""The head of a page about one person's attachment: who it is, the acts, and why one is not possible."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.domain.patient import Patient
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit import KeyButton, PlainLabel, UiText, look, space

_DOT = f"{NBSP}· "
_BESIDE, _BELOW = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class PageHead(QWidget):
    """Title and person at the left, acts at the right, below them where the page is narrow.

    `why` stands below the acts and says in words why the main one is not possible yet.
    """

    def __init__(self, words: UiText, acts: Sequence[KeyButton], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._patient: Patient | None = None
        self._age: int | None = None
        self.title = PlainLabel(role="title")
        self.title.setObjectName("attachment_head_text_title")
        self.name = PlainLabel(role="strong", data=True)
        self.name.setObjectName("attachment_head_text_name")
        self.name.set_eliding(True)
        # As wide as it likes, but the first to give way where the line is full.
        self.name.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.name.setMinimumWidth(look().px(80))
        self.rest = PlainLabel(tone="muted", data=True)
        self.rest.setObjectName("attachment_head_text_rest")
        self.why = PlainLabel(role="caption", tone="warn", wraps=True)
        self.why.setObjectName("attachment_head_text_why")
        self.why.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.why.hide()
        self.acts = QHBoxLayout()
        space(self.acts, 0, 10)
        for act in acts:
            self.acts.addWidget(act)
        who = QVBoxLayout()
        space(who, 0, 2)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        space(self._line, 0, 6)
        self._line.addWidget(self.name)
        self._line.addWidget(self.rest)
        self._line.addStretch(1)
        who.addWidget(self.title)
        who.addLayout(self._line)
        who.addStretch(1)
        self._side = QVBoxLayout()
        space(self._side, 0, 4)
        self._side.addLayout(self.acts)
        self._side.addWidget(self.why)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        space(self._row, 0, 12)
        self._row.addLayout(who, 1)
        self._row.addLayout(self._side)
        look().changed.connect(self._arrange)
        words.follow(self._say)

    def show_person(self, patient: Patient, age: int | None) -> None:
        """Show who it is."""
        self._patient, self._age = patient, age
        self._say()

    def set_why(self, text: str, otherwise: str = "") -> None:
        """Say why the main act is not possible; when it is, `otherwise`, in a quiet colour."""
        self.why.set_tone("warn" if text else "muted")
        self.why.setText(text or otherwise)
        self.why.show()

    def refit(self) -> None:
        """Acts came, went or have other words: find their place anew."""
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        who = max(self.title.sizeHint().width(), self.rest.sizeHint().width())
        acts = sum(
            button.sizeHint().width() + self.acts.spacing()
            for button in self.findChildren(KeyButton)
            if not button.isHidden()
        )
        beside = who + acts + look().px(12) <= self.width()
        room = self.width() - (acts + look().px(12) if beside else 0)
        in_line = self.name.sizeHint().width() + self.rest.sizeHint().width() + look().px(6) <= room
        self._line.setDirection(_BESIDE if in_line else _BELOW)
        direction = _BESIDE if beside else _BELOW
        if direction is self._row.direction():
            return
        self._row.setDirection(direction)
        side = Qt.AlignmentFlag(0) if beside else Qt.AlignmentFlag.AlignLeft
        self._side.setAlignment(self.acts, side)
        across = Qt.AlignmentFlag.AlignRight if beside else Qt.AlignmentFlag.AlignLeft
        self.why.setAlignment(across | Qt.AlignmentFlag.AlignTop)

    def _say(self) -> None:
        patient = self._patient
        if patient is None:
            return
        say = self._words.say
        parts = []
        if patient.iin is not None:
            digits = patient.iin.digits
            parts.append(f"{say('labels.iin')} {digits[:6]} {digits[6:]}".replace(" ", NBSP))
        if patient.birth_date is not None:
            parts.append(self._words.texts.date(patient.birth_date))
        if self._age is not None:
            parts.append(say("labels.age", n=self._age).replace(" ", NBSP))
        parts.append(say(f"labels.sex.{patient.sex}"))
        self.name.setText(patient.name.full)
        self.rest.setText(_DOT.join(parts))
        self._arrange()


__all__ = ["PageHead"]
