"""A box to tick whose second line says what exactly was seen or agreed to."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, paint_box
from clinic_desk.ui.kit.theme import look

_BOX, _GAP, _LEAST = 18, 10, 120
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NotedBox(QCheckBox):
    """Ticked or not, with a note below the words; both lines break where the room is narrow.

    Space, Enter or a click changes it. The note is said to a screen reader as its description.
    """

    def __init__(self, text: str = "", note: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = note
        self._is_data = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self.updateGeometry)
        self.toggled.connect(lambda _on: self.updateGeometry())
        self.set_words(text, note)

    def set_words(self, text: str, note: str, *, data: bool = False) -> None:
        """Show these lines; `data` when the note carries somebody's name."""
        self._note = note
        self._is_data = data
        super().setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self.setAccessibleDescription(note)
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> str:
        """The first line."""
        return self.accessibleName()

    @property
    def note(self) -> str:
        """The second line."""
        return self._note

    def sizeHint(self) -> QSize:
        widths = [_width(self.words, self._font()), _width(self._note, look().font(12, 500))]
        width = self._left() + max(widths) + 2
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        words = [_width(word, look().font(14, 600)) for word in self.words.split()]
        width = self._left() + max(look().px(_LEAST), *words, 0)
        return QSize(width, self.heightForWidth(max(width, self.width())))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = max(1, width - self._left())
        note = _height(self._note, look().font(12, 500), room) if self._note else 0
        return max(look().px(26), _height(self.words, look().font(14, 600), room) + note + look().px(4))

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.click()
            return
        super().keyPressEvent(event)

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        first, second = self._rooms()
        texts = [PaintedText(self.words, self._font(), first.size(), wraps=True)]
        if self._note:
            font = look().font(12, 500)
            texts.append(PaintedText(self._note, font, second.size(), wraps=True, data=self._is_data))
        return texts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        first, second = self._rooms()
        is_on = self.isChecked()
        side = px(_BOX)
        box = QRect(1, (self.height() - side) // 2, side, side)
        border = "ok" if is_on else "border" if self.isEnabled() else "line"
        paint_box(painter, box, "ok_bg" if is_on else "surface", border, width=1.5, radius=4)
        if is_on:
            inset = px(2)
            paint_icon(painter, box.adjusted(inset, inset, -inset, -inset), "check", "ok")
        painter.setFont(self._font())
        painter.setPen(look().colour("text" if self.isEnabled() else "text2"))
        painter.drawText(first, _WRAP, self.words)
        painter.setFont(look().font(12, 500))
        painter.setPen(look().colour("text2"))
        painter.drawText(second, _WRAP, self._note)

    def _left(self) -> int:
        return look().px(_BOX) + look().px(_GAP)

    def _font(self) -> QFont:
        return look().font(14, 600 if self.isChecked() else 400)

    def _rooms(self) -> tuple[QRect, QRect]:
        """Where the two lines stand: together in the middle of the height."""
        room = max(1, self.width() - self._left())
        first = _height(self.words, look().font(14, 600), room)
        second = _height(self._note, look().font(12, 500), room) if self._note else 0
        top = max(0, (self.height() - first - second) // 2)
        return QRect(self._left(), top, room, first), QRect(self._left(), top + first, room, second)


def _width(text: str, font: QFont) -> int:
    return QFontMetrics(font).horizontalAdvance(text)


def _height(text: str, font: QFont, width: int) -> int:
    return QFontMetrics(font).boundingRect(QRect(0, 0, width, 10_000), _WRAP, text).height()


__all__ = ["NotedBox"]
