"""A word with an icon on a coloured ground: the state of something at a glance."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit.painting import ChipData, PaintedText, chip_font, chip_size, paint_chip
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import Kind


class Chip(QWidget):
    """A chip, 24 px high, or 32 px when large.

    Its accessible name is a whole sentence: give it, or it is the words of the chip.
    """

    def __init__(
        self,
        kind: Kind = Kind.NEUTRAL,
        text: str = "",
        icon: str = "",
        *,
        sentence: str = "",
        large: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._large = large
        self._chip = ChipData(kind, text, icon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self._resize)
        self.set_chip(self._chip, sentence)

    @property
    def chip(self) -> ChipData:
        """What is shown."""
        return self._chip

    def text(self) -> str:
        """The words of the chip."""
        return self._chip.text

    def set_chip(self, chip: ChipData, sentence: str = "") -> None:
        """Show this; `sentence` is what a screen reader says."""
        self._chip = chip
        self.setAccessibleName(sentence or chip.text)
        self._resize()

    def setText(self, text: str) -> None:
        """Change the words; the sentence follows them."""
        self.set_chip(ChipData(self._chip.kind, text, self._chip.icon))

    def sizeHint(self) -> QSize:
        return chip_size(self._chip, self._large)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        taken = chip_size(ChipData(self._chip.kind, "", self._chip.icon), self._large).width()
        room = QSize(self.width() - taken, self.height())
        return [PaintedText(self._chip.text, chip_font(self._large), room)]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = self.sizeHint()
        top = (self.height() - size.height()) // 2
        paint_chip(
            painter, QRect(0, top, min(size.width(), self.width()), size.height()), self._chip, self._large
        )

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()
