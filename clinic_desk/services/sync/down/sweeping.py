"""Looks from time to time through all ids of a type where a server tells of no deletes.

What was missed twice in a row, and is not there when asked for by itself, is gone. What is there at a version
that never came is taken.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from clinic_desk.fhir.strict import Unreadable
from clinic_desk.services.ports import CancelCheck, Store, UnitOfWork
from clinic_desk.services.sync.down.arrived import Arrived, arrived_of
from clinic_desk.services.sync.down.paging import BadReply, ReadEnough, changed_since
from clinic_desk.services.sync.down.slices import SliceKeeper
from clinic_desk.services.sync.down.types import TYPES
from clinic_desk.services.sync.upstream_port import Query, Reply, Upstream

_STATE: Final = "sweep:"
_TWICE: Final = 2
_CHUNK: Final = 500
_GONE: Final = frozenset({404, 410})
_NOT_THIS_WAY: Final = frozenset({400, 501})


class Sweep:
    """Sweeps of one run."""

    def __init__(
        self,
        store: Store,
        upstream: Upstream,
        keeper: SliceKeeper,
        every: dt.timedelta,
        count: int,
        most_rows: int,
    ) -> None:
        self._store = store
        self._upstream = upstream
        self._keeper = keeper
        self._every = every
        self._count = count
        self._most_rows = most_rows

    def is_due(self, resource_type: str, server_time: dt.datetime | None) -> bool:
        """Whether the time has come, by the server's clock; the first one comes a whole term later."""
        if server_time is None:
            return False
        with self._store.read() as work:
            told: Any = work.sync_state.get(_STATE + resource_type)
        if told is None:
            self._note(resource_type, server_time)
            return False
        return server_time - dt.datetime.fromisoformat(told) >= self._every

    def sweep(self, resource_type: str, server_time: dt.datetime, cancelled: CancelCheck) -> None:
        """One look through all ids; stopped in the middle it counts for nothing.

        Raises:
            NoReply: nothing usable came.
            BadReply: something else than a page came.
        """
        seen: dict[str, str] = {}
        pages = changed_since(
            _OnlyIds(self._upstream), resource_type, "", self._count, most_rows=self._most_rows
        )
        try:
            for page in pages:
                if cancelled():
                    return
                seen.update((row.resource_id, row.version) for row in page.rows)
        except ReadEnough:
            # Not all was seen, so nothing is missed; it is not tried again before the next term.
            self._note(resource_type, server_time)
            return
        missed = self._missed(resource_type, seen)
        for resource_id in [one for one, times in missed.items() if times >= _TWICE]:
            if cancelled():
                return
            self._look_at(resource_type, resource_id)
        for resource_id in self._never_came(resource_type, seen):
            if cancelled():
                return
            self._look_at(resource_type, resource_id)
        self._note(resource_type, server_time)

    def _missed(self, resource_type: str, seen: dict[str, str]) -> dict[str, int]:
        """How many sweeps in a row missed what is known, this one counted."""
        found: dict[str, int] = {}
        after = ""
        while True:
            with self._store.read() as work:
                known = work.shadows.ids_after(resource_type, after, _CHUNK)
            if not known:
                return found
            after = max(known)
            changed = {
                one: 0 if one in seen else times + 1
                for one, times in known.items()
                if one not in seen or times
            }
            if changed:
                with self._store.write() as work:
                    work.shadows.note_missed(resource_type, changed)
                    work.commit()
            found |= {one: times for one, times in changed.items() if times}

    def _never_came(self, resource_type: str, seen: dict[str, str]) -> list[str]:
        with self._store.read() as work:
            known = work.shadows.known_versions(resource_type, seen)
        return [one for one, version in seen.items() if known.get(one) != version]

    def _look_at(self, resource_type: str, resource_id: str) -> None:
        reply = self._upstream.read(resource_type, resource_id)
        if reply.status in _GONE:
            moment = (reply.server_time or dt.datetime.now(dt.UTC)).isoformat()
            self._keeper.keep(
                resource_type, [Arrived(resource_type, resource_id, "", moment, {}, is_gone=True)], None
            )
        elif reply.is_ok and reply.body is not None:
            try:
                row = arrived_of(reply.body, resource_type)
            except Unreadable:
                return
            self._keeper.keep(resource_type, self._keeper.unknown(resource_type, [row]), None)
        else:
            raise BadReply(reply)

    def _note(self, resource_type: str, at: dt.datetime) -> None:
        with self._store.write() as work:
            work.sync_state.put(_STATE + resource_type, at.isoformat())
            work.commit()


class _OnlyIds:
    """The upstream, asked for ids and versions only where it can be."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._upstream, name)

    def search(self, resource_type: str, query: Query) -> Reply:
        """See `Upstream`."""
        reply = self._upstream.search(resource_type, [*query, ("_elements", "id,meta")])
        if reply.status in _NOT_THIS_WAY:
            return self._upstream.search(resource_type, query)
        return reply


def forget_sweeps(work: UnitOfWork) -> None:
    """No type was ever looked through."""
    for name in TYPES:
        work.sync_state.put(_STATE + name, None)
