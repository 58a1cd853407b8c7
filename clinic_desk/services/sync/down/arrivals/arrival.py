"""What the makers of all types share while one slice of a page is applied in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import AuditEntry, Clock, UnitOfWork
from clinic_desk.services.sync.down.arrived import Arrived, SetAside
from clinic_desk.services.sync.ports import Shadow

UPSTREAM: Final = "upstream"
"""The account under which the log and the history keep what the upstream did and named nobody for."""


def upstream_actor(desk: Desk) -> Actor:
    """The upstream, received at this desk."""
    return Actor(UPSTREAM, desk)


class News(NamedTuple):
    """A version that was not known here: what came, what was read out of it, what was known before."""

    row: Arrived
    reading: Any
    before: Shadow | None


@dataclass(slots=True)
class Tally:
    """What one run brought, added up over its slices."""

    pulled: int = 0
    conflicts: int = 0
    kinds: set[Kind] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    set_aside: list[SetAside] = field(default_factory=list)

    _MOST_IDS = 500

    def add(self, other: Tally) -> None:
        """Counts what a committed slice brought."""
        self.pulled += other.pulled
        self.conflicts += other.conflicts
        self.kinds |= other.kinds
        self.ids |= other.ids
        self.set_aside += other.set_aside

    @property
    def change(self) -> Change:
        """For the open screens; of very many records only the kinds are told."""
        ids = frozenset(self.ids) if len(self.ids) <= self._MOST_IDS else frozenset()
        return Change(frozenset(self.kinds), ids)


@dataclass(slots=True)
class Arrival:
    """One slice in its transaction.

    Args:
        work: the open transaction.
        clock: the desk's; for showing and for the rules of the day only, never for an order.
        tables: the rule tables of the day.
        actor: the upstream.
        clinic_bin: which clinic this is, "" while it is not told: then nobody counts as its own.
        tally: what this slice brings.
        links: the record of ours that a resource is, by its id.
        waits: what a resource refers to and is not known yet, by its id.
    """

    work: UnitOfWork
    clock: Clock
    tables: RuleTables
    actor: Actor
    clinic_bin: str
    tally: Tally = field(default_factory=Tally)
    links: dict[str, str] = field(default_factory=dict)
    waits: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> dt.datetime:
        """The desk's present moment."""
        return self.clock.now()

    def link(self, row: Arrived, local_id: str) -> None:
        """The resource is that record of ours."""
        self.links[row.resource_id] = local_id

    def wait(self, row: Arrived, wants: str) -> None:
        """The resource is applied once `wants` (`Type/id`) is here."""
        self.waits[row.resource_id] = wants

    def changed(self, kind: Kind, *ids: str) -> None:
        """Open screens that show these read them again."""
        self.tally.kinds.add(kind)
        self.tally.ids.update(ids)

    def log(
        self, action: str, kind: str, record_id: str, fields: Sequence[str] = (), reason: str = ""
    ) -> None:
        """One line of the audit log; codes and identities only."""
        actor = self.actor
        self.work.audit.write(
            AuditEntry(self.now, actor.user, actor.desk.code, action, kind, record_id, tuple(fields), reason)
        )


class Applier(Protocol):
    """What is made of one type."""

    def read(self, row: Arrived) -> Any:
        """What the resource says, outside any transaction.

        Raises:
            InvalidValue: nothing usable; the resource is set aside.
        """

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """Makes of it what there is to make; the same news again changes nothing."""

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """The upstream has it no more. Nothing of ours is ever deleted for that."""


class ShadowOnly:
    """A type of which only the upstream's version is kept."""

    def read(self, row: Arrived) -> Any:
        """Nothing is read out of it."""
        return None

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """The version is kept by whoever calls."""

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """Nothing of ours stands for it."""
