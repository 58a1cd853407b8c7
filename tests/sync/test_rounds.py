"""A round: what it asks, what it believes, what it writes down."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.sync.down.paging import BadReply
from clinic_desk.services.sync.exchange.round_values import Received, RoundResult
from clinic_desk.services.sync.exchange.rounds import STATE_NAME, Rounds
from clinic_desk.services.sync.exchange.status import RoundFacts, Stop
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.services.sync.upstream_port import Reply, WhyNoReply
from clinic_desk.storage.database import SqlStore
from tests.sync.halves import ACTOR, NOW, ScriptedHalves, put_op
from tests.upstream.fake_upstream import OFFLINE, FakeUpstream, Fault


class Desk:
    """Rounds over a store, a server in memory and scripted halves."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.clock = FixedClock(NOW)
        self.upstream = FakeUpstream(now=lambda: NOW)
        self.halves = ScriptedHalves()
        self.connected = 0
        self.rounds = Rounds(store, self.clock, self.connect, self.halves.join)

    def connect(self) -> FakeUpstream:
        self.connected += 1
        self.upstream.is_closed = False
        return self.upstream

    def go(self, *, only_sends: bool = False, cancelled: bool = False) -> RoundResult:
        return self.rounds.run_once(lambda done, total: None, lambda: cancelled, only_sends=only_sends)

    def at(self, seconds: float) -> None:
        self.clock = FixedClock(NOW + dt.timedelta(seconds=seconds))
        self.rounds._clock = self.clock

    @property
    def kept(self) -> RoundFacts:
        with self.store.read() as work:
            return RoundFacts.from_json(work.sync_state.get(STATE_NAME))


@pytest.fixture
def desk(empty_store: SqlStore) -> Desk:
    return Desk(empty_store)


def test_a_round_asks_what_can_be_done_then_sends_then_receives(desk: Desk) -> None:
    assert desk.go().is_success
    assert desk.halves.heard == ["join", "send", "receive"]
    assert desk.upstream.calls == ["capabilities", "search"]
    # What it can do is not asked again at once, nor is a new connection made.
    assert desk.go().is_success
    assert desk.upstream.calls == ["capabilities", "search", "search"]
    assert desk.connected == 1
    desk.at(3601)
    desk.go()
    assert desk.upstream.calls.count("capabilities") == 2


def test_a_success_is_written_down_only_after_replies_that_were_accepted(desk: Desk) -> None:
    assert desk.rounds.facts == RoundFacts()
    desk.go()
    assert desk.kept == desk.rounds.facts == RoundFacts(last_success=NOW, skew_s=-0.5)


def test_an_idle_round_without_a_question_of_its_own_still_asks_whether_anybody_is_there(desk: Desk) -> None:
    desk.go()
    desk.halves.is_silent = True
    desk.upstream.calls.clear()
    assert desk.go().is_success
    assert desk.upstream.calls == ["capabilities"]
    desk.upstream.always = OFFLINE
    assert desk.go().why == "connect"


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (OFFLINE, "connect"),
        (Fault(WhyNoReply.TIMEOUT), "timeout"),
        (Fault(WhyNoReply.NOT_FHIR), "not_fhir"),
        (Fault(status=500), "server"),
        (Fault(status=429, retry_after_s=90.0), "busy"),
        (Fault(status=404), "server"),
    ],
)
@pytest.mark.parametrize("at", ["capabilities", "receive"])
def test_a_round_without_a_usable_reply_is_a_failure_and_keeps_since_when(
    desk: Desk, fault: Fault, why: str, at: str
) -> None:
    desk.upstream.faults.extend([fault] if at == "capabilities" else [None, fault])
    told = desk.go()
    assert (told.is_success, told.why) == (False, why)
    assert told.retry_after_s == fault.retry_after_s
    assert desk.kept.failing_since == NOW
    desk.at(30)
    desk.upstream.faults.append(OFFLINE)
    desk.go()
    assert (desk.kept.failing_since, desk.kept.why) == (NOW, "connect")
    assert desk.go().is_success
    assert desk.kept.failing_since is None
    assert desk.kept.last_success == NOW + dt.timedelta(seconds=30)
    # After a failure it is asked anew what can be done, over a new connection.
    assert desk.connected == 3


def test_a_type_that_cannot_be_read_is_not_hidden_by_others_that_can(desk: Desk) -> None:
    def two(progress, cancelled) -> None:
        desk.upstream.faults.append(Fault(status=500))
        desk.halves.upstream.search("EpisodeOfCare", [])

    desk.halves.on_receive = two
    assert desk.go().why == "server"


def test_an_operation_the_server_cannot_digest_does_not_make_the_desk_offline(desk: Desk) -> None:
    def poison() -> None:
        desk.upstream.faults.append(Fault(status=500))
        desk.halves.upstream.create({"resourceType": "Patient"})

    desk.halves.on_send = poison
    assert desk.go().is_success


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("faults_before", [0, 1])
def test_a_refused_sign_in_stops_the_queue_until_it_is_accepted(
    desk: Desk, status: int, faults_before: int
) -> None:
    desk.upstream.faults.extend([None] * faults_before + [Fault(status=status)])
    assert desk.go().stop is Stop.SIGN_IN
    assert desk.kept.stop is Stop.SIGN_IN
    assert desk.go().is_success
    assert desk.kept.stop is Stop.NONE


def test_the_sender_may_say_that_a_sign_in_is_needed(desk: Desk) -> None:
    desk.halves.sent = SendResult(is_paused=True)
    assert desk.go().stop is Stop.SIGN_IN
    assert "receive" not in desk.halves.heard


def test_a_restored_upstream_stops_everything_until_somebody_decides(desk: Desk) -> None:
    desk.halves.got = Received(is_restored=True)
    assert desk.go().stop is Stop.RESTORED
    asked = len(desk.upstream.calls)
    assert desk.go().stop is Stop.RESTORED
    assert len(desk.upstream.calls) == asked
    # Not even a new start goes on by itself.
    assert Rounds(desk.store, desk.clock, desk.connect, desk.halves.join).facts.stop is Stop.RESTORED
    desk.halves.got = Received()
    # A decision that did not come to its end is asked for again, by a person.
    desk.halves.renewed = None
    desk.rounds.ask_renewal(ACTOR)
    assert desk.go().stop is Stop.RESTORED
    assert desk.halves.heard[-1] == "renew Ким В."
    asked = len(desk.upstream.calls)
    assert desk.go().stop is Stop.RESTORED
    assert len(desk.upstream.calls) == asked
    desk.halves.renewed = Change.of(Kind.SYNC)
    desk.rounds.ask_renewal(ACTOR)
    told = desk.go()
    assert told.is_success
    assert Kind.SYNC in told.change.kinds
    assert desk.halves.heard[-3:] == ["renew Ким В.", "send", "receive"]


def test_figures_of_the_day_are_added_up(desk: Desk) -> None:
    desk.halves.sent = SendResult(sent=5, accepted=2, rejected=1, conflicts=1, held=1)
    desk.halves.got = Received(pulled=12)
    desk.go()
    desk.go()
    with desk.store.read() as work:
        assert work.sync_state.day(desk.clock.today())[1:] == (10, 4, 2, 4, 24)


def test_what_waits_through_rounds_that_take_nothing_is_noted_since_when(desk: Desk) -> None:
    put_op(desk.store, 1)
    desk.go()
    desk.at(60)
    desk.go()
    assert desk.kept.left_since == NOW
    desk.halves.sent = SendResult(sent=1, accepted=1)
    desk.go()
    assert desk.kept.left_since is None


def test_changes_of_both_halves_come_as_one(desk: Desk) -> None:
    desk.halves.sent = SendResult(change=Change.of(Kind.REFERRAL, "a"))
    desk.halves.got = Received(change=Change.of(Kind.PATIENT, "b"))
    told = desk.go().change
    assert told == Change(frozenset({Kind.REFERRAL, Kind.PATIENT}), frozenset({"a", "b"}))
    desk.halves.got = Received(change=Change.of(Kind.PATIENT))
    assert desk.go().change.ids == frozenset()


def test_a_round_that_was_cut_short_learnt_nothing_bad(desk: Desk) -> None:
    desk.go()
    desk.upstream.always = OFFLINE
    told = desk.go(cancelled=True)
    assert (told.is_cut_short, told.why) == (True, "")
    assert desk.kept.failing_since is None


def test_only_sending_asks_for_nothing_new_unless_something_was_taken(desk: Desk) -> None:
    desk.halves.sent = SendResult(sent=1)
    assert desk.go(only_sends=True).is_success
    assert "receive" not in desk.halves.heard
    # What was taken is read back by one small question, so that its loss is noticed later.
    desk.halves.sent = SendResult(sent=1, accepted=1)
    assert desk.go(only_sends=True).is_success
    assert desk.halves.idle == [True]


def test_without_an_upstream_nothing_happens_and_nothing_is_written(desk: Desk) -> None:
    rounds = Rounds(desk.store, desk.clock, lambda: None, desk.halves.join)
    told = rounds.run_once(lambda done, total: None, lambda: False)
    assert (told.is_set, told.is_success, rounds.is_set) == (False, False, False)
    assert desk.kept == RoundFacts()


def test_settings_that_lead_nowhere_are_a_failure_with_its_own_words(desk: Desk) -> None:
    def refuse() -> FakeUpstream:
        raise ClinicDeskError("upstream.no_secret")

    rounds = Rounds(desk.store, desk.clock, refuse, desk.halves.join)
    assert rounds.run_once(lambda done, total: None, lambda: False).why == "settings"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (BadReply(Reply(200, {"resourceType": "Patient"})), "bad_reply"),
        (BadReply(Reply(404)), "server"),
        (Unreadable(WhyUnreadable.WRONG_TYPE), "bad_reply"),
        (ClinicDeskError("store.disk_full"), "store"),
        (ClinicDeskError("upstream.ca_file"), "settings"),
        (ClinicDeskError("key.locked"), "settings"),
        (ClinicDeskError("patient.birth_date_needed"), "fault"),
    ],
)
@pytest.mark.parametrize("at", ["on_send", "on_receive"])
def test_nobody_is_blamed_for_what_another_did(desk: Desk, error: Exception, why: str, at: str) -> None:
    def fail(*_: object) -> None:
        raise error

    setattr(desk.halves, at, fail)
    assert desk.go().why == why
    assert desk.kept.why == why


def test_the_clock_of_the_server_is_compared_with_ours(desk: Desk) -> None:
    desk.upstream.skew = dt.timedelta(minutes=10)
    desk.go()
    assert desk.kept.skew_s == -600.5
    desk.upstream.always = OFFLINE
    desk.go()
    # Who says nothing changes nothing about it.
    assert desk.kept.skew_s == -600.5


def test_a_mistake_of_the_program_is_a_failure_that_stands_until_a_success(desk: Desk) -> None:
    desk.go()
    desk.rounds.note_fault()
    assert desk.kept == replace(RoundFacts(NOW, NOW, "fault"), skew_s=-0.5)
    assert desk.go().is_success


def cut_off(desk: Desk) -> OpId:
    """The program was killed between the mark and the request."""
    op = put_op(desk.store, 1)
    with desk.store.write() as work:
        work.outbox.save(replace(op, state=OpState.SENDING, attempts=1, first_sent_at=NOW))
        work.commit()
    return op.op_id


def state_of(desk: Desk, op_id: OpId) -> OpState:
    with desk.store.read() as work:
        op = work.outbox.get(op_id)
    assert op is not None
    return op.state


def test_what_was_being_sent_at_the_end_waits_again_though_nobody_answers(desk: Desk) -> None:
    op_id = cut_off(desk)
    desk.upstream.always = OFFLINE
    assert not desk.go().is_success
    assert "send" not in desk.halves.heard
    assert state_of(desk, op_id) is OpState.PENDING


def test_it_waits_again_though_no_upstream_is_set(desk: Desk) -> None:
    op_id = cut_off(desk)
    rounds = Rounds(desk.store, desk.clock, lambda: None, desk.halves.join)
    assert not rounds.run_once(lambda *_: None, lambda: False).is_set
    assert state_of(desk, op_id) is OpState.PENDING


def test_it_waits_again_though_the_exchange_is_stopped(desk: Desk) -> None:
    op_id = cut_off(desk)
    desk.rounds.facts = RoundFacts(stop=Stop.RESTORED)
    assert desk.go().stop is Stop.RESTORED
    assert state_of(desk, op_id) is OpState.PENDING


def test_what_a_mistake_cut_off_waits_again_with_the_next_round(desk: Desk) -> None:
    desk.go()
    op_id = cut_off(desk)
    desk.rounds.note_fault()
    desk.upstream.always = OFFLINE
    desk.go()
    assert state_of(desk, op_id) is OpState.PENDING
