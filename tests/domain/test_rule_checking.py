"""A document is refused for all that is wrong with it, each with row, field and a code that has words."""

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.rule_tables import SCHEMAS, RuleProblem
from clinic_desk.domain.rule_tables.checking import MOST_ROWS, Checked, check_document
from clinic_desk.resources import read_json
from clinic_desk.services.rules_of_the_day import TABLES, shipped_documents
from clinic_desk.texts import Language, Texts

TODAY = dt.date(2026, 11, 27)


def _document(table: str) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(shipped_documents()[table])
    return document


def _row(**changed: Any) -> dict[str, Any]:
    row = {
        "limit": "referral_validity_days",
        "value": 30,
        "valid_from": None,
        "valid_to": None,
        "source": "an order of the clinic",
    }
    return {**row, **changed}


def _found(checked: Checked) -> list[tuple[str, int, str]]:
    return [(problem.code, problem.row, problem.field) for problem in checked.problems]


def _limits(*rows: object) -> list[tuple[str, int, str]]:
    """What is wrong with a table of limits in which the first rows are these; the others stand below."""
    others = [row for row in _document("limits")["rows"] if row["limit"] != "referral_validity_days"]
    return _found(check_document({"table": "limits", "format": 1, "rows": [*rows, *others]}, TODAY))


@pytest.mark.parametrize("table", TABLES)
def test_every_shipped_table_passes(table: str) -> None:
    checked = check_document(_document(table), TODAY)
    assert checked.problems == ()
    assert checked.schema is SCHEMAS[table]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (None, ("not_a_document", 0, "")),
        ([], ("not_a_document", 0, "")),
        ("limits", ("not_a_document", 0, "")),
        ({}, ("no_format", 0, "format")),
        ({"format": "1"}, ("no_format", 0, "format")),
        ({"format": True}, ("no_format", 0, "format")),
        ({"format": 0}, ("no_format", 0, "format")),
        ({"format": 2, "table": "limits", "rows": []}, ("future_format", 0, "format")),
        ({"format": 1}, ("unknown_table", 0, "table")),
        ({"format": 1, "table": "taxes"}, ("unknown_table", 0, "table")),
        ({"format": 1, "table": ["limits"]}, ("unknown_table", 0, "table")),
        ({"format": 1, "table": "limits"}, ("no_rows", 0, "rows")),
        ({"format": 1, "table": "limits", "rows": []}, ("no_rows", 0, "rows")),
        ({"format": 1, "table": "limits", "rows": {"a": 1}}, ("no_rows", 0, "rows")),
        ({"format": 1, "table": "limits", "rows": [1] * (MOST_ROWS + 1)}, ("too_many_rows", 0, "rows")),
    ],
)
def test_what_is_no_table_is_said_once(document: object, found: tuple[str, int, str]) -> None:
    assert _found(check_document(document, TODAY)) == [found]


def test_the_head_of_a_document_is_checked_too() -> None:
    document = {**_document("limits"), "rule": 1, "takes_effect_on": "soon", "about": 7}
    assert _found(check_document(document, TODAY)) == [
        ("unknown_field", 0, "rule"),
        ("not_text", 0, "about"),
        ("not_a_day", 0, "takes_effect_on"),
    ]
    document = {**_document("limits"), "takes_effect_on": "2027-01-01"}
    assert check_document(document, TODAY).takes_effect_on == dt.date(2027, 1, 1)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("tomorrow", ("not_a_row", 1, "")),
        (_row(value=None), ("missing", 1, "value")),
        (_row(value="30"), ("not_a_number", 1, "value")),
        (_row(value=True), ("not_a_number", 1, "value")),
        (_row(value=30.5), ("not_a_number", 1, "value")),
        (_row(value=0), ("out_of_range", 1, "value")),
        (_row(value=10**30), ("out_of_range", 1, "value")),
        (_row(limit="referral_days"), ("unknown_code", 1, "limit")),
        (_row(limit=7), ("not_text", 1, "limit")),
        (_row(source=None), ("missing", 1, "source")),
        (_row(source=" "), ("empty", 1, "source")),
        (_row(source="a" * 401), ("too_long", 1, "source")),
        (_row(source="an order\nof two lines"), ("unreadable", 1, "source")),
        (_row(source="half a letter \ud800"), ("unreadable", 1, "source")),
        (_row(valid_from="1 January"), ("not_a_day", 1, "valid_from")),
        (_row(valid_from="20260101"), ("not_a_day", 1, "valid_from")),
        (_row(valid_from="2026-02-30"), ("not_a_day", 1, "valid_from")),
        (_row(valid_to=20260101), ("not_a_day", 1, "valid_to")),
        (_row(uncertain="yes"), ("not_a_flag", 1, "uncertain")),
        (_row(colour="red"), ("unknown_field", 1, "colour")),
        (_row(valid_from="2026-02-01", valid_to="2026-01-01"), ("days_reversed", 1, "valid_to")),
    ],
)
def test_a_bad_row_is_named_with_its_field(row: object, found: tuple[str, int, str]) -> None:
    assert _limits(row) == [found]


def test_an_absent_first_day_is_not_an_open_one() -> None:
    row = _row()
    del row["valid_from"]
    assert _limits(row) == [("missing", 1, "valid_from")]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([(None, "2026-12-31"), ("2027-01-01", None)], []),
        ([("2027-01-01", None), (None, "2026-12-31")], []),
        ([(None, "2026-12-31"), ("2026-12-31", None)], [("overlap", 2, "valid_from")]),
        ([(None, None), ("2027-01-01", None)], [("overlap", 2, "valid_from")]),
        ([(None, None), (None, None)], [("overlap", 2, "valid_from")]),
        (
            [("2026-06-01", "2026-12-31"), (None, "2026-06-01"), ("2027-01-01", None)],
            [("overlap", 2, "valid_from")],
        ),
        ([(None, "2026-12-31"), ("2027-01-02", None)], [("gap", 2, "valid_from")]),
        ([("2027-01-02", None), (None, "2026-12-31")], [("gap", 1, "valid_from")]),
        # The long row reaches over the short one: what follows it leaves no gap.
        (
            [(None, "2026-12-31"), ("2026-03-01", "2026-03-31"), ("2027-01-01", None)],
            [("overlap", 2, "valid_from")],
        ),
        ([(None, "9999-12-31"), ("0001-01-01", "0001-01-01")], [("overlap", 2, "valid_from")]),
        ([("2026-11-27", None)], []),
        ([("2026-11-28", None)], [("begins_late", 1, "valid_from")]),
        ([(None, "2026-12-31")], [("ends", 1, "valid_to")]),
    ],
)
def test_rows_of_one_code_follow_each_other(
    days: list[tuple[str | None, str | None]], found: list[tuple[str, int, str]]
) -> None:
    assert _limits(*(_row(valid_from=first, valid_to=last) for first, last in days)) == found


def test_a_limit_the_program_asks_for_may_not_be_absent() -> None:
    (problem,) = check_document(
        {"table": "limits", "format": 1, "rows": _document("limits")["rows"][1:]}, TODAY
    ).problems
    assert (problem.code, problem.row, problem.params) == (
        "code_missing",
        0,
        {"value": "referral_validity_days"},
    )


def test_a_day_of_the_calendar_stands_there_once() -> None:
    document = _document("working_calendar")
    document["rows"].append(dict(document["rows"][4]))
    (problem,) = check_document(document, TODAY).problems
    assert (problem.code, problem.row, problem.params) == ("day_twice", len(document["rows"]), {"other": 5})


@pytest.mark.parametrize(
    ("icd", "code"),
    [
        (["A15-A19", "K74", "B18.0-B18.2", "C00-C97"], None),
        ([], None),
        ("A15", "not_a_list"),
        ([15], "not_a_range"),
        (["a15"], "not_a_range"),
        (["A15-"], None),
        (["A15-A1"], "not_a_range"),
        (["А15"], "not_a_range"),  # the Cyrillic letter
        (["A15 - A19"], "not_a_range"),
        (["A19-A15"], "range_reversed"),
        (["B18.2-B18.0"], "range_reversed"),
    ],
)
def test_ranges_of_diagnoses(icd: object, code: str | None) -> None:
    document = _document("guaranteed_diagnoses")
    document["rows"][2]["icd"] = icd
    assert _found(check_document(document, TODAY)) == ([(code, 3, "icd")] if code else [])


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("https://msqory.kz", True),
        ("tel:1414", True),
        ("tel:+77172000000", True),
        ("http://msqory.kz", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a b.kz", False),
        ("file:///etc/passwd", False),
        ("https://msqory.kz/\u202e", False),
    ],
)
def test_an_address_to_open_is_a_safe_one(url: str, is_good: bool) -> None:
    document = _document("contacts")
    document["rows"][0]["url"] = url
    assert _found(check_document(document, TODAY)) == ([] if is_good else [("not_a_link", 1, "url")])


def test_all_problems_are_told_at_once_in_the_order_of_the_rows() -> None:
    found = _limits(_row(value=0, source=""), "no row", _row(limit="x"), _row(valid_from="?"))
    assert found == [
        ("out_of_range", 1, "value"),
        ("empty", 1, "source"),
        ("not_a_row", 2, ""),
        ("unknown_code", 3, "limit"),
        ("not_a_day", 4, "valid_from"),
    ]


def test_every_problem_has_its_sentence_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes are collected where they are made; the parameters are what the sentence asks for."""
    problems: list[RuleProblem] = []
    for _, document in _bad_documents():
        problems += check_document(document, TODAY).problems
    assert len({problem.code for problem in problems}) >= 24
    for problem in problems:
        for language in Language:
            assert Texts(language).say(f"rules.problem.{problem.code}", **problem.params)
    known = {
        key.removeprefix("problem.") for key in read_json("texts", "rules.json") if key.startswith("problem.")
    }
    assert {problem.code for problem in problems} - known == set()


def _bad_documents() -> list[tuple[str, object]]:
    def broken(table: str, change: Callable[[dict[str, Any]], object]) -> tuple[str, object]:
        document = _document(table)
        change(document)
        return table, document

    def row(table: str, number: int, **values: object) -> tuple[str, object]:
        return broken(table, lambda document: document["rows"][number].update(values))

    return [
        ("", None),
        ("", {}),
        ("", {"format": 9}),
        ("", {"format": 1, "table": "x"}),
        ("", {"format": 1, "table": "limits", "rows": []}),
        ("", {"format": 1, "table": "limits", "rows": [0] * 6_000}),
        broken("limits", lambda d: d["rows"].append(3)),
        broken("limits", lambda d: d["rows"].append(dict(d["rows"][0]))),
        broken("limits", lambda d: d["rows"].pop()),
        broken("working_calendar", lambda d: d["rows"].append(dict(d["rows"][0]))),
        *(row("limits", 0, value=v) for v in ("x", 0, None)),
        *(row("limits", 0, source=s) for s in (" ", 3, "\t.", "a" * 500)),
        row("limits", 0, x=1),
        row("limits", 0, valid_from="x"),
        row("limits", 0, valid_from="2030-01-01"),
        row("limits", 0, valid_to="2030-01-01"),
        row("limits", 0, valid_from="2026-01-02", valid_to="2026-01-01"),
        row("limits", 0, uncertain=3),
        row("limits", 0, limit="x"),
        row("insurance_statuses", 4, payers=["state", "state"]),
        row("insurance_statuses", 4, payers="state"),
        row("guaranteed_diagnoses", 0, icd=["x"]),
        row("guaranteed_diagnoses", 0, icd=["B2", "B20-B10"]),
        row("guaranteed_diagnoses", 0, icd=["B20-B10"]),
        row("contacts", 0, url="x"),
        broken(
            "limits",
            lambda d: (
                d["rows"].append({**d["rows"][0], "valid_from": "2031-01-01"})
                or d["rows"][0].update(valid_to="2030-01-01")
            ),
        ),
    ]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_ANYTHING = _JSON | st.sampled_from(
    [
        "2026-01-01",
        "2026-12-31",
        "9999-12-31",
        "0001-01-01",
        "A15-A19",
        "child",
        "holiday",
        "referral_validity_days",
    ]
)


@st.composite
def _near_tables(draw: st.DrawFn) -> Any:
    """Documents that are nearly right, so that every check behind the first one is reached."""
    table = draw(st.sampled_from(TABLES))
    fields = [*SCHEMAS[table].all_fields, "more"]
    shipped = [dict(row) for row in shipped_documents()[table]["rows"]]
    rows: list[Any] = draw(st.lists(st.sampled_from(shipped), max_size=6))
    rows = [
        {**row, **draw(st.dictionaries(st.sampled_from(fields), _ANYTHING, max_size=3))}
        if draw(st.booleans())
        else row
        for row in rows
    ]
    rows += draw(st.lists(_JSON, max_size=1))
    head = draw(
        st.fixed_dictionaries({}, optional={"about": _JSON, "takes_effect_on": _ANYTHING, "x": _JSON})
    )
    return {"table": table, "format": 1, "rows": rows, **head}


@given(_JSON | _near_tables())
def test_nothing_a_file_can_hold_makes_checking_raise(document: Any) -> None:
    checked = check_document(document, TODAY)
    assert checked.schema is not None or checked.problems
    assert list(checked.problems) == sorted(checked.problems, key=lambda problem: problem.row)
