"""Which of several imported tables is in force on a day."""

import datetime as dt
import json
from typing import Any

import pytest

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.services.rule_book import RuleBook, RuleDocument
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_documents

DAY = dt.date
NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)


def _limits(value: int, day: dt.date, number: int, *, is_undone: bool = False) -> RuleDocument:
    document: dict[str, Any] = json.loads(json.dumps(shipped_documents()["limits"]))
    for row in document["rows"]:
        if row["limit"] == "referral_validity_days":
            row["value"] = value
    return RuleDocument(
        RuleDocumentId(f"{number:032x}"), "limits", document, day, NOW, "N", is_undone=is_undone
    )


def _year(number: int, *days: str) -> RuleDocument:
    rows = [
        {
            "date": day,
            "kind": "holiday",
            "name_kk": "мереке",
            "name_ru": "праздник",
            "valid_from": None,
            "valid_to": None,
            "source": "an order",
        }
        for day in days
    ]
    document = {"table": "working_calendar", "format": 1, "rows": rows}
    return RuleDocument(
        RuleDocumentId(f"{number:032x}"), "working_calendar", document, DAY(2026, 1, number), NOW, "N"
    )


def _validity(book: RuleBook, day: dt.date) -> int:
    return book.on(day).validity_days.one_on(day).value


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_the_later_day_wins_whatever_was_imported_first(order: tuple[int, ...]) -> None:
    documents = [
        _limits(10, DAY(2027, 1, 1), 1),
        _limits(20, DAY(2027, 7, 1), 2),
        _limits(5, DAY(2026, 1, 1), 3),
    ]
    book = shipped_book()
    book.replace([documents[place] for place in order])
    days = [DAY(2025, 12, 31), DAY(2026, 1, 1), DAY(2027, 1, 1), DAY(2027, 6, 30), DAY(2027, 7, 1)]
    assert [_validity(book, day) for day in days] == [30, 5, 10, 10, 20]
    assert book.imported_on("limits", DAY(2025, 12, 31)) is None
    assert book.imported_on("limits", DAY(2027, 7, 1)) == documents[1]
    assert book.coming("limits", DAY(2026, 6, 1)) == documents[0]
    assert book.coming("limits", DAY(2027, 7, 1)) is None


def test_of_two_for_one_day_the_one_imported_later_counts() -> None:
    day = DAY(2027, 1, 1)
    book = shipped_book()
    book.replace([_limits(10, day, 2), _limits(20, day, 1)])
    assert _validity(book, day) == 20
    book.replace([_limits(10, day, 2), _limits(20, day, 1, is_undone=True)])
    assert _validity(book, day) == 10


def test_corrected_years_come_one_by_one() -> None:
    book = shipped_book()
    book.replace([_year(1, "2026-12-14"), _year(2, "2027-12-13"), _year(3, "2026-12-15")])
    calendar = book.calendar(DAY(2026, 6, 1))
    off = [calendar.is_working(DAY(2026, 12, 14)), calendar.is_working(DAY(2026, 12, 15))]
    assert off == [True, False]
    assert not calendar.is_working(DAY(2027, 12, 13))
    # The year before was corrected by nobody.
    assert not calendar.is_working(DAY(2025, 12, 16))
    # A year that was corrected is the table's alone: the law's own days are not added to it.
    assert calendar.is_working(DAY(2026, 12, 16))


def test_a_book_beside_it_knows_other_imports() -> None:
    day = DAY(2027, 1, 1)
    book = shipped_book()
    other = book.having([_limits(10, day, 1)])
    assert (_validity(book, day), _validity(other, day)) == (30, 10)
