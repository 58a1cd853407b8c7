"""The state of the exchange over every page. No server is started: what is shown is announced."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from clinic_desk.services.sync.status import SyncState, SyncStatus
from clinic_desk.ui.tour.cast import Cast

if TYPE_CHECKING:
    from clinic_desk.ui.tour.walk import Walk


def walk_exchange(walk: Walk, cast: Cast) -> None:
    """The same card while all is well, without a connection, after a long silence, without a sign-in."""
    hands, clinic = walk.hands, walk.clinic
    now = clinic.services.clock.now()
    earlier = now - dt.timedelta(minutes=29)

    def announce(status: SyncStatus) -> None:
        clinic.notifier.announce_exchange(status)
        hands.rest()

    well = SyncStatus(SyncState.ONLINE, now, last_success=now)
    staged = {
        "exchange-online": well,
        "exchange-waiting": SyncStatus(SyncState.ONLINE, now, 3, last_success=now),
        "exchange-attention": SyncStatus(SyncState.ONLINE, now, 7, 2, last_success=now),
        "exchange-offline": SyncStatus(SyncState.OFFLINE, earlier, 7, last_success=earlier, why="connect"),
        "exchange-stale": SyncStatus(SyncState.STALE, last_success=now - dt.timedelta(days=2)),
        "exchange-sign-in": SyncStatus(SyncState.SIGN_IN_NEEDED, earlier, 7, 1, last_success=earlier),
        "exchange-restored": SyncStatus(
            SyncState.RESTORED, earlier, 2, last_success=earlier, skew_s=840.0, is_skewed=True
        ),
        "exchange-download": SyncStatus(SyncState.FIRST_DOWNLOAD, done=41_000, total=120_000),
    }
    hands.press("Esc")
    hands.scan(cast.uninsured_iin)
    for name, status in staged.items():
        walk.step(name, partial(announce, status))
    announce(SyncStatus())


__all__ = ["walk_exchange"]
