"""A box to tick with its words."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, paint_box
from clinic_desk.ui.kit.theme import look

_BOX = 20
_GAP = 9


class CheckBox(QCheckBox):
    """Ticked or not; Space or a click changes it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        px = look().px
        width = look().metrics(14, 500).horizontalAdvance(self.text())
        return QSize(px(_BOX) + px(_GAP) + width + px(4), px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        return [PaintedText(self.text(), look().font(14, 500), self._text_room().size())]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        side = px(_BOX)
        box = QRect(1, (self.height() - side) // 2, side, side)
        is_on = self.isChecked()
        border = "border" if self.isEnabled() else "line"
        paint_box(painter, box, "accent" if is_on else "surface", "accent" if is_on else border, radius=5)
        if is_on:
            inset = px(3)
            paint_icon(painter, box.adjusted(inset, inset, -inset, -inset), "check", "on_accent")
        painter.setFont(look().font(14, 500))
        painter.setPen(look().colour("text" if self.isEnabled() else "text2"))
        painter.drawText(
            self._text_room(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text()
        )

    def _text_room(self) -> QRect:
        return self.rect().adjusted(look().px(_BOX) + look().px(_GAP), 0, 0, 0)


__all__ = ["CheckBox"]
