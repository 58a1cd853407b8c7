"""The state of the exchange over every page. No server is started: what is shown is announced."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
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

    cut_off = SyncStatus(SyncState.OFFLINE, earlier, 7, last_success=earlier, why="connect")
    staged = {
        "exchange-online": SyncStatus(SyncState.ONLINE, now, last_success=now),
        "exchange-stale": SyncStatus(SyncState.STALE, last_success=now - dt.timedelta(days=2)),
        "exchange-sign-in": SyncStatus(SyncState.SIGN_IN_NEEDED, earlier, 7, 1, last_success=earlier),
        "exchange-restored": SyncStatus(
            SyncState.RESTORED, earlier, 2, last_success=earlier, skew_s=840.0, is_skewed=True
        ),
        "exchange-offline": cut_off,
    }
    hands.press("Esc")
    hands.scan(cast.uninsured_iin)
    for name, status in staged.items():
        walk.step(name, partial(announce, status))
    # What an act is worth now stands beside the buttons that do it.
    walk.step("exchange-offline-referral", lambda: hands.press("F8"))
    walk.step("exchange-offline-register", lambda: hands.press("F2"), first="Esc")
    walk.step("exchange-offline-attachment", lambda: _attach(walk, cast), first="Esc")
    walk.step("exchange-offline-check", lambda: _check(walk, cast), first="Esc")
    hands.press("Esc")
    announce(SyncStatus())


def _attach(walk: Walk, cast: Cast) -> None:
    walk.hands.scan(cast.uninsured_iin)
    walk.hands.press("F4")


def _check(walk: Walk, cast: Cast) -> None:
    """F5 without a connection: the question waits, the other ways are there at once."""
    walk.hands.scan(cast.uninsured_iin)
    walk.hands.press("F5")


__all__ = ["walk_exchange"]
