"""Whether the upstream still knows what it told before: one row that was seen stands for all.

A server that was put back from a backup has forgotten its newest rows, or knows them at an older version.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from clinic_desk.fhir.moments import read_instant
from clinic_desk.services.ports import Store, UnitOfWork
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.down.slices import SAME_MOMENT, is_older
from clinic_desk.services.sync.upstream_port import Reply

_WITNESS: Final = "witness"
RESTORED: Final = "restored"
"""What stands in `sync_state` from when it is seen until a person has decided."""
_ANEW: Final = "read_anew"
_NOT_KNOWN: Final = 404


@dataclass(frozen=True, slots=True)
class Witness:
    """The newest version of a resource that the upstream told."""

    resource_type: str
    resource_id: str
    version: str
    updated_at: str

    @classmethod
    def of(cls, work: UnitOfWork) -> Witness | None:
        """The newest of all, None before anything came."""
        kept: Any = work.sync_state.get(_WITNESS)
        return None if kept is None else cls(*kept)

    @classmethod
    def of_row(cls, row: Arrived, store: Store) -> Witness | None:
        """What is known of the row's resource."""
        with store.read() as work:
            shadow = work.shadows.get(row.resource_type, row.resource_id)
        if shadow is None:
            return None
        return cls(row.resource_type, row.resource_id, shadow.version, shadow.updated_at)

    def is_missing_in(self, reply: Reply) -> bool:
        """True when the server does not know the resource, or only an older version, or another one so named.

        One that was deleted (410) was known; an answer about something else says nothing.
        """
        if reply.status == _NOT_KNOWN:
            return True
        meta: Any = (reply.body or {}).get("meta") or {}
        version = str(meta.get("versionId") or reply.version)
        if not reply.is_ok or not version:
            return False
        if version != self.version and self.version.isdecimal() and version.isdecimal():
            return is_older(version, self.version)
        told, known = read_instant(meta.get("lastUpdated")), read_instant(self.updated_at)
        if told is None or known is None:
            return False
        # The same number given to another version: the server counts from an earlier place again.
        return abs(told - known) > SAME_MOMENT if version == self.version else told < known


def remember_witness(store: Store, row: Arrived) -> None:
    """The row is the witness when it is newer than the one there is."""
    with store.read() as work:
        known = Witness.of(work)
    if known is not None:
        at = read_instant(known.updated_at)
        if at is not None and at > row.moment:
            return
        if (known.resource_type, known.resource_id, known.version) == (row.resource_type, *row.key):
            return
    with store.write() as work:
        work.sync_state.put(_WITNESS, [row.resource_type, row.resource_id, row.version, row.updated_at])
        work.commit()


def is_restored(work: UnitOfWork) -> bool:
    """True from when it was seen until a person has decided."""
    return work.sync_state.get(RESTORED) is not None


def note_restored(store: Store, witness: Witness, reply: Reply, at: dt.datetime) -> None:
    """Nothing is received or sent from now on until a person has decided."""
    with store.write() as work:
        found = "" if reply.status == _NOT_KNOWN else reply.version
        work.sync_state.put(
            RESTORED,
            {
                "at": at.isoformat(),
                "place": f"{witness.resource_type}/{witness.resource_id}",
                "known": witness.version,
                "found": found,
            },
        )
        work.commit()


def begin_anew(work: UnitOfWork) -> None:
    """A person has decided: everything is read anew, and older versions than are known here are no alarm."""
    work.sync_state.put(_WITNESS, None)
    work.sync_state.put(RESTORED, None)
    work.sync_state.put(_ANEW, value=True)


def is_anew(work: UnitOfWork) -> bool:
    """True until everything was read anew."""
    return bool(work.sync_state.get(_ANEW))


def read_anew(store: Store) -> None:
    """Everything was read: from now on an older version than is known here is an alarm again."""
    with store.write() as work:
        work.sync_state.put(_ANEW, value=False)
        work.commit()


def forget_witness(work: UnitOfWork) -> None:
    """Nothing was ever told: another server is asked from now on."""
    work.sync_state.put(_WITNESS, None)
    work.sync_state.put(RESTORED, None)
    work.sync_state.put(_ANEW, value=False)
