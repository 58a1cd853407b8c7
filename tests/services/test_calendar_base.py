"""Years the table does not have are reckoned; in those it has, the table wins and the reckoning agrees."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from clinic_desk.domain.rule_tables import parse_tables
from clinic_desk.domain.rule_tables.calendar import CALENDAR, CalendarDay, DayKind
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.services.calendar_base import base_year
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_documents, shipped_tables

DAY = dt.date
KNOWN = [row.value for row in shipped_tables()[CALENDAR].rows]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_reckoning_agrees_with_the_published_calendar(year: int) -> None:
    reckoned = base_year(year, KNOWN)
    published = [day for day in KNOWN if day.date.year == year]
    assert {d.date for d in reckoned if d.is_off} == {d.date for d in published if d.is_off}
    worked = [
        {d.date for d in days if d.kind is DayKind.TRANSFERRED_WORKDAY} for days in (reckoned, published)
    ]
    assert worked[0] == worked[1]


def test_reckoned_days_have_our_names_in_three_languages() -> None:
    days = {day.date: day for day in base_year(2028, KNOWN)}
    assert days[DAY(2028, 3, 15)].name.ru == "День Конституции"
    assert days[DAY(2028, 5, 5)].kind is DayKind.RELIGIOUS_DAY_OFF
    assert days[DAY(2028, 5, 5)].name.kk == "Құрбан айттың бірінші күні"
    observed = days[DAY(2028, 1, 4)]
    assert (observed.kind, observed.name.en) == (DayKind.DAY_OFF_OBSERVED, "New Year")
    assert all(day.name.kk and day.name.ru and day.name.en for day in days.values())


def test_a_holiday_that_is_no_more_keeps_the_name_it_is_known_by() -> None:
    first = next(day for day in base_year(2021, KNOWN) if day.date == DAY(2021, 12, 1))
    assert first.name.en == "First President Day"
    assert first.name.said_in("ru") == first.name.kk


def test_the_calendar_asks_for_a_year_once_and_only_when_the_table_has_none() -> None:
    asked: list[int] = []

    def base(year: int, known: object) -> list[CalendarDay]:
        asked.append(year)
        return [CalendarDay(DAY(year, 3, 6), DayKind.HOLIDAY)]

    calendar = WorkingCalendar([CalendarDay(DAY(2026, 3, 9), DayKind.HOLIDAY)], base)
    assert not calendar.is_working(DAY(2026, 3, 9))
    assert calendar.is_working(DAY(2026, 3, 6))
    assert asked == []
    assert not calendar.is_working(DAY(2030, 3, 6))
    assert calendar.is_working(DAY(2030, 3, 7))
    assert asked == [2030]


def test_a_year_before_and_a_year_after_the_table() -> None:
    calendar = shipped_book().calendar(DAY(2026, 11, 27))
    assert calendar.is_working(DAY(2023, 7, 1))
    assert calendar.is_moved(DAY(2023, 7, 1))
    assert not calendar.is_working(DAY(2023, 7, 7))
    assert not calendar.is_working(DAY(2028, 12, 18))
    # Two days off for the New Year that fell on a weekend.
    assert calendar.add(DAY(2027, 12, 31), 1) == DAY(2028, 1, 5)


def test_a_note_on_a_working_day_moves_nothing() -> None:
    calendar = WorkingCalendar.of(parse_tables(shipped_documents()))
    assert calendar.is_working(DAY(2026, 8, 31))
    special = calendar.special(DAY(2026, 8, 31))
    assert special is not None
    assert special.kind is DayKind.WORKDAY_NOTE


def test_the_reckoning_is_not_read_while_the_program_starts() -> None:
    program = (
        "import sys, datetime as dt; from clinic_desk.services.rules_of_the_day import shipped_book; "
        "shipped_book().calendar(dt.date(2026, 11, 27)).add(dt.date(2026, 11, 27), 20); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    )
    assert "clinic_desk.services.rule_book" in done.stdout
    assert "holidays" not in done.stdout.split()
