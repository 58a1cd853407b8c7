"""What the screen of the exchange reads of the store in one look."""

from __future__ import annotations

from typing import NamedTuple

from clinic_desk.services.desk import DeskServices
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ItemFilter
from clinic_desk.services.sync.ports import SyncDay
from clinic_desk.ui.people.person_words import Districts

_LIMIT = 500


class SyncReading(NamedTuple):
    """The list, the figures over it, and what its words are made of."""

    rows: list[AttentionRow]
    waiting: int
    attention: int
    day: SyncDay
    unread: int
    districts: Districts


def read_exchange(services: DeskServices, wanted: ItemFilter) -> SyncReading:
    """One look; not for the window's own thread."""
    counts = services.attention.counts()
    return SyncReading(
        services.attention.rows(wanted, _LIMIT),
        counts.waiting,
        counts.attention,
        services.attention.day(),
        services.unread.count(),
        services.patients.district_numbers(),
    )
