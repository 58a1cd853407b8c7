"""Twelve months marked by one key each."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit import PaintedText, UiText, look, paint_box, paint_icon
from clinic_desk.ui.kit.keymap import digit_of

COUNT = 12
EMPTY = " "
_MARKS = {"1": "p", "0": "-", "2": "g", "3": "?"}
_LOOKS = {
    "p": ("ok_bg", "ok", "check"),
    "-": ("", "err", "minus"),
    "g": ("warn_bg", "warn", "hourglass"),
    "?": ("", "text2", "question"),
    EMPTY: ("", "line", ""),
}
_ORDER = "p-g?"


class MonthsEdit(QWidget):
    """Cells of months, oldest first: 1 paid, 0 not paid, 2 debt in grace, 3 not told; each key moves on.

    Left and Right move, Space changes the mark, Backspace takes it back, Delete clears. A click changes too.

    Signals:
        edited: a mark has changed.
    """

    edited = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._last_month = 12
        self._marks = [EMPTY] * COUNT
        self._cursor = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)
        words.follow(self._say)

    def set_last_month(self, month: int) -> None:
        """The newest cell is this month, 1 to 12."""
        self._last_month = month
        self._say()

    def months(self) -> str:
        """Twelve characters as in `InsuranceCheck.months`, or "" while nothing is marked."""
        marks = "".join(self._marks)
        return "" if not marks.strip() else marks

    @property
    def is_partial(self) -> bool:
        """Whether some months are marked and others are not."""
        return EMPTY in self._marks and any(mark != EMPTY for mark in self._marks)

    def set_months(self, months: str) -> None:
        """Show these marks; "" clears them."""
        self._marks = list(months) if len(months) == COUNT else [EMPTY] * COUNT
        self._cursor = 0
        self._changed()

    def sizeHint(self) -> QSize:
        return QSize(look().px(46) * COUNT, look().px(50))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(34) * COUNT, look().px(50))

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        room = QSize((self.width() + look().px(4)) // COUNT, look().px(20))
        return [PaintedText(self._name(i), look().font(12, 500), room) for i in range(COUNT)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        mark = _MARKS.get(digit_of(event), "")
        if mark and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._marks[self._cursor] = mark
            self._cursor = min(self._cursor + 1, COUNT - 1)
            self._changed()
            return
        match event.key():
            case Qt.Key.Key_Left:
                self._cursor = max(self._cursor - 1, 0)
            case Qt.Key.Key_Right:
                self._cursor = min(self._cursor + 1, COUNT - 1)
            case Qt.Key.Key_Home:
                self._cursor = 0
            case Qt.Key.Key_End:
                self._cursor = COUNT - 1
            case Qt.Key.Key_Space:
                self._turn(self._cursor)
            case Qt.Key.Key_Backspace:
                if self._marks[self._cursor] == EMPTY:
                    self._cursor = max(self._cursor - 1, 0)
                self._marks[self._cursor] = EMPTY
            case Qt.Key.Key_Delete:
                self._marks = [EMPTY] * COUNT
                self._cursor = 0
            case _:
                super().keyPressEvent(event)
                return
        self._changed()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for number in range(COUNT):
            if self._box(number).contains(event.position().toPoint()):
                self._cursor = number
                self._turn(number)
                self._changed()
        super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        for number, mark in enumerate(self._marks):
            box = self._box(number)
            fill, token, sign = _LOOKS[mark]
            dashed = mark in ("?", EMPTY)
            paint_box(painter, box, fill, token, width=1.5, radius=6, dashed=dashed)
            if sign:
                corner = box.center()
                icon = QRect(corner.x() - px(7) + 1, corner.y() - px(7) + 1, px(14), px(14))
                paint_icon(painter, icon, sign, token)
            if self.hasFocus() and number == self._cursor:
                painter.setPen(QPen(look().colour("accent"), 2))
                painter.drawLine(box.left() + px(6), box.bottom() - 2, box.right() - px(6), box.bottom() - 2)
            painter.setFont(look().font(12, 500))
            painter.setPen(look().colour("text2"))
            room = QRect(box.left() - px(4), px(30), box.width() + px(8), px(18))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._name(number))

    def _turn(self, number: int) -> None:
        at = _ORDER.find(self._marks[number])
        self._marks[number] = _ORDER[(at + 1) % len(_ORDER)]

    def _changed(self) -> None:
        self._say()
        self.edited.emit()

    def _name(self, number: int) -> str:
        return self._words.texts.month_short((self._last_month - COUNT + number) % 12 + 1)

    def _box(self, number: int) -> QRect:
        px = look().px
        share = (self.width() + px(4)) / COUNT
        left = round(share * number)
        return QRect(left, 0, round(share * (number + 1)) - px(4) - left, px(28))

    def _say(self) -> None:
        label = self._words.say("insurance_panel.entry.months")
        paid = self._marks.count("p")
        self.setAccessibleName(f"{label}: {paid} / {COUNT}")
        self.setAccessibleDescription(self._words.say("insurance_panel.entry.months_hint"))
        self.update()
