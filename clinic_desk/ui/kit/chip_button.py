"""A chip that can be pressed: the state of something, and the way to more of it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from clinic_desk.ui.kit.painting import ChipData, PaintedText, chip_font, chip_size, paint_chip
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import Kind


class ChipButton(QPushButton):
    """A button that looks like a `Chip`, 24 px high; its accessible name and tooltip are a whole sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chip = ChipData(Kind.NEUTRAL, "")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self._resize)

    @property
    def chip(self) -> ChipData:
        """What is shown."""
        return self._chip

    def text(self) -> str:
        """The words of the chip; Qt itself has none to draw."""
        return self._chip.text

    def set_chip(self, chip: ChipData, sentence: str) -> None:
        """Show this; `sentence` is what a screen reader says, and the tooltip."""
        self.setAccessibleName(sentence)
        self.setToolTip(sentence)
        if chip != self._chip:
            self._chip = chip
            self._resize()

    def sizeHint(self) -> QSize:
        return chip_size(self._chip)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        taken = chip_size(ChipData(self._chip.kind, "", self._chip.icon)).width()
        room = QSize(self.width() - taken, self.height())
        return [PaintedText(self._chip.text, chip_font(), room)]

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_chip(QPainter(self), self.rect(), self._chip)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Outside a dialog Qt leaves Enter to the default button, and here is none.
            self.click()
            return
        super().keyPressEvent(event)

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()


__all__ = ["ChipButton"]
