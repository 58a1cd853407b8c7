"""The table of answers, row by row, and the waits between tries."""

import datetime as dt

import pytest

from clinic_desk.domain.sync.answers import RetryLimits, Step, step_for
from clinic_desk.services.rules_of_the_day import shipped_book

DAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
LIMITS = RetryLimits.on(shipped_book().on(DAY), DAY)


@pytest.mark.parametrize(
    ("statuses", "step"),
    [
        ((200, 201, 202, 204), Step.DONE),
        ((408, 425, 500, 502, 504, 599, 302, 407), Step.RETRY),
        ((429, 503), Step.SLOW_DOWN),
        ((401, 403), Step.SIGN_IN),
        ((412,), Step.COMPARE),
        ((400, 405, 413, 415, 422, 451), Step.REJECT),
    ],
)
def test_each_answer_asks_for_one_thing(statuses: tuple[int, ...], step: Step) -> None:
    assert {step_for(s, is_update=update) for s in statuses for update in (False, True)} == {step}


def test_another_version_may_be_told_by_409_and_a_create_in_each_other_s_way_is_tried_again() -> None:
    assert step_for(409, is_update=True) is Step.COMPARE
    assert step_for(409, is_update=False) is Step.RETRY


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there_can_be_gone_only_when_it_was_there(status: int) -> None:
    assert step_for(status, is_update=True) is Step.GONE
    assert step_for(status, is_update=False) is Step.REJECT


def test_waits_grow_from_two_seconds_to_five_minutes_with_full_jitter() -> None:
    most = [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    for attempts, longest in enumerate(most, start=1):
        waits = [LIMITS.wait_s(attempts) for _ in range(200)]
        assert 0 <= min(waits) < 0.2 * longest
        assert 0.8 * longest < max(waits) <= longest
    assert LIMITS.wait_s(10_000) <= 300


def test_the_server_s_own_wait_is_honoured() -> None:
    assert LIMITS.wait_s(1, retry_after_s=90.0) == 90.0
    assert LIMITS.wait_s(9, retry_after_s=0.0) <= 300


def test_waiting_is_shown_after_a_quarter_of_an_hour() -> None:
    assert not LIMITS.is_late(None, NOW)
    assert not LIMITS.is_late(NOW - dt.timedelta(minutes=14, seconds=59), NOW)
    assert LIMITS.is_late(NOW - dt.timedelta(minutes=15), NOW)
