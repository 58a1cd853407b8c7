"""People who come down: linked, merged by field, registered, or put before a person."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import AttachmentState, Patient
from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.services.duplicates import form_of
from tests.services.desk import ACTOR
from tests.sync.receiving.receiving_desk import OTHER_BIN, OTHERS, ReceivingDesk, Server, somebody


def registered(desk: ReceivingDesk, number: int = 1, **changed: object) -> Patient:
    """The person as this desk registered them, with the operation that carries them up."""
    return desk.opened.patients.register(form_of(somebody(number, **changed)), ACTOR)[0]


def linked(desk: ReceivingDesk, server: Server, number: int = 1, **changed: object) -> tuple[Patient, str]:
    """Somebody who came from the upstream, and the id there."""
    body = server.patient(somebody(number, **changed))
    desk.run()
    return here(desk, number), body["id"]


def here(desk: ReceivingDesk, number: int = 1) -> Patient:
    iin = somebody(number).iin
    assert iin is not None
    found = desk.by_iin(iin.digits)
    assert found is not None
    return found


def test_somebody_of_this_clinic_is_registered_under_the_name_of_who_wrote_them_there(
    desk: ReceivingDesk, server: Server
) -> None:
    body = server.patient(somebody(1))
    desk.run()
    person = here(desk)
    assert person.name == somebody(1).name
    assert person.attachment.state is AttachmentState.ATTACHED
    assert desk.shadow("Patient", body["id"]).local_id == person.id
    (line,) = desk.history(person.id)
    assert (line.by, line.what) == (OTHERS, HistoryKind.RECEIVED)
    assert line.at == server.clock.moment.replace(microsecond=0) - dt.timedelta(hours=1, seconds=1)
    assert not line.changes


@pytest.mark.parametrize("managing", [OTHER_BIN, ""])
def test_somebody_of_another_clinic_is_only_kept_as_the_upstream_s(
    desk: ReceivingDesk, server: Server, managing: str
) -> None:
    body = server.patient(somebody(1), managing)
    desk.run()
    iin = somebody(1).iin
    assert iin is not None
    assert desk.by_iin(iin.digits) is None
    assert desk.shadow("Patient", body["id"]).local_id == ""


def test_the_clinic_may_be_told_by_reference_and_come_later(desk: ReceivingDesk, server: Server) -> None:
    from clinic_desk.fhir.patient import patient_resource
    from clinic_desk.fhir.systems import systems
    from tests.sync.receiving.receiving_desk import CLINIC_BIN, stamp

    clinic = {"resourceType": "Organization", "id": "org", "name": "Емхана"}
    managing = {"managingOrganization": {"reference": "Organization/org"}}
    server.put({**patient_resource(somebody(1), stamp()), **managing})
    desk.run()
    iin = somebody(1).iin
    assert iin is not None
    assert desk.by_iin(iin.digits) is None
    server.put({**clinic, "identifier": [{"system": systems().bin, "value": CLINIC_BIN}]})
    desk.run()
    assert desk.by_iin(iin.digits) is not None
    with desk.store.read() as work:
        assert work.shadows.unresolved() == 0


def test_a_change_of_a_field_nobody_touched_here_is_taken(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    server.change(there, phone="+77770000000")
    assert desk.run().pulled == 1
    assert here(desk).phone == Phone("+77770000000")
    line = desk.history(person.id)[0]
    assert (line.by, line.what, dict(line.changes)) == (
        OTHERS,
        HistoryKind.RECEIVED,
        {"phone": (somebody(1).phone.e164, "+77770000000")},
    )
    assert not desk.conflicts()


def test_a_change_on_its_way_is_left_to_the_sending(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    mine = replace(form_of(person), phone="8 701 111 11 11")
    desk.opened.patients.change(person, mine, ACTOR)
    server.change(there, phone="+77770000000", address="Астана, Сарыарқа 5")
    desk.run()
    now = here(desk)
    assert now.phone == Phone("+77011111111")
    assert now.address == "Астана, Сарыарқа 5"
    assert not desk.conflicts()
    with desk.store.read() as work:
        assert [dict(op.payload["changes"]) for op in work.outbox.open_of(person.id)] == [
            {"phone": [somebody(1).phone.e164, "+77011111111"]}
        ]


def test_half_an_identity_on_its_way_lets_no_other_half_in(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    desk.opened.patients.change(person, replace(form_of(person), surname="Сапарова"), ACTOR)
    server.change(there, given_name="Айгерім", phone="+77770000000")
    desk.run()
    now = here(desk)
    assert now.name.full == "Сапарова Әйгерім1 Ерланқызы"
    assert now.phone == Phone("+77770000000")


def test_what_a_list_changed_here_and_somebody_there_is_for_a_person(
    desk: ReceivingDesk, server: Server
) -> None:
    from clinic_desk.services.ports import BulkKind

    person, there = linked(desk, server)
    with desk.store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [], [replace(person, address="Тізім бойынша 7")])
        work.commit()
    server.change(there, address="Астана, Сарыарқа 5")
    got = desk.run()
    assert got.conflicts == 1
    (conflict,) = desk.conflicts()
    (field,) = conflict.fields
    assert (field.field, field.base, field.mine, field.theirs, field.theirs_by) == (
        "address",
        "Алматы, Абай 1",
        "Тізім бойынша 7",
        "Астана, Сарыарқа 5",
        OTHERS,
    )
    assert here(desk).address == "Тізім бойынша 7"
    server.change(there, address="Астана, Сарыарқа 6")
    assert desk.run().conflicts == 0
    assert [one.theirs for one in desk.conflicts()[0].fields] == ["Астана, Сарыарқа 6"]


def test_the_same_person_registered_on_both_sides_is_linked(desk: ReceivingDesk, server: Server) -> None:
    person = registered(desk, phone=None)
    there = server.patient(replace(somebody(1), name=PersonName("Omarova", "Äigerim1", "Ерланқызы")))
    got = desk.run()
    assert (got.conflicts, got.set_aside) == (0, ())
    assert desk.shadow("Patient", there["id"]).local_id == person.id
    now = here(desk)
    assert now.name == person.name
    assert now.phone == somebody(1).phone


@pytest.mark.parametrize(
    "other",
    [
        {"birth_date": dt.date(1990, 1, 2)},
        {"name": PersonName("Омарова", "Айгүл", "Ерланқызы")},
        {"name": PersonName("Омарова", "Әйгерім1")},
    ],
)
def test_one_number_and_another_date_or_name_is_never_merged(
    desk: ReceivingDesk, server: Server, other: dict[str, object]
) -> None:
    person = registered(desk)
    there = server.patient(replace(somebody(1), **other))
    got = desk.run()
    assert got.conflicts == 1
    (conflict,) = desk.conflicts()
    assert (conflict.kind, conflict.aggregate_id, conflict.resource_id) == (
        ConflictKind.DUPLICATE,
        person.id,
        there["id"],
    )
    assert {one.field for one in conflict.fields} <= {"birth_date", "given_name", "patronymic"}
    assert desk.shadow("Patient", there["id"]).local_id == ""
    assert here(desk) == person
    server.change(there["id"], phone="+77770000000")
    assert desk.run().conflicts == 0
    assert len(desk.conflicts()) == 1


def test_our_own_person_comes_back_after_a_lost_reply(desk: ReceivingDesk, server: Server) -> None:
    from clinic_desk.fhir.patient import patient_resource
    from tests.sync.receiving.receiving_desk import CLINIC_BIN, of_clinic, stamp

    person = registered(desk)
    with desk.store.read() as work:
        (op,) = work.outbox.open_of(person.id)
    body = server.put(of_clinic(patient_resource(person, stamp("Серікова Г.", op.op_id)), CLINIC_BIN))
    desk.opened.patients.change(person, replace(form_of(person), surname="Сапарова"), ACTOR)
    got = desk.run()
    assert got.conflicts == 0
    assert desk.shadow("Patient", body["id"]).local_id == person.id
    assert here(desk).name.surname == "Сапарова"


def test_a_number_that_moves_to_somebody_else_is_for_a_person(desk: ReceivingDesk, server: Server) -> None:
    _, there = linked(desk, server, 1)
    other = registered(desk, 2)
    assert other.iin is not None
    server.change(there, iin=other.iin.digits)
    assert desk.run().conflicts == 1
    (conflict,) = desk.conflicts()
    assert (conflict.kind, conflict.aggregate_id) == (ConflictKind.DUPLICATE, other.id)
    assert here(desk, 1).iin == somebody(1).iin


def test_the_sex_told_differently_on_both_sides_is_for_a_person(desk: ReceivingDesk, server: Server) -> None:
    from clinic_desk.domain.iin import Sex
    from clinic_desk.services.ports import BulkKind

    with desk.store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [replace(somebody(1), sex=Sex.MALE)])
        work.commit()
    server.patient(somebody(1))
    assert desk.run().conflicts == 1
    assert [one.field for one in desk.conflicts()[0].fields] == ["sex"]


def test_what_cannot_be_read_is_set_aside_and_counted_once(desk: ReceivingDesk, server: Server) -> None:
    server.patient(somebody(1))
    server.put({"resourceType": "Patient", "id": "bad1", "name": [{"family": ""}], "birthDate": "1990-01-01"})
    server.put({**server.patient(somebody(2)), "id": "bad2", "birthDate": "1990"})
    server.put({**server.patient(somebody(3)), "id": "bad3", "name": [{"family": "x\0y"}]})
    server.patient(somebody(4))
    got = desk.run()
    assert {one.where for one in got.set_aside} >= {"Patient/bad1", "Patient/bad2", "Patient/bad3"}
    assert here(desk, 1)
    assert here(desk, 4)
    assert desk.run().set_aside == ()


def test_a_person_deleted_upstream_stays_here_and_is_asked_about(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    server.later(minutes=1)
    server.store.delete("Patient", there)
    desk.run()
    assert here(desk) == person
    assert desk.shadow("Patient", there).gone_at is not None
    assert [one.kind for one in desk.conflicts()] == [ConflictKind.GONE]
    assert desk.run().conflicts == 0


@pytest.mark.parametrize("hours", [-24, 0, 24])
def test_the_desk_s_clock_makes_no_difference(make_desk, server: Server, hours: int) -> None:  # type: ignore[no-untyped-def]
    desk: ReceivingDesk = make_desk("T3", dt.timedelta(hours=hours))
    _, there = linked(desk, server)
    server.change(there, phone="+77770000000")
    desk.run()
    assert here(desk).phone == Phone("+77770000000")
    server.later(minutes=30)
    server.change(there, phone="+77770000001")
    desk.run()
    assert here(desk).phone == Phone("+77770000001")
    assert desk.cursor().since.startswith("2026-11-23")
