"""Differences that came down by themselves: no operation waits for them, and a person decides them too."""

from __future__ import annotations

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.conflicts import SyncConflict
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.ports import OutboxCounts


def lone_differences(work: UnitOfWork) -> list[SyncConflict]:
    """The open differences that no operation waits for, oldest first."""
    found = []
    for one in work.conflicts.open():
        op = work.outbox.get(OpId(one.op_id)) if one.op_id else None
        if op is None or not op.needs_person:
            found.append(one)
    return found


def counts_with_differences(work: UnitOfWork) -> OutboxCounts:
    """What waits, and all that needs a person."""
    counts = work.outbox.counts()
    return counts._replace(attention=counts.attention + len(lone_differences(work)))
