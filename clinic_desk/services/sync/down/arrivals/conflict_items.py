"""Puts a difference before a person, once."""

from __future__ import annotations

from dataclasses import replace

from clinic_desk.domain.ids import ConflictId
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side, SyncConflict
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.sync.down.arrivals.arrival import Arrival


def open_conflict(
    arrival: Arrival,
    kind: ConflictKind,
    aggregate_id: str,
    resource_type: str,
    resource_id: str,
    fields: tuple[FieldConflict, ...] = (),
) -> None:
    """An item for a person. An open one is brought up to date, a decided duplicate is not asked again."""
    conflicts = arrival.work.conflicts
    place = (kind, resource_type, resource_id)
    for known in conflicts.open_of(aggregate_id):
        if (known.kind, known.resource_type, known.resource_id) == place:
            told = {one.field: one for one in known.fields} | {one.field: one for one in fields}
            conflicts.save(replace(known, fields=tuple(told.values())))
            arrival.changed(Kind.SYNC, aggregate_id)
            return
    if kind is ConflictKind.DUPLICATE and was_kept_apart(arrival, aggregate_id, resource_type, resource_id):
        return
    conflicts.add(
        SyncConflict(
            ConflictId(new_id()),
            kind,
            aggregate_id,
            arrival.now,
            resource_type,
            resource_id,
            fields=fields,
        )
    )
    arrival.tally.conflicts += 1
    arrival.changed(Kind.SYNC, aggregate_id)


def was_kept_apart(arrival: Arrival, aggregate_id: str, resource_type: str, resource_id: str) -> bool:
    """Somebody looked at both before and said that they are two people."""
    return any(
        one.kind is ConflictKind.DUPLICATE and one.choice.get(PAIR) is Side.MINE
        for one in arrival.work.conflicts.decided_of(aggregate_id, resource_type, resource_id)
    )


PAIR = "pair"
"""The name under which the decision about a duplicate is kept: `mine` keeps apart, `theirs` links."""
