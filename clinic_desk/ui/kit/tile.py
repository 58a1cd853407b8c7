"""Counter tiles above a table: a number and a word, each a filter."""

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, paint_box
from clinic_desk.ui.kit.theme import look, space

_GAP: Final = 12


class Tile(QPushButton):
    """A number, a caption and an icon in the colour of that token; checked when it filters."""

    def __init__(
        self,
        icon: str,
        colour: str = "accent",
        caption: str = "",
        number: str = "0",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._colour = colour
        self._caption = caption
        self._number = number
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)
        self._say()

    def set_number(self, number: int | str) -> None:
        """Show this count."""
        self._number = str(number)
        self._say()

    def set_caption(self, caption: str) -> None:
        """Show these words."""
        self._caption = caption
        self._say()

    def number(self) -> str:
        """The count that is shown."""
        return self._number

    def sizeHint(self) -> QSize:
        px = look().px
        words = max(
            look().metrics(12, 600).horizontalAdvance(self._caption),
            look().metrics(20, 600).horizontalAdvance(self._number),
        )
        return QSize(px(52) + words + px(16), px(64))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        room = self._caption_room().size()
        return [
            PaintedText(self._caption, look().font(12, 600), room),
            PaintedText(self._number, look().font(20, 600), QSize(room.width(), look().px(30)), data=True),
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        chosen = self.isChecked()
        paint_box(
            painter, self.rect(), "info_bg" if chosen else "surface", "accent" if chosen else "line",
            width=2 if chosen else 1, radius=10,
        )  # fmt: skip
        paint_icon(
            painter,
            QRect(px(18), (self.height() - px(20)) // 2, px(20), px(20)),
            self._icon_name,
            self._colour,
        )
        painter.setPen(look().colour("text"))
        painter.setFont(look().font(20, 600))
        room = self._caption_room()
        painter.drawText(QRect(room.left(), px(7), room.width(), px(28)), _LEFT, self._number)
        painter.setPen(look().colour("text2"))
        painter.setFont(look().font(12, 600))
        painter.drawText(room, _LEFT, self._caption)

    def _caption_room(self) -> QRect:
        px = look().px
        return QRect(px(52), px(34), self.width() - px(52) - px(8), px(22))

    def _say(self) -> None:
        self.setAccessibleName(f"{self._caption}: {self._number}")
        self.updateGeometry()
        self.update()


class TileRow(QWidget):
    """Tiles side by side, one of them chosen; in two lines where one is too narrow for their words.

    Signals:
        chosen: the key of the tile a person chose.
    """

    chosen = Signal(str)

    def __init__(self, tiles: Sequence[tuple[str, Tile]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        space(self._grid, 0, _GAP)
        self._columns = 0
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._on_clicked)
        self._tiles: dict[str, Tile] = {}
        for key, tile in tiles:
            self.add(key, tile)

    def add(self, key: str, tile: Tile) -> Tile:
        """Add a tile at the right."""
        self._tiles[key] = tile
        self._group.addButton(tile)
        self._columns = 0
        self._arrange()
        return tile

    def tile(self, key: str) -> Tile:
        """The tile of a key."""
        return self._tiles[key]

    def value(self) -> str:
        """The key of the chosen tile, or ""."""
        return next((key for key, tile in self._tiles.items() if tile.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Show this tile as chosen, without a signal."""
        self._tiles[key].setChecked(True)

    def clear_choice(self) -> None:
        """No tile is chosen, without a signal."""
        self._group.setExclusive(False)
        for tile in self._tiles.values():
            tile.setChecked(False)
        self._group.setExclusive(True)

    def minimumSizeHint(self) -> QSize:
        half = math.ceil(len(self._tiles) / 2)
        return QSize(self._width_of(half), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # Other words, another scale.
            self._arrange()
        return super().event(event)

    def _width_of(self, columns: int) -> int:
        """What so many tiles of the widest kind need beside each other."""
        widest = max((tile.sizeHint().width() for tile in self._tiles.values()), default=0)
        return columns * widest + max(0, columns - 1) * look().px(_GAP)

    def _arrange(self) -> None:
        count = len(self._tiles)
        columns = count if self._width_of(count) <= self.width() else max(1, math.ceil(count / 2))
        if columns == self._columns:
            return
        self._columns = columns
        for number, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, number // columns, number % columns)
        for column in range(count):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _on_clicked(self, button: QAbstractButton) -> None:
        for key, tile in self._tiles.items():
            if tile is button:
                self.chosen.emit(key)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
