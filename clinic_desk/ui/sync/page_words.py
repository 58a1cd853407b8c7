"""What the screen of the exchange says of the whole: where it stands, and why its list is empty."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from clinic_desk.services.sync.deciding.attention_rows import ItemFilter
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.texts import Texts

_STOPPED: Final = frozenset({SyncState.RESTORED, SyncState.SIGN_IN_NEEDED})
"""Somebody is needed although no item of the list needs them."""
_EMPTY_ICONS: Final = {
    SyncState.OFFLINE: "cloud-slash",
    SyncState.STALE: "cloud-slash",
    SyncState.SIGN_IN_NEEDED: "lock-key",
    SyncState.RESTORED: "warning-octagon",
    SyncState.PAUSED: "pause-circle",
    SyncState.FIRST_DOWNLOAD: "cloud-arrow-down",
    SyncState.NOT_SET: "desktop",
}


class EmptyWords(NamedTuple):
    """A sentence in the place of the list, with its sign."""

    icon: str
    text: str


def subtitle(status: SyncStatus, texts: Texts) -> str:
    """Where the exchange stands, in one sentence under the title."""

    def time(moment: dt.datetime | None) -> str:
        return "—" if moment is None else texts.time(moment)

    key = status.state.value
    if status.state is SyncState.ONLINE and status.next_round_at is None:
        key = "online_now"
    return texts.say(
        f"sync_screen.subtitle.{key}",
        last=time(status.last_success),
        next=time(status.next_round_at),
        since=time(status.since),
        done=texts.number(status.done),
    )


def empty_words(wanted: ItemFilter, status: SyncStatus, texts: Texts) -> EmptyWords:
    """Why nothing is listed. That all is well is said only while the exchange really is."""
    state = status.state
    if wanted is ItemFilter.ACCEPTED_TODAY:
        return EmptyWords("clock", texts.say("sync_screen.empty.accepted_today"))
    if wanted is ItemFilter.ATTENTION and state not in _STOPPED:
        return EmptyWords("check-circle", texts.say("sync_screen.empty.attention"))
    if state is SyncState.ONLINE:
        return EmptyWords("check-circle", texts.say(f"sync_screen.empty.{wanted}"))
    return EmptyWords(_EMPTY_ICONS[state], texts.say(f"sync_screen.empty_while.{state}"))
