"""One of two values as a tile: the value, who wrote it below, a key; strong and ticked when chosen."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, key_cap_size, paint_box, paint_key_cap
from clinic_desk.ui.kit.theme import look

_WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
_LEAST = 52


class ValueTile(QRadioButton):
    """A tile of two lines that grows with them. The value is data: shown as it is, in any language."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = key
        self._second = ""
        self.setAccessibleDescription(key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self.updateGeometry)

    def set_value(self, value: str, second: str) -> None:
        """Show this value and who wrote it."""
        self.setText(value)
        self._second = second
        self.setAccessibleName(f"{value}, {second}" if second else value)
        self.updateGeometry()
        self.update()

    @property
    def second(self) -> str:
        """The small line."""
        return self._second

    def sizeHint(self) -> QSize:
        widest = max(
            look().metrics(14, 600).horizontalAdvance(self.text()),
            look().metrics(12, 500).horizontalAdvance(self._second),
        )
        width = self._left() + widest + look().px(38)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left() + look().px(120), look().px(_LEAST))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        first, second = self._heights(width)
        return max(look().px(_LEAST), first + second + look().px(16))

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        first, second = self._rooms()
        return [
            PaintedText(self.text(), look().font(14, 600), first.size(), data=True, wraps=True),
            PaintedText(self._second, look().font(12, 500), second.size(), data=True, wraps=True),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        chosen = self.isChecked()
        paint_box(
            painter,
            self.rect(),
            "info_bg" if chosen else "surface",
            "accent" if chosen else "border",
            width=2 if chosen else 1,
        )
        cap = key_cap_size(self.key)
        paint_key_cap(painter, QRect(QPoint(px(11), (self.height() - cap.height()) // 2), cap), self.key)
        first, second = self._rooms()
        painter.setFont(look().font(14, 600 if chosen else 400))
        painter.setPen(look().colour("text"))
        painter.drawText(first, int(_WRAP), self.text())
        painter.setFont(look().font(12, 500))
        painter.setPen(look().colour("text2"))
        painter.drawText(second, int(_WRAP), self._second)
        if chosen:
            box = QRect(self.width() - px(30), (self.height() - px(16)) // 2, px(16), px(16))
            paint_icon(painter, box, "check-circle", "accent")

    def _left(self) -> int:
        return look().px(11) + key_cap_size(self.key).width() + look().px(12)

    def _heights(self, width: int) -> tuple[int, int]:
        room = QRect(0, 0, max(1, width - self._left() - look().px(36)), 10_000)
        first = look().metrics(14, 600).boundingRect(room, int(_WRAP), self.text()).height()
        second = look().metrics(12, 500).boundingRect(room, int(_WRAP), self._second).height()
        return first, second if self._second else 0

    def _rooms(self) -> tuple[QRect, QRect]:
        first, second = self._heights(self.width())
        left, width = self._left(), self.width() - self._left() - look().px(36)
        top = max(0, (self.height() - first - second) // 2)
        return QRect(left, top, width, first), QRect(left, top + first, width, second)
