"""Rows of SYNC's table "Promises under fault" that the exchange keeps, each beside what fails without it.

A test a row. Each promise is checked twice: as the program is, and with its protection taken away, where the
same check has to fail: so the check is known to see the fault. Rows of the store are in
`test_store_under_fault`, rows of reading in `test_reading_under_fault`. The row "hub down" is about the
clinic's hub, which this program does not have yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from clinic_desk.domain.sync.answers import RetryLimits, Step
from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.domain.sync.person_match import PersonMatch
from clinic_desk.fhir.patient import patient_values
from clinic_desk.services.sync import choosing, crash_points, creating, send_values, sending, updating
from clinic_desk.services.sync.arrivals import patients as arriving
from clinic_desk.services.sync.conflict_service import ConflictService
from clinic_desk.services.sync.crash_points import CrashPoint
from clinic_desk.storage.sync.outbox import SqlOutbox
from tests.sync.healing import heal_and_drain
from tests.sync.machine.line import Killed, Line
from tests.sync.promises import (
    check_at_rest,
    check_copies_equal,
    check_nothing_vanished,
    check_one_of_each_key,
    check_receipts,
    check_stamped_by_author,
    everything,
)
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import World
from tests.upstream.fake_upstream import LOST_REPLY, OFFLINE, Fault

NewWorld = Callable[[], World]
FOREVER = 10
"""So many rounds are enough for anything that goes by itself."""


def _drain(world: World, *, minutes: float = 6) -> None:
    """Rounds without anybody deciding anything."""
    for _ in range(FOREVER):
        for site in world.sites.values():
            world.round(site)
        world.forward(minutes=minutes)


def _known_to_both(world: World) -> tuple[Site, Site, str, str]:
    """Two desks that have the same person from upstream: the desks and their own ids of the person."""
    first, second = world.desk("T2"), world.desk("T3", "Оспанова Б.")
    mine = first.register(person_form(1))
    world.round(first)
    world.take_into_clinic(str(world.upstream_person(iin_of(1))))
    world.round(first)
    world.round(second)
    theirs = second.use.patients.by_iin(iin_of(1))
    assert theirs is not None
    return first, second, mine.id, theirs.id


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
    _drain(world)
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
    _drain(world)
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


# two desks edit different fields / one field ----------------------------------------------------------


def _different_fields_are_both_kept(world: World) -> None:
    first, second, mine, theirs = _known_to_both(world)
    first.change(mine, phone="+7 701 444 44 44")
    second.change(theirs, address="Алматы, Төле би 5")
    _drain(world)
    assert _open(first, second) == []
    check_copies_equal([first, second], world.lines["T2"])
    kept = patient_values(everything(world.lines["T2"], "Patient")[0])
    assert (kept["phone"], kept["address"]) == ("+77014444444", "Алматы, Төле би 5")


def test_two_desks_edit_different_fields(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without If-Match the second desk's copy of the first field would go over what the first desk saved."""
    _different_fields_are_both_kept(new_world())
    _without_if_match(monkeypatch)
    with pytest.raises(AssertionError):
        _different_fields_are_both_kept(new_world())


def _one_field_is_one_conflict(world: World) -> None:
    first, second, mine, theirs = _known_to_both(world)
    first.change(mine, phone="+7 701 555 55 51")
    second.change(theirs, phone="+7 701 555 55 52")
    _drain(world)
    (row,) = _open(first, second)
    assert row.kind is ConflictKind.FIELDS
    assert [one.field for one in row.fields] == ["phone"]
    assert {row.fields[0].mine, row.fields[0].theirs} == {"+77015555551", "+77015555552"}
    assert {row.fields[0].mine_by, row.fields[0].theirs_by} == {first.actor.user, second.actor.user}
    heal_and_drain(world)
    check_copies_equal([first, second], world.lines["T2"])
    for site in (first, second):
        check_at_rest(site)
        check_nothing_vanished(site)


def test_two_desks_edit_one_field(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without If-Match the later one would win in silence."""
    _one_field_is_one_conflict(new_world())
    _without_if_match(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        _one_field_is_one_conflict(new_world())


def _without_if_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever version is named, the server takes it."""

    def update(self: Line, resource: Any, version: str) -> Any:
        return self._ask("update", "PUT", f"{resource['resourceType']}/{resource['id']}", body=resource)

    monkeypatch.setattr(Line, "update", update)


def _open(*sites: Site) -> list[Any]:
    return [
        row for site in sites for row in ConflictService(site.store, site.clock, site.use.patients).open()
    ]


# both register one IIN offline ------------------------------------------------------------------------


def _one_iin_is_one_patient_or_a_question(world: World) -> None:
    """The same person at both desks is one; another name under the number is a question, never a merge."""
    first, second = world.desk("T2"), world.desk("T3", "Оспанова Б.")
    same = first.register(person_form(1)), second.register(person_form(1))
    other = first.register(person_form(2)), second.register(person_form(2, "Басқаева"))
    _drain(world)
    for key in (1, 2):
        assert len([p for p in everything(world.lines["T2"], "Patient") if iin_of(key) in str(p)]) == 1
    (row,) = _open(first, second)
    assert row.kind is ConflictKind.DUPLICATE
    assert row.patient_id == other[1].id
    assert second.patient(other[1].id).name.surname == "Басқаева"
    upstream = patient_values(world.server.get("Patient", str(world.upstream_person(iin_of(2)))) or {})
    assert upstream["surname"] == "Үлгібаева"
    linked = [_place(first, same[0].id), _place(second, same[1].id)]
    assert linked[0] == linked[1] != ""
    assert _place(second, other[1].id) == ""


def _place(site: Site, patient_id: str) -> str:
    with site.store.read() as work:
        shadow = work.shadows.of_local("Patient", patient_id)
    return shadow.resource_id if shadow else ""


def test_both_register_one_iin_offline(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the number alone said who somebody is, two people would become one in silence."""
    _one_iin_is_one_patient_or_a_question(new_world())
    for module in (creating, arriving):
        monkeypatch.setattr(module, "match_people", lambda *_: PersonMatch.SAME)
    with pytest.raises((AssertionError, ValueError)):
        _one_iin_is_one_patient_or_a_question(new_world())


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
    _drain(world)
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}
    check_one_of_each_key(line)
    for person in people:
        told = [
            patient_values(entry["resource"])["phone"]
            for entry in reversed((line.versions("Patient", _place(site, person.id)).body or {})["entry"])
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
    _drain(world)
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


# desk clock off by a day ------------------------------------------------------------------------------


def _clock_of_a_desk(world: World, ahead: dt.timedelta) -> None:
    """The later save in the order of the server stands, whatever the clocks of the desks say."""
    first, second, mine, theirs = _known_to_both(world)
    first.clock.moment += ahead
    first.change(mine, phone="+7 701 777 77 71")
    world.round(first)
    world.round(second)
    second.change(theirs, phone="+7 701 777 77 72")
    world.round(second)
    _drain(world)
    assert _open(first, second) == []
    check_copies_equal([first, second], world.lines["T2"])
    kept = patient_values(everything(world.lines["T2"], "Patient")[0])
    assert kept["phone"] == "+77017777772"


@pytest.mark.parametrize("hours", [-24, 24])
def test_desk_clock_off_by_a_day(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """With times of desks to decide by, the desk that is ahead would win."""
    _clock_of_a_desk(new_world(), dt.timedelta(hours=hours))

    def by_the_clock(self: Any, body: Any, version: str) -> Any:
        from clinic_desk.fhir.stamp import author_of

        written_at = author_of(body)[1]
        if written_at is not None and written_at > self.op.acted_at:
            return sending.Outcome(OpState.ACCEPTED, "nothing_to_send", [])
        return made(self, body, version)

    made = updating.ChangePerson._made
    monkeypatch.setattr(updating.ChangePerson, "_made", by_the_clock)
    with pytest.raises((AssertionError, IndexError)):
        _clock_of_a_desk(new_world(), dt.timedelta(hours=24))
