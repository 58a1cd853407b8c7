"""Twelve months of contributions, each with a sign: paid, unpaid, in grace, unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, paint_box
from clinic_desk.ui.kit.theme import look


class MonthKind(StrEnum):
    """What is known of a month."""

    PAID = "paid"
    UNPAID = "unpaid"
    GRACE = "grace"
    UNKNOWN = "unknown"


_LOOKS = {
    MonthKind.PAID: ("ok_bg", "ok", "check"),
    MonthKind.UNPAID: ("", "err", "minus"),
    MonthKind.GRACE: ("warn_bg", "warn", "hourglass"),
    MonthKind.UNKNOWN: ("", "text2", ""),
}


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month: what is known, and its short name, which may be empty."""

    kind: MonthKind
    label: str = ""


class MonthCells(QWidget):
    """Cells side by side, names below where there are any. The accessible name is the sentence given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: tuple[MonthCell, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)

    def set_cells(self, cells: Sequence[MonthCell], sentence: str) -> None:
        """Show these months, oldest first; `sentence` says them in words."""
        self._cells = tuple(cells)
        self.setAccessibleName(sentence)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        labels = look().px(20) if any(cell.label for cell in self._cells) else 0
        return QSize(look().px(50) * max(1, len(self._cells)), look().px(27) + labels)

    def minimumSizeHint(self) -> QSize:
        widest = max(
            (look().metrics(12, 500).horizontalAdvance(cell.label) for cell in self._cells), default=0
        )
        return QSize((max(widest, look().px(18)) + look().px(5)) * len(self._cells), self.sizeHint().height())

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        if not self._cells:
            return []
        room = QSize((self.width() + look().px(4)) // len(self._cells), look().px(20))
        return [PaintedText(cell.label, look().font(12, 500), room) for cell in self._cells if cell.label]

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._cells:
            return
        painter = QPainter(self)
        px = look().px
        gap = px(4)
        share = (self.width() + gap) / len(self._cells)
        for number, cell in enumerate(self._cells):
            left = round(share * number)
            width = round(share * (number + 1)) - gap - left
            box = QRect(left, 0, width, px(27))
            fill, token, sign = _LOOKS[cell.kind]
            paint_box(painter, box, fill, token, width=1.5, radius=6, dashed=cell.kind is MonthKind.UNKNOWN)
            if sign:
                paint_icon(
                    painter,
                    QRect(box.center().x() - px(7) + 1, box.center().y() - px(7) + 1, px(14), px(14)),
                    sign,
                    token,
                )
            if cell.label:
                painter.setFont(look().font(12, 500))
                painter.setPen(look().colour("text2"))
                painter.drawText(
                    QRect(left - gap, px(29), width + 2 * gap, px(18)),
                    Qt.AlignmentFlag.AlignCenter,
                    cell.label,
                )
