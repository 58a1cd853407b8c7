"""What two desks and any FHIR server make of each other: run against each server there is.

`SUITE` are functions of a `Clinic` whose server may hold other people too; each uses people of its own, known
by the numbers of their IINs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.sync.conflicts import ConflictKind, Side
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.patient import patient_values
from clinic_desk.fhir.systems import key_of, systems
from clinic_desk.services.sync.deciding.attention_rows import ConflictRow
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from clinic_desk.services.sync.upstream_port import Resource, Upstream
from tests.sync.day import act
from tests.sync.program_rounds import one_round, rounds_of
from tests.sync.promises import (
    WRITTEN,
    check_nothing_vanished,
    check_receipts,
    check_stamped_by_author,
    keys_of,
)
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import CLINIC_BIN
from tests.upstream.fault_proxy import DROP_AFTER, DUPLICATE, HTML, PASS, TRUNCATE, FaultProxy

ACTS = 24
_ROUNDS = 12


class Clinic:
    """Desks of one clinic before one server.

    Args:
        folder: where the stores lie.
        template: a furnished store.
        connect: a new connection to the server, for whoever asks; closed by the owner of the test.
        connect_through: the same by way of a proxy that breaks the line.
        proxy: that proxy.
        delete: somebody deletes a resource on the server.
    """

    def __init__(
        self,
        folder: Path,
        template: Path,
        connect: Callable[[], Upstream],
        connect_through: Callable[[], Upstream],
        proxy: FaultProxy,
        delete: Callable[[str, str], None],
    ) -> None:
        self._folder, self._template = folder, template
        self.connect, self.connect_through, self.proxy = connect, connect_through, proxy
        self.delete = delete
        self.sites: list[Site] = []

    def desk(self, code: str, user: str) -> Site:
        site = Site.new(self._folder / code, self._template, code, user)
        known = site.use.settings.read()
        mine = replace(known, clinic=ClinicProfile(bin=CLINIC_BIN), desk=site.actor.desk)
        site.use.settings.change(mine, site.actor)
        self.sites.append(site)
        return site

    def drain(self, *sites: Site, connect: Callable[[], Upstream] | None = None) -> None:
        """Rounds of these desks, without anybody deciding anything."""
        rounds = [rounds_of(site, connect or self.connect) for site in sites]
        for _ in range(_ROUNDS):
            for one in rounds:
                one_round(one)
            for site in sites:
                site.clock.forward(minutes=6)

    def there(self, iin: str) -> list[Resource]:
        """Everybody on the server with that IIN."""
        name, _, value = key_of(systems().iin, iin).partition("=")
        reply = self.connect().search("Patient", [(name, value)])
        assert reply.body is not None
        return [entry["resource"] for entry in reply.body.get("entry", [])]

    def note_clinic(self, iin: str) -> None:
        """The server notes that this clinic answers for the person."""
        (body,) = self.there(iin)
        managing = {"identifier": {"system": systems().bin, "value": CLINIC_BIN}}
        reply = self.connect().update(
            {**body, "managingOrganization": managing}, str(body["meta"]["versionId"])
        )
        assert reply.is_ok

    def close(self) -> None:
        for site in self.sites:
            site.close()


def questions(*sites: Site) -> list[tuple[Site, ConflictRow]]:
    return [
        (site, row)
        for site in sites
        for row in ConflictService(site.store, site.clock, site.use.patients).open()
    ]


def _shared(clinic: Clinic, number: int) -> tuple[Site, Site, str, str]:
    """Two desks that both have the person from the server, with their own ids of the person."""
    first, second = clinic.desk("T2", "Серікова Г."), clinic.desk("T3", "Оспанова Б.")
    mine = first.register(person_form(number))
    clinic.drain(first)
    clinic.note_clinic(iin_of(number))
    clinic.drain(first, second)
    theirs = second.use.patients.by_iin(iin_of(number))
    assert theirs is not None
    return first, second, mine.id, theirs.id


def _phone_and_address(resource: Resource) -> tuple[str, str]:
    values = patient_values(resource)
    return values["phone"], values["address"]


def a_morning_arrives_once_under_its_authors(clinic: Clinic) -> None:
    site = clinic.desk("T2", "Серікова Г.")
    for number in range(ACTS):
        act(site, number)
    clinic.drain(site)
    _check_whole(clinic, site)


def a_broken_line_makes_nothing_twice(clinic: Clinic) -> None:
    site = clinic.desk("T2", "Серікова Г.")
    for number in range(40 * 4, 40 * 4 + ACTS):
        act(site, number)
    clinic.proxy.script([PASS, DROP_AFTER, TRUNCATE, PASS, DUPLICATE, HTML, DROP_AFTER, PASS, DUPLICATE] * 4)
    clinic.drain(site, connect=clinic.connect_through)
    clinic.proxy.heal()
    clinic.drain(site)
    _check_whole(clinic, site)


def _check_whole(clinic: Clinic, site: Site) -> None:
    ops = site.ops()
    answers = {(op.kind, op.state, op.answer and op.answer.text) for op in ops}
    assert {op.state for op in ops} == {OpState.ACCEPTED}, answers
    upstream = clinic.connect()
    found = []
    for op in ops:
        assert op.receipt is not None
        body = upstream.read(op.receipt.resource_type, op.receipt.resource_id).body
        assert body is not None
        found.append(body)
        if op.receipt.resource_type in WRITTEN:
            for kind, system, value in keys_of(dict(body)):
                name, _, wanted = key_of(system, value).partition("=")
                hits = (upstream.search(kind, [(name, wanted)]).body or {}).get("entry", [])
                assert len(hits) == 1, (kind, system)
    check_stamped_by_author(ops, [dict(body) for body in found])
    check_receipts(site, upstream)
    check_nothing_vanished(site)


def different_fields_of_two_desks_are_both_kept(clinic: Clinic) -> None:
    first, second, mine, theirs = _shared(clinic, 60)
    first.change(mine, phone="+7 701 444 44 44")
    second.change(theirs, address="Алматы, Төле би 5")
    clinic.drain(first, second)
    assert questions(first, second) == []
    kept = ("+77014444444", "Алматы, Төле би 5")
    assert [_phone_and_address(one) for one in clinic.there(iin_of(60))] == [kept]
    for site, key in ((first, mine), (second, theirs)):
        person = site.patient(key)
        assert (person.phone.e164 if person.phone else "", person.address) == kept


def one_field_of_two_desks_is_one_question(clinic: Clinic) -> None:
    first, second, mine, theirs = _shared(clinic, 61)
    first.change(mine, phone="+7 701 555 55 51")
    second.change(theirs, phone="+7 701 555 55 52")
    clinic.drain(first, second)
    ((site, row),) = questions(first, second)
    assert row.kind is ConflictKind.FIELDS
    assert [(one.field, one.mine, one.theirs) for one in row.fields] == [
        ("phone", "+77015555552", "+77015555551")
    ]
    service = ConflictService(site.store, site.clock, site.use.patients)
    service.decide(row.id, {"phone": Side.MINE}, site.actor)
    clinic.drain(first, second)
    assert questions(first, second) == []
    assert [_phone_and_address(one)[0] for one in clinic.there(iin_of(61))] == ["+77015555552"]
    for one in (first, second):
        check_nothing_vanished(one)
    phones = {first.patient(mine).phone, second.patient(theirs).phone}
    assert {phone.e164 for phone in phones if phone} == {"+77015555552"}


def one_iin_of_two_desks_is_one_person_or_a_question(clinic: Clinic) -> None:
    first, second = clinic.desk("T2", "Серікова Г."), clinic.desk("T3", "Оспанова Б.")
    first.register(person_form(62))
    second.register(person_form(62))
    first.register(person_form(63))
    other = second.register(person_form(63, "Басқаева"))
    clinic.drain(first, second)
    assert (len(clinic.there(iin_of(62))), len(clinic.there(iin_of(63)))) == (1, 1)
    ((site, row),) = questions(first, second)
    assert (site, row.kind, row.patient_id) == (second, ConflictKind.DUPLICATE, other.id)
    states = {op.state for op in second.ops() if op.aggregate_id == other.id}
    assert states == {OpState.HELD}


def what_is_deleted_there_stays_here_and_is_a_question(clinic: Clinic) -> None:
    site = clinic.desk("T2", "Серікова Г.")
    person = site.register(person_form(64))
    clinic.drain(site)
    (body,) = clinic.there(iin_of(64))
    clinic.delete("Patient", str(body["id"]))
    site.change(person.id, phone="+7 701 666 66 66")
    clinic.drain(site)
    ((_, row),) = questions(site)
    assert row.kind is ConflictKind.GONE
    assert site.patient(person.id).name == person.name
    ConflictService(site.store, site.clock, site.use.patients).create_again(row.id, site.actor)
    clinic.drain(site)
    assert questions(site) == []
    assert [_phone_and_address(one)[0] for one in clinic.there(iin_of(64))] == ["+77016666666"]
    assert {op.state for op in site.ops()} <= {OpState.ACCEPTED, OpState.WITHDRAWN}
    assert OpKind.PATIENT_REGISTER in {op.kind for op in site.ops()}


SUITE: list[Callable[[Clinic], None]] = [
    a_morning_arrives_once_under_its_authors,
    a_broken_line_makes_nothing_twice,
    different_fields_of_two_desks_are_both_kept,
    one_field_of_two_desks_is_one_question,
    one_iin_of_two_desks_is_one_person_or_a_question,
    what_is_deleted_there_stays_here_and_is_a_question,
]
