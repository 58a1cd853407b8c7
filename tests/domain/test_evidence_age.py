"""How old an answer may be: one written rule, and nothing else decides it."""

import ast
import datetime as dt
from pathlib import Path

import pytest

import clinic_desk
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import (
    AgeLimits,
    AskAgain,
    Channel,
    FailedCheck,
    Freshness,
    ask_again_before,
    unanswered,
)
from clinic_desk.services.rules_of_the_day import shipped_tables
from tests.storage.examples import insurance_check

NOW = dt.datetime(2026, 11, 27, 7, 0, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 27)
LIMITS = AgeLimits(24, 30)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PERSON = PatientId("a" * 32)


def test_the_thresholds_are_those_of_the_table() -> None:
    assert AgeLimits.on(shipped_tables(), TODAY) == LIMITS


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (None, Freshness.NEVER),
        (dt.timedelta(0), Freshness.FRESH),
        (24 * HOUR, Freshness.FRESH),
        (24 * HOUR + dt.timedelta(seconds=1), Freshness.STALE),
        (30 * DAY, Freshness.STALE),
        # It is noon in the clinic: the thirtieth day back began twelve hours earlier.
        (30 * DAY + 12 * HOUR, Freshness.STALE),
        (30 * DAY + 12 * HOUR + dt.timedelta(seconds=1), Freshness.TOO_OLD),
    ],
)
def test_the_age_of_an_answer(age: dt.timedelta | None, expected: Freshness) -> None:
    assert LIMITS.freshness(None if age is None else NOW - age, NOW) is expected


@pytest.mark.parametrize(
    ("checked", "needed_in", "through_in", "expected"),
    [
        (None, 1, None, AskAgain.NEVER),
        (None, 1, 400, AskAgain.NEVER),
        (2 * DAY, 1, None, None),
        # Too old on the day of the visit, though not today.
        (29 * DAY, 1, None, None),
        (29 * DAY, 2, None, AskAgain.TOO_OLD),
        (30 * DAY, 0, None, None),
        (31 * DAY, 0, None, AskAgain.TOO_OLD),
        # A day that has passed asks for the answer of now.
        (30 * DAY, -5, None, None),
        (31 * DAY, -5, None, AskAgain.TOO_OLD),
        # The answer's own last day, inclusive.
        (2 * DAY, 3, 3, None),
        (2 * DAY, 3, 2, AskAgain.RUNS_OUT),
        (31 * DAY, 3, 2, AskAgain.RUNS_OUT),
        (2 * DAY, -5, -1, AskAgain.RUNS_OUT),
        # Asked today: nobody could know more by asking again.
        (HOUR, 3, 2, None),
        (HOUR, 60, None, None),
    ],
)
def test_when_the_channel_has_to_be_asked_again(
    checked: dt.timedelta | None, needed_in: int, through_in: int | None, expected: AskAgain | None
) -> None:
    found = ask_again_before(
        TODAY + needed_in * DAY,
        NOW,
        LIMITS,
        checked_at=None if checked is None else NOW - checked,
        valid_through=None if through_in is None else TODAY + through_in * DAY,
    )
    assert found is expected


def test_a_failed_check_is_worth_showing_until_somebody_answers() -> None:
    failure = FailedCheck(PERSON, NOW, Channel.EGOV, "Тіркеуші Н.")
    assert unanswered(None, None) is None
    assert unanswered(failure, None) is failure
    assert unanswered(failure, insurance_check(PERSON, at=NOW - HOUR)) is failure
    assert unanswered(failure, insurance_check(PERSON, at=NOW)) is None
    assert unanswered(failure, insurance_check(PERSON, at=NOW + HOUR)) is None


def test_nothing_else_reads_the_thresholds() -> None:
    """The tables are read by `AgeLimits.on` alone, so that no screen grows a rule of its own."""
    source = Path(clinic_desk.__file__).parent
    readers = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in ("fresh_hours", "recheck_days")
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "limits"))
    }
    assert readers == {"domain/insurance.py"}
