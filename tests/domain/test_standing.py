"""What the last answer says of a day: yes, no or nothing, and until when."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.insurance import COVERED, AgeLimits, Coverage, Freshness, InsuranceStatus
from clinic_desk.domain.referral import PayerReason
from clinic_desk.domain.standing import Standing, last_answer, standing
from clinic_desk.services.rules_of_the_day import shipped_tables
from tests.domain.samples import INSURED, NOW, TODAY, check

TABLES = shipped_tables()
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("status", sorted(InsuranceStatus))
def test_an_answer_says_yes_no_or_nothing(status: InsuranceStatus) -> None:
    expected = Coverage.YES
    if status is InsuranceStatus.UNINSURED:
        expected = Coverage.NO
    if status is InsuranceStatus.UNKNOWN:
        expected = Coverage.UNKNOWN
    assert standing(check(status), None, TODAY, TABLES).coverage is expected
    assert (status in COVERED) is (expected is Coverage.YES)


@given(st.sampled_from(sorted(InsuranceStatus)), st.integers(-400, 400))
def test_an_answer_that_ran_out_says_nothing(status: InsuranceStatus, days: int) -> None:
    through = TODAY + dt.timedelta(days=days)
    found = standing(check(status, valid_through=through), None, TODAY, TABLES)
    if days < 0 and status is not InsuranceStatus.UNKNOWN:
        assert found == Standing(Coverage.UNKNOWN, PayerReason.EVIDENCE_RAN_OUT)
    elif found.until is not None:
        assert found.until <= through


@given(st.integers(0, 90), st.integers(0, 23 * 60))
def test_the_age_on_a_screen_and_the_verdict_of_the_day_agree(days: int, minutes: int) -> None:
    """One rule: whatever is too old to act on is shown as too old, and the other way round."""
    limits = AgeLimits.on(TABLES, TODAY)
    answer = check(InsuranceStatus.INSURED_STATE, checked_at=NOW - days * DAY - dt.timedelta(minutes=minutes))
    is_too_old = limits.freshness(answer.checked_at, NOW) is Freshness.TOO_OLD
    found = standing(answer, None, TODAY, TABLES)
    assert (found.why is PayerReason.EVIDENCE_TOO_OLD) is is_too_old


def test_a_status_the_tables_do_not_know_on_that_day_is_not_settled() -> None:
    early = check(InsuranceStatus.GRACE_6M, checked_at=dt.datetime(2025, 12, 20, 6, tzinfo=dt.UTC))
    found = standing(early, None, dt.date(2025, 12, 31), TABLES)
    assert found == Standing(Coverage.UNKNOWN, PayerReason.RULE_NOT_SETTLED)
    assert standing(early, None, dt.date(2026, 1, 1), TABLES).coverage is Coverage.YES


def test_an_empty_answer_never_hides_a_good_one() -> None:
    empty = check(InsuranceStatus.UNKNOWN)
    assert last_answer([empty, INSURED]) is INSURED
    assert last_answer([empty]) is None
    assert last_answer([]) is None
