"""Terms in months, birthdays and the clinic's day, at the edges of the calendar."""

import datetime as dt

import pytest

from clinic_desk.domain.terms import birthday, clinic_day, days_after, earliest, months_after

day = dt.date


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        (day(2026, 5, 27), 6, day(2026, 11, 27)),
        (day(2025, 8, 31), 6, day(2026, 2, 28)),
        (day(2023, 8, 31), 6, day(2024, 2, 29)),
        (day(2024, 2, 29), 12, day(2025, 2, 28)),
        (day(2026, 12, 31), 1, day(2027, 1, 31)),
        (day(2026, 1, 1), 0, day(2026, 1, 1)),
        (day(9999, 10, 1), 6, dt.date.max),
    ],
)
def test_a_term_ends_on_the_same_day_of_its_last_month(first: dt.date, months: int, last: dt.date) -> None:
    assert months_after(first, months) == last


@pytest.mark.parametrize(
    ("born", "age", "expected"),
    [
        (day(2008, 11, 27), 18, day(2026, 11, 27)),
        (day(2008, 2, 29), 18, day(2026, 3, 1)),
        (day(2008, 2, 29), 20, day(2028, 2, 29)),
        (day(9990, 1, 1), 18, dt.date.max),
    ],
)
def test_a_birthday(born: dt.date, age: int, expected: dt.date) -> None:
    assert birthday(born, age) == expected


def test_days_stop_at_the_end_of_the_calendar() -> None:
    assert days_after(day(2026, 11, 27), 30) == day(2026, 12, 27)
    assert days_after(day(9999, 12, 20), 30) == dt.date.max


def test_the_clinic_is_five_hours_ahead() -> None:
    assert clinic_day(dt.datetime(2026, 11, 27, 18, 59, tzinfo=dt.UTC)) == day(2026, 11, 27)
    assert clinic_day(dt.datetime(2026, 11, 27, 19, 0, tzinfo=dt.UTC)) == day(2026, 11, 28)


def test_the_earliest_of_the_days_that_are_given() -> None:
    assert earliest(None, day(2026, 2, 1), day(2026, 1, 1)) == day(2026, 1, 1)
    assert earliest(None, None) is None
