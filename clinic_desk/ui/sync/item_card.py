"""One operation in full: who did it, what came of it, what will happen, what can be done."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ItemAct
from clinic_desk.ui.kit import Card, LinkButton, PlainLabel, SecondaryButton, SectionTitle, UiText
from clinic_desk.ui.kit.authors import author
from clinic_desk.ui.kit.theme import horizontal
from clinic_desk.ui.sync.item_words import outlook, person, quoted, what

_KEYS = {ItemAct.MEND: "Enter", ItemAct.RETRY: "Ctrl+R", ItemAct.WITHDRAW: "Del", ItemAct.EXPORT: "Ctrl+S"}
_ICONS = {
    ItemAct.MEND: "pencil-simple",
    ItemAct.RETRY: "arrows-clockwise",
    ItemAct.WITHDRAW: "prohibit",
    ItemAct.EXPORT: "download-simple",
}


class ItemCard(Card):
    """Below the list; the buttons are the acts of the chosen operation.

    Signals:
        act_wanted: the `ItemAct` whose button was pressed.
        card_wanted: the person's card is to be opened.
    """

    act_wanted = Signal(object)
    card_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(margins=(20, 12, 20, 12), gap=6, parent=parent)
        self.setObjectName("sync_item")
        self._words = words
        self.title = SectionTitle()
        self.title.label.setProperty("data", True)
        self.open_button = LinkButton("", "", "user")
        self.open_button.setObjectName("sync_item_button_card")
        self.open_button.clicked.connect(self.card_wanted)
        words.bind(self.open_button.setText, "sync_screen.item.open_card")
        self.title.trailing.addWidget(self.open_button)
        self.by = PlainLabel(role="caption", tone="muted", wraps=True, data=True)
        self.by.setObjectName("sync_item_label_by")
        # Our words with the server's own behind them, as a quotation.
        self.answer = PlainLabel(wraps=True, data=True)
        self.answer.setObjectName("sync_item_label_answer")
        self.outlook = PlainLabel(role="strong", wraps=True)
        self.outlook.setObjectName("sync_item_label_outlook")
        self.buttons = {
            act: self._button(act) for act in (ItemAct.EXPORT, ItemAct.WITHDRAW, ItemAct.RETRY, ItemAct.MEND)
        }
        for widget in (self.title, self.by, self.answer, self.outlook):
            self.body.addWidget(widget)
        self.body.addStretch(1)
        self.body.addLayout(horizontal(None, *self.buttons.values(), gap=8))

    def show_row(self, row: AttentionRow, now: dt.datetime) -> None:
        """This operation, as of `now`."""
        words = self._words
        self.title.setText(what(row, words))
        by = f"{person(row, words)} · {self._signature('by', row.actor, row.desk, row.acted_at)}"
        self.by.setText(by if row.mended is None else f"{by}\n{self._signature('mended', *row.mended)}")
        answer = row.answer
        told = words.say(f"sync.answer.{answer.code}") if answer else ""
        self.answer.setText(f"{told} {quoted(words, answer.text)}".strip() if answer else "")
        self.answer.setVisible(answer is not None)
        self.outlook.setText(outlook(row, words, now))
        self.outlook.setVisible(bool(self.outlook.text()))
        self.open_button.setVisible(bool(row.person))
        for act, button in self.buttons.items():
            button.setVisible(act in row.acts)
        self._keep_whole()

    def _signature(self, what_for: str, who: str, desk: str, moment: dt.datetime) -> str:
        words = self._words
        return words.say(
            f"sync_screen.item.{what_for}", who=author(words, who), desk=desk or "—", moment=moment
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_whole()

    def _keep_whole(self) -> None:
        """Where the window is low the list above gives way, not the words of this item."""
        self.setMinimumHeight(self.body.totalHeightForWidth(self.width()))

    def _button(self, act: ItemAct) -> SecondaryButton:
        button = SecondaryButton("", _KEYS[act], _ICONS[act])
        button.setObjectName(f"sync_item_button_{act}")
        button.clicked.connect(lambda: self.act_wanted.emit(act))
        self._words.bind(button.setText, f"sync_screen.act.{act}")
        return button
