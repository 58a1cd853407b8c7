"""What a new document changes beside the old one, and what of the old one stays beneath it."""

from typing import Any

from clinic_desk.domain.rule_tables import SCHEMAS
from clinic_desk.domain.rule_tables.comparing import compare
from clinic_desk.domain.rule_tables.layering import laid_over

LIMITS, CALENDAR, CONTACTS = SCHEMAS["limits"], SCHEMAS["working_calendar"], SCHEMAS["contacts"]


def _limit(name: str, value: int, first: str | None = None, last: str | None = None) -> dict[str, Any]:
    return {"limit": name, "value": value, "valid_from": first, "valid_to": last, "source": "an order"}


def _day(date: str, kind: str = "holiday") -> dict[str, Any]:
    names = {"name_kk": "к", "name_ru": "р"}
    return {"date": date, "kind": kind, **names, "valid_from": None, "valid_to": None, "source": "s"}


def _of(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"rows": list(rows)}


def test_rows_are_told_apart_by_code_and_first_day() -> None:
    before = _of(_limit("a", 1), _limit("b", 2), _limit("c", 3))
    after = _of(_limit("b", 20), _limit("a", 1), _limit("d", 4), _limit("a", 9, "2027-01-01"))
    changes = compare(LIMITS, before, after)
    assert changes.added == (_limit("d", 4), _limit("a", 9, "2027-01-01"))
    assert changes.removed == (_limit("c", 3),)
    assert [(c.before["value"], c.after["value"], c.fields) for c in changes.changed] == [(2, 20, ("value",))]
    assert changes.same == 1
    assert not changes.is_nothing


def test_a_closed_row_with_a_successor_is_one_change_and_one_addition() -> None:
    changes = compare(
        LIMITS, _of(_limit("a", 1)), _of(_limit("a", 1, None, "2026-12-31"), _limit("a", 2, "2027-01-01"))
    )
    assert [c.fields for c in changes.changed] == [("valid_to",)]
    assert len(changes.added) == 1
    assert changes.removed == ()


def test_order_and_ways_of_saying_nothing_change_nothing() -> None:
    said = {**_limit("a", 1), "uncertain": False, "note": ""}
    changes = compare(LIMITS, _of(_limit("a", 1), _limit("b", 2)), _of(_limit("b", 2), said))
    assert changes.is_nothing
    assert changes.same == 2


def test_an_imported_year_of_the_calendar_replaces_that_year_only() -> None:
    below = _of(_day("2025-12-16"), _day("2026-03-08"), _day("2026-03-09"), _day("2027-03-08"))
    above = _of(_day("2026-03-08"), _day("2026-03-07", "transferred_workday"))
    dates = [row["date"] for row in laid_over(CALENDAR, below, above)["rows"]]
    assert dates == ["2025-12-16", "2027-03-08", "2026-03-08", "2026-03-07"]


def test_other_tables_are_replaced_as_a_whole_but_for_what_the_program_asks_for() -> None:
    below = _of(_limit("insurance_fresh_hours", 24), _limit("referral_validity_days", 30))
    above = _of(_limit("referral_validity_days", 10))
    assert laid_over(LIMITS, below, above)["rows"] == [below["rows"][0], above["rows"][0]]
    contact = {"code": "fund", "name": "1414", "valid_from": None, "valid_to": None, "source": "s"}
    other = {**contact, "code": "bot"}
    assert laid_over(CONTACTS, _of(contact, other), _of(contact)) == _of(contact)
