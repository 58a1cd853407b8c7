"""Things beside each other while there is room, else below each other."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from clinic_desk.ui.kit.theme import look, space

_BESIDE = QBoxLayout.Direction.LeftToRight
_BELOW = QBoxLayout.Direction.TopToBottom


class FlowRow(QWidget):
    """Two widgets, one at the left edge and one at the right; the second below the first where it is narrow.

    It never asks for more width than the wider of them, so that it does not push the page aside.

    Args:
        first: at the left, or above.
        second: at the right, or below.
        gap: pixels at scale 1 between them.
        parent: as in Qt.
    """

    def __init__(
        self, first: QWidget, second: QWidget, *, gap: int = 8, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._parts = (first, second)
        self._row = QBoxLayout(_BESIDE, self)
        space(self._row, 0, gap)
        self._row.addWidget(first)
        self._row.addStretch(1)
        self._row.addWidget(second)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look().changed.connect(self._arrange)

    def minimumSizeHint(self) -> QSize:
        widths = [part.sizeHint().width() for part in self._shown()]
        return QSize(max(widths, default=0), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # Other words, or one of the two came or went.
            self._arrange()
        return super().event(event)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _arrange(self) -> None:
        widths = [part.sizeHint().width() for part in self._shown()]
        needed = sum(widths) + self._row.spacing() * max(0, len(widths) - 1)
        direction = _BESIDE if needed <= self.width() else _BELOW
        if direction is self._row.direction():
            return
        self._row.setDirection(direction)
        side = Qt.AlignmentFlag.AlignLeft if direction is _BELOW else Qt.AlignmentFlag(0)
        for part in self._parts:
            self._row.setAlignment(part, side)
        self.updateGeometry()


__all__ = ["FlowRow"]
