"""A few exclusive choices as tiles with a key each: reasons 1 to 5, М and Ж."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.keymap import digit_of, latin_letter
from clinic_desk.ui.kit.painting import PaintedText, key_cap_size, paint_box, paint_key_cap
from clinic_desk.ui.kit.theme import look, space

_WRAP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap


@dataclass(frozen=True, slots=True)
class Choice:
    """One tile: the value the program keeps, its words, and the key, a digit or a letter."""

    value: object
    text: str
    key: str
    enabled: bool = True


class ChoiceTile(QRadioButton):
    """One tile; filled and ticked when chosen."""

    def __init__(self, choice: Choice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = choice
        self.setText(choice.text)
        self.setAccessibleName(choice.text)
        self.setAccessibleDescription(choice.key)
        self.setEnabled(choice.enabled)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self.updateGeometry)

    def set_choice(self, choice: Choice) -> None:
        """Show other words for the same tile."""
        self.choice = choice
        self.setText(choice.text)
        self.setAccessibleName(choice.text)
        self.setEnabled(choice.enabled)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        width = self._text_left() + look().metrics(14, 600).horizontalAdvance(self.text()) + look().px(38)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        longest = max(
            (look().metrics(14, 600).horizontalAdvance(word) for word in self.text().split()), default=0
        )
        width = self._text_left() + longest + look().px(38)
        return QSize(width, look().px(36))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(1, width - self._text_left() - look().px(36)), 10_000)
        height = look().metrics(14, 600).boundingRect(room, _WRAP, self.text()).height()
        return max(look().px(36), height + look().px(14))

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        return [PaintedText(self.text(), look().font(14, 600), self._text_room().size(), wraps=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        chosen = self.isChecked()
        fill = "info_bg" if chosen else ("surface" if self.isEnabled() else "sunken")
        border = "accent" if chosen else ("border" if self.isEnabled() else "line")
        paint_box(painter, self.rect(), fill, border, width=2 if chosen else 1)
        cap = key_cap_size(self.choice.key)
        paint_key_cap(
            painter, QRect(QPoint(px(11), (self.height() - cap.height()) // 2), cap), self.choice.key
        )
        painter.setFont(look().font(14, 600 if chosen else 400))
        painter.setPen(look().colour("text" if self.isEnabled() else "text2"))
        painter.drawText(self._text_room(), int(_WRAP), self.text())
        if chosen:
            box = QRect(self.width() - px(28), (self.height() - px(16)) // 2, px(16), px(16))
            paint_icon(painter, box, "check-circle", "accent")

    def _text_left(self) -> int:
        return look().px(11) + key_cap_size(self.choice.key).width() + look().px(9)

    def _text_room(self) -> QRect:
        return self.rect().adjusted(self._text_left(), 0, -look().px(36), 0)


class ChoiceTiles(QWidget):
    """Exclusive tiles in a grid; one stop for Tab, arrows move, each tile's key chooses it.

    Digits work by the place of the key, letters in Cyrillic and Latin alike. Keys count while the focus is
    in the group.

    Signals:
        chosen: the value of the tile a person chose.
    """

    chosen = Signal(object)

    def __init__(
        self, choices: Sequence[Choice] = (), *, columns: int = 3, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = columns
        self._grid = QGridLayout(self)
        space(self._grid, 0, 8)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._tiles: list[ChoiceTile] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Show these tiles. The same values in the same order only change their words and keep the choice."""
        if [tile.choice.value for tile in self._tiles] == [choice.value for choice in choices]:
            for tile, choice in zip(self._tiles, choices, strict=True):
                tile.set_choice(choice)
            return
        kept = self.value()
        for tile in self._tiles:
            self._group.removeButton(tile)
            tile.hide()
            tile.deleteLater()
        self._tiles = []
        for index, choice in enumerate(choices):
            tile = ChoiceTile(choice)
            tile.setObjectName(f"{self.objectName() or 'kit_choice'}_{choice.value}")
            tile.clicked.connect(self._on_clicked)
            self._group.addButton(tile)
            self._grid.addWidget(tile, index // self._columns, index % self._columns)
            self._tiles.append(tile)
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1)
        self.set_value(kept)

    def tiles(self) -> list[ChoiceTile]:
        """The tiles in order."""
        return list(self._tiles)

    def value(self) -> object:
        """What is chosen, or None."""
        return next((tile.choice.value for tile in self._tiles if tile.isChecked()), None)

    def set_value(self, value: object) -> None:
        """Show this as chosen, without a signal; None for nothing."""
        self._group.setExclusive(False)
        for tile in self._tiles:
            tile.setChecked(value is not None and tile.choice.value == value)
        self._group.setExclusive(True)
        self._rove()

    def setObjectName(self, name: str) -> None:
        super().setObjectName(name)
        for tile in self._tiles:
            tile.setObjectName(f"{name}_{tile.choice.value}")

    def focus_first(self) -> None:
        """The focus is on the chosen tile, else on the first."""
        target = next((tile for tile in self._tiles if tile.isChecked()), None)
        target = target or next((tile for tile in self._tiles if tile.isEnabled()), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Keys a tile does not use itself come up here.
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            super().keyPressEvent(event)
            return
        pressed = {event.text().upper(), latin_letter(event.text()).upper(), digit_of(event)} - {""}
        for tile in self._tiles:
            wanted = {tile.choice.key.upper(), latin_letter(tile.choice.key.lower()).upper()}
            if pressed & wanted and tile.isEnabled():
                tile.setFocus(Qt.FocusReason.ShortcutFocusReason)
                tile.click()
                return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def _on_clicked(self) -> None:
        self._rove()
        self.chosen.emit(self.value())

    def _rove(self) -> None:
        stop = next(
            (tile for tile in self._tiles if tile.isChecked()), self._tiles[0] if self._tiles else None
        )
        for tile in self._tiles:
            tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tile is stop else Qt.FocusPolicy.ClickFocus)
