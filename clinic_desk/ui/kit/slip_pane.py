"""The live picture of the slip on its paper."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.ui.kit.painting import paint_box
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space

_A5 = 148 / 210


class Paper(QWidget):
    """A sheet of A5, white in every theme, with the picture scaled into it, or empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._scaled = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_image(self, image: QImage | None) -> None:
        """Show this page."""
        self._image = image if image is not None else QImage()
        self._scaled = QImage()
        self.update()

    def has_image(self) -> bool:
        """Whether there is something on the paper."""
        return not self._image.isNull()

    def sheet(self) -> QRect:
        """Where the sheet lies: as large as fits, in the middle, at the top."""
        shape = self._image.width() / self._image.height() if self.has_image() else _A5
        height = min(self.height(), round(self.width() / shape))
        width = min(self.width(), round(height * shape))
        return QRect((self.width() - width) // 2, 0, width, height)

    def sizeHint(self) -> QSize:
        return QSize(look().px(294), look().px(416))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), look().px(284))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        sheet = self.sheet()
        paint_box(painter, sheet, look().colour("paper"), "line", radius=0)
        if not self.has_image():
            return
        ratio = self.devicePixelRatioF()
        inner = sheet.adjusted(1, 1, -1, -1)
        wanted = QSize(round(inner.width() * ratio), round(inner.height() * ratio))
        if self._scaled.size() != wanted:
            self._scaled = self._image.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        painter.drawImage(inner, self._scaled)


class SlipPane(QWidget):
    """Title and remark, the paper, a foot line (`foot` is its row) on a sunken ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = PlainLabel(role="heading")
        self.remark = PlainLabel(role="caption", tone="muted")
        self.paper = Paper()
        self.foot = QHBoxLayout()
        space(self.foot, 0, 8)
        top = QHBoxLayout()
        space(top, 0, 8)
        top.addWidget(self.title)
        top.addStretch(1)
        top.addWidget(self.remark)
        column = QVBoxLayout(self)
        space(column, (18, 14, 18, 10), 10)
        column.addLayout(top)
        column.addWidget(self.paper, 1)
        column.addLayout(self.foot)

    def set_image(self, image: QImage | None) -> None:
        """Show this page on the paper."""
        self.paper.set_image(image)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_box(QPainter(self), self.rect(), "sunken", "sunken", radius=10)
