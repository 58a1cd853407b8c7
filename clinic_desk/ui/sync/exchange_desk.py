"""The exchange with the upstream as the window has it: link, display, and what a person may ask of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import Clock
from clinic_desk.services.sync.exchange.status import SyncState
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.sync.sync_display import SyncDisplay

if TYPE_CHECKING:
    from clinic_desk.services.sync.exchange.worker import SyncWorker
    from clinic_desk.services.sync.upstream_settings import UpstreamSettingsService
    from clinic_desk.ui.sync.sign_in_desk import SignInDesk
    from clinic_desk.ui.sync.sync_link import SyncLink

SECTION: Final = "sync"


class ExchangeDesk(QObject):
    """Joins worker and window. Without a worker the window says that everything lies on this computer."""

    def __init__(
        self,
        window: MainWindow,
        clock: Clock,
        words: UiText,
        jobs: Jobs,
        notifier: ChangeNotifier,
        worker: SyncWorker | None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._words = words
        self._jobs = jobs
        self._notifier = notifier
        self._worker = worker
        self._link: SyncLink | None = None
        self._sign_in: SignInDesk | None = None
        self.display = SyncDisplay(window, clock, words, notifier)
        self.display.act_wanted.connect(self._act)
        window.top_bar.state_wanted.connect(self.open)
        window.refresh_requested.connect(self.retry)

    def begin(self) -> None:
        """Rounds are made from now on."""
        if self._worker is None or self._link is not None:
            return
        from clinic_desk.ui.sync.sync_link import SyncLink

        self._link = SyncLink(self._worker, self._jobs, self._notifier, self)
        self._link.begin()

    def open(self) -> None:
        """The section of the exchange is in front; where there is none, the whole sentence is said."""
        if self._notifier.exchange.state is SyncState.NOT_SET or not self._window.has_section(SECTION):
            self._window.show_toast(self._window.top_bar.state_chip.accessibleName())
        else:
            self._window.show_section(SECTION)

    def retry(self) -> None:
        """A round is made now."""
        if self._worker is not None and self._notifier.exchange.state is not SyncState.NOT_SET:
            self._worker.now()
            self._window.show_toast(self._words.say("sync_state.asking"))

    def renew(self, who: Callable[[], Actor]) -> None:
        """Somebody has decided to go on with a restored upstream."""
        worker = self._worker
        if worker is not None:
            self._jobs.run(who, worker.renew, owner=self, lane="read")

    def may_sign_in(self, service: UpstreamSettingsService, who: Callable[[], Actor]) -> None:
        """A lapsed sign-in is renewed at this window from now on."""
        from clinic_desk.ui.sync.sign_in_desk import SignInDesk

        self._sign_in = SignInDesk(
            self._window, self._words, self._jobs, service, who, self._signed_in, self.retry
        )

    def _signed_in(self) -> None:
        if self._worker is not None:
            self._worker.reconnect()
        self._window.show_toast(self._words.say("sync_state.sign_in.done"))

    def _act(self, code: str) -> None:
        if code == "retry":
            self.retry()
        elif code == "sign_in" and self._sign_in is not None:
            self._sign_in.open()
        else:
            self.open()
