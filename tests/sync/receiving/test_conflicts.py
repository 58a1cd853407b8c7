"""What a person decides: both values are kept, and what waits goes on with what was chosen."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound
from clinic_desk.domain.ids import ConflictId
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import DocumentKind, Patient
from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side, SyncConflict
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from tests.services.desk import ACTOR, NOW
from tests.sync.receiving.receiving_desk import OTHERS, ReceivingDesk, Server, somebody
from tests.sync.receiving.test_receiving_people import form_of, here, linked, registered

SENIOR = replace(ACTOR, user="Нұрланова С.")


def service(desk: ReceivingDesk) -> ConflictService:
    return ConflictService(desk.store, desk.clock, desk.opened.patients)


def ops(desk: ReceivingDesk, person: Patient) -> list[Any]:
    with desk.store.read() as work:
        return list(work.outbox.of_aggregate(person.id))


def both_changed_the_phone(desk: ReceivingDesk, server: Server) -> tuple[Patient, ConflictId]:
    """As the sending leaves it: the operation waits, both values stand in the difference."""
    person, there = linked(desk, server)
    changed = replace(form_of(person), phone="8 701 111 11 11", address="Алматы, Сәтбаев 3")
    mine = desk.opened.patients.change(person, changed, ACTOR)[0]
    server.change(there, phone="+77770000000")
    desk.run()
    with desk.store.write() as work:
        (op,) = work.outbox.open_of(person.id)
        work.outbox.save(replace(op, state=OpState.SENDING))
        work.outbox.save(replace(op, state=OpState.CONFLICT))
        one_id = ConflictId(new_id())
        theirs = FieldConflict("phone", "+77010000001", "+77011111111", "+77770000000", theirs_by=OTHERS)
        work.conflicts.add(
            SyncConflict(one_id, ConflictKind.FIELDS, person.id, NOW, "Patient", there, op.op_id, (theirs,))
        )
        work.commit()
    return mine, one_id


@pytest.mark.parametrize("side", list(Side))
def test_the_value_that_was_not_chosen_stays_in_the_history(
    desk: ReceivingDesk, server: Server, side: Side
) -> None:
    person, one_id = both_changed_the_phone(desk, server)
    service(desk).decide(one_id, {"phone": side}, SENIOR)
    kept = {"mine": "+77011111111", "theirs": "+77770000000"}
    chosen = kept.pop(side.value)
    now = here(desk)
    assert now.phone == Phone(chosen)
    assert now.address == "Алматы, Сәтбаев 3"
    line = desk.history(person.id)[0]
    assert (line.what, line.by) == (HistoryKind.DECIDED, SENIOR.user)
    assert line.changes["phone"] == (next(iter(kept.values())), chosen)
    with desk.store.read() as work:
        decided = work.conflicts.get(one_id)
    assert (decided.resolved_by, dict(decided.choice)) == (SENIOR.user, {"phone": side})


def test_what_is_left_of_the_act_is_sent_from_the_upstream_s_values(
    desk: ReceivingDesk, server: Server
) -> None:
    person, one_id = both_changed_the_phone(desk, server)
    service(desk).decide(one_id, {"phone": Side.MINE}, SENIOR)
    (op,) = ops(desk, person)
    assert (op.state, op.actor, op.base_version) == (OpState.PENDING, ACTOR.user, "2")
    assert op.payload["changes"] == {
        "phone": ["+77770000000", "+77011111111"],
        "address": ["Алматы, Абай 1", "Алматы, Сәтбаев 3"],
    }


def test_an_act_of_which_nothing_is_left_is_not_sent(desk: ReceivingDesk, server: Server) -> None:
    person, one_id = both_changed_the_phone(desk, server)
    with desk.store.write() as work:
        (op,) = work.outbox.open_of(person.id)
        work.outbox.save(replace(op, payload={"changes": {"phone": op.payload["changes"]["phone"]}}))
        work.commit()
    service(desk).decide(one_id, {"phone": Side.THEIRS}, SENIOR)
    assert [op.state for op in ops(desk, person)] == [OpState.WITHDRAWN]


def test_a_later_change_here_is_not_undone_by_the_decision(desk: ReceivingDesk, server: Server) -> None:
    person, one_id = both_changed_the_phone(desk, server)
    later = replace(form_of(person), phone="8 701 222 22 22")
    desk.opened.patients.change(person, later, ACTOR)
    service(desk).decide(one_id, {"phone": Side.THEIRS}, SENIOR)
    assert here(desk).phone == Phone("+77012222222")
    assert ops(desk, person)[-1].payload["changes"] == {"phone": ["+77770000000", "+77012222222"]}


def test_a_decision_is_whole_and_made_once(desk: ReceivingDesk, server: Server) -> None:
    person, one_id = both_changed_the_phone(desk, server)
    decide = service(desk).decide
    with pytest.raises(InvalidValue, match=r"sync.choice_needed"):
        decide(one_id, {}, SENIOR)
    with pytest.raises(NotFound):
        decide(ConflictId("f" * 32), {}, SENIOR)
    assert service(desk).open()[0].person == person.name.full
    decide(one_id, {"phone": Side.MINE}, SENIOR)
    with pytest.raises(Conflict, match=r"sync.decided_before"):
        decide(one_id, {"phone": Side.THEIRS}, SENIOR)
    assert service(desk).open() == []
    assert [entry.action for entry in desk.opened.audit("patient", person.id)].count(
        "sync.decide.fields"
    ) == 1


@pytest.mark.parametrize(
    ("mine", "theirs", "proposed"),
    [
        ("", "", {}),
        ("passport", "", {"phone": Side.MINE}),
        ("", "passport", {"phone": Side.THEIRS}),
        ("passport", "passport", {}),
    ],
)
def test_the_side_that_a_document_backs_is_proposed(
    desk: ReceivingDesk, server: Server, mine: str, theirs: str, proposed: dict[str, Side]
) -> None:
    _, one_id = both_changed_the_phone(desk, server)
    with desk.store.write() as work:
        conflict = work.conflicts.get(one_id)
        (field,) = conflict.fields
        field = replace(field, mine_evidence=mine, theirs_evidence=theirs)
        work.conflicts.save(replace(conflict, fields=(field,)))
        work.commit()
    assert service(desk).get(one_id).proposed == proposed


def test_a_value_of_a_list_that_was_chosen_goes_up_as_the_decider_s_change(
    desk: ReceivingDesk, server: Server
) -> None:
    person, there = linked(desk, server)
    with desk.store.write() as work:
        work.bulk.write(BulkKind.PATIENTS, [], [replace(person, address="Тізім бойынша 7")])
        work.commit()
    server.change(there, address="Астана, Сарыарқа 5")
    desk.run()
    service(desk).decide(desk.conflicts()[0].id, {"address": Side.MINE}, SENIOR)
    (op,) = ops(desk, person)
    assert (op.kind, op.actor, op.state) == (OpKind.PATIENT_CHANGE, SENIOR.user, OpState.PENDING)
    assert op.payload["changes"] == {"address": ["Астана, Сарыарқа 5", "Тізім бойынша 7"]}


def held_double(desk: ReceivingDesk, server: Server, **other: Any) -> tuple[Patient, str, ConflictId]:
    person = registered(desk)
    there = server.patient(replace(somebody(1), **other))
    desk.run()
    (conflict,) = desk.conflicts()
    with desk.store.write() as work:
        (op,) = work.outbox.open_of(person.id)
        work.outbox.save(replace(op, state=OpState.HELD))
        work.conflicts.save(replace(conflict, op_id=op.op_id))
        work.commit()
    return person, there["id"], conflict.id


def test_a_double_that_is_one_person_is_linked_and_then_asked_about_what_differs(
    desk: ReceivingDesk, server: Server
) -> None:
    person, there, one_id = held_double(desk, server, birth_date=dt.date(1990, 1, 2))
    service(desk).link(one_id, SENIOR)
    assert desk.shadow("Patient", there).local_id == person.id
    (row,) = service(desk).open()
    assert (row.kind, [one.field for one in row.fields]) == (ConflictKind.FIELDS, ["birth_date"])
    assert [op.state for op in ops(desk, person)] == [OpState.HELD]
    service(desk).decide(row.id, {"birth_date": Side.MINE}, SENIOR)
    done, following = ops(desk, person)
    assert (done.state, done.receipt.resource_id) == (OpState.ACCEPTED, there)
    assert following.payload["changes"] == {"birth_date": ["1990-01-02", "1990-01-01"]}
    assert following.actor == SENIOR.user


def test_a_double_in_which_nothing_else_differs_is_done_by_the_link(
    desk: ReceivingDesk, server: Server
) -> None:
    person, there, one_id = held_double(desk, server, name=PersonName("Омарова", "Әйгерім1"))
    service(desk).link(one_id, SENIOR)
    assert service(desk).open() == []
    (op,) = ops(desk, person)
    assert (op.state, op.receipt.resource_id) == (OpState.ACCEPTED, there)


def test_two_people_stay_two_and_nobody_is_asked_again(desk: ReceivingDesk, server: Server) -> None:
    person, there, one_id = held_double(desk, server, birth_date=dt.date(1970, 1, 2))
    with pytest.raises(InvalidValue, match=r"sync.reason_needed"):
        service(desk).keep_apart(one_id, "  ", SENIOR)
    service(desk).keep_apart(one_id, "Құжаттары әртүрлі", SENIOR)
    (op,) = ops(desk, person)
    assert (op.state, op.reason, op.payload["apart"]) == (OpState.PENDING, "Құжаттары әртүрлі", True)
    server.change(there, phone="+77770000000")
    assert desk.run().conflicts == 0
    assert service(desk).open() == []
    with desk.store.read() as work:
        assert work.conflicts.get(one_id).reason == "Құжаттары әртүрлі"


def test_what_is_gone_is_made_again_or_left(desk: ReceivingDesk, server: Server) -> None:
    person, there = linked(desk, server)
    server.later(minutes=1).store.delete("Patient", there)
    desk.run()
    service(desk).create_again(desk.conflicts()[0].id, SENIOR)
    assert desk.shadow("Patient", there).local_id == ""
    (op,) = ops(desk, person)
    assert (op.kind, op.actor, op.payload["values"]["surname"]) == (
        OpKind.PATIENT_REGISTER,
        SENIOR.user,
        "Омарова",
    )
    other, elsewhere = linked(desk, server, 2)
    server.later(minutes=1).store.delete("Patient", elsewhere)
    desk.run()
    service(desk).leave(desk.conflicts()[0].id, "Қате жазба еді", SENIOR)
    assert ops(desk, other) == []
    assert here(desk, 2) == other


def test_a_value_can_be_put_back_from_the_history(desk: ReceivingDesk, server: Server) -> None:
    person, one_id = both_changed_the_phone(desk, server)
    service(desk).decide(one_id, {"phone": Side.THEIRS}, SENIOR)
    lost = desk.history(person.id)[0].changes["phone"][0]
    service(desk).restore_value(person.id, "phone", lost, ACTOR)
    assert here(desk).phone == Phone("+77011111111")
    line = desk.history(person.id)[0]
    assert (line.what, line.by) == (HistoryKind.CHANGED, ACTOR.user)
    assert ops(desk, person)[-1].payload["changes"] == {"phone": ["+77770000000", "+77011111111"]}
    with pytest.raises(InvalidValue, match=r"sync.value"):
        service(desk).restore_value(person.id, "birth_date", "жоқ", ACTOR)


def test_a_list_of_before_is_told_right_after_a_decision_for_what_was_here(
    desk: ReceivingDesk, server: Server
) -> None:
    from clinic_desk.services.ports import ImportRun

    person, there = linked(desk, server)
    run = ImportRun("1" * 32, "people", NOW, "Ким В.", 0, 1, 0, 0)
    listed = replace(person, address="Тізім бойынша 7", document=DocumentKind.NONE)
    with desk.store.write() as work:
        work.bulk.begin_import(run)
        work.bulk.write(BulkKind.PATIENTS, [], [listed], import_id=run.id)
        work.commit()
    server.change(there, address="Астана, Сарыарқа 5")
    desk.run()
    desk.clock.forward(hours=1)
    service(desk).decide(desk.conflicts()[0].id, {"address": Side.MINE}, SENIOR)
    told = {line.what: dict(line.changes) for line in desk.history(person.id)}
    assert told[HistoryKind.IMPORTED] == {"address": ("Алматы, Абай 1", "Тізім бойынша 7")}
    assert told[HistoryKind.DECIDED] == {"address": ("Астана, Сарыарқа 5", "Тізім бойынша 7")}


def test_a_task_that_is_gone_is_made_again_before_its_step(desk: ReceivingDesk, server: Server) -> None:
    from clinic_desk.domain.referral import ReferralStatus
    from clinic_desk.services.rules_of_the_day import shipped_book
    from clinic_desk.services.sync.up.sending import Sender
    from tests.services.desk import form_of as referral_form

    def send() -> None:
        for _ in range(3):
            Sender(desk.store, desk.clock, shipped_book(), server).run(lambda: False)
            desk.clock.forward(minutes=6)

    person, _ = linked(desk, server)
    desk.opened.insured(person.id)
    issued = desk.opened.issue(referral_form(person.id))
    send()
    (task,) = server.store.all("Task")
    server.store.delete("Task", task["id"])
    desk.opened.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "адам бас тартты")
    send()
    (conflict,) = desk.conflicts()
    assert (conflict.kind, conflict.resource_type) == (ConflictKind.GONE, "Task")
    service(desk).create_again(conflict.id, SENIOR)
    send()
    (again,) = server.store.all("Task")
    assert again["status"] == "cancelled"
    assert len(server.store.all("ServiceRequest")) == 1
    states = [op.state for op in ops(desk, person)]
    assert set(states) == {OpState.ACCEPTED, OpState.WITHDRAWN}
