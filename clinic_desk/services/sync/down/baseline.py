"""An upstream that was put back from a backup: what was lost there is offered once more, nothing is deleted.

It is seen by `witness`; from then on nothing is received until a person renews the baseline. That act

1. looks for every resource that the upstream confirmed to this desk within the last days, and writes a new
   operation for each that is missing or stands at an older version: same kind, record, author and moment of
   the act, with the old operation's key in its payload (`offered_again`). The accepted operation itself stays
   as it is: it was accepted. The record's own key absorbs what turns out to be there after all;
2. lets every type be read anew from its beginning.

Killed anywhere it can be done again: what was offered already is not offered twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.sync.ops import Op, OpKind, Receipt
from clinic_desk.fhir.bundles import resources_of
from clinic_desk.fhir.patient import local_ids, patient_values
from clinic_desk.fhir.reading import mapping, text
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import AuditEntry, CancelCheck, Clock, Progress, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.ensure_person import register
from clinic_desk.services.sync.down.offering import CREATES, is_offered, offer_again
from clinic_desk.services.sync.down.paging import BadReply
from clinic_desk.services.sync.down.slices import is_older
from clinic_desk.services.sync.down.types import TYPES
from clinic_desk.services.sync.down.witness import RESTORED, begin_anew
from clinic_desk.services.sync.ports import Cursor
from clinic_desk.services.sync.upstream_port import Resource, Upstream

_UPDATES: Final = frozenset(
    {
        OpKind.PATIENT_CHANGE,
        OpKind.PATIENT_MERGE,
        OpKind.PATIENT_UNMERGE,
        OpKind.ATTACHMENT_END,
        OpKind.REFERRAL_MOVE,
    }
)
_AT_ONCE: Final = 50
_GONE: Final = frozenset({404, 410})


class RestoredSeen(NamedTuple):
    """When it was seen (aware UTC), and by which resource: the version that was known and the one found."""

    at: dt.datetime
    place: str
    known: str
    found: str


class _Standing(NamedTuple):
    """A resource as it stands now: its version, "" when it is not there."""

    version: str = ""
    resource: Resource = {}  # noqa: RUF012 - a mapping nobody writes to


@dataclass(frozen=True, slots=True)
class Renewed:
    """What the renewal brought: operations looked at, and those that were offered again."""

    looked_at: int = 0
    offered: int = 0
    is_done: bool = False
    """False when it was stopped: it may be done again."""


class Baseline:
    """The way out of a restored upstream, over one connection."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook, upstream: Upstream) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._upstream = upstream

    def seen(self) -> RestoredSeen | None:
        """What spoke for it; None while nothing does."""
        with self._store.read() as work:
            told: Any = work.sync_state.get(RESTORED)
        if told is None:
            return None
        return RestoredSeen(
            dt.datetime.fromisoformat(told["at"]), told["place"], told["known"], told["found"]
        )

    def renew(self, actor: Actor, progress: Progress, cancelled: CancelCheck) -> tuple[Renewed, Change]:
        """What was lost waits to be sent again, and everything is read anew.

        Raises:
            NoReply: nothing usable came; what was offered until then stays offered.
            BadReply: something else than an answer came.
        """
        looked_at = offered = 0
        for ops in self._confirmed():
            if cancelled():
                return Renewed(looked_at, offered), Change.of(Kind.SYNC)
            found = self._standing([op.receipt for op in ops if op.receipt is not None])
            offered += self._offer(ops, found)
            looked_at += len(ops)
            progress(looked_at, None)
        with self._store.write() as work:
            for name in TYPES:
                known = work.shadows.cursor(name)
                if known is not None:
                    work.shadows.put_cursor(Cursor(name, ""))
            begin_anew(work)
            now = self._clock.now()
            work.audit.write(
                AuditEntry(
                    now, actor.user, actor.desk.code, "sync.renew", "sync", "upstream", reason=str(offered)
                )
            )
            work.commit()
        return Renewed(looked_at, offered, is_done=True), Change.of(Kind.SYNC)

    def _confirmed(self) -> Iterator[list[Op]]:
        """The operations that were accepted within the days that are offered again, some at a time."""
        today = self._clock.today()
        days = self._rules.on(today).limit("sync_offer_days").one_on(today).value
        since = self._clock.now() - dt.timedelta(days=days)
        after = 0
        while True:
            with self._store.read() as work:
                ops = work.outbox.confirmed_since(since, after, _AT_ONCE)
            if not ops:
                return
            after = ops[-1].seq
            yield ops

    def _standing(self, receipts: Sequence[Receipt]) -> dict[tuple[str, str], _Standing]:
        """What stands there by type and id."""
        found: dict[tuple[str, str], _Standing] = {}
        for kind in sorted({one.resource_type for one in receipts}):
            ids = sorted({one.resource_id for one in receipts if one.resource_type == kind})
            reply = self._upstream.search(kind, [("_id", ",".join(ids)), ("_count", str(len(ids)))])
            if not reply.is_ok or reply.body is None:
                raise BadReply(reply)
            for resource in resources_of(reply.body):
                version = text(mapping(resource.get("meta")).get("versionId"))
                found[kind, text(resource.get("id"))] = _Standing(version, resource)
            for one_id in ids:
                if (kind, one_id) not in found:
                    found[kind, one_id] = self._read(kind, one_id)
        return found

    def _read(self, kind: str, one_id: str) -> _Standing:
        """A list may lag behind: what it does not name is asked for by itself."""
        reply = self._upstream.read(kind, one_id)
        if reply.status in _GONE:
            return _Standing()
        if not reply.is_ok:
            raise BadReply(reply)
        return _Standing(reply.version, reply.body or {})

    def _offer(self, ops: Sequence[Op], found: dict[tuple[str, str], _Standing]) -> int:
        offered = 0
        with self._store.write() as work:
            for op in ops:
                receipt = op.receipt
                if receipt is None or is_offered(work, op):
                    continue
                standing = found[receipt.resource_type, receipt.resource_id]
                stands = standing.version
                is_lost = not stands or _is_somebody_else(work, op, standing.resource)
                if is_lost:
                    self._forget(work, op, receipt)
                if (op.kind in CREATES and is_lost) or (
                    op.kind in _UPDATES and (is_lost or is_older(stands, receipt.version))
                ):
                    offered += self._again(work, op, is_lost=is_lost)
            work.commit()
        return offered

    def _forget(self, work: UnitOfWork, op: Op, receipt: Receipt) -> None:
        """What is not there any more is no record of ours any more; the version that was known is kept."""
        known = [work.shadows.get(receipt.resource_type, receipt.resource_id)]
        if op.kind is OpKind.REFERRAL_ISSUE:
            known += [work.shadows.of_local(kind, op.record_id) for kind in ("ServiceRequest", "Task")]
        now = self._clock.now()
        work.shadows.put(
            [replace(one, local_id="", gone_at=one.gone_at or now) for one in known if one is not None]
        )

    def _again(self, work: UnitOfWork, op: Op, *, is_lost: bool) -> int:
        author = Actor(op.actor, Desk(op.desk))
        if op.kind is OpKind.PATIENT_CHANGE and is_lost and not work.outbox.has_person(op.aggregate_id):
            # Nobody here registered the person within these days: they are made anew as they are now.
            patient = work.patients.get(PatientId(op.aggregate_id))
            if patient is None:
                return 0
            register(work, patient, author, op.acted_at)
            return 1
        if op.kind in {OpKind.PATIENT_MERGE, OpKind.PATIENT_UNMERGE} and is_lost:
            return 0
        offer_again(work, op)
        return 1


def _is_somebody_else(work: UnitOfWork, op: Op, resource: Resource) -> bool:
    """Whether the id that was ours is another person's now: a restored server gives its ids out once more."""
    if resource.get("resourceType") != "Patient":
        return False
    patient = work.patients.get(PatientId(op.aggregate_id))
    if patient is None or patient.id in local_ids(resource):
        return False
    theirs = patient_values(resource)["iin"]
    return bool(theirs and patient.iin and theirs != patient.iin.digits)
