"""Two acts in the practice banner: cut the line to the authority, and all else it can be made to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.sentences import error_sentence
from clinic_desk.services.sync.practice_switches import PracticeSwitches, Switch
from clinic_desk.ui.kit.buttons import LinkButton
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.practice.practice_panel import PracticePanel


class PracticeActs(QObject):
    """Joins the banner and the authority's switches.

    Args:
        window: a practice clinic's, with its banner.
        words: the language of the window.
        jobs: the lanes.
        switches: the authority beside this window.
        on_turned: called when something was turned, so that the desk meets it at once.
    """

    def __init__(
        self,
        window: MainWindow,
        words: UiText,
        jobs: Jobs,
        switches: PracticeSwitches,
        on_turned: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._jobs = jobs
        self._switches = switches
        self._on_turned = on_turned
        self._error: ClinicDeskError | None = None
        self.is_cut = False
        self.cut_button = LinkButton("", "F9")
        self.cut_button.setObjectName("practice_button_cut")
        self.cut_button.clicked.connect(self._toggle)
        self.more_button = LinkButton("", "Ctrl+F9")
        self.more_button.setObjectName("practice_button_more")
        self.more_button.clicked.connect(self._open_panel)
        words.bind(self.more_button.setText, "practice_server.acts.more")
        assert window.practice_banner is not None  # noqa: S101 - only practice has switches
        self._banner = window.practice_banner
        for button in (self.cut_button, self.more_button):
            button.setProperty("tone", "warn")
            button.claim_key(window)
            button.setEnabled(False)
            self._banner.add_act(button)
        window.add_key_line("F9", "practice_server.acts.key_cut")
        window.add_key_line("Ctrl+F9", "practice_server.acts.key_more")
        words.follow(self._retell)

    def begin(self) -> None:
        """Learns what is on; the authority starts now if it did not yet."""
        self._jobs.run(self._switches.positions, self._show, self._fail, owner=self, lane="side")

    def _toggle(self) -> None:
        is_on = not self.is_cut
        self.cut_button.setEnabled(False)

        def turn() -> frozenset[Switch]:
            self._switches.turn(Switch.OUTAGE, is_on=is_on)
            return self._switches.positions()

        self._jobs.run(turn, self._turned, self._fail, owner=self, lane="side")

    def _turned(self, positions: frozenset[Switch]) -> None:
        self._show(positions)
        self._on_turned()

    def _show(self, positions: frozenset[Switch]) -> None:
        self._error = None
        self.is_cut = Switch.OUTAGE in positions
        for button in (self.cut_button, self.more_button):
            button.setEnabled(True)
            button.show()
        self._retell()

    def _fail(self, error: ClinicDeskError) -> None:
        """The desk works on; the banner says what is missing."""
        self._error = error
        for button in (self.cut_button, self.more_button):
            button.hide()
        self._retell()

    def _retell(self) -> None:
        say = self._words.say
        key = "practice_server.acts.mend" if self.is_cut else "practice_server.acts.cut"
        self.cut_button.setText(say(key))
        text = say("shell.practice.text")
        if self._error is not None:
            text = error_sentence(self._words.texts, self._error)
        elif self.is_cut:
            text = say("practice_server.acts.is_cut")
        self._banner.set_text(text, say("shell.practice.strong"))

    def _open_panel(self) -> None:
        panel = PracticePanel(self._words, self._jobs, self._switches)
        panel.turned.connect(self._on_turned)
        panel.closed.connect(self.begin)
        panel.closed.connect(panel.deleteLater)
        panel.open_over(self._window)
        panel.begin()
