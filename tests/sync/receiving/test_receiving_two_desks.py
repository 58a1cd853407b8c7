"""Two desks and one upstream, sending and receiving by turns: all copies end equal, nothing is lost."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import DocumentKind, Patient
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.sync.conflicts import ConflictKind, Side
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.fhir.patient import PATIENT_FIELDS, patient_values
from clinic_desk.services.duplicates import form_of
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from clinic_desk.services.sync.up.sending import Sender
from tests.sync.receiving.receiving_desk import ReceivingDesk, Server, somebody
from tests.sync.receiving.test_receiving_people import here, linked

MakeDesk = Callable[..., ReceivingDesk]


def round_of(desk: ReceivingDesk) -> None:
    """What waits goes up, what is new comes down."""
    for _ in range(4):
        Sender(desk.store, desk.clock, shipped_book(), desk.server).run(lambda: False)
        desk.run()
        desk.clock.forward(minutes=6)
        desk.server.later(seconds=2)


def settle(*desks: ReceivingDesk) -> None:
    for _ in range(3):
        for desk in desks:
            round_of(desk)


def change(desk: ReceivingDesk, **changed: Any) -> Patient:
    person = here(desk)
    return desk.opened.patients.change(person, replace(form_of(person), **changed), desk.actor)[0]


def there(server: Server) -> dict[str, str]:
    (body,) = server.store.all("Patient")
    return patient_values(body)


def told(desk: ReceivingDesk) -> dict[str, str]:
    values = values_of(here(desk))
    return {name: values[name] for name in PATIENT_FIELDS}


@pytest.mark.parametrize("days_off", [0, 1, -1])
def test_different_fields_are_both_kept_and_all_copies_are_equal(
    make_desk: MakeDesk, server: Server, days_off: int
) -> None:
    one, two = make_desk("A1"), make_desk("B1", dt.timedelta(days=days_off))
    linked(one, server)
    two.run()
    change(one, phone="8 701 111 11 11")
    identity = DocumentKind.IDENTITY_CARD
    change(two, address="Астана, Сарыарқа 5", document=identity, document_number="012345678")
    settle(one, two)
    assert told(one) == told(two) == there(server)
    assert (there(server)["phone"], there(server)["address"]) == ("+77011111111", "Астана, Сарыарқа 5")
    assert not one.conflicts()
    assert not two.conflicts()


@pytest.mark.parametrize("side", list(Side))
def test_one_field_is_one_difference_and_neither_value_is_lost(
    make_desk: MakeDesk, server: Server, side: Side
) -> None:
    one, two = make_desk("A1"), make_desk("B1")
    linked(one, server)
    two.run()
    change(one, phone="8 701 111 11 11")
    change(two, phone="8 702 222 22 22")
    settle(one, two)
    assert not one.conflicts()
    (conflict,) = two.conflicts()
    (field,) = conflict.fields
    assert (field.mine, field.theirs) == ("+77022222222", "+77011111111")
    ConflictService(two.store, two.clock, two.opened.patients).decide(conflict.id, {"phone": side}, two.actor)
    settle(two, one)
    assert told(one) == told(two) == there(server)
    assert there(server)["phone"] == {"mine": "+77022222222", "theirs": "+77011111111"}[side.value]
    kept = {value for line in two.history(here(two).id) for pair in line.changes.values() for value in pair}
    assert {"+77022222222", "+77011111111"} <= kept
    with two.store.read() as work:
        assert not work.outbox.open_of(here(two).id)


def test_both_register_one_number_offline_and_it_is_one_person(make_desk: MakeDesk, server: Server) -> None:
    one, two = make_desk("A1"), make_desk("B1")
    one.opened.patients.register(form_of(somebody(1, phone=None)), one.actor)
    spelled = somebody(1, name=PersonName("Омарова", "Айгерим1", "Ерланкызы"), address="")
    two.opened.patients.register(form_of(spelled), two.actor)
    settle(one, two)
    (body,) = server.store.all("Patient")
    assert one.shadow("Patient", body["id"]).local_id == here(one).id
    assert two.shadow("Patient", body["id"]).local_id == here(two).id
    assert here(one).phone == here(two).phone == Phone("+77010000001")
    assert here(one).address == here(two).address == "Алматы, Абай 1"


def test_both_register_one_number_for_two_people_and_a_person_is_asked(
    make_desk: MakeDesk, server: Server
) -> None:
    one, two = make_desk("A1"), make_desk("B1")
    one.opened.patients.register(form_of(somebody(1)), one.actor)
    two.opened.patients.register(
        form_of(somebody(1, name=PersonName("Ким", "Вера"), birth_date=dt.date(1990, 1, 2))), two.actor
    )
    settle(one, two)
    assert len(server.store.all("Patient")) == 1
    (conflict,) = two.conflicts()
    assert conflict.kind is ConflictKind.DUPLICATE
    assert here(one).name.surname == "Омарова"
    assert here(two).name.surname == "Ким"
    service = ConflictService(two.store, two.clock, two.opened.patients)
    service.keep_apart(conflict.id, "Құжаттары әртүрлі", two.actor)
    settle(two, one)
    assert len(server.store.all("Patient")) == 2
    assert not two.conflicts()
    with two.store.read() as work:
        assert [op.state for op in work.outbox.of_aggregate(here(two).id)] == [OpState.ACCEPTED]


def test_what_was_merged_on_the_way_up_is_here_too(make_desk: MakeDesk, server: Server) -> None:
    desk = make_desk()
    _, resource_id = linked(desk, server)
    change(desk, phone="8 701 111 11 11")
    server.change(resource_id, address="Астана, Сарыарқа 5")
    Sender(desk.store, desk.clock, shipped_book(), server).run(lambda: False)
    assert here(desk).address == "Астана, Сарыарқа 5"
    assert here(desk).phone == Phone("+77011111111")
