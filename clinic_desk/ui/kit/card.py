"""Surfaces of a page: the card, the numbered section title and the page that scrolls."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.ui.kit.painting import PaintedText
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space


class Card(QFrame):
    """A white box with a thin border; `body` is its column. Sunken: a grey box without a border."""

    def __init__(
        self,
        *,
        sunken: bool = False,
        margins: int | tuple[int, int, int, int] = (20, 16, 20, 16),
        gap: int = 12,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("sunken", "true" if sunken else "false")
        self.body = QVBoxLayout(self)
        space(self.body, margins, gap)


class NumberBadge(QWidget):
    """A number in an accent circle."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = look().px(24)
        return QSize(side, side)

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        return [PaintedText(str(self._number), look().font(13, 600), self.size(), data=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look().colour("accent"))
        painter.drawEllipse(self.rect())
        painter.setPen(look().colour("on_accent"))
        painter.setFont(look().font(13, 600))
        painter.drawText(
            QRect(0, 0, self.width(), self.height()), Qt.AlignmentFlag.AlignCenter, str(self._number)
        )


class SectionTitle(QWidget):
    """A heading, with a number badge if it is a step; `trailing` takes widgets at the right edge."""

    def __init__(self, text: str = "", number: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        space(row, 0, 10)
        if number is not None:
            row.addWidget(NumberBadge(number))
        self.label = PlainLabel(text, role="heading")
        row.addWidget(self.label)
        row.addStretch(1)
        self.trailing = QHBoxLayout()
        space(self.trailing, 0, 12)
        row.addLayout(self.trailing)

    def setText(self, text: str) -> None:
        """Change the heading."""
        self.label.setText(text)


class ScrollPage(QScrollArea):
    """A page that scrolls when it does not fit; `body` is its column, margins 24, gap 16."""

    def __init__(
        self, *, margins: int | tuple[int, int, int, int] = 24, gap: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self.body = QVBoxLayout(inner)
        space(self.body, margins, gap)
        self.setWidget(inner)


class HeaderLine(QFrame):
    """A thin line between parts of a card."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look().colour("line"))
