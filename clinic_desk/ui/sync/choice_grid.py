"""Fields with two values each, side by side: digits choose, arrows move, nothing is chosen for the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QWidget

from clinic_desk.domain.sync.conflicts import Side
from clinic_desk.ui.kit import PlainLabel, space
from clinic_desk.ui.kit.keymap import digit_of
from clinic_desk.ui.kit.value_tile import ValueTile

_SIDES = (Side.MINE, Side.THEIRS)


@dataclass(frozen=True, slots=True)
class TwoValues:
    """One field as words: its name, both values, who wrote each and when, and which one is proposed."""

    field: str
    name: str
    mine: str
    mine_by: str
    theirs: str
    theirs_by: str
    proposed: Side | None = None


class ChoiceGrid(QWidget):
    """Two tiles a field. Odd digits take the desk's value, even ones the server's.

    Signals:
        changed: another value was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        space(self._grid, 0, 8)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        self.mine_title = PlainLabel(role="caption", tone="muted")
        self.theirs_title = PlainLabel(role="caption", tone="muted")
        self._grid.addWidget(self.mine_title, 0, 1)
        self._grid.addWidget(self.theirs_title, 0, 2)
        self._fields: list[str] = []
        self._names: list[PlainLabel] = []
        self._tiles: dict[tuple[str, Side], ValueTile] = {}
        self._groups: list[QButtonGroup] = []

    def show_fields(self, fields: Sequence[TwoValues]) -> None:
        """These fields; where they are the same as before only their words change."""
        if [one.field for one in fields] != self._fields:
            self._rebuild(fields)
        for one, name in zip(fields, self._names, strict=True):
            name.setText(one.name)
            self._tiles[one.field, Side.MINE].set_value(one.mine, one.mine_by)
            self._tiles[one.field, Side.THEIRS].set_value(one.theirs, one.theirs_by)

    def choice(self) -> Mapping[str, Side]:
        """What is chosen; fields without a choice are left out."""
        return {field: side for (field, side), tile in self._tiles.items() if tile.isChecked()}

    @property
    def is_complete(self) -> bool:
        """True when every field has its value."""
        return bool(self._fields) and len(self.choice()) == len(self._fields)

    def choose(self, field: str, side: Side) -> None:
        """As if the person had pressed the tile."""
        tile = self._tiles[field, side]
        tile.setFocus(Qt.FocusReason.ShortcutFocusReason)
        tile.click()

    def tile(self, field: str, side: Side) -> ValueTile:
        """The tile of a value."""
        return self._tiles[field, side]

    def focus_first(self) -> None:
        """The focus is on the first field that waits for a choice, else on the first."""
        chosen = self.choice()
        waiting = next((field for field in self._fields if field not in chosen), None)
        field = waiting or (self._fields[0] if self._fields else None)
        if field is not None:
            self._tiles[field, chosen.get(field, Side.MINE)].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = digit_of(event)
        if digit and digit != "0" and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            row, side = divmod(int(digit) - 1, len(_SIDES))
            if row < len(self._fields):
                self.choose(self._fields[row], _SIDES[side])
                return
        super().keyPressEvent(event)

    def _rebuild(self, fields: Sequence[TwoValues]) -> None:
        for widget in (*self._names, *self._tiles.values()):
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for group in self._groups:
            group.deleteLater()
        self._fields = [one.field for one in fields]
        self._names, self._tiles, self._groups = [], {}, []
        for row, one in enumerate(fields):
            name = PlainLabel(role="strong", wraps=True)
            self._grid.addWidget(name, row + 1, 0)
            self._names.append(name)
            group = QButtonGroup(self)
            self._groups.append(group)
            for column, side in enumerate(_SIDES):
                number = row * len(_SIDES) + column + 1
                tile = ValueTile(str(number) if number <= 9 else "·")
                tile.setObjectName(f"sync_conflict_{one.field}_{side}")
                tile.setChecked(one.proposed is side)
                tile.clicked.connect(self.changed)
                group.addButton(tile)
                self._grid.addWidget(tile, row + 1, column + 1)
                self._tiles[one.field, side] = tile
