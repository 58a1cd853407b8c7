"""The outbox and what is known of the upstream keep what they are given."""

import datetime as dt
from dataclasses import replace

import pytest
from sqlcipher3 import dbapi2 as driver

from clinic_desk.domain.ids import ConflictId, OpId, RecallId, ReferralId, ShiftId
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side, SyncConflict
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState, Receipt
from clinic_desk.domain.sync.recalls import PaperRecall, RecallEnd, RecallReason
from clinic_desk.services.sync.ports import Cursor, Shadow, Shift, SyncDay
from clinic_desk.storage.database import SqlStore

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)


def op(number: int, aggregate: str = "a" * 32) -> Op:
    key = OpId(f"{number:032x}")
    return Op(0, key, key, OpKind.PATIENT_CHANGE, aggregate, aggregate, "Сәбитова Г.", "D2", NOW,
              payload={"changes": {"phone": ["", "+77000000011"]}})  # fmt: skip


def test_an_operation_comes_back_whole_and_in_its_order(store: SqlStore) -> None:
    with store.write() as work:
        first, second = work.outbox.add(op(2)), work.outbox.add(op(1))
        work.commit()
    assert first.seq < second.seq
    done = replace(
        first,
        state=OpState.ACCEPTED,
        attempts=2,
        settled_at=NOW,
        answer=LastAnswer("accepted", NOW, "ok", 201),
        receipt=Receipt("Patient", "7", "1"),
    )
    with store.write() as work:
        work.outbox.save(done)
        work.commit()
    with store.read() as work:
        assert work.outbox.get(first.op_id) == done
        assert work.outbox.of_aggregate("a" * 32) == [done, second]
        assert work.outbox.open_of("a" * 32) == work.outbox.waiting(0, 10) == [second]
        assert work.outbox.counts() == work.outbox.counts("Сәбитова Г.") == (1, 0, NOW)
        assert work.outbox.counts("Ким В.") == (0, 0, None)


def test_what_was_being_sent_is_pending_again(store: SqlStore) -> None:
    with store.write() as work:
        work.outbox.save(replace(work.outbox.add(op(1)), state=OpState.SENDING))
        work.outbox.save(replace(work.outbox.add(op(2, "b" * 32)), state=OpState.REJECTED))
        assert work.outbox.reset_sending() == 1
        assert [one.state for one in work.outbox.in_states(list(OpState))] == ["pending", "rejected"]
        assert work.outbox.blocked() == {"b" * 32}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outbox",
        "UPDATE outbox SET actor = 'Ким В.'",
        "UPDATE outbox SET state = 'pending'",
        "UPDATE outbox SET acted_at = 'x'",
    ],
)
def test_an_accepted_operation_is_kept_as_its_author_s(store: SqlStore, statement: str) -> None:
    with store.write() as work:
        kept = work.outbox.add(op(1))
        work.outbox.save(replace(kept, state=OpState.ACCEPTED, receipt=Receipt("Patient", "7", "1")))
        with pytest.raises(driver.IntegrityError):
            work.outbox._driver.execute(statement)  # type: ignore[attr-defined]


def test_nothing_is_accepted_without_a_receipt(store: SqlStore) -> None:
    with store.write() as work:
        kept = work.outbox.add(op(1))
        with pytest.raises(driver.IntegrityError):
            work.outbox.save(replace(kept, state=OpState.ACCEPTED))


def test_the_upstream_s_versions_and_how_far_they_were_read(store: SqlStore) -> None:
    body = {"resourceType": "Patient", "id": "7"}
    shadow = Shadow("Patient", "7", "3", "2026-11-23T04:41:00.123456Z", body)
    with store.write() as work:
        work.shadows.put([shadow])
        work.shadows.link("Patient", "7", "a" * 32)
        work.shadows.put_cursor(Cursor("Patient", shadow.updated_at, "7", True, 1, 1))
        work.shadows.wait_for("Task", "9", "ServiceRequest/8")
        work.commit()
    with store.write() as work:
        assert work.shadows.of_local("Patient", "a" * 32) == replace(shadow, local_id="a" * 32)
        assert work.shadows.known_versions("Patient", ["7", "8"]) == {"7": "3"}
        assert work.shadows.cursor("Patient") == ("Patient", shadow.updated_at, "7", True, 1, 1)
        assert work.shadows.unresolved() == work.shadows.count("Patient") == 1
        assert work.shadows.take_waiting("ServiceRequest/8") == [("Task", "9")]
        assert work.shadows.take_waiting("ServiceRequest/8") == []


def test_a_difference_and_its_decision(store: SqlStore) -> None:
    fields = (FieldConflict("phone", "", "+77000000011", "+77000000022", "Сәбитова Г.", NOW),)
    conflict = SyncConflict(
        ConflictId("c" * 32), ConflictKind.FIELDS, "a" * 32, NOW, "Patient", "7", f"{1:032x}", fields
    )
    decided = replace(conflict, resolved_at=NOW, resolved_by="Ким В.", choice={"phone": Side.THEIRS})
    with store.write() as work:
        work.conflicts.add(conflict)
        assert work.conflicts.open() == [conflict] == [work.conflicts.of_op(OpId(conflict.op_id))]
        work.conflicts.save(decided)
        assert work.conflicts.open() == []
        assert work.conflicts.get(conflict.id) == decided


def test_papers_shifts_and_days(store: SqlStore) -> None:
    recall = PaperRecall(RecallId("d" * 32), ReferralId("e" * 32), RecallReason.REFUSED, NOW, "нет услуги")
    told = replace(recall, settled_at=NOW, settled_by="Ким В.", end=RecallEnd.TOLD)
    shift = Shift(ShiftId("f" * 32), "Сәбитова Г.", "D2", NOW)
    with store.write() as work:
        work.recalls.add(recall)
        assert work.recalls.listed() == [recall] == work.recalls.of_referral(recall.referral_id)
        work.recalls.save(told)
        assert (work.recalls.listed(), work.recalls.listed(since=NOW)) == ([], [told])
        work.shifts.add(shift)
        assert work.shifts.open_of("Сәбитова Г.") == shift
        closed = replace(shift, closed_at=NOW, summary={"waiting": 0})
        work.shifts.save(closed)
        assert (work.shifts.open_of("Сәбитова Г."), work.shifts.last_closed()) == (None, closed)
        today = NOW.date()
        work.sync_state.count_on(SyncDay(today, sent=2, accepted=1))
        work.sync_state.count_on(SyncDay(today, accepted=1, pulled=5))
        assert work.sync_state.day(today) == SyncDay(today, 2, 2, 0, 0, 5)
        work.sync_state.put("skew", {"seconds": 3})
        assert work.sync_state.get("skew") == {"seconds": 3}
