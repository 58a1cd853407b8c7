"""Moments keep their instant, days stay the day that is written."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.fhir.moments import day_text, instant_text, read_day, read_instant

ALMATY = dt.timezone(dt.timedelta(hours=5))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-27T14:30:00+05:00", dt.datetime(2026, 11, 27, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-27T09:30:00Z", dt.datetime(2026, 11, 27, 9, 30, tzinfo=dt.UTC)),
        ("2026-11-27T09:30:00.5z", dt.datetime(2026, 11, 27, 9, 30, 0, 500000, tzinfo=dt.UTC)),
        ("2026-11-27T09:30:00.123456789Z", dt.datetime(2026, 11, 27, 9, 30, 0, 123456, tzinfo=dt.UTC)),
        ("2016-12-31T23:59:60Z", dt.datetime(2016, 12, 31, 23, 59, 59, tzinfo=dt.UTC)),
        ("2026-11-27T09:30:00", None),
        ("2026-11-27", None),
        ("2026", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("2026-02-30T09:30:00Z", None),
        ("2026-11-27T09:30:00+25:00", None),
        (None, None),
        (5, None),
    ],
)
def test_moment_is_read_with_its_offset_only(text: object, moment: dt.datetime | None) -> None:
    assert read_instant(text) == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1988-02-14", dt.date(1988, 2, 14)),
        ("1988-02-14T00:00:00+05:00", dt.date(1988, 2, 14)),
        ("1988-02-14T23:59:59Z", dt.date(1988, 2, 14)),
        ("1988-02", None),
        ("1988", None),
        ("1988-02-30", None),
        ("1988-02-14x", None),
        (None, None),
    ],
)
def test_day_never_moves(text: object, day: dt.date | None) -> None:
    assert read_day(text) == day


@settings(max_examples=50, deadline=None)
@given(st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2200, 1, 1), timezones=st.just(ALMATY)), st.dates())
def test_both_come_back(moment: dt.datetime, day: dt.date) -> None:
    kept = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert read_instant(instant_text(moment)) == kept
    assert read_day(day_text(day)) == day


def test_moment_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        instant_text(dt.datetime(2026, 1, 1))
