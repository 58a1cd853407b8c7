"""Lets the upstream have a referral before its slip is printed: then the paper need not be provisional."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from clinic_desk.domain.ids import ReferralId
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs

LIMIT = "print_waits_for_server_s"


class ReceiptWait(QObject):
    """Waits some seconds at most, beside the window; nobody stands at a counter for a server."""

    def __init__(self, services: DeskServices, jobs: Jobs, notifier: ChangeNotifier, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._notifier = notifier
        self._waiting: dict[ReferralId, Callable[[], object]] = {}
        notifier.changed.connect(self._on_changed)

    def then(self, referral_id: ReferralId, act: Callable[[], object]) -> None:
        """`act` is called once: when the upstream has taken the referral, or when its time is over.

        At once where the upstream is out of reach anyway.
        """
        if not self._notifier.exchange.is_connected:
            act()
            return
        self._waiting[referral_id] = act
        day = self._services.clock.today()
        seconds = self._services.tables.limit(LIMIT).one_on(day).value
        QTimer.singleShot(seconds * 1000, self, lambda: self._end(referral_id))

    def _end(self, referral_id: ReferralId) -> None:
        act = self._waiting.pop(referral_id, None)
        if act is not None:
            act()

    def _on_changed(self, change: Change) -> None:
        if not self._waiting or not {Kind.REFERRAL, Kind.SYNC} & change.kinds:
            return
        waiting, referrals = list(self._waiting), self._services.referrals

        def taken() -> list[ReferralId]:
            return [one for one in waiting if not referrals.get(one).is_provisional]

        def end(known: list[ReferralId]) -> None:
            for referral_id in known:
                self._end(referral_id)

        # Where it cannot be read, the time alone ends the wait.
        self._jobs.run(taken, end, lambda _error: None, owner=self, lane="read")


__all__ = ["LIMIT", "ReceiptWait"]
