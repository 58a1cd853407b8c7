"""From an empty painted window to an open clinic: the store is opened beside the window, never before it.

Everything slow (the key, the store, making the practice clinic) runs in a lane; the window paints first
and says what is going on.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.strips import StripPlace

# Whatever only some starts need is read where it is used: this module stands before the first paint.
if TYPE_CHECKING:
    from clinic_desk.services.desk import DeskServices
    from clinic_desk.services.imports import ImportService
    from clinic_desk.services.ports import CancelCheck, Progress, Store
    from clinic_desk.services.sync.exchange.worker import SyncWorker
    from clinic_desk.services.sync.practice_switches import PracticeSwitches
    from clinic_desk.services.sync.upstream_settings import UpstreamSettingsService
    from clinic_desk.ui.kit.progress import Progress as ProgressBar


class OpenedProfile(Protocol):
    """What the window needs of an open profile."""

    @property
    def desk(self) -> DeskServices:
        """The use cases."""

    @property
    def imports(self) -> ImportService:
        """The use cases about foreign lists."""

    @property
    def store(self) -> Store:
        """The store behind them."""

    @property
    def sync(self) -> SyncWorker | None:
        """What exchanges with the upstream; None where this program may not."""

    @property
    def upstream_settings(self) -> UpstreamSettingsService:
        """Which upstream is set, and how to sign in."""

    @property
    def practice_switches(self) -> PracticeSwitches | None:
        """The authority beside a practice clinic's window; None where there is none."""

    def close(self) -> None:
        """Closes the store and gives the profile back."""


class ProfileOpener(Protocol):
    """Opens the profile the program was started for."""

    def open(self, ask: PassphraseAsker) -> OpenedProfile:
        """The open profile. Raises: ClinicDeskError."""

    def prepare(self, profile: OpenedProfile, progress: Progress, cancelled: CancelCheck) -> None:
        """Makes the practice clinic where it is missing; nothing for a clinic's own profile."""


class PassphraseAsker(QObject):
    """Lets a lane ask the person at the window for the passphrase and waits for the answer there."""

    _wanted = Signal(str, bool)

    def __init__(self, words: UiText, window: MainWindow) -> None:
        super().__init__(window)
        self._words = words
        self._window = window
        self._answered = threading.Event()
        self._answer: str | None = None
        self._wanted.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def ask(self, reason: str, is_new: bool) -> str | None:
        """What was typed, None when the dialog was left. Called in a lane; blocks only that lane."""
        self._answered.clear()
        self._answer = None
        self._wanted.emit(reason, is_new)
        self._answered.wait()
        return self._answer

    def give_up(self) -> None:
        """A waiting lane gets no answer: the program ends."""
        self._answered.set()

    def _show(self, reason: str, is_new: bool) -> None:
        from PySide6.QtWidgets import QLineEdit

        from clinic_desk.ui.kit.buttons import PrimaryButton
        from clinic_desk.ui.kit.fields import TextField
        from clinic_desk.ui.kit.modal import Modal
        from clinic_desk.ui.kit.plain_label import PlainLabel

        say = self._words.say
        modal = Modal(say("start.passphrase.title"), icon="key", width=560, height=0)
        label = PlainLabel(say(f"profile.reasons.{reason}"), wraps=True)
        modal.body.addWidget(label)
        fields = [TextField(say("start.passphrase.field"))]
        if is_new:
            fields.append(TextField(say("start.passphrase.again")))
        for place, field in enumerate(fields):
            field.setObjectName(f"start_passphrase_field_{place}")
            field.edit.setEchoMode(QLineEdit.EchoMode.Password)
            modal.body.addWidget(field)

        def accept() -> None:
            typed = fields[0].text()
            if is_new and fields[-1].text() != typed:
                fields[-1].set_error(say("start.passphrase.differ"))
                return
            self._answer = typed
            modal.close_modal()

        def finished() -> None:
            self._answered.set()
            modal.deleteLater()

        button = PrimaryButton(say("start.passphrase.open"), "Ctrl+Enter")
        button.setObjectName("start_passphrase_button_open")
        button.clicked.connect(accept)
        button.claim_key(modal)
        fields[-1].submitted.connect(accept)
        modal.foot.addStretch(1)
        modal.foot.addWidget(button)
        modal.closed.connect(finished)
        modal.open_over(self._window, fields[0].edit)


class Start(QObject):
    """Opens the profile behind a window that is already there.

    Signals:
        opened: the `OpenedProfile`, ready for work; given out once.
        failed: the profile cannot be opened; the window says why.
    """

    opened = Signal(object)
    failed = Signal(object)
    _stepped = Signal(int, int)

    def __init__(self, window: MainWindow, words: UiText, jobs: Jobs, opener: ProfileOpener) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._jobs = jobs
        self._opener = opener
        self._asker = PassphraseAsker(words, window)
        self._is_cancelled = threading.Event()
        self._bar: ProgressBar | None = None
        self._stepped.connect(self._show_step, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """The work begins; call it once the window has painted."""
        self._jobs.run(
            lambda: self._opener.open(self._asker), self._prepare, self._refuse, owner=self, lane="side"
        )

    def stop(self) -> None:
        """A waiting or making lane ends soon; nothing half-made is kept."""
        self._is_cancelled.set()
        self._asker.give_up()

    def _prepare(self, profile: OpenedProfile) -> None:
        def progress(done: int, total: int | None) -> None:
            self._stepped.emit(done, total or 0)

        def done(_: None) -> None:
            self._window.set_strip(StripPlace.START, None)
            self._bar = None
            self.opened.emit(profile)

        def refuse(error: ClinicDeskError) -> None:
            profile.close()
            self._refuse(error)

        self._jobs.run(
            lambda: self._opener.prepare(profile, progress, self._is_cancelled.is_set),
            done,
            refuse,
            owner=self,
            lane="write",
        )

    def _show_step(self, done: int, total: int) -> None:
        if self._bar is None:
            if done >= total:
                return
            from clinic_desk.ui.kit.progress import Progress as ProgressBar

            self._bar = ProgressBar()
            self._bar.setObjectName("start_progress_practice")
            self._bar.layout().setContentsMargins(24, 12, 24, 12)  # type: ignore[union-attr]
            self._words.bind(self._bar.setText, "start.making")
            self._words.bind(self._bar.set_cancel_text, "start.stop")
            self._bar.cancelled.connect(self.stop)
            self._bar.cancelled.connect(self._window.close)
            self._window.set_strip(StripPlace.START, self._bar)
        self._bar.set_progress(done, total)

    def _refuse(self, error: ClinicDeskError) -> None:
        from clinic_desk.sentences import error_sentence
        from clinic_desk.ui.kit.buttons import PrimaryButton
        from clinic_desk.ui.kit.empty_state import EmptyState

        button = PrimaryButton(self._words.say("shell.close"), "")
        button.setObjectName("start_button_close")
        button.clicked.connect(self._window.close)
        page = EmptyState("warning-circle", error_sentence(self._words.texts, error), button)
        page.setObjectName("start_refused")
        self._window.show_only(page)
        self.failed.emit(error)
