"""One short line beside a button: what the act is worth now, kept true while the form is open."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from clinic_desk.services.sync.promises import Act, Promise, Worth, promise_of
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.plain_label import PlainLabel, Tone
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.kit.words import UiText

_LOOKS: Final[dict[Worth, tuple[str, Tone, str]]] = {
    Worth.FINAL: ("cloud-check", "muted", "text2"),
    Worth.PROVISIONAL: ("clock-counter-clockwise", "stale", "stale"),
    Worth.NOT_POSSIBLE: ("cloud-slash", "stale", "stale"),
}


class PromiseLine(QWidget):
    """Hidden where nothing is promised."""

    def __init__(
        self, act: Act, words: UiText, notifier: ChangeNotifier, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._act = act
        self._words = words
        self._notifier = notifier
        self._icon = IconLabel("cloud-check", "text2", 16)
        self.label = PlainLabel(role="caption", tone="muted", wraps=True)
        self.label.setObjectName(f"sync_promise_text_{act}")
        row = QHBoxLayout(self)
        space(row, 0, 6)
        row.addWidget(self._icon)
        row.addWidget(self.label, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        words.follow(self._say)
        notifier.exchange_changed.connect(self._say)

    @property
    def promise(self) -> Promise | None:
        """What is promised now."""
        return promise_of(self._act, self._notifier.exchange)

    def _say(self, _status: object = None) -> None:
        promise = self.promise
        self.setVisible(promise is not None)
        if promise is None:
            return
        icon, tone, colour = _LOOKS[promise.worth]
        self._icon.set_icon(icon, colour)
        self.label.set_tone(tone)
        self.label.setText(self._words.say(promise.text_key))


__all__ = ["PromiseLine"]
