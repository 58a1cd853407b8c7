"""Layout of the list of referrals: tiles that filter, a field for the number, the table."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.ui.kit import (
    Card,
    DataTable,
    EmptyState,
    PlainLabel,
    SecondaryButton,
    TextField,
    Tile,
    TileRow,
    UiText,
    look,
    space,
)
from clinic_desk.ui.kit.theme import horizontal, vertical
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL

_S = ReferralStatus
TILES: Final[dict[str, frozenset[ReferralStatus]]] = {
    "all": frozenset(),
    "to_print": frozenset(),
    "issued": frozenset({_S.ISSUED}),
    "sent": frozenset({_S.SENT, _S.ACCEPTED, _S.SCHEDULED, _S.RETURNED}),
    "closed": frozenset({_S.COMPLETED, _S.NOT_ATTENDED, _S.REFUSED, _S.CANCELLED, _S.EXPIRED}),
}
"""The tiles and the states they stand for; `all` and `to_print` go by no state."""

_ICONS: Final = {
    "all": ("paper-plane-tilt", "accent"),
    "to_print": ("printer", "warn"),
    "issued": ("cloud-slash", "stale"),
    "sent": ("clock", "info"),
    "closed": ("check-circle", "ok"),
}

_NUMBER_WIDTH: Final = 240


class ReferralListView(QWidget):
    """The parts of the page, named; what they do is for `ReferralListPage`."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.title = PlainLabel(role="title")
        self.subtitle = PlainLabel(tone="muted")
        self.number = TextField()
        self.number.setObjectName("referral_list_find_field")
        self.number.edit.setMaxLength(64)
        self.number.label.hide()
        self.number.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.number.set_trailing_icon("magnifying-glass")
        self.cancel_button = SecondaryButton(key="Del", icon="prohibit")
        self.cancel_button.setObjectName("referral_list_button_cancel")
        # There only while a question waits for its answer.
        self.answer_button = SecondaryButton(key="F7", icon="question")
        self.answer_button.setObjectName("referral_list_button_answer")
        self.answer_button.hide()
        self.print_button = SecondaryButton(key="Ctrl+P", icon="printer")
        self.print_button.setObjectName("referral_list_button_print")
        self.tiles = TileRow()
        for key in TILES:
            tile = self.tiles.add(key, Tile(*_ICONS[key]))
            tile.setObjectName(f"referral_list_tile_{key}")
        self.tiles.set_value("all")
        self.table = DataTable(row_height=ROW_HEIGHT_TALL)
        self.table.setObjectName("referral_list_table")
        self.empty = EmptyState("paper-plane-tilt")
        self.empty.label.setObjectName("referral_list_label_empty")
        self.empty.hide()
        self.shown = PlainLabel(role="caption", tone="muted")
        self.shown.setObjectName("referral_list_label_shown")
        self.keys = PlainLabel(role="caption", tone="muted")
        self.keys.setObjectName("referral_list_label_keys")
        self._arrange()
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def _rescale(self) -> None:
        self.number.setFixedWidth(look().px(_NUMBER_WIDTH))

    def _arrange(self) -> None:
        head = horizontal(
            vertical(self.title, self.subtitle, gap=2),
            None,
            self.number,
            self.answer_button,
            self.cancel_button,
            self.print_button,
            gap=10,
        )
        for control in (self.number, self.answer_button, self.cancel_button, self.print_button):
            head.setAlignment(control, Qt.AlignmentFlag.AlignVCenter)
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
        self.title.setText(say("referral_list.title"))
        self.subtitle.setText(say("referral_list.subtitle"))
        self.number.set_label(say("referral_list.find"))
        self.number.set_placeholder(say("referral_list.find_hint"))
        self.cancel_button.setText(say("referral_list.cancel"))
        self.answer_button.setText(say("referral_list.answer"))
        self.print_button.setText(say("referral_list.print"))
        self.keys.setText(say("referral_list.keys"))
        self.table.setAccessibleName(say("referral_list.title"))
        for key in TILES:
            self.tiles.tile(key).set_caption(say(f"referral_list.tile.{key}"))
