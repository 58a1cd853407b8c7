"""The dated tables: every shipped row has its source, a day chooses the row, a broken table is named."""

import copy
import datetime as dt
import json
import re
from typing import Any

import pytest

from clinic_desk.domain.rule_tables import Dated, DatedTable, DiagnosisGroup, RuleTableBroken, parse_tables
from clinic_desk.resources import read_json, resource_path
from clinic_desk.services.rules_of_the_day import TABLES, shipped_tables

TODAY = dt.date(2026, 11, 23)


def _documents() -> dict[str, Any]:
    return {name: copy.deepcopy(read_json("rules", f"{name}.json")) for name in TABLES}


def test_every_shipped_table_is_read() -> None:
    files = {path.stem for path in resource_path("rules").iterdir()}
    assert files == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_days(name: str) -> None:
    document = json.loads(resource_path("rules", f"{name}.json").read_text("utf-8"))
    assert document["about"]
    assert document["rows"]
    for row in document["rows"]:
        assert len(row["source"]) > 10, row
        assert {"valid_from", "valid_to"} <= set(row), row
        first, last = (row[key] and dt.date.fromisoformat(row[key]) for key in ("valid_from", "valid_to"))
        assert first is None or last is None or first <= last, row


def test_the_five_reasons_with_their_keys() -> None:
    reasons = [row.value for row in shipped_tables().reasons.on(TODAY)]
    assert [(r.code, r.key) for r in reasons] == [
        ("no_specialist", "1"),
        ("no_equipment", "2"),
        ("full_for_month", "3"),
        ("doctor_on_leave", "4"),
        ("equipment_broken", "5"),
    ]
    assert shipped_tables().reasons.on(dt.date(2025, 12, 5)) == []
    assert shipped_tables().reason("no_equipment", dt.date(2025, 12, 6)) is not None
    assert shipped_tables().reason("no_equipment", dt.date(2025, 12, 5)) is None
    assert shipped_tables().reason("because", TODAY) is None


def test_the_eleven_groups_that_stay_guaranteed() -> None:
    groups = [row.value.code for row in shipped_tables().guaranteed_diagnoses.on(TODAY)]
    assert len(groups) == len(set(groups)) == 11
    limited = {
        row.value.code: row.value.first_months
        for row in shipped_tables().guaranteed_diagnoses.on(TODAY)
        if row.value.first_months
    }
    assert limited == {"infarction": 6, "stroke": 12}


def test_limits_and_what_of_them_the_organisation_sets() -> None:
    tables = shipped_tables()
    assert tables.validity_days.one_on(TODAY).value == 30
    assert tables.validity_days.one_on(TODAY).uncertain
    assert tables.wait_warning_days.one_on(TODAY).value == 15
    assert not tables.wait_warning_days.one_on(TODAY).uncertain
    assert tables.fresh_hours.one_on(TODAY).value == 24
    assert tables.recheck_days.one_on(TODAY).value == 30
    assert tables.supplier_list_days.one_on(TODAY).value == 7


def test_the_fund_answers_at_1414_and_1406_is_the_former_number() -> None:
    fund = shipped_tables().contact("fund", TODAY)
    assert (fund.phone, fund.former) == ("1414", "1406")
    with pytest.raises(RuleTableBroken) as caught:
        shipped_tables().contact("nobody", TODAY)
    assert (caught.value.code, caught.value.params) == ("rules.no_row", {"table": "contacts"})


def test_sixteen_categories_are_paid_by_budgets() -> None:
    rows = shipped_tables().categories.on(TODAY)
    assert {row.value.payer for row in rows} == {"state", "local", "contributions"}
    assert sum(row.value.payer != "contributions" for row in rows) == 16
    assert sorted(row.value.code for row in rows if row.value.payer == "local") == [
        "conditional_de",
        "unemployed",
    ]


def _dated(value: int, first: str | None, last: str | None) -> Dated[int]:
    day = dt.date.fromisoformat
    return Dated(value, day(first) if first else None, day(last) if last else None, "an order")


def test_a_day_chooses_the_row_and_bounds_belong_to_it() -> None:
    table = DatedTable(
        "terms",
        (
            _dated(10, None, "2025-12-31"),
            _dated(20, "2026-01-01", "2026-12-31"),
            _dated(30, "2027-01-01", None),
        ),
    )
    asked = ["1999-01-01", "2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01", "2099-01-01"]
    assert [table.one_on(dt.date.fromisoformat(day)).value for day in asked] == [10, 10, 20, 20, 30, 30]


def test_of_two_rows_in_force_the_newer_one_counts() -> None:
    table = DatedTable(
        "terms", (_dated(30, "2026-06-01", None), _dated(20, "2026-01-01", None), _dated(10, None, None))
    )
    assert table.one_on(dt.date(2026, 5, 31)).value == 20
    assert table.one_on(dt.date(2026, 6, 1)).value == 30
    assert [row.value for row in table.on(dt.date(2025, 1, 1))] == [10]


def test_a_day_without_a_row_is_an_error_that_names_the_table() -> None:
    table = DatedTable("terms", (_dated(10, "2026-01-01", "2026-02-01"),))
    for day in (dt.date(2025, 12, 31), dt.date(2026, 2, 2)):
        with pytest.raises(RuleTableBroken) as caught:
            table.one_on(day)
        assert (caught.value.code, caught.value.params) == ("rules.no_row", {"table": "terms"})


def test_a_row_of_tomorrow_is_already_in_the_table_and_not_yet_in_force() -> None:
    documents = _documents()
    rows = documents["limits"]["rows"]
    old = next(row for row in rows if row["limit"] == "referral_validity_days")
    old["valid_to"] = "2026-12-31"
    rows.append({**old, "value": 10, "valid_from": "2027-01-01", "valid_to": None, "uncertain": False})
    tables = parse_tables(documents)
    assert tables.validity_days.one_on(dt.date(2026, 12, 31)).value == 30
    newer = tables.validity_days.one_on(dt.date(2027, 1, 1))
    assert (newer.value, newer.uncertain) == (10, False)


@pytest.mark.parametrize(
    ("table", "row", "damage"),
    [
        ("referral_reasons", 2, {"code": None, "key": None}),
        ("referral_reasons", 1, {"source": None}),
        ("limits", 1, {"value": "many"}),
        ("limits", 1, {"value": None}),
        ("guaranteed_diagnoses", 3, {"valid_from": "1 January"}),
        ("guaranteed_diagnoses", 1, {"icd": None}),
        ("insurance_diagnoses", 2, {"valid_to": 20260101}),
        ("insurance_categories", 1, {"payer": None}),
        ("contacts", 1, {"name": None}),
        ("working_calendar", 4, {"date": "2026-02-30"}),
        ("working_calendar", 2, {"source": None}),
        ("working_calendar", 1, {"kind": None}),
    ],
)  # fmt: skip
def test_a_broken_row_is_named(table: str, row: int, damage: dict[str, Any]) -> None:
    documents = _documents()
    for key, value in damage.items():
        if value is None:
            del documents[table]["rows"][row - 1][key]
        else:
            documents[table]["rows"][row - 1][key] = value
    with pytest.raises(RuleTableBroken) as caught:
        parse_tables(documents)
    assert caught.value.code == "rules.form"
    assert caught.value.params["table"] == table
    assert caught.value.params["row"] == row


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("damage", ["absent", "no rows", "a list", "rows null", "row is text"])
def test_a_broken_table_is_named(table: str, damage: str) -> None:
    documents = _documents()
    match damage:
        case "absent":
            del documents[table]
        case "no rows":
            documents[table] = {"about": ""}
        case "a list":
            documents[table] = []
        case "rows null":
            documents[table]["rows"] = None
        case _:
            documents[table]["rows"] = ["tomorrow"]
    with pytest.raises(RuleTableBroken) as caught:
        parse_tables(documents)
    assert (caught.value.code, caught.value.params["table"]) == ("rules.form", table)


@pytest.mark.parametrize(
    ("ranges", "code", "is_in"),
    [
        ((("A15", "A19"),), "A14.9", False),
        ((("A15", "A19"),), "A15", True),
        ((("A15", "A19"),), "A15.0", True),
        ((("A15", "A19"),), "A19.9", True),
        ((("A15", "A19"),), "A20", False),
        ((("A15", "A19"),), "B15.0", False),
        ((("B18.0", "B18.2"),), "B18", False),
        ((("B18.0", "B18.2"),), "B18.0", True),
        ((("B18.0", "B18.2"),), "B18.1", True),
        ((("B18.0", "B18.2"),), "B18.2", True),
        ((("B18.0", "B18.2"),), "B18.3", False),
        ((("B18.8", "B18.8"),), "B18.8", True),
        ((("B18.8", "B18.8"),), "B18.9", False),
        ((("K74", "K74"),), "K74", True),
        ((("K74", "K74"),), "K74.6", True),
        ((("K74", "K74"),), "K75", False),
        ((), "A15", False),
    ],
)
def test_edges_of_ranges(ranges: tuple[tuple[str, str], ...], code: str, is_in: bool) -> None:
    assert DiagnosisGroup("group", ranges).holds(code) is is_in


def test_shipped_ranges_are_codes_in_order() -> None:
    code = re.compile(r"[A-Z][0-9]{2}(\.[0-9])?")
    tables = shipped_tables()
    for row in (*tables.guaranteed_diagnoses.rows, *tables.insurance_diagnoses.rows):
        for low, high in row.value.ranges:
            assert code.fullmatch(low)
            assert code.fullmatch(high)
            assert low <= high
