"""Carries news between the thread of the exchange and the window; neither ever waits for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.sync.exchange.status import SyncStatus
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkInformation

    from clinic_desk.services.sync.exchange.worker import SyncWorker

_LOOK_EVERY_MS: Final = 60_000
"""What grows old by itself is looked at so often."""
_OWN_AFFAIR: Final = frozenset({Kind.DRAFT, Kind.SETTINGS, Kind.RULES, Kind.CATALOGUE, Kind.DISTRICT})
"""Kinds of which the upstream is told nothing."""


class SyncLink(QObject):
    """Tells the screens what the worker says, and the worker what was saved."""

    _told = Signal(object)
    _came = Signal(object)

    def __init__(self, worker: SyncWorker, jobs: Jobs, notifier: ChangeNotifier, parent: QObject) -> None:
        super().__init__(parent)
        self.worker = worker
        self._jobs = jobs
        self._notifier = notifier
        self._is_telling = False
        self._network: QNetworkInformation | None = None
        # The receivers are slots of an object that lives on the UI thread: the calls are queued there.
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._came.connect(self._on_came, Qt.ConnectionType.QueuedConnection)
        worker.listen(self._tell, self._bring)
        notifier.changed.connect(self._on_changed)
        self._minute = QTimer(self, interval=_LOOK_EVERY_MS)
        self._minute.timeout.connect(self.look)

    def begin(self) -> None:
        """The worker runs; call it once the window is ready."""
        self._watch_network()
        self._minute.start()
        self.worker.start()

    def look(self) -> None:
        """What waits is counted anew, beside the window."""
        self._jobs.run(self.worker.recount, _told_already, _told_already, owner=self, lane="read")

    # On whatever thread has the news -----------------------------------------------------------

    def _tell(self, status: SyncStatus) -> None:
        if shiboken6.isValid(self):
            self._told.emit(status)

    def _bring(self, change: Change) -> None:
        if shiboken6.isValid(self):
            self._came.emit(change)

    # On the UI thread --------------------------------------------------------------------------

    @Slot(object)
    def _on_told(self, status: SyncStatus) -> None:
        self._notifier.announce_exchange(status)

    @Slot(object)
    def _on_came(self, change: Change) -> None:
        self._is_telling = True
        try:
            self._notifier.announce(change)
        finally:
            self._is_telling = False

    def _on_changed(self, change: Change) -> None:
        """Something was saved here: it counts as waiting at once, and is sent."""
        if self._is_telling or change.kinds <= _OWN_AFFAIR:
            return
        self.look()
        self.worker.wake()

    def _watch_network(self) -> None:
        """The system's word that the network is back spares a wait; the timer never relies on it."""
        from PySide6.QtNetwork import QNetworkInformation

        if QNetworkInformation.loadDefaultBackend():
            self._network = QNetworkInformation.instance()
            if self._network is not None:
                self._network.reachabilityChanged.connect(self._on_network)

    def _on_network(self, reach: object) -> None:
        from PySide6.QtNetwork import QNetworkInformation

        if reach in (
            QNetworkInformation.Reachability.Online,
            QNetworkInformation.Reachability.Site,
            QNetworkInformation.Reachability.Local,
        ):
            self.worker.network_returned()


def _told_already(_value: object) -> None:
    """Whoever listens to the worker has heard it; a store that cannot be read is told by the next round."""
