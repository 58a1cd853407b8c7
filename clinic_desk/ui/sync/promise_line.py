"""One short line beside a button: what the act is worth now, kept true while the form is open."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from clinic_desk.services.sync.exchange.promises import Act, Promise, Worth, promise_of
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


class PromiseFollower(QObject):
    """Keeps a label that a form has anyway true to what is promised, else to a text of its own."""

    def __init__(
        self, label: PlainLabel, act: Act, words: UiText, notifier: ChangeNotifier, otherwise: str
    ) -> None:
        super().__init__(label)
        self._label = label
        self._act = act
        self._words = words
        self._notifier = notifier
        self._otherwise = otherwise
        self._instead = ""
        words.follow(self._say)
        notifier.exchange_changed.connect(self._say)

    def say_instead(self, text_key: str) -> None:
        """Say this in red, as the act is not possible at all; "" promises again."""
        self._instead = text_key
        self._say()

    def _say(self, _status: object = None) -> None:
        if self._instead:
            self._label.set_tone("err")
            self._label.setText(self._words.say(self._instead))
            return
        promise = promise_of(self._act, self._notifier.exchange)
        self._label.set_tone(_LOOKS[promise.worth][1] if promise is not None else "muted")
        self._label.setText(self._words.say(promise.text_key if promise is not None else self._otherwise))


class PromiseLine(QWidget):
    """Hidden where nothing is promised."""

    def __init__(
        self,
        act: Act,
        words: UiText,
        notifier: ChangeNotifier,
        *,
        only: Worth | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`only`: say this worth and no other."""
        super().__init__(parent)
        self._act = act
        self._only = only
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
        if promise is None or self._only not in (None, promise.worth):
            self.hide()
            return
        if self.parentWidget() is not None:
            # Before it has its place it would be a window of its own and take the focus from the real one.
            self.show()
        icon, tone, colour = _LOOKS[promise.worth]
        self._icon.set_icon(icon, colour)
        self.label.set_tone(tone)
        self.label.setText(self._words.say(promise.text_key))


__all__ = ["PromiseFollower", "PromiseLine"]
