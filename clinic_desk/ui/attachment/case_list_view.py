"""Layout of the section of attachment: tiles that filter, a field for a name, three tables in one place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.ui.kit import (
    Card,
    DataTable,
    EmptyState,
    PlainLabel,
    ScrollPage,
    SecondaryButton,
    TextField,
    Tile,
    TileRow,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow
from clinic_desk.ui.kit.theme import vertical
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL

OPEN, TODAY, LATE, ACCEPTED, CONTRACTS, CHILDREN = (
    "open",
    "today",
    "late",
    "accepted",
    "contracts",
    "children",
)
TILES: Final = {
    OPEN: ("identification-card", "accent"),
    TODAY: ("hourglass", "warn"),
    LATE: ("warning-circle", "err"),
    ACCEPTED: ("check-circle", "ok"),
    CONTRACTS: ("file-text", "stale"),
    CHILDREN: ("baby", "info"),
}
"""The tiles with icon and colour; the last two show lists of their own."""
_ACT_ICONS: Final = {
    "cases": "arrow-u-up-left",
    CONTRACTS: "link-break",
    CHILDREN: "identification-card",
}
_FIND_WIDTH: Final = 240
_LEAST_HEIGHT: Final = 250


class CaseListView(QWidget):
    """The parts of the page, named; what they do is for `CaseListPage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.title = PlainLabel(role="title")
        self.subtitle = PlainLabel(tone="muted")
        self.search = TextField()
        self.search.setObjectName("attachments_find_field")
        self.search.edit.setMaxLength(64)
        self.search.label.hide()
        self.search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.search.set_trailing_icon("magnifying-glass")
        self.act = SecondaryButton(key="Del", icon="arrow-u-up-left")
        self.act.setObjectName("attachments_button_act")
        self.print_button = SecondaryButton(key="Ctrl+P", icon="printer")
        self.print_button.setObjectName("attachments_button_print")
        self.tiles = TileRow()
        for key, (icon, colour) in TILES.items():
            tile = self.tiles.add(key, Tile(icon, colour))
            tile.setObjectName(f"attachments_tile_{key}")
        self.tiles.set_value(OPEN)
        self.cases = self._table("cases")
        self.contracts = self._table("contracts")
        self.children_table = self._table("children")
        self.tables = QStackedWidget()
        for table in (self.cases, self.contracts, self.children_table):
            self.tables.addWidget(table)
        self.empty = EmptyState("identification-card")
        self.empty.label.setObjectName("attachments_text_empty")
        self.empty.hide()
        self.shown = PlainLabel(role="caption", tone="muted")
        self.shown.setObjectName("attachments_text_shown")
        self.keys = PlainLabel(role="caption", tone="muted")
        self.keys.setObjectName("attachments_text_keys")
        self._arrange()
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def table_of(self, tile: str) -> DataTable:
        """The table that a tile shows."""
        return {CONTRACTS: self.contracts, CHILDREN: self.children_table}.get(tile, self.cases)

    def show_table(self, tile: str) -> None:
        """Let the table of this tile be in front, with the act that belongs to it."""
        self.tables.setCurrentWidget(self.table_of(tile))
        self._retell()

    def _table(self, name: str) -> DataTable:
        table = DataTable(row_height=ROW_HEIGHT_TALL)
        table.setObjectName(f"attachments_table_{name}")
        return table

    def _rescale(self) -> None:
        self.search.setFixedWidth(look().px(_FIND_WIDTH))
        # A few rows are in sight even where the text is large; the page scrolls then.
        self._card.setMinimumHeight(look().px(_LEAST_HEIGHT))

    def _arrange(self) -> None:
        title = QWidget()
        title.setLayout(vertical(self.title, self.subtitle, gap=2))
        acts = QWidget()
        row = QHBoxLayout(acts)
        space(row, 0, 10)
        for control in (self.search, self.act, self.print_button):
            row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        card = Card(margins=(12, 8, 12, 10), gap=8)
        card.body.addWidget(self.tables, 1)
        card.body.addWidget(self.empty, 1)
        card.body.addWidget(FlowRow(self.shown, self.keys))
        self._card = card
        page = ScrollPage(margins=24, gap=16)
        page.body.addWidget(FlowRow(title, acts))
        page.body.addWidget(self.tiles)
        page.body.addWidget(card, 1)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(page)

    def _retell(self) -> None:
        say, tile = self._words.say, self.tiles.value() or OPEN
        self.title.setText(say("attachment_screen.list.title"))
        kind = tile if tile in (CONTRACTS, CHILDREN) else "cases"
        self.subtitle.setText(say(f"attachment_screen.list.subtitle.{kind}"))
        self.search.set_label(say("attachment_screen.list.find"))
        self.search.set_placeholder(say("attachment_screen.list.find_hint"))
        self.act.set_icon(_ACT_ICONS[kind])
        self.act.set_key("Enter" if kind == CHILDREN else "Del")
        self.act.setText(say(f"attachment_screen.list.act.{kind}"))
        self.print_button.setText(say("attachment_screen.list.print"))
        self.print_button.setVisible(kind != CHILDREN)
        self.keys.setText(say(f"attachment_screen.list.keys.{kind}"))
        for table in (self.cases, self.contracts, self.children_table):
            table.setAccessibleName(say("attachment_screen.list.title"))
        for key in TILES:
            self.tiles.tile(key).set_caption(say(f"attachment_screen.tile.{key}"))


__all__ = ["ACCEPTED", "CHILDREN", "CONTRACTS", "LATE", "OPEN", "TILES", "TODAY", "CaseListView"]
