"""What went wrong with the form, and the two ways out when another window changed it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError, Conflict
from clinic_desk.sentences import error_sentence
from clinic_desk.ui.kit import Banner, Kind, LinkButton, UiText


class TroubleBar(Banner):
    """Takes no room while there is no trouble.

    Signals:
        mine_wanted: what stands on the screen shall go over what another window stored.
        theirs_wanted: what another window stored shall be shown instead.
    """

    mine_wanted = Signal()
    theirs_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(Kind.ERR, wide=False, parent=parent)
        self.setObjectName("attachment_form_banner_trouble")
        self._words = words
        self._error: ClinicDeskError | None = None
        self.mine = LinkButton()
        self.mine.setObjectName("attachment_form_button_mine")
        self.mine.clicked.connect(self.mine_wanted)
        self.theirs = LinkButton()
        self.theirs.setObjectName("attachment_form_button_theirs")
        self.theirs.clicked.connect(self.theirs_wanted)
        for act in (self.mine, self.theirs):
            self.add_act(act)
            act.hide()
        self.hide()
        words.follow(self._say)

    @property
    def error(self) -> ClinicDeskError | None:
        """What is shown."""
        return self._error

    def show_error(self, error: ClinicDeskError | None) -> None:
        """Show this, or nothing."""
        self._error = error
        self.setVisible(error is not None)
        for act in (self.mine, self.theirs):
            act.setVisible(isinstance(error, Conflict))
        self._say()

    def _say(self) -> None:
        say = self._words.say
        self.mine.setText(say("attachment_screen.conflict.mine"))
        self.theirs.setText(say("attachment_screen.conflict.reload"))
        if isinstance(self._error, Conflict):
            self.set_text(say("attachment_screen.conflict.text"))
        elif self._error is not None:
            self.set_text(error_sentence(self._words.texts, self._error))


__all__ = ["TroubleBar"]
