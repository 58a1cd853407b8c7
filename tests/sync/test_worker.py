"""The one thread of the exchange: when it begins by itself, and that nothing ends it."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from clinic_desk.domain.sync.answers import RetryLimits
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.clock import SystemClock
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.exchange.pace import pause_s
from clinic_desk.services.sync.exchange.round_values import RoundResult
from clinic_desk.services.sync.exchange.rounds import Rounds
from clinic_desk.services.sync.exchange.status import Stop, SyncState, SyncStatus
from clinic_desk.services.sync.exchange.worker import SyncWorker
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.storage.database import SqlStore
from tests.sync.halves import ScriptedHalves, put_op
from tests.upstream.fake_upstream import OFFLINE, FakeUpstream, Fault

_PATIENCE_S = 20.0
RETRY = RetryLimits(first_s=2, longest_s=300, visible_min=15, most_entries=8)


class Desk:
    """A worker over a store, a server in memory and scripted halves; everything it told is kept."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.upstream = FakeUpstream()
        self.is_set = True
        self.halves = ScriptedHalves()
        self.told: list[SyncStatus] = []
        self.changes: list[Change] = []
        self.rounds = Rounds(store, SystemClock(), self.connect, self.halves.join)
        self.worker = SyncWorker(store, self.rounds, SystemClock(), shipped_book())
        self.worker.listen(self.told.append, self.changes.append)

    def connect(self) -> FakeUpstream | None:
        self.upstream.is_closed = False
        return self.upstream if self.is_set else None

    def wait(self, there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not there():
            assert time.monotonic() < deadline, (self.worker.status, self.halves.heard)
            time.sleep(0.002)

    def wait_for(self, state: SyncState) -> None:
        self.wait(lambda: self.worker.status.state is state and not self.worker.status.is_running)

    def started(self) -> "Desk":
        self.worker.start()
        self.wait_for(SyncState.ONLINE)
        return self

    def heard(self, what: str) -> int:
        return self.halves.heard.count(what)


@pytest.fixture
def desk(empty_store: SqlStore) -> Iterator[Desk]:
    made = Desk(empty_store)
    yield made
    made.upstream.always = None
    assert made.worker.stop(_PATIENCE_S)


def test_the_first_round_begins_by_itself_and_the_next_is_announced(desk: Desk) -> None:
    desk.started()
    status = desk.worker.status
    assert status.last_success is not None
    assert status.next_round_at is not None
    assert 55 <= (status.next_round_at - status.last_success).total_seconds() <= 68
    assert any(told.is_running for told in desk.told)


def test_what_is_saved_counts_at_once_and_wakes_the_worker(desk: Desk) -> None:
    desk.started()
    received = desk.heard("receive")
    put_op(desk.store, 1)
    assert desk.worker.recount().waiting == 1
    desk.worker.wake()
    desk.wait(lambda: desk.heard("send") == 2)
    # Sending what was saved is no reason to ask for everything new as well.
    desk.wait(lambda: not desk.worker.status.is_running)
    assert desk.heard("receive") == received


def test_a_wake_without_anything_to_send_makes_no_request(desk: Desk) -> None:
    desk.started()
    asked = len(desk.upstream.calls)
    told = len(desk.told)
    desk.worker.wake()
    put_op(desk.store, 1)
    desk.worker.wake()
    desk.wait(lambda: desk.heard("send") == 2)
    assert len(desk.told) > told
    assert len(desk.upstream.calls) <= asked + 1


def test_out_of_reach_a_wake_counts_and_the_timer_tries(desk: Desk) -> None:
    desk.upstream.always = Fault(status=429, retry_after_s=3600.0)
    desk.worker.start()
    desk.wait_for(SyncState.OFFLINE)
    asked = len(desk.upstream.calls)
    put_op(desk.store, 1)
    desk.worker.wake()
    desk.wait(lambda: desk.worker.status.waiting == 1)
    assert len(desk.upstream.calls) == asked
    # The system says that the network is back, or a person wants it now.
    desk.upstream.always = None
    desk.worker.network_returned()
    desk.wait_for(SyncState.ONLINE)


def test_out_of_reach_rounds_come_back_by_themselves(desk: Desk) -> None:
    desk.upstream.faults.append(OFFLINE)
    desk.worker.start()
    desk.wait_for(SyncState.ONLINE)
    assert SyncState.OFFLINE in {told.state for told in desk.told}


def test_a_person_may_ask_now_even_while_it_is_paused(desk: Desk) -> None:
    desk.started()
    desk.worker.pause()
    desk.wait_for(SyncState.PAUSED)
    put_op(desk.store, 1)
    desk.worker.wake()
    desk.wait(lambda: desk.worker.status.waiting == 1)
    assert desk.heard("send") == 1
    assert desk.worker.status.next_round_at is None
    desk.worker.now()
    desk.wait(lambda: desk.heard("send") == 2)
    desk.wait_for(SyncState.PAUSED)
    desk.worker.resume()
    desk.wait_for(SyncState.ONLINE)
    assert desk.heard("send") == 3


def test_a_mistake_in_a_round_is_told_and_ends_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def slip() -> None:
        raise ZeroDivisionError("Үлгібаева Айсұлу")

    desk.started()
    desk.halves.on_send = slip
    desk.worker.now()
    desk.wait_for(SyncState.OFFLINE)
    assert desk.worker.status.why == "fault"
    assert "ZeroDivisionError" in caplog.text
    assert "Үлгібаева" not in caplog.text
    desk.halves.on_send = lambda: None
    desk.worker.now()
    desk.wait_for(SyncState.ONLINE)


def test_what_was_being_sent_waits_again_after_a_start(desk: Desk) -> None:
    op = put_op(desk.store, 1)
    with desk.store.write() as work:
        from dataclasses import replace

        work.outbox.save(replace(op, state=OpState.SENDING))
        work.commit()
    desk.worker.start()
    desk.wait(lambda: desk.heard("send") > 0)
    with desk.store.read() as work:
        assert work.outbox.get(op.op_id).state is OpState.PENDING


def test_a_person_gets_all_news_and_the_timer_of_a_settled_desk_one_question(desk: Desk) -> None:
    desk.started()
    desk.worker.now()
    desk.wait(lambda: desk.heard("receive") == 2)
    desk.wait(lambda: not desk.worker.status.is_running)
    # Neither the first round nor one that somebody asked for is an idle one; the next by the timer is.
    desk.worker.pause()
    desk.worker.resume()
    desk.wait(lambda: desk.heard("receive") == 3)
    assert desk.halves.idle == [False, False, True]


def test_changes_are_handed_on(desk: Desk) -> None:
    change = Change.of(Kind.REFERRAL, "7")
    desk.halves.sent = SendResult(sent=1, accepted=1, change=change)
    desk.started()
    assert desk.changes == [change]


def test_a_long_download_makes_way_for_what_is_saved_meanwhile(desk: Desk) -> None:
    began = threading.Event()

    def pages(progress, cancelled) -> None:
        if desk.heard("receive") == 1:
            progress(100, 1000)
            began.set()
            deadline = time.monotonic() + _PATIENCE_S
            while not cancelled() and time.monotonic() < deadline:
                time.sleep(0.002)

    desk.halves.on_receive = pages
    desk.worker.start()
    assert began.wait(_PATIENCE_S)
    put_op(desk.store, 1)
    desk.worker.wake()
    desk.wait(lambda: desk.heard("send") >= 2 and desk.heard("receive") >= 2)
    downloads = [told for told in desk.told if told.state is SyncState.FIRST_DOWNLOAD]
    assert downloads
    assert (downloads[0].done, downloads[0].total) == (100, 1000)


def test_it_ends_within_its_time_though_a_reply_does_not_come(desk: Desk) -> None:
    asked, hung_up = threading.Event(), threading.Event()

    def hang(progress, cancelled) -> None:
        asked.set()
        hung_up.wait(_PATIENCE_S)

    close = desk.upstream.close
    desk.upstream.close = lambda: (hung_up.set(), close())
    desk.halves.on_receive = hang
    desk.worker.start()
    assert asked.wait(_PATIENCE_S)
    assert desk.worker.stop(_PATIENCE_S)
    # Hanging up ourselves is not called an outage.
    assert desk.rounds.facts.failing_since is None
    desk.worker.start()
    assert desk.heard("receive") == 1


def test_without_an_upstream_it_sleeps_until_one_is_set(desk: Desk) -> None:
    desk.is_set = False
    desk.worker.start()
    desk.wait(lambda: any(told.is_running for told in desk.told) or not desk.rounds.is_set)
    desk.wait(lambda: desk.worker.status.state is SyncState.NOT_SET)
    desk.is_set = True
    desk.worker.reconnect()
    desk.wait_for(SyncState.ONLINE)


def test_a_store_that_refuses_does_not_end_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.started()
    from clinic_desk.domain.errors import ClinicDeskError

    real = desk.store.write

    def full():
        raise ClinicDeskError("store.disk_full")

    monkeypatch.setattr(desk.store, "write", full)
    desk.worker.now()
    desk.wait_for(SyncState.OFFLINE)
    assert desk.worker.status.why == "store"
    monkeypatch.setattr(desk.store, "write", real)
    desk.worker.now()
    desk.wait_for(SyncState.ONLINE)


WELL = RoundResult(is_success=True)


@pytest.mark.parametrize(
    ("result", "failures", "least", "most"),
    [
        (WELL, 0, 60, 66),
        (RoundResult(is_cut_short=True), 0, 60, 66),
        (RoundResult(why="connect"), 1, 0, 2),
        (RoundResult(why="connect"), 3, 0, 8),
        (RoundResult(why="connect"), 60, 0, 300),
        (RoundResult(why="busy", retry_after_s=500.0), 1, 500, 500),
        (RoundResult(why="sign_in", stop=Stop.SIGN_IN), 1, 300, 300),
    ],
)
def test_the_pause_before_the_next_round(
    result: RoundResult, failures: int, least: float, most: float
) -> None:
    pauses = [pause_s(result, failures, 60, RETRY) for _ in range(200)]
    assert all(pause is not None and least <= pause <= most for pause in pauses)
    if most > least:
        # Spread, so that many desks do not come back together.
        assert max(pauses) - min(pauses) > (most - least) / 2


@pytest.mark.parametrize("result", [RoundResult(is_set=False), RoundResult(stop=Stop.RESTORED)])
def test_some_rounds_are_not_followed_by_themselves(result: RoundResult) -> None:
    assert pause_s(result, 1, 60, RETRY) is None


def test_an_operation_that_is_tried_again_sooner_brings_its_round_forward(desk: Desk) -> None:
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=20)
    desk.halves.sent = SendResult(sent=1, next_due=soon)
    put_op(desk.store, 1)
    desk.started()
    assert desk.worker.status.next_round_at is not None
    assert abs((desk.worker.status.next_round_at - soon).total_seconds()) < 3
