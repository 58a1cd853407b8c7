"""Below the state: what asking is worth now, or the question that waits; beside it the way by hand."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinic_desk.services.sync.exchange.promises import Act, Worth, promise_of
from clinic_desk.services.sync.exchange.status import SyncStatus
from clinic_desk.ui.kit import LinkButton, PlainLabel, UiText, space
from clinic_desk.ui.kit.banner import IconLabel


class AskingLine(QWidget):
    """Hidden where nobody can be asked by machine.

    Signals:
        record_wanted: an answer is to be written down by hand.
    """

    record_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._exchange = SyncStatus()
        self._asked_at: dt.datetime | None = None
        self._icon = IconLabel("cloud-check", "text2", 16)
        self.label = PlainLabel(role="caption", tone="muted", wraps=True)
        self.label.setObjectName("card_insurance_text_asking")
        self.by_hand = LinkButton("", "Shift+F5")
        self.by_hand.setObjectName("card_insurance_button_by_hand")
        self.by_hand.clicked.connect(self.record_wanted)
        words.bind(self.by_hand.setText, "insurance_panel.check")
        row = QHBoxLayout(self)
        space(row, 0, 6)
        row.addWidget(self._icon)
        row.addWidget(self.label, 1)
        row.addWidget(self.by_hand)
        words.follow(self._say)

    def show_asking(self, exchange: SyncStatus, asked_at: dt.datetime | None) -> None:
        """Show how the exchange stands, and since when a question waits (aware), None for none."""
        self._exchange, self._asked_at = exchange, asked_at
        self._say()

    def _say(self) -> None:
        say, promise = self._words.say, promise_of(Act.CHECK, self._exchange)
        self.setVisible(promise is not None)
        if promise is None:
            return
        is_possible = promise.worth is not Worth.NOT_POSSIBLE
        if self._asked_at is None:
            text, icon = say(promise.text_key), "cloud-check" if is_possible else "cloud-slash"
        else:
            key = "insurance_panel.asked.waiting" if is_possible else "insurance_panel.asked.queued"
            text, icon = say(key, when=self._words.texts.time(self._asked_at)), "hourglass"
        self._icon.set_icon(icon, "text2" if is_possible else "stale")
        self.label.set_tone("muted" if is_possible else "stale")
        self.label.setText(text)


__all__ = ["AskingLine"]
