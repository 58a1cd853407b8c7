"""A bar in place of the twelve months: until when the answer holds, or that nothing is known."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit import Kind, PaintedText, look, paint_box


class Bar(QWidget):
    """A rounded bar with words in the middle; dashed where nothing certain is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._kind, self._dashed = "", Kind.NEUTRAL, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)

    def show_bar(self, text: str, kind: Kind, *, dashed: bool) -> None:
        """Show these words; they are the accessible name too."""
        self._text, self._kind, self._dashed = text, kind, dashed
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """What stands in the bar."""
        return self._text

    def sizeHint(self) -> QSize:
        width = look().metrics(12, 600).horizontalAdvance(self._text) + look().px(24)
        return QSize(width, look().px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        return [PaintedText(self._text, look().font(12, 600), self.size())] if self._text else []

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill = "" if self._kind is Kind.NEUTRAL else f"{self._kind}_bg"
        paint_box(painter, self.rect(), fill, self._kind.value, width=1.5, radius=6, dashed=self._dashed)
        painter.setFont(look().font(12, 600))
        painter.setPen(look().colour(self._kind.value))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
