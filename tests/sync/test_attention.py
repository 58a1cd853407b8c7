"""What waits and what needs a person: lists, and what a person does about it."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound
from clinic_desk.domain.ids import ConflictId, OpId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, SyncConflict
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState, Receipt
from clinic_desk.services.sync.deciding.attention import AttentionService
from clinic_desk.services.sync.deciding.attention_rows import ItemAct, ItemFilter
from tests.services.desk import ACTOR, NOW, PERSON, DeskOverStore, form_of

A = ItemAct


class World:
    """A desk with one insured person, her referral, and a second person."""

    def __init__(self, desk: DeskOverStore) -> None:
        self.desk = desk
        self.attention = AttentionService(desk.store, desk.clock)
        self.person = desk.person()
        desk.insured(self.person.id, InsuranceStatus.INSURED_STATE)
        self.issued = desk.issue(form_of(self.person.id))

    def ops(self) -> list[Op]:
        with self.desk.store.read() as work:
            return work.outbox.of_aggregate(self.person.id)

    def op(self, kind: OpKind) -> Op:
        return next(op for op in self.ops() if op.kind is kind)

    def put(self, kind: OpKind, **changes: object) -> Op:
        op = replace(self.op(kind), **changes)  # type: ignore[arg-type]
        with self.desk.store.write() as work:
            work.outbox.save(op)
            work.commit()
        return op

    def refused(self, kind: OpKind) -> Op:
        answer = LastAnswer("refused", NOW, "нет услуги в договоре", 422)
        return self.put(kind, state=OpState.REJECTED, attempts=1, first_sent_at=NOW, answer=answer)


@pytest.fixture
def world(desk: DeskOverStore) -> World:
    return World(desk)


def test_what_needs_a_person_comes_first_and_says_whom_it_is_about(world: World) -> None:
    world.refused(OpKind.REFERRAL_ISSUE)
    rows = world.attention.rows(ItemFilter.OPEN)
    assert [row.state for row in rows] == ["rejected", "pending", "pending"]
    first = rows[0]
    assert (first.person, first.number, first.actor) == (
        world.person.name.full,
        world.issued.number,
        ACTOR.user,
    )
    assert "••" in first.iin_masked
    assert first.acts == (A.MEND, A.RETRY, A.WITHDRAW, A.EXPORT)
    assert first.answer is not None
    assert first.answer.text == "нет услуги в договоре"
    assert world.attention.row(first.op_id) == first
    assert [row.kind for row in world.attention.rows(ItemFilter.ATTENTION)] == [OpKind.REFERRAL_ISSUE]
    assert [row.state for row in world.attention.rows(ItemFilter.WAITING)] == ["pending", "pending"]
    assert world.attention.counts()[:2] == (2, 1)
    assert world.attention.counts("Ким В.")[:2] == (0, 0)


def test_later_acts_for_the_same_person_say_what_they_wait_for(world: World) -> None:
    refused = world.refused(OpKind.PATIENT_REGISTER)
    behind = world.attention.rows(ItemFilter.WAITING)
    assert behind
    assert {row.blocked_by for row in behind} == {refused.op_id}


def test_what_waits_for_an_act_of_another_person_says_so(world: World) -> None:
    refused = world.refused(OpKind.PATIENT_REGISTER)
    with world.desk.store.write() as work:
        waiting = replace(refused, seq=0, op_id=OpId("m1"), unit_id="m1", aggregate_id="kept")
        work.outbox.add(
            replace(
                waiting,
                kind=OpKind.PATIENT_MERGE,
                state=OpState.PENDING,
                answer=None,
                attempts=0,
                depends_on=refused.op_id,
            )
        )
        work.commit()
    row = world.attention.row(OpId("m1"))
    assert row.blocked_by == refused.op_id


def test_a_difference_that_no_operation_waits_for_is_seen_and_can_be_decided(world: World) -> None:
    for number, op_id in enumerate(["", world.op(OpKind.PATIENT_REGISTER).op_id]):
        field = FieldConflict("phone", "", "+77010000000", "+77010000001", "a", NOW, "", "b", NOW, "")
        conflict_id = ConflictId(f"d{number}")
        with world.desk.store.write() as work:
            work.conflicts.add(
                SyncConflict(
                    conflict_id,
                    ConflictKind.FIELDS,
                    world.person.id,
                    NOW,
                    "Patient",
                    "p1",
                    op_id,
                    (field,),
                )
            )
            work.commit()
    for wanted in (ItemFilter.OPEN, ItemFilter.ATTENTION):
        rows = [row for row in world.attention.rows(wanted) if row.conflict_id]
        assert [(row.conflict_id, row.acts, row.fields) for row in rows] == [
            ("d0", (A.DECIDE,), 1),
            ("d1", (A.DECIDE,), 1),
        ]
        assert {(row.patient_id, row.is_alone) for row in rows} == {(world.person.id, True)}
    assert world.attention.counts().attention == 2
    assert all(row.conflict_id is None for row in world.attention.rows(ItemFilter.WAITING))


def test_accepted_today_are_listed_newest_first(world: World) -> None:
    yesterday = NOW - dt.timedelta(days=1)
    done = [OpKind.PATIENT_REGISTER, OpKind.INSURANCE_RECORD, OpKind.REFERRAL_ISSUE]
    for number, kind in enumerate(done):
        at = yesterday if number == 0 else NOW
        world.put(kind, state=OpState.ACCEPTED, settled_at=at, receipt=Receipt("X", str(number), "1"))
    rows = world.attention.rows(ItemFilter.ACCEPTED_TODAY)
    assert [row.kind for row in rows] == [OpKind.REFERRAL_ISSUE, OpKind.INSURANCE_RECORD]
    assert rows[0].acts == ()


def test_tried_again_it_goes_with_the_next_round(world: World) -> None:
    op = world.refused(OpKind.REFERRAL_ISSUE)
    change = world.attention.retry(op.op_id, ACTOR)
    assert op.op_id in change.ids
    assert world.op(OpKind.REFERRAL_ISSUE).state is OpState.PENDING
    world.put(OpKind.REFERRAL_ISSUE, state=OpState.SENDING)
    with pytest.raises(Conflict, match="not_now"):
        world.attention.retry(op.op_id, ACTOR)


def test_a_mended_change_carries_what_stands_in_the_record_now(world: World) -> None:
    changed, _ = world.desk.patients.change(world.person, replace(PERSON, phone="+7 702 000 00 00"), ACTOR)
    # The person's registration is on its way: what follows it is a change of its own.
    op = world.refused(OpKind.PATIENT_CHANGE)
    world.desk.patients.change(changed, replace(PERSON, phone="+7 702 000 00 99"), ACTOR)
    world.attention.mended(op.op_id, ACTOR)
    mended = next(one for one in world.ops() if one.op_id == op.op_id)
    assert mended.state is OpState.PENDING
    old, new = mended.payload["changes"]["phone"]
    assert (old, new) == (op.payload["changes"]["phone"][0], "+77020000099")


def test_a_mended_registration_carries_the_person_as_they_are_now(world: World) -> None:
    op = world.refused(OpKind.PATIENT_REGISTER)
    world.desk.patients.change(world.person, replace(PERSON, address="Сынақ көшесі, 7"), ACTOR)
    world.attention.mended(op.op_id, ACTOR)
    assert world.op(OpKind.PATIENT_REGISTER).payload["values"]["address"] == "Сынақ көшесі, 7"


def test_only_a_refused_change_of_a_person_can_be_mended(world: World) -> None:
    with pytest.raises(Conflict, match="not_now"):
        world.attention.mended(world.op(OpKind.PATIENT_REGISTER).op_id, ACTOR)
    with pytest.raises(Conflict, match="not_now"):
        world.attention.mended(world.refused(OpKind.REFERRAL_ISSUE).op_id, ACTOR)


def test_a_referral_that_is_taken_back_is_cancelled_with_the_reason(world: World) -> None:
    op = world.refused(OpKind.REFERRAL_ISSUE)
    with pytest.raises(InvalidValue, match="reason_needed"):
        world.attention.withdraw(op.op_id, "  ", ACTOR)
    world.attention.withdraw(op.op_id, "ошибка в услуге", ACTOR)
    with world.desk.store.read() as work:
        referral = work.referrals.get(world.issued.referral_id)
        history = work.referrals.history(world.issued.referral_id)
        lines = work.audit.of_object("operation", op.op_id)
    assert referral is not None
    assert referral.status is ReferralStatus.CANCELLED
    assert history[-1].note == "ошибка в услуге"
    withdrawn = world.op(OpKind.REFERRAL_ISSUE)
    assert (withdrawn.state, withdrawn.reason) == (OpState.WITHDRAWN, "ошибка в услуге")
    assert [line.action for line in lines] == ["sync.withdraw"]
    assert "услуге" not in repr(lines)


def test_what_was_done_to_the_same_referral_afterwards_goes_with_it(world: World) -> None:
    op = world.refused(OpKind.REFERRAL_ISSUE)
    world.desk.referrals.move(world.issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "передумал")
    assert world.op(OpKind.REFERRAL_MOVE).state is OpState.PENDING
    world.attention.withdraw(op.op_id, "ошибка", ACTOR)
    assert world.op(OpKind.REFERRAL_MOVE).state is OpState.WITHDRAWN
    assert world.op(OpKind.PATIENT_REGISTER).state is OpState.PENDING


def test_what_may_have_reached_the_upstream_is_not_taken_back(world: World) -> None:
    op = world.put(OpKind.REFERRAL_ISSUE, first_sent_at=NOW, attempts=1, next_try_at=NOW)
    assert world.attention.row(op.op_id).acts == (A.RETRY,)
    with pytest.raises(Conflict, match="not_now"):
        world.attention.withdraw(op.op_id, "поздно", ACTOR)


def test_a_difference_is_closed_when_its_operation_is_taken_back(world: World) -> None:
    op = world.put(OpKind.PATIENT_REGISTER, state=OpState.HELD)
    conflict = SyncConflict(
        ConflictId("c" * 32),
        ConflictKind.DUPLICATE,
        world.person.id,
        NOW,
        "Patient",
        "7",
        op.op_id,
        (FieldConflict("phone", "", "1", "2"),),
    )
    with world.desk.store.write() as work:
        work.conflicts.add(conflict)
        work.commit()
    row = world.attention.row(op.op_id)
    assert (row.conflict_id, row.fields, row.acts[0]) == (conflict.id, 1, A.DECIDE)
    world.attention.withdraw(op.op_id, "не тот человек", ACTOR)
    with world.desk.store.read() as work:
        assert work.conflicts.open() == []
    assert world.attention.row(op.op_id).conflict_id is None


def test_the_file_has_all_that_is_known_and_is_noted(world: World) -> None:
    op = world.refused(OpKind.REFERRAL_ISSUE)
    (told,) = json.loads(world.attention.export([op.op_id], ACTOR))["operations"]
    assert told["op_id"] == op.op_id
    assert told["answer"]["text"] == "нет услуги в договоре"
    with world.desk.store.read() as work:
        assert [line.action for line in work.audit.of_object("operation", op.op_id)] == ["sync.export"]
    with pytest.raises(NotFound, match="no_operation"):
        world.attention.export([OpId("0" * 32)], ACTOR)
