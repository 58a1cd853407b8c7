"""What the form says of its drafts: one that came back, an older one that is offered, the last saving."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QObject, Signal

from clinic_desk.services.ports import Draft
from clinic_desk.ui.kit import Banner, LinkButton, UiText
from clinic_desk.ui.register.form_state import FormState


class DraftNotice(QObject):
    """The banner above the form.

    Signals:
        open_wanted: the `Draft` that is offered is to be opened.
        clear_wanted: the form that came back is to be emptied.
    """

    open_wanted = Signal(object)
    clear_wanted = Signal()

    def __init__(self, words: UiText, banner: Banner, button: LinkButton) -> None:
        super().__init__(banner)
        self._words = words
        self._banner, self._button = banner, button
        self._offered: Draft | None = None
        self._restored_at: dt.datetime | None = None
        button.clicked.connect(self._on_button)
        words.follow(self._say)

    def nothing(self) -> None:
        """There is nothing to be said."""
        self._offered, self._restored_at = None, None
        self._say()

    def offer(self, draft: Draft) -> None:
        """An older form waits."""
        self._offered = draft
        self._say()

    def restored(self, draft: Draft) -> None:
        """The form holds what was typed before."""
        self._offered, self._restored_at = None, draft.saved_at
        self._say()

    def _on_button(self) -> None:
        if self._offered is not None:
            self.open_wanted.emit(self._offered)
        else:
            self.clear_wanted.emit()

    def _say(self) -> None:
        say = self._words.say
        if self._offered is not None:
            name = FormState.of_payload(self._offered.payload).name or say("register.nameless")
            moment = self._offered.saved_at
            self._banner.set_text(say("register.older_draft", name=name, moment=moment))
            self._button.setText(say("register.older_draft_open"))
        elif self._restored_at is not None:
            self._banner.set_text(say("register.restored", moment=self._restored_at))
            self._button.setText(say("register.restored_drop"))
        self._banner.setVisible(self._offered is not None or self._restored_at is not None)
