"""A square code on the screen, for the camera of a patient's own phone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.qr import qr_rows
from clinic_desk.ui.kit.theme import look

_QUIET: Final = 4
"""Modules of white around the code, as ISO/IEC 18004 wants them."""


class QrPicture(QWidget):
    """Shows a text as a square code, black on white whatever the theme: cameras want it so.

    Args:
        side: pixels at scale 1; the code is drawn in whole pixels and may be a little smaller.
        parent: as in Qt.
    """

    def __init__(self, side: int = 128, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._rows: tuple[str, ...] = ()
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self._rescale)
        self._rescale()

    def set_text(self, text: str) -> None:
        """Show this ASCII text; "" shows white paper.

        Raises:
            TooLong: the text has more than a hundred bytes.
        """
        self.text = text
        self._rows = qr_rows(text) if text else ()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(self._side), look().px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(Qt.GlobalColor.white))
        if not self._rows:
            return
        count = len(self._rows) + 2 * _QUIET
        # Whole pixels: a module of 3.4 pixels would be grey at its edges.
        module = max(1, min(self.width(), self.height()) // count)
        left = (self.width() - module * count) // 2 + module * _QUIET
        top = (self.height() - module * count) // 2 + module * _QUIET
        for y, row in enumerate(self._rows):
            for x, sign in enumerate(row):
                if sign == "1":
                    box = QRect(left + x * module, top + y * module, module, module)
                    painter.fillRect(box, QColor(Qt.GlobalColor.black))

    def _rescale(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
