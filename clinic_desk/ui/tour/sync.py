"""The screen of the exchange: something was refused, something has to be decided."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.ui.sync.sync_page import SyncPage
from clinic_desk.ui.tour.cast import Cast

if TYPE_CHECKING:
    from clinic_desk.ui.tour.walk import Walk


def walk_sync(walk: Walk, cast: Cast) -> None:
    """The list with what needs a person first, and a difference decided field by field."""
    hands, clinic = walk.hands, walk.clinic
    now = clinic.services.clock.now()
    cast.stage_trouble()
    clinic.notifier.announce(Change.of(Kind.SYNC))
    counts = clinic.services.attention.counts()
    soon = now + dt.timedelta(minutes=1)
    clinic.notifier.announce_exchange(
        SyncStatus(SyncState.ONLINE, now, counts.waiting, counts.attention, now, soon)
    )

    def show() -> None:
        clinic.exchange.open()
        hands.rest()
        page = walk.window.page("sync")
        assert isinstance(page, SyncPage)  # noqa: S101 - the section's own page
        page.view.table.setFocus()
        page.view.table.select_row(0)

    def decide() -> None:
        hands.press("Down")
        hands.press("Enter")

    hands.press("Esc")
    walk.step("sync-attention", show)
    walk.step("sync-conflict", decide)
    hands.press("Esc")
    clinic.notifier.announce_exchange(SyncStatus())


__all__ = ["walk_sync"]
