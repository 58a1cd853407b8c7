"""An upstream that forgot: the receiving stops, nothing is deleted here, what was lost is offered again."""

from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.patient import Patient
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.sync.ops import OpKind, OpState, Receipt
from clinic_desk.fhir.patient import patient_resource
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.down.baseline import Baseline
from clinic_desk.services.sync.down.offering import OFFERED_AGAIN
from tests.services.desk import ACTOR
from tests.sync.receiving.receiving_desk import (
    CLINIC_BIN,
    ReceivingDesk,
    Server,
    of_clinic,
    somebody,
    stamp,
)
from tests.sync.receiving.test_receiving_people import form_of, here, linked, registered


def baseline(desk: ReceivingDesk) -> Baseline:
    return Baseline(desk.store, desk.clock, shipped_book(), desk.server)


def renew(desk: ReceivingDesk) -> Any:
    return baseline(desk).renew(ACTOR, lambda *_: None, lambda: False)[0]


def accept(desk: ReceivingDesk, person: Patient, receipt: Receipt) -> None:
    """As the sending leaves it."""
    with desk.store.write() as work:
        for op in work.outbox.open_of(person.id):
            work.outbox.save(replace(op, state=OpState.SENDING))
            work.outbox.save(
                replace(op, state=OpState.ACCEPTED, receipt=receipt, settled_at=desk.clock.now())
            )
        work.commit()


def sent(desk: ReceivingDesk, server: Server, number: int = 1) -> tuple[Patient, str]:
    """Somebody whom this desk registered, and the upstream confirmed."""
    person = registered(desk, number)
    with desk.store.read() as work:
        (op,) = work.outbox.open_of(person.id)
    body = server.put(of_clinic(patient_resource(person, stamp(ACTOR.user, op.op_id)), CLINIC_BIN))
    accept(desk, person, Receipt("Patient", body["id"], "1"))
    desk.run()
    return person, body["id"]


@pytest.mark.parametrize("is_number_given_again", [False, True])
def test_rows_that_are_not_known_any_more_stop_it(
    desk: ReceivingDesk, server: Server, is_number_given_again: bool
) -> None:
    linked(desk, server, 1)
    backup = server.store.snapshot()
    linked(desk, server, 2)
    server.store.restore(backup)
    server.later(hours=1)
    if is_number_given_again:
        server.patient(somebody(3))
    got = desk.run()
    assert got.restored
    assert got.pulled == 0
    assert here(desk, 2)
    seen = baseline(desk).seen()
    assert seen is not None
    assert (seen.known, seen.found) == ("1", "1" if is_number_given_again else "")
    calls = len(server.calls)
    assert desk.run().restored
    assert len(server.calls) == calls


def test_an_older_version_than_was_told_stops_it(desk: ReceivingDesk, server: Server) -> None:
    _, there = linked(desk, server, 1)
    backup = server.store.snapshot()
    server.change(there, phone="+77770000000")
    desk.run()
    server.store.restore(backup)
    server.later(hours=1)
    assert desk.run().restored
    assert here(desk).phone == Phone("+77770000000")


def test_a_row_made_anew_under_an_old_number_stops_it(desk: ReceivingDesk, server: Server) -> None:
    _, there = linked(desk, server, 1)
    backup = server.store.snapshot()
    server.change(there, phone="+77770000000")
    desk.run()
    server.later(minutes=20)
    server.put({"resourceType": "Communication", "id": "c", "status": "completed"})
    desk.run()
    newest = server.store._versions["Communication", "c"]
    server.store.restore(backup)
    # The witness is there; the person was changed anew, and the number of that version is known here.
    server.store._versions["Communication", "c"] = newest
    server.change(there, phone="+77770000001")
    assert desk.run().restored
    assert here(desk).phone == Phone("+77770000000")


def test_time_that_runs_back_alone_is_no_restore(desk: ReceivingDesk, server: Server) -> None:
    linked(desk, server, 1)
    server.later(hours=1)
    desk.run()
    server.later(hours=-3)
    got = desk.run()
    assert not got.restored
    assert got.no_reply is None


def test_a_list_that_lags_behind_is_no_restore(desk: ReceivingDesk, server: Server) -> None:
    _, there = linked(desk, server, 1)
    now = server.change(there, phone="+77770000000")
    with desk.store.write() as work:
        known = work.shadows.get("Patient", there)
        # The answer to a write of ours came before the list knew of it.
        work.shadows.put([replace(known, version="2", updated_at=now["meta"]["lastUpdated"])])
        work.commit()
    whole = server.transaction

    def lagging(bundle: Any) -> Any:
        reply = whole(bundle)
        for entry in reply.body["entry"]:
            for row in entry.get("resource", {}).get("entry", []):
                if row.get("resource", {}).get("id") == there:
                    row["resource"]["meta"]["versionId"] = "1"
        return reply

    server.transaction = lagging  # type: ignore[method-assign]
    assert not desk.run().restored


def test_what_was_confirmed_and_is_lost_is_offered_again_under_its_author(
    desk: ReceivingDesk, server: Server
) -> None:
    backup = server.store.snapshot()
    person, _ = sent(desk, server)
    server.store.restore(backup)
    server.later(hours=1)
    assert desk.run().restored
    renewed = renew(desk)
    assert (renewed.looked_at, renewed.offered, renewed.is_done) == (1, 1, True)
    with desk.store.read() as work:
        old, new = work.outbox.of_aggregate(person.id)
        assert work.shadows.of_local("Patient", person.id) is None
    assert (old.state, new.state) == (OpState.ACCEPTED, OpState.PENDING)
    assert (new.kind, new.actor, new.acted_at) == (old.kind, old.actor, old.acted_at)
    assert new.payload[OFFERED_AGAIN] == old.op_id
    assert renew(desk).offered == 0
    assert not desk.run().restored
    assert here(desk) == person


def test_a_change_that_was_lost_is_offered_again_and_not_undone_here(
    desk: ReceivingDesk, server: Server
) -> None:
    person, there = linked(desk, server)
    backup = server.store.snapshot()
    changed = desk.opened.patients.change(person, replace(form_of(person), phone="87011111111"), ACTOR)[0]
    server.change(there, phone="+77011111111")
    accept(desk, person, Receipt("Patient", there, "2"))
    desk.run()
    server.store.restore(backup)
    server.later(hours=1)
    assert desk.run().restored
    assert renew(desk).offered == 1
    got = desk.run()
    assert not got.restored
    assert here(desk).phone == changed.phone
    assert desk.shadow("Patient", there).version == "1"
    with desk.store.read() as work:
        assert [op.kind for op in work.outbox.open_of(person.id)] == [OpKind.PATIENT_CHANGE]
    assert not desk.run().restored


def test_what_stands_is_not_offered(desk: ReceivingDesk, server: Server) -> None:
    sent(desk, server, 1)
    _, lost = sent(desk, server, 2)
    server.store._versions.pop(("Patient", lost))
    server.later(hours=1)
    assert desk.run().restored
    assert renew(desk).offered == 1
    assert [entry.action for entry in desk.opened.audit("sync", "upstream")] == ["sync.renew"]


class _NoHistory(Server):
    """A server that tells of no deletes."""

    def __init__(self) -> None:
        super().__init__()
        self.store.offers_history = False


def test_an_absent_row_is_hidden_only_after_two_sweeps_and_a_look(make_desk: Any) -> None:
    server = _NoHistory()
    desk: ReceivingDesk = make_desk()
    desk.server = server
    _, there = linked(desk, server, 1)
    linked(desk, server, 2)
    desk.run()
    server.store.delete("Patient", there)
    for days, is_hidden in ((8, False), (8, True)):
        server.later(days=days)
        desk.run()
        assert (desk.shadow("Patient", there).gone_at is not None) is is_hidden
    assert here(desk, 1)
    assert len(desk.conflicts()) == 1


def test_a_sweep_finds_a_version_that_never_came(make_desk: Any) -> None:
    server = _NoHistory()
    desk: ReceivingDesk = make_desk()
    desk.server = server
    _, there = linked(desk, server, 1)
    desk.run()
    at = server.clock.moment
    server.later(hours=-5)
    server.change(there, phone="+77770000000")
    server.clock.moment = at
    server.later(days=8)
    desk.run()
    assert here(desk, 1).phone == Phone("+77770000000")


def test_an_id_that_is_somebody_else_s_now_is_no_longer_ours(desk: ReceivingDesk, server: Server) -> None:
    backup = server.store.snapshot()
    person, lost_id = sent(desk, server)
    server.store.restore(backup)
    server.later(hours=1)
    assert server.patient(somebody(3))["id"] == lost_id
    assert renew(desk).offered == 1
    with desk.store.read() as work:
        (again,) = work.outbox.open_of(person.id)
        assert work.shadows.of_local("Patient", person.id) is None
    assert again.kind is OpKind.PATIENT_REGISTER
    assert OFFERED_AGAIN in again.payload
