"""Signing in to the upstream anew: asks, keeps the secret, and lets a round be made with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings, UpstreamSettingsService
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.sync.sign_in_dialog import SignInDialog


class SignInDesk(QObject):
    """One dialog at a time.

    Args:
        service: keeps settings and secret.
        who: who acts; asked in a lane.
        on_done: called when the secret was kept.
        on_nothing: called where there is nothing to type: no sign-in is set.
    """

    def __init__(
        self,
        window: QWidget,
        words: UiText,
        jobs: Jobs,
        service: UpstreamSettingsService,
        who: Callable[[], Actor],
        on_done: Callable[[], object],
        on_nothing: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._jobs = jobs
        self._service = service
        self._who = who
        self._on_done = on_done
        self._on_nothing = on_nothing
        self.dialog: SignInDialog | None = None

    def open(self) -> None:
        """The dialog asks for the secret of the upstream that is set."""
        if self.dialog is None:
            self._jobs.run(self._service.read, self._ask, lambda _: self._on_nothing(), owner=self)

    def _ask(self, settings: UpstreamSettings | None) -> None:
        if settings is None or settings.auth is AuthKind.NONE or self.dialog is not None:
            self._on_nothing()
            return
        dialog = SignInDialog(self._words, settings)
        dialog.given.connect(lambda secret: self._keep(settings, secret))
        dialog.closed.connect(self._forget)
        self.dialog = dialog
        dialog.start(self._window)

    def _keep(self, settings: UpstreamSettings, secret: str) -> None:
        # The keyring may ask in a window of its own: never on this thread, nor in the lane of the store.
        self._jobs.run(
            lambda: self._service.change(settings, secret, self._who()),
            lambda _change: self._kept(),
            self._refused,
            owner=self,
            lane="side",
        )

    def _kept(self) -> None:
        if self.dialog is not None:
            self.dialog.close_modal()
        self._on_done()

    def _refused(self, error: ClinicDeskError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(error_sentence(self._words.texts, error))

    def _forget(self) -> None:
        self.dialog = None


__all__ = ["SignInDesk"]
