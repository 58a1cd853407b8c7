"""Things beside each other while there is room, else below each other."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowRow(QLayout):
    """The first at the left edge, the others at the right; each on a line of its own where it is narrow.

    It never asks for more width than its widest part, so that it does not push the page aside.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, moves=True)

    def sizeHint(self) -> QSize:
        sizes = self._sizes()
        return QSize(self._beside(sizes), max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        sizes = self._sizes()
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _sizes(self) -> list[QSize]:
        return [item.sizeHint() for item in self._shown()]

    def _beside(self, sizes: list[QSize]) -> int:
        return sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)

    def _place(self, rect: QRect, *, moves: bool) -> int:
        """Put everything into `rect` if it moves; the height that is taken, in pixels."""
        items, sizes, gap = self._shown(), self._sizes(), self.spacing()
        if not items:
            return 0
        if self._beside(sizes) <= rect.width():
            height = max(size.height() for size in sizes)
            left = rect.left()
            for place, (item, size) in enumerate(zip(items, sizes, strict=True)):
                if place == 1:
                    left = rect.right() + 1 - self._beside(sizes[1:])
                if moves:
                    top = rect.top() + (height - size.height()) // 2
                    item.setGeometry(QRect(left, top, size.width(), size.height()))
                left += size.width() + gap
            return height
        top = rect.top()
        for item, size in zip(items, sizes, strict=True):
            if moves:
                item.setGeometry(QRect(rect.left(), top, min(size.width(), rect.width()), size.height()))
            top += size.height() + gap
        return top - gap - rect.top()


__all__ = ["FlowRow"]
