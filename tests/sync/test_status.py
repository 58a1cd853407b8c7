"""What the window says of the exchange: never "online" while nothing arrives."""

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.exchange.status import (
    QUEUE_STUCK,
    Moment,
    RoundFacts,
    Stop,
    SyncLimits,
    SyncState,
    status_of,
)
from clinic_desk.services.sync.ports import OutboxCounts

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 23)
LIMITS = SyncLimits.of(shipped_book().on(DAY), DAY)
NONE = OutboxCounts(0, 0, None)
SEVEN = OutboxCounts(7, 0, NOW)
WELL = RoundFacts(last_success=NOW)
SET = Moment(NOW, is_set=True)


def ago(minutes: float) -> dt.datetime:
    return NOW - dt.timedelta(minutes=minutes)


def state(facts: RoundFacts, counts: OutboxCounts = NONE, moment: Moment = SET) -> SyncState:
    return status_of(facts, counts, moment, LIMITS).state


def test_thresholds_come_from_the_rule_tables() -> None:
    assert SyncLimits(60, dt.timedelta(minutes=15), 120) == LIMITS


def test_online_is_said_only_after_a_round_that_was_accepted() -> None:
    assert state(RoundFacts()) is SyncState.STALE
    assert state(WELL) is SyncState.ONLINE
    assert state(replace(WELL, failing_since=ago(1), why="timeout")) is SyncState.OFFLINE
    assert state(replace(WELL, last_success=ago(15))) is SyncState.ONLINE
    assert state(replace(WELL, last_success=ago(15.1))) is SyncState.STALE


def test_rounds_that_take_nothing_of_what_waits_are_not_called_online() -> None:
    stuck = replace(WELL, left_since=ago(20))
    told = status_of(stuck, SEVEN, SET, LIMITS)
    assert (told.state, told.since, told.why) == (SyncState.STALE, ago(20), QUEUE_STUCK)
    assert state(replace(WELL, left_since=ago(5)), SEVEN) is SyncState.ONLINE
    assert state(stuck, NONE) is SyncState.ONLINE
    # Behind something a person must decide they may wait; the chip tells of that.
    assert state(stuck, OutboxCounts(7, 1, NOW)) is SyncState.ONLINE


@pytest.mark.parametrize(
    ("facts", "moment", "expected"),
    [
        (WELL, replace(SET, is_set=False), SyncState.NOT_SET),
        (WELL, replace(SET, is_paused=True), SyncState.PAUSED),
        (replace(WELL, stop=Stop.SIGN_IN), replace(SET, is_paused=True), SyncState.SIGN_IN_NEEDED),
        (replace(WELL, stop=Stop.RESTORED), SET, SyncState.RESTORED),
        (RoundFacts(), replace(SET, download=(40, 120)), SyncState.FIRST_DOWNLOAD),
        (RoundFacts(failing_since=ago(1)), replace(SET, download=(40, 120)), SyncState.OFFLINE),
    ],
)
def test_what_stops_everything_is_said_before_what_passes(
    facts: RoundFacts, moment: Moment, expected: SyncState
) -> None:
    assert state(facts, SEVEN, moment) is expected


def test_what_waits_needs_a_person_and_is_downloaded_is_told_with_it() -> None:
    told = status_of(RoundFacts(), OutboxCounts(3, 2, NOW), replace(SET, download=(40, None)), LIMITS)
    assert (told.waiting, told.attention, told.done, told.total) == (3, 2, 40, None)


@pytest.mark.parametrize(
    ("skew", "warned"), [(None, False), (-120.0, False), (-121.0, True), (86400.0, True)]
)
def test_a_clock_that_differs_by_more_than_the_limit_is_warned_of(skew: float | None, warned: bool) -> None:
    assert status_of(replace(WELL, skew_s=skew), NONE, SET, LIMITS).is_skewed is warned


def test_what_rounds_remember_comes_back_from_the_store() -> None:
    facts = RoundFacts(ago(3), ago(1), "timeout", Stop.SIGN_IN, ago(2), -1.5)
    assert RoundFacts.from_json(facts.as_json()) == facts
    assert RoundFacts.from_json(None) == RoundFacts()
