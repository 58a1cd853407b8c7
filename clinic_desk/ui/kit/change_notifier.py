"""One signal that tells every open screen what an operation changed; each decides whether to reload."""

from PySide6.QtCore import QObject, Signal


class ChangeNotifier(QObject):
    """Announces changes on the UI thread.

    Signals:
        changed: carries the `services.changes.Change` of one finished operation.
    """

    changed = Signal(object)

    def announce(self, change: object) -> None:
        """Every connected screen has been told of `change`."""
        self.changed.emit(change)
