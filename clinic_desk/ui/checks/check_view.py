"""Layout of the list of checks: tiles that filter, the table, what can be done."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.services.check_list import CheckTile
from clinic_desk.ui.kit import (
    Card,
    DataTable,
    EmptyState,
    PlainLabel,
    PrimaryButton,
    Tile,
    TileRow,
    UiText,
    space,
)
from clinic_desk.ui.kit.theme import horizontal, vertical
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL

_ICONS: Final = {
    CheckTile.ALL: ("shield-warning", "accent"),
    CheckTile.TOMORROW: ("calendar-check", "err"),
    CheckTile.WEEK: ("calendar-blank", "warn"),
    CheckTile.NEVER: ("question", "text2"),
}


class CheckView(QWidget):
    """The parts of the page, named; what they do is for `CheckPage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.title = PlainLabel(role="title")
        self.subtitle = PlainLabel(tone="muted", wraps=True)
        self.subtitle.setObjectName("checks_label_by_hand")
        self.answer_button = PrimaryButton("", "F5", "arrows-clockwise")
        self.answer_button.setObjectName("checks_button_answer")
        self.tiles = TileRow()
        for tile in CheckTile:
            made = self.tiles.add(tile.value, Tile(*_ICONS[tile]))
            made.setObjectName(f"checks_tile_{tile}")
        self.tiles.set_value(CheckTile.ALL.value)
        self.table = DataTable(row_height=ROW_HEIGHT_TALL)
        self.table.setObjectName("checks_table")
        self.empty = EmptyState("shield-check")
        self.empty.label.setObjectName("checks_label_empty")
        self.empty.hide()
        self.shown = PlainLabel(role="caption", tone="muted")
        self.shown.setObjectName("checks_label_shown")
        self.keys = PlainLabel(role="caption", tone="muted")
        self._arrange()
        words.follow(self._retell)

    def _arrange(self) -> None:
        head = horizontal(gap=16)
        head.addLayout(vertical(self.title, self.subtitle, gap=2), 1)
        head.addWidget(self.answer_button, 0, Qt.AlignmentFlag.AlignVCenter)
        card = Card(margins=(12, 8, 12, 10), gap=8)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.empty, 1)
        card.body.addLayout(horizontal(self.shown, None, self.keys, gap=12))
        column = QVBoxLayout(self)
        space(column, 24, 16)
        column.addLayout(head)
        column.addWidget(self.tiles)
        column.addWidget(card, 1)

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("checks.title"))
        self.subtitle.setText(say("checks.by_hand"))
        self.answer_button.setText(say("insurance_panel.check"))
        self.keys.setText(say("checks.keys"))
        self.table.setAccessibleName(say("checks.title"))
        for tile in CheckTile:
            self.tiles.tile(tile.value).set_caption(say(f"checks.tile.{tile}"))
