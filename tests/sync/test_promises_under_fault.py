"""Rows of SYNC's table "Promises under fault" that the exchange keeps, each beside what fails without it.

A test a row. Each promise is checked twice: as the program is, and with its protection taken away, where the
same check has to fail: so the check is known to see the fault. Rows of several desks are in
`test_desks_under_fault`, of the store in `test_store_under_fault`, of reading in `test_reading_under_fault`.
The row "hub down" is about the clinic's hub, which this program does not have yet.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clinic_desk.domain.sync.answers import RetryLimits, Step
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.domain.sync.person_match import PersonMatch
from clinic_desk.fhir.patient import patient_values
from clinic_desk.services.sync.up import choosing, crash_points, creating, send_values, updating
from clinic_desk.services.sync.up.crash_points import CrashPoint
from clinic_desk.storage.sync.outbox import SqlOutbox
from tests.sync.healing import FOREVER, drain
from tests.sync.machine.line import Killed, Line
from tests.sync.promises import (
    check_at_rest,
    check_nothing_vanished,
    check_one_of_each_key,
    check_receipts,
    check_stamped_by_author,
    everything,
    place_of,
)
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import World
from tests.upstream.fake_upstream import LOST_REPLY, OFFLINE, Fault

NewWorld = Callable[[], World]


# reply lost after commit ------------------------------------------------------------------------------


def _lost_reply_makes_nothing_twice(world: World) -> None:
    """Every kind of write loses its reply once: one resource each, and each operation is accepted."""
    site = world.desk()
    person = site.register(person_form(1))
    site.issue(person.id)
    site.attach(person.id)
    site.change(person.id, phone="+7 701 222 22 22")
    line = world.lines["T2"]
    loses = {"create", "update", "transaction"}
    asked = line._ask

    def lose_once(call: str, *args: Any, **more: Any) -> Any:
        reply = asked(call, *args, **more)
        if call in loses:
            loses.discard(call)
            raise _broken()
        return reply

    line._ask = lose_once  # type: ignore[method-assign]
    for _ in range(FOREVER):
        # Sending alone: what reading would find out by itself does not count here.
        world.send(site)
        world.forward(minutes=6)
    assert loses == set()
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}
    check_one_of_each_key(line)
    people = everything(line, "Patient")
    assert [patient_values(one)["phone"] for one in people] == ["+77012222222"]


def _broken() -> Exception:
    from clinic_desk.services.sync.upstream_port import NoReply, WhyNoReply

    return NoReply(WhyNoReply.BROKEN)


@pytest.mark.parametrize("protection", ["create_key", "operation_id"])
def test_reply_lost_after_commit(
    new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, protection: str
) -> None:
    """Without the key of the create there are two; without the operation's id the change is a conflict."""
    _lost_reply_makes_nothing_twice(new_world())
    if protection == "create_key":
        create = Line.create
        monkeypatch.setattr(Line, "create", lambda self, resource, _key="": create(self, resource))
    else:
        monkeypatch.setattr(creating, "op_id_of", lambda _: "")
        monkeypatch.setattr(updating, "op_id_of", lambda _: "")
        monkeypatch.setattr(updating, "was_written", lambda *_: False)
        monkeypatch.setattr(creating, "local_ids", lambda _: [])
        monkeypatch.setattr(creating, "match_people", lambda *_: PersonMatch.OTHER)
    with pytest.raises(AssertionError):
        _lost_reply_makes_nothing_twice(new_world())


# kill -9 at any point ---------------------------------------------------------------------------------


def _killed_at_every_point(world: World) -> None:
    """The program ends at each named place of a round in turn, and once in the middle of a save.

    With a real SIGKILL of a child: tests/faults. Here the same places meet every kind of act.
    """
    site = world.desk()
    person = site.register(person_form(1))
    for number, point in enumerate(CrashPoint):
        if point is CrashPoint.ACT_WRITTEN:
            _kill(site, point, lambda: site.register(person_form(9)))
            assert site.use.patients.by_iin(iin_of(9)) is None
            continue
        site.change(person.id, phone=f"+7 701 333 33 3{number}")
        site.issue(person.id)
        _kill(site, point, lambda: world.round(site))
        world.forward(minutes=6)
    drain(world)
    check_at_rest(site)
    check_one_of_each_key(world.lines["T2"])
    check_receipts(site, world.lines["T2"])
    check_nothing_vanished(site)
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}
    made = [op for op in site.ops() if op.kind is OpKind.REFERRAL_ISSUE]
    assert len(everything(world.lines["T2"], "ServiceRequest")) == len(made) == len(CrashPoint) - 1


def _kill(site: Site, at: CrashPoint, work: Callable[[], object]) -> None:
    def die(point: CrashPoint) -> None:
        if point is at:
            raise Killed

    is_killed = False
    crash_points.arm(die)
    try:
        work()
    except Killed:
        is_killed = True
    finally:
        crash_points.arm(None)
        site.kill()
    assert is_killed, at


def test_kill_9_at_any_point(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without taking up what was being sent, operations would stay there for ever."""
    _killed_at_every_point(new_world())
    monkeypatch.setattr(SqlOutbox, "reset_sending", lambda _: 0)
    with pytest.raises(AssertionError):
        _killed_at_every_point(new_world())


# one poison op ----------------------------------------------------------------------------------------


def _poison_stops_only_its_own(world: World) -> None:
    """What the server refuses waits for a person; everybody else's goes on, and so does what follows."""
    site = world.desk()
    poisoned, other = site.register(person_form(1)), site.register(person_form(2))
    site.issue(poisoned.id)
    site.issue(other.id)
    refused = iin_of(1)
    world.server.reject = lambda body: "ЖСН дұрыс емес" if refused in str(body.get("identifier")) else None
    drain(world)
    states = {(op.aggregate_id, op.kind): op.state for op in site.ops()}
    assert states == {
        (poisoned.id, OpKind.PATIENT_REGISTER): OpState.REJECTED,
        (poisoned.id, OpKind.REFERRAL_ISSUE): OpState.PENDING,
        (other.id, OpKind.PATIENT_REGISTER): OpState.ACCEPTED,
        (other.id, OpKind.REFERRAL_ISSUE): OpState.ACCEPTED,
    }
    with site.store.read() as work:
        counts = work.outbox.counts()
    assert counts.attention == 1
    (rejected,) = site.ops(frozenset({OpState.REJECTED}))
    assert rejected.answer is not None
    assert "ЖСН дұрыс емес" in rejected.answer.text
    assert rejected.attempts == 1


def test_one_poison_op(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a refusal were tried again like a bad moment, nobody would ever see it."""
    _poison_stops_only_its_own(new_world())
    asks = send_values.step_for

    def patient(status: int, *, is_update: bool) -> Step:
        step = asks(status, is_update=is_update)
        return Step.RETRY if step is Step.REJECT else step

    for module in (send_values, creating, updating):
        monkeypatch.setattr(module, "step_for", patient)
    with pytest.raises(AssertionError):
        _poison_stops_only_its_own(new_world())


# upstream down for days -------------------------------------------------------------------------------


def _down_for_days(world: World) -> None:
    """Three days without an upstream: all work goes on, its age is known, and it arrives in order."""
    site = world.desk()
    line = world.lines["T2"]
    line.always = OFFLINE
    began = site.clock.now()
    people = [site.register(person_form(number)) for number in range(3)]
    for day in range(3):
        for number, person in enumerate(people):
            site.change(person.id, phone=f"+7 701 666 6{day} 0{number}")
            site.issue(person.id)
        for _ in range(4):
            world.round(site)
            world.forward(minutes=6 * 60)
    with site.store.read() as work:
        counts = work.outbox.counts()
    assert (counts.waiting, counts.oldest) == (21, began)
    assert site.use.patients.by_iin(iin_of(0)) is not None
    line.always = None
    drain(world)
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}
    check_one_of_each_key(line)
    for person in people:
        told = [
            patient_values(entry["resource"])["phone"]
            for entry in reversed((line.versions("Patient", place_of(site, person.id)).body or {})["entry"])
        ]
        number = people.index(person)
        wanted = ["+77010000000", *(f"+7701666 6{day}0{number}".replace(" ", "") for day in range(3))]
        assert list(dict.fromkeys(told)) == wanted
    check_stamped_by_author(site.ops(), everything(line, "ServiceRequest"))


def _newest_change(work: Any, op: Op) -> Op:
    changes = [one for one in work.outbox.open_of(op.aggregate_id) if one.kind is OpKind.PATIENT_CHANGE]
    return changes[-1] if changes and op.kind is OpKind.PATIENT_CHANGE else op


def test_upstream_down_for_days(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """If what a person's operations wait for each other were forgotten, they would arrive in any order."""
    _down_for_days(new_world())
    take = choosing.Choosing.take

    def newest_first(self: Any, work: Any, most: int) -> list[Op]:
        return [_newest_change(work, op) for op in take(self, work, most)]

    monkeypatch.setattr(choosing.Choosing, "take", newest_first)
    with pytest.raises(AssertionError):
        _down_for_days(new_world())


# throttling, slow or truncated replies ----------------------------------------------------------------


def _throttled(world: World) -> None:
    """A server that asks for time gets it, whatever is done at the desk; nothing is lost by waiting."""
    site = world.desk()
    line = world.lines["T2"]
    world.round(site)
    site.register(person_form(1))
    line.faults += [Fault(status=429, retry_after_s=120.0)]
    world.round(site)
    asked = len(line.calls)
    for second in range(6):
        site.register(person_form(10 + second))
        site.clock.forward(seconds=10)
        world.clock.forward(seconds=10)
        with site.store.read() as work:
            due = [op for op in work.outbox.waiting(0, 100) if op.next_try_at is not None]
        assert due
        assert all(op.next_try_at is None or op.next_try_at > site.clock.now() for op in due)
    line.faults += [LOST_REPLY, Fault(status=503), None, LOST_REPLY]
    drain(world)
    assert len(line.calls) > asked
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}
    check_one_of_each_key(line)


def test_throttling_slow_or_truncated_replies(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without waiting as long as the server says, the next try would come at once.

    That no partial page is applied: `test_reading_under_fault`. That the window answers meanwhile: its own
    tests, and the bench.
    """
    _throttled(new_world())
    monkeypatch.setattr(RetryLimits, "wait_s", lambda *_: 0.0)
    with pytest.raises(AssertionError):
        _throttled(new_world())
