"""The strip over every page that tells of the exchange and offers what can be done about it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import LinkButton
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.sync.state_words import StripWords

_ACTS: Final = (
    ("queue", "sync_state.banner.show_queue", ""),
    ("retry", "sync_state.banner.retry", "F5"),
    ("sign_in", "sync_state.banner.sign_in_act", ""),
    ("look", "sync_state.banner.restored_act", ""),
)


class SyncStrip(Banner):
    """One strip for all states; its acts are shown as the state has them.

    Signals:
        act_wanted: the code of the act that was pressed.
    """

    act_wanted = Signal(str)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        space(self.acts, 0, 4)
        self._buttons: dict[str, LinkButton] = {}
        self._dot = PlainLabel("·", tone="stale")
        for code, text_key, key in _ACTS:
            button = LinkButton("", key)
            button.setObjectName(f"shell_banner_sync_button_{code}")
            words.bind(button.setText, text_key)
            button.clicked.connect(self._on_clicked)
            if code == "retry":
                self.acts.addWidget(self._dot)
            self._buttons[code] = self.add_act(button)

    def button(self, code: str) -> LinkButton:
        """The button of an act."""
        return self._buttons[code]

    def show_words(self, said: StripWords) -> None:
        """Show this remark and these acts."""
        self.set_kind(said.kind, said.icon)
        self.set_text(said.text, said.strong)
        for code, button in self._buttons.items():
            button.setVisible(code in said.acts)
            if button.property("tone") != said.kind.value:
                button.setProperty("tone", said.kind.value)
                button.style().unpolish(button)
                button.style().polish(button)
        self._dot.setVisible(len(said.acts) > 1)

    def _on_clicked(self) -> None:
        for code, button in self._buttons.items():
            if button is self.sender():
                self.act_wanted.emit(code)
