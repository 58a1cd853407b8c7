"""What came from the upstream and could not be read: how many records, and a list for the IT person."""

from __future__ import annotations

import datetime as dt
import json

from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.sync.down.arrived import SetAside
from clinic_desk.services.sync.down.set_aside import listed_set_aside
from clinic_desk.services.sync.down.slices import is_older


class UnreadService:
    """Use cases about records that were set aside."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def count(self) -> int:
        """How many records could not be read and were not read since."""
        with self._store.read() as work:
            return len(_standing(work))

    def export(self, actor: Actor) -> bytes:
        """Of each its type and id, its version, why and when, as UTF-8 JSON; none of what it says."""
        with self._store.write() as work:
            now = self._clock.now()
            found = _standing(work)
            work.audit.write(
                AuditEntry(now, actor.user, actor.desk.code, "sync.export_unread", "upstream", "set_aside")
            )
            work.commit()
        records = [{**one._asdict(), "at": at.isoformat()} for one, at in found]
        document = {"format": 1, "could_not_be_read": records}
        return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False).encode()


def _standing(work: UnitOfWork) -> list[tuple[SetAside, dt.datetime]]:
    """The last version of each record in the list of which no later one was read, oldest first."""
    last: dict[str, tuple[SetAside, dt.datetime]] = {}
    for item, at in listed_set_aside(work):
        # What does not even say which it is, is counted piece by piece.
        place = item.where.strip("/") or f"/{len(last)}"
        last.pop(place, None)
        last[place] = (item, at)
    return [(item, at) for item, at in last.values() if not _was_read_since(work, item)]


def _was_read_since(work: UnitOfWork, item: SetAside) -> bool:
    resource_type, _, resource_id = item.where.partition("/")
    known = work.shadows.get(resource_type, resource_id) if resource_type and resource_id else None
    return known is not None and is_older(item.version, known.version)
