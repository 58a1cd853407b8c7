"""Layout of the screen of the exchange: state, tiles that filter, the list, the chosen item."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.services.sync.deciding.attention_rows import ItemFilter
from clinic_desk.ui.kit import (
    Banner,
    Card,
    DataTable,
    EmptyState,
    Kind,
    LinkButton,
    PlainLabel,
    PrimaryButton,
    SecondaryButton,
    Tile,
    TileRow,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.theme import horizontal, vertical
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL
from clinic_desk.ui.sync.conflict_card import ConflictCard, ValueWords
from clinic_desk.ui.sync.item_card import ItemCard

_ROOM_FOR_BOTH: Final = 620
_ROOM_FOR_TILES: Final = 500
RECEIVED: Final = "received"
"""The tile that only tells a number."""
_TILES: Final = (
    (ItemFilter.WAITING.value, "cloud-slash", "stale"),
    (ItemFilter.ATTENTION.value, "warning-circle", "err"),
    (RECEIVED, "download-simple", "accent"),
    (ItemFilter.ACCEPTED_TODAY.value, "check-circle", "ok"),
)


class SyncView(QWidget):
    """The parts of the page, named; what they do is for `SyncPage`."""

    def __init__(self, words: UiText, value_words: ValueWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.title = PlainLabel(role="title")
        self.subtitle = PlainLabel(tone="muted", wraps=True)
        self.subtitle.setObjectName("sync_label_state")
        self.pause_button = SecondaryButton("", "", "pause")
        self.pause_button.setObjectName("sync_button_pause")
        self.renew_button = SecondaryButton("", "", "arrows-clockwise")
        self.renew_button.setObjectName("sync_button_renew")
        self.send_button = PrimaryButton("", "F5", "arrows-clockwise")
        self.send_button.setObjectName("sync_button_send")
        self.tiles = TileRow()
        for key, icon, colour in _TILES:
            tile = self.tiles.add(key, Tile(icon, colour))
            tile.setObjectName(f"sync_tile_{key}")
        self.tiles.tile(RECEIVED).setEnabled(False)
        self.unread = Banner(Kind.WARN, "warning-circle", wide=False)
        self.unread.setObjectName("sync_banner_unread")
        self.unread_button = self.unread.add_act(LinkButton("", "Ctrl+Shift+S", "download-simple"))
        self.unread_button.setObjectName("sync_button_unread")
        self._unread = 0
        self.unread.hide()
        self.table = DataTable(row_height=ROW_HEIGHT_TALL)
        self.table.setObjectName("sync_table")
        self.empty = EmptyState("check-circle")
        self.empty.label.setObjectName("sync_label_empty")
        self.empty.hide()
        self.shown = PlainLabel(role="caption", tone="muted")
        self.item = ItemCard(words)
        self.conflict = ConflictCard(words, value_words)
        self.item.hide()
        self.conflict.hide()
        self._arrange()
        words.follow(self._retell)

    def _arrange(self) -> None:
        head = horizontal(
            vertical(self.title, self.subtitle, gap=2),
            self.pause_button,
            self.renew_button,
            self.send_button,
            gap=10,
        )
        head.setStretch(0, 1)
        for button in (self.pause_button, self.renew_button, self.send_button):
            head.setAlignment(button, Qt.AlignmentFlag.AlignVCenter)
        self.list_card = card = Card(margins=(12, 8, 12, 8), gap=6)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.empty, 1)
        card.body.addWidget(self.shown)
        column = QVBoxLayout(self)
        space(column, (24, 20, 24, 18), 12)
        column.addLayout(head)
        column.addWidget(self.tiles)
        column.addWidget(self.unread)
        column.addWidget(card, 5)
        column.addWidget(self.item, 3)
        column.addWidget(self.conflict, 6)

    def show_figure(self, key: str, n: int) -> None:
        """The tile `key` says so many."""
        self.tiles.tile(key).set_number(self._words.texts.number(n))

    def show_unread(self, n: int) -> None:
        """So many records of the server could not be read; nothing is said of none."""
        self._unread = n
        self.unread.setText(self._words.say("sync_screen.unread", n=n) if n else "")
        self.make_room()

    def make_room(self) -> None:
        """Where the window is low a difference has it for itself, and the list comes back after it."""
        has_room = self.conflict.isHidden() or self.height() >= look().px(_ROOM_FOR_BOTH)
        self.list_card.setVisible(has_room)
        self.unread.setVisible(has_room and self._unread > 0)
        self.tiles.setVisible(has_room and self.height() >= look().px(_ROOM_FOR_TILES))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.make_room()

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("sync_screen.title"))
        self.send_button.setText(say("sync_screen.send_now"))
        self.renew_button.setText(say("sync_screen.renew"))
        self.unread_button.setText(say("sync_screen.unread.save"))
        self.show_unread(self._unread)
        self.table.setAccessibleName(say("sync_screen.title"))
        for key, _icon, _colour in _TILES:
            self.tiles.tile(key).set_caption(say(f"sync_screen.tile.{key}"))
