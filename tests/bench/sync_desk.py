"""A desk of the practice clinic with a line to the authority, and what waits there to be sent."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.errors import RuleBroken
from clinic_desk.domain.ids import OperationId, PatientId
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.profile.number_marker import NumberMarker
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk_settings import SettingsService
from clinic_desk.services.identity import new_id
from clinic_desk.services.numbering import Numbering
from clinic_desk.services.ports import Store
from clinic_desk.services.referrals import ReferralForm, ReferralService
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.down.receiving import Received, Receiver
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.up.sending import Sender
from clinic_desk.services.sync.upstream_port import Upstream
from clinic_desk.services.sync.upstream_settings import UpstreamSettings
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.upstream.http_upstream import http_upstream
from clinic_desk.upstream.wire_limits import WireLimits
from tests.bench.stores import MOMENT, PROFILE, filled

ACTOR = Actor("bench", Desk())
RULES = shipped_book()


def connect(base: str) -> Upstream:
    """The program's own client."""
    today = MOMENT.date()
    return http_upstream(UpstreamSettings(base), lambda: None, WireLimits.of(RULES.on(today), today))


def nothing(done: int, total: int | None) -> None:
    """Nobody watches."""


def never() -> bool:
    """Nobody stops it."""
    return False


@dataclass(frozen=True)
class LinkedDesk:
    """A desk whose people are known upstream under the same numbers."""

    store: SqlStore
    upstream: Upstream
    abilities: Abilities
    folder: Path

    def sender(self) -> Sender:
        return Sender(self.store, FixedClock(MOMENT), RULES, self.upstream, self.abilities)

    def shadows(self, kind: str, count: int) -> list[Shadow]:
        """The first so many people, as they stand upstream; without those that wait for a person."""
        with self.store.read() as work:
            ids = work.shadows.ids_after(kind, "", count)
            found = work.shadows.many(kind, list(ids))
            blocked = work.outbox.blocked()
        return [one for one in found.values() if one.local_id and one.local_id not in blocked]

    def change_phones(self, people: Sequence[Shadow], digits: int) -> None:
        """Each person has a new phone, and the operation of it waits."""
        put_changes(self.store, people, digits)

    def refer(self, people: Iterator[Shadow], count: int) -> None:
        """So many of these people have a referral that waits; whom the rules refuse is left out."""
        clock = FixedClock(MOMENT)
        state = self.folder / "numbers"
        state.mkdir(exist_ok=True)
        service = ReferralService(self.store, clock, RULES, Numbering(NumberMarker(state), clock))
        offered = service.services("A02.015.000")[0]
        supplier = service.suppliers(offered.service_id).rows[0]
        doctor = service.doctors()[0]
        for one in people:
            form = ReferralForm(
                PatientId(one.local_id), offered.service_id, "I10", doctor.doctor_id, "full_for_month",
                supplier.supplier_id,
            )  # fmt: skip
            with suppress(RuleBroken):
                service.issue(form, OperationId(new_id()), ACTOR)
                count -= 1
            if not count:
                return
        raise AssertionError("too few people may be referred")


def put_changes(store: Store, people: Sequence[Shadow], digits: int) -> None:
    """The operations wait; the records are not touched, as nobody looks at them here."""
    with store.write() as work:
        for place, one in enumerate(people):
            phone = f"+7701{(digits + place) % 10_000_000:07d}"
            enqueue(
                work,
                OpKind.PATIENT_CHANGE,
                aggregate_id=one.local_id,
                record_id=one.local_id,
                actor=ACTOR,
                at=MOMENT + dt.timedelta(seconds=place),
                payload={"changes": {"phone": ["", phone]}},
                base_version=one.version,
            )
        work.commit()


@contextmanager
def linked_desk(folder: Path, base: str, people: int) -> Iterator[LinkedDesk]:
    """The practice store of so many people after its first round with the authority."""
    filled(folder, people).close()
    copy = folder / "sync-desk"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in folder.glob(f"people-{people}.*"):
        shutil.copy(path, copy)
    key = (copy / f"people-{people}.key").read_bytes()
    store = open_store(copy / f"people-{people}.db", key, create=False, profile_id=PROFILE)
    upstream = connect(base)
    told: Any = upstream.capabilities().body
    abilities = abilities_of(told)
    desk = LinkedDesk(store, upstream, abilities, copy)
    Receiver(store, FixedClock(MOMENT), RULES, upstream, abilities).run(nothing, never)
    # What the practice clinic has waiting from the start is none of what is measured.
    desk.sender().run(never)
    try:
        yield desk
    finally:
        upstream.close()
        store.close()


@dataclass(frozen=True)
class EmptyDesk:
    """A desk of the clinic before its first round; `key` opens the file for a raw look."""

    store: SqlStore
    path: Path
    key: bytes

    def download(self, upstream: Upstream) -> Received:
        return Receiver(self.store, FixedClock(MOMENT), RULES, upstream).run(nothing, never)


@contextmanager
def empty_desk(folder: Path, name: str) -> Iterator[EmptyDesk]:
    """A new store that knows which clinic it is of, and nobody else."""
    path, key = folder / f"{name}.db", os.urandom(32)
    path.unlink(missing_ok=True)
    store = open_store(path, key, create=True, profile_id=PROFILE)
    settings = SettingsService(store, FixedClock(MOMENT))
    made = MadeUpClinic(MOMENT.date()).clinic
    settings.change(replace(settings.read(), clinic=ClinicProfile(bin=made.bin)), ACTOR)
    try:
        yield EmptyDesk(store, path, key)
    finally:
        store.close()
