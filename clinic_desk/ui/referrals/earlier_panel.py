"""Asks, in the form itself, why a referral is needed although another one is alive."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.services.rows import ReferralRow
from clinic_desk.ui.kit import PlainLabel, TextField, UiText, paint_box, space
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.theme import horizontal


class EarlierPanel(QWidget):
    """The earlier referrals, number, day, state, supplier and copies, and a field for the reason.

    Signals:
        words_changed: the words as they stand now.
        submitted: Enter was pressed in the field.
    """

    words_changed = Signal(str)
    submitted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referral_earlier_panel")
        self._words = words
        self._rows: tuple[ReferralRow, ...] = ()
        self.title = PlainLabel(role="strong", tone="warn")
        self.lines = PlainLabel(role="caption", wraps=True, data=True)
        self.lines.setObjectName("referral_earlier_label_lines")
        self.field = TextField(required=True)
        self.field.setObjectName("referral_earlier_field_words")
        self.field.edit.setMaxLength(300)
        self.field.edited.connect(self._on_edited)
        self.field.submitted.connect(self.submitted)
        column = QVBoxLayout(self)
        space(column, (14, 10, 14, 10), 6)
        column.addLayout(horizontal(IconLabel("warning", "warn", 18), self.title, None, gap=8))
        column.addWidget(self.lines)
        column.addWidget(self.field)
        self.hide()
        words.follow(self._retell)

    def show_rows(self, rows: Sequence[ReferralRow]) -> None:
        """Show these earlier referrals; none hides the question. Words that were typed stay."""
        self._rows = tuple(rows)
        self._retell()
        self.setVisible(bool(rows))

    def ask(self) -> None:
        """Say that the words are missing and put the focus there."""
        self.field.set_error(self._words.say("referral.earlier.words_needed"))
        self.field.edit.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_box(QPainter(self), self.rect(), "warn_bg", "warn_bg")

    def _on_edited(self, text: str) -> None:
        if text.strip():
            self.field.set_error("")
        self.words_changed.emit(text)

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("referral.earlier.title"))
        self.field.set_label(say("referral.earlier.words"))
        self.field.set_placeholder(say("referral.earlier.words_hint"))
        if self.field.error():
            self.field.set_error(say("referral.earlier.words_needed"))
        self.lines.setText("\n".join(self._line(row) for row in self._rows))

    def _line(self, row: ReferralRow) -> str:
        texts = self._words.texts
        copies = row.copies_printed
        paper = (
            texts.say("referral.earlier.copies", n=copies)
            if copies
            else texts.say("referral.earlier.not_printed")
        )
        return texts.say(
            "referral.earlier.line",
            number=row.number,
            day=row.issued_at,
            status=texts.say(f"labels.status.{row.status}"),
            supplier=row.supplier_name,
            paper=paper,
        )
