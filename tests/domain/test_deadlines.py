"""When an answer is due and why, against published calendars, made-up ones and a slow model."""

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.deadlines import DayRole, Due, WorkingHours, answer_due
from clinic_desk.domain.rule_tables.attachment import CountedFrom
from clinic_desk.domain.rule_tables.calendar import CALENDAR, CalendarDay, DayKind
from clinic_desk.domain.rule_tables.hours import OpenHours, Weekday
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.services.rules_of_the_day import shipped_tables

ZONE = ZoneInfo("Asia/Almaty")
SHIPPED = WorkingCalendar.of(shipped_tables())
EIGHTEEN = dt.time(18)
HOURS = WorkingHours.on(shipped_tables(), dt.date(2026, 11, 23))
R = DayRole


def at(text: str) -> dt.datetime:
    """A moment on the clinic's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(
    received: str,
    calendar: WorkingCalendar = SHIPPED,
    *,
    days: int = 1,
    counted_from: CountedFrom = CountedFrom.NEXT_WORKING_DAY,
    hours: WorkingHours = HOURS,
) -> Due:
    return answer_due(
        at(received), zone=ZONE, calendar=calendar, hours=hours, working_days=days, counted_from=counted_from
    )


def told(answer: Due) -> list[tuple[str, DayRole]]:
    return [(f"{step.day:%d.%m}", step.role) for step in answer.steps]


# Monday 26 October 2026 is a day off for Sunday 25; the Saturday before it is worked instead of Friday 30.
MOVED = WorkingCalendar(
    [
        CalendarDay(dt.date(2026, 10, 24), DayKind.TRANSFERRED_WORKDAY),
        CalendarDay(dt.date(2026, 10, 25), DayKind.HOLIDAY, "Республика күні", "День Республики"),
        CalendarDay(dt.date(2026, 10, 26), DayKind.DAY_OFF_OBSERVED, "Республика күні", "День Республики"),
        CalendarDay(dt.date(2026, 10, 30), DayKind.TRANSFERRED_DAY_OFF),
    ]
)


def test_friday_ten_to_six_before_a_worked_saturday_and_a_holiday_monday() -> None:
    answer = due("2026-10-23T17:50", MOVED)
    assert answer.at == at("2026-10-24T18:00")
    assert told(answer) == [("23.10", R.RECEIVED), ("24.10", R.DUE)]
    assert [step.is_moved for step in answer.steps] == [False, True]
    assert not answer.moved_on


def test_the_same_friday_after_closing() -> None:
    answer = due("2026-10-23T18:10", MOVED)
    assert answer.at == at("2026-10-27T18:00")
    assert told(answer) == [
        ("23.10", R.AFTER_HOURS),
        ("24.10", R.TAKEN),
        ("25.10", R.HOLIDAY),
        ("26.10", R.HOLIDAY),
        ("27.10", R.DUE),
    ]
    assert answer.steps[2].name.kk == "Республика күні"
    assert answer.steps[1].is_moved
    assert answer.moved_on


def test_the_worked_saturday_itself_and_the_day_off_for_it() -> None:
    assert due("2026-10-24T10:00", MOVED).at == at("2026-10-27T18:00")
    answer = due("2026-10-29T10:00", MOVED)
    assert told(answer) == [
        ("29.10", R.RECEIVED),
        ("30.10", R.HOLIDAY),
        ("31.10", R.WEEKEND),
        ("01.11", R.WEEKEND),
        ("02.11", R.DUE),
    ]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-23T09:38", "2026-11-24T18:00"),  # Monday
        ("2026-11-23T17:59", "2026-11-24T18:00"),
        ("2026-11-23T18:00", "2026-11-24T18:00"),  # the moment of closing is still in hours
        ("2026-11-23T18:00:01", "2026-11-25T18:00"),
        ("2026-11-23T23:59", "2026-11-25T18:00"),
        ("2026-11-24T00:00", "2026-11-25T18:00"),  # before opening: the day itself
        ("2026-11-27T12:00", "2026-11-30T18:00"),  # Friday to Monday
        ("2026-11-28T12:00", "2026-12-01T18:00"),  # Saturday is taken on Monday
        ("2026-11-29T23:00", "2026-12-01T18:00"),
        ("2026-12-15T17:00", "2026-12-17T18:00"),  # Independence Day between
        ("2026-12-16T09:00", "2026-12-18T18:00"),
        ("2025-01-03T09:00", "2025-01-06T18:00"),  # the day off moved from Sunday, which is worked
        ("2024-12-31T17:00", "2025-01-05T18:00"),  # over the New Year to the worked Sunday
        ("2024-12-31T18:30", "2025-01-06T18:00"),
        ("2025-01-05T12:00", "2025-01-06T18:00"),
        ("2025-01-06T12:00", "2025-01-08T18:00"),  # Orthodox Christmas between
        ("2025-03-20T12:00", "2025-03-26T18:00"),  # Nauryz with both days that are carried over
        ("2026-03-20T18:05", "2026-03-27T18:00"),
        ("2024-05-03T12:00", "2024-05-04T18:00"),  # Saturday worked for Wednesday 8 May
        ("2024-05-06T12:00", "2024-05-10T18:00"),
        ("2026-08-28T12:00", "2026-08-31T18:00"),  # Constitution Day is no day off from 2026
        ("2027-03-12T12:00", "2027-03-16T18:00"),  # and stands on 15 March from 2027
    ],
)
def test_real_days(received: str, expected: str) -> None:
    assert due(received).at == at(expected)


def test_holidays_are_named() -> None:
    names = {step.name.ru for step in due("2026-12-15T17:00").steps if step.role is R.HOLIDAY}
    assert names == {"День Независимости"}
    by_day = {step.day.day: step.name.kk for step in due("2025-03-20T18:30").steps}
    assert by_day[21] == by_day[24] == "Наурыз мейрамы"


def test_the_same_day_may_count() -> None:
    same = CountedFrom.SAME_DAY
    answer = due("2026-11-23T09:00", counted_from=same)
    assert (answer.at, told(answer)) == (at("2026-11-23T18:00"), [("23.11", R.RECEIVED)])
    assert due("2026-11-23T19:00", counted_from=same).at == at("2026-11-24T18:00")
    assert due("2026-11-20T09:00", days=3, counted_from=same).at == at("2026-11-24T18:00")


def test_a_longer_term_says_which_days_count() -> None:
    assert told(due("2026-12-14T09:00", days=3)) == [
        ("14.12", R.RECEIVED),
        ("15.12", R.COUNTED),
        ("16.12", R.HOLIDAY),
        ("17.12", R.COUNTED),
        ("18.12", R.DUE),
    ]


def test_hours_differ_by_day_and_a_worked_weekend_has_its_own() -> None:
    hours = WorkingHours(
        {
            Weekday.FRIDAY: OpenHours(Weekday.FRIDAY, dt.time(8), dt.time(16)),
            Weekday.WORKED_WEEKEND: OpenHours(Weekday.WORKED_WEEKEND, dt.time(9), dt.time(13)),
        }
    )
    assert due("2026-10-22T12:00", MOVED, hours=hours).at == at("2026-10-23T16:00")
    assert due("2026-10-23T16:01", MOVED, hours=hours).start == dt.date(2026, 10, 24)
    assert due("2026-10-23T12:00", MOVED, hours=hours).at == at("2026-10-24T13:00")
    # A day without hours ends with the day.
    assert due("2026-10-28T12:00", MOVED, hours=hours).at == at("2026-10-29T23:59")


def test_a_moment_is_read_on_the_clinics_clock() -> None:
    utc = dt.datetime(2026, 11, 23, 13, 30, tzinfo=dt.UTC)  # 18:30 in the clinic
    answer = answer_due(utc, zone=ZONE, calendar=SHIPPED, hours=HOURS, working_days=1)
    assert answer.at == dt.datetime(2026, 11, 25, 13, 0, tzinfo=dt.UTC)
    assert answer.at.tzinfo is dt.UTC


# Ten years of made-up calendars against a model that walks minute by day and knows no shortcut.

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2033, 12, 31)


@st.composite
def calendars(draw: st.DrawFn) -> list[CalendarDay]:
    days = draw(st.lists(st.dates(FIRST, LAST), max_size=60, unique=True))
    kinds = st.sampled_from(list(DayKind))
    return [CalendarDay(day, draw(kinds)) for day in sorted(days)]


def _model_works(day: dt.date, days: Iterable[CalendarDay]) -> bool:
    for one in days:
        if one.date == day and one.kind is DayKind.TRANSFERRED_WORKDAY:
            return True
        if one.date == day and one.kind is not DayKind.WORKDAY_NOTE:
            return False
    return day.isoweekday() not in (6, 7)


def _model_due(received: dt.datetime, days: list[CalendarDay], count: int, *, same: bool) -> dt.datetime:
    day = received.date()
    is_late = received.time() > EIGHTEEN
    while is_late or not _model_works(day, days):
        day += dt.timedelta(days=1)
        is_late = False
    counted = 1 if same else 0
    while counted < count:
        day += dt.timedelta(days=1)
        if _model_works(day, days):
            counted += 1
    return dt.datetime.combine(day, EIGHTEEN, ZONE)


ALWAYS_EIGHTEEN = WorkingHours({one: OpenHours(one, dt.time(8), EIGHTEEN) for one in Weekday})


@settings(max_examples=300, deadline=None)
@given(
    calendars(),
    st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2033, 11, 30)),
    st.integers(1, 20),
    st.booleans(),
)
def test_terms_are_those_of_a_slow_model(
    days: list[CalendarDay], received: dt.datetime, count: int, same: bool
) -> None:
    received = received.replace(tzinfo=ZONE)
    answer = answer_due(
        received,
        zone=ZONE,
        calendar=WorkingCalendar(days),
        hours=ALWAYS_EIGHTEEN,
        working_days=count,
        counted_from=CountedFrom.SAME_DAY if same else CountedFrom.NEXT_WORKING_DAY,
    )
    assert answer.at == _model_due(received, days, count, same=same)
    _check_steps(answer, received, days, count, same=same)


def _check_steps(
    answer: Due, received: dt.datetime, days: list[CalendarDay], count: int, *, same: bool
) -> None:
    """The explanation names every day once, in order, and counts what was counted."""
    walked = [step.day for step in answer.steps]
    span = (answer.at.astimezone(ZONE).date() - received.date()).days
    assert walked == [received.date() + dt.timedelta(days=n) for n in range(span + 1)]
    for step in answer.steps:
        is_off = step.role in (R.WEEKEND, R.HOLIDAY)
        assert is_off is not _model_works(step.day, days)
    counting = sum(step.role in (R.COUNTED, R.DUE) for step in answer.steps)
    assert counting == count - same
    assert sum(step.role in (R.TAKEN, R.RECEIVED) for step in answer.steps) == 1


@settings(max_examples=100, deadline=None)
@given(calendars(), st.dates(FIRST, dt.date(2033, 6, 30)), st.integers(0, 60))
def test_working_days_are_those_of_a_slow_model(days: list[CalendarDay], day: dt.date, count: int) -> None:
    calendar = WorkingCalendar(days)
    current, left = day, count
    while left:
        current += dt.timedelta(days=1)
        left -= _model_works(current, days)
    assert calendar.add(day, count) == current
    span = (current - day).days
    slow = sum(_model_works(day + dt.timedelta(days=n), days) for n in range(1, span + 1))
    assert calendar.between(day, current) == slow == count


def test_every_day_of_ten_shipped_years_is_that_of_the_model() -> None:
    table = [row.value for row in shipped_tables()[CALENDAR].rows]
    day = FIRST
    while day <= LAST:
        assert SHIPPED.is_working(day) is _model_works(day, table), day
        day += dt.timedelta(days=1)
