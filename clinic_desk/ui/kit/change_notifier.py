"""What tells every open screen of changes and of the exchange; each screen decides what to do about it."""

from PySide6.QtCore import QObject, Signal

from clinic_desk.services.sync.exchange.status import SyncStatus


class ChangeNotifier(QObject):
    """Announces on the UI thread.

    Signals:
        changed: carries the `services.changes.Change` of one finished operation.
        exchange_changed: carries the `SyncStatus` that holds from now on.
    """

    changed = Signal(object)
    exchange_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exchange = SyncStatus()

    @property
    def exchange(self) -> SyncStatus:
        """How the exchange with the upstream stands now."""
        return self._exchange

    def announce(self, change: object) -> None:
        """Every connected screen has been told of `change`."""
        self.changed.emit(change)

    def announce_exchange(self, status: SyncStatus) -> None:
        """Every connected screen has been told how the exchange stands."""
        self._exchange = status
        self.exchange_changed.emit(status)
