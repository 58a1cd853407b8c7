"""When the answer is due, and why on that day."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit import Kind, PlainLabel, look, paint_box
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.theme import horizontal, vertical


@dataclass(frozen=True, slots=True)
class DueWords:
    """What the strip says: the term, the moment, the reason of that day ("" if it needs none).

    `done` of `days` working days are over; 0 of 0 draws no bar.
    """

    title: str
    text: str
    why: str = ""
    kind: Kind = Kind.INFO
    icon: str = "clock"
    done: int = 0
    days: int = 0


class DayBar(QWidget):
    """A segment a working day, filled as the days go by."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done, self._days, self._token = 0, 0, "info"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)

    def show_days(self, done: int, days: int, token: str, sentence: str) -> None:
        """Show `done` of `days` in the colour of `token`; `sentence` says it in words."""
        self._done, self._days, self._token = done, days, token
        self.setAccessibleName(sentence)
        self.setVisible(days > 0)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(80), look().px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._days:
            return
        painter = QPainter(self)
        gap = look().px(4)
        share = (self.width() + gap) / self._days
        for number in range(self._days):
            box = QRect(round(share * number), 0, round(share) - gap, self.height())
            is_over = number < self._done
            paint_box(painter, box, self._token if is_over else "surface", self._token, radius=3)


class DueStrip(QWidget):
    """A coloured strip with a clock."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = Kind.INFO
        self.title = PlainLabel(role="strong", wraps=True)
        self.title.setObjectName("attachment_due_text_title")
        self.text = PlainLabel(role="caption", tone="muted", wraps=True)
        self.text.setObjectName("attachment_due_text_moment")
        self.why = PlainLabel(role="caption", tone="muted", wraps=True)
        self.why.setObjectName("attachment_due_text_why")
        self.bar = DayBar()
        self._mark = IconLabel("clock", "info", 20)
        words = vertical(self.title, self.text, self.bar, self.why, gap=3)
        row = horizontal(self._mark, words, margins=(15, 9, 12, 9), gap=11)
        row.setStretch(1, 1)
        row.setAlignment(self._mark, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(row)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def kind(self) -> Kind:
        """What its colour means."""
        return self._kind

    def show_due(self, words: DueWords) -> None:
        """Show these words."""
        self._kind = words.kind
        self.title.setText(words.title)
        for label, text in ((self.text, words.text), (self.why, words.why)):
            label.setText(text)
            label.setVisible(bool(text))
        self._mark.set_icon(words.icon, words.kind.value)
        self.bar.show_days(words.done, words.days, words.kind.value, words.text)
        self.setToolTip(words.why)
        self.setAccessibleName(" ".join(part for part in (words.title, words.text, words.why) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_box(QPainter(self), self.rect(), f"{self._kind}_bg", f"{self._kind}_bg", radius=8)


__all__ = ["DayBar", "DueStrip", "DueWords"]
