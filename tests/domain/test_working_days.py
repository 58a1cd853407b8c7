"""The Kazakh working calendar as shipped, checked against published facts."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.services.rules_of_the_day import shipped_tables

CALENDAR = WorkingCalendar.of(shipped_tables())
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2027, 11, 30))


@pytest.mark.parametrize(("year", "working"), [(2024, 249), (2025, 246), (2026, 247), (2027, 247)])
def test_working_days_of_a_year(year: int, working: int) -> None:
    assert CALENDAR.between(dt.date(year - 1, 12, 31), dt.date(year, 12, 31)) == working


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (dt.date(2024, 5, 4), True),  # Saturday worked for Wednesday 8 May
        (dt.date(2024, 5, 8), False),
        (dt.date(2025, 1, 5), True),  # Sunday worked for Friday 3 January
        (dt.date(2025, 1, 3), False),
        (dt.date(2025, 1, 4), False),
        (dt.date(2025, 8, 30), False),
        (dt.date(2026, 8, 31), True),  # Constitution Day is no day off from 2026
        (dt.date(2026, 8, 30), False),  # a Sunday
        (dt.date(2027, 3, 15), False),  # the new Constitution Day
        (dt.date(2026, 3, 16), True),
        (dt.date(2026, 11, 23), True),
        (dt.date(2026, 11, 22), False),
        (dt.date(2026, 12, 16), False),
        (dt.date(2026, 1, 7), False),
        (dt.date(2026, 10, 26), False),  # Republic Day fell on a Sunday and is carried over
        (dt.date(2024, 6, 17), True),  # Kurban ait fell on a Sunday and is never carried over
        (dt.date(2027, 5, 17), True),
    ],
)
def test_known_days(day: dt.date, is_working: bool) -> None:
    assert CALENDAR.is_working(day) is is_working


def test_every_listed_moved_day_has_its_partner() -> None:
    for day in CALENDAR.worked_weekends:
        assert day.weekday() >= 5
    assert not CALENDAR.days_off & CALENDAR.worked_weekends


@given(DAYS, st.integers(0, 40))
def test_adding_working_days_lands_on_a_working_day_that_far(day: dt.date, n: int) -> None:
    end = CALENDAR.add(day, n)
    assert CALENDAR.between(day, end) == n
    assert n == 0 or CALENDAR.is_working(end)


@given(DAYS, DAYS, DAYS)
def test_spans_add_up(one: dt.date, two: dt.date, three: dt.date) -> None:
    a, b, c = sorted((one, two, three))
    assert CALENDAR.between(a, b) + CALENDAR.between(b, c) == CALENDAR.between(a, c)
    assert CALENDAR.between(b, b) == 0
    if a < c:
        assert CALENDAR.between(c, a) == 0


def test_the_answer_is_due_by_the_end_of_the_next_working_day() -> None:
    assert CALENDAR.add(dt.date(2026, 11, 20), 1) == dt.date(2026, 11, 23)  # Friday to Monday
    assert CALENDAR.add(dt.date(2025, 1, 3), 1) == dt.date(2025, 1, 5)  # to the worked Sunday
