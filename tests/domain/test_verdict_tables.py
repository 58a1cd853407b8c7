"""The tables of who pays: what ships, what an import of them is refused for."""

import copy
import datetime as dt
from typing import Any

import pytest

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.day_rules import DayRules, day_rules
from clinic_desk.domain.ids import ServiceId
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.rule_tables import parse_tables
from clinic_desk.domain.rule_tables.checking import check_document
from clinic_desk.domain.rule_tables.verdict import DECISION_ORDER, SERVICE_KINDS, Step
from clinic_desk.services.rules_of_the_day import shipped_documents, shipped_tables

TODAY = dt.date(2026, 11, 27)
YEARS = {
    2025: dt.date(2025, 12, 31),
    2026: dt.date(2026, 1, 1),
    2027: dt.date(2027, 1, 1),
}


def document(name: str) -> dict[str, Any]:
    return copy.deepcopy(shipped_documents()[name])


def problems(changed: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(found.code, found.row, found.field) for found in check_document(changed, TODAY).problems]


@pytest.mark.parametrize("name", ["decision_order", "service_kinds"])
def test_the_shipped_tables_are_without_fault(name: str) -> None:
    assert problems(document(name)) == []


def test_the_order_of_each_year() -> None:
    steps = {
        year: order.value.steps
        for year, day in YEARS.items()
        if (order := day_rules(shipped_tables(), day).order(None)) is not None
    }
    assert steps[2025] == (
        Step.SOCIALLY_SIGNIFICANT,
        Step.CHRONIC_GUARANTEED,
        Step.SERVICE_GUARANTEED,
        Step.SERVICE_INSURANCE,
    )
    assert steps[2026] == steps[2027]
    assert steps[2026] == (
        Step.SOCIALLY_SIGNIFICANT,
        Step.SERVICE_GUARANTEED,
        Step.CHRONIC,
        Step.SERVICE_INSURANCE,
    )


def test_what_2027_brings_is_said_to_be_unsettled() -> None:
    rows = {
        row.valid_from: row for row in shipped_tables()[DECISION_ORDER].rows if row.value.people == "everyone"
    }
    assert rows[YEARS[2027]].uncertain
    assert Step.SOCIALLY_SIGNIFICANT not in rows[YEARS[2027]].value.unsettled
    assert not rows[YEARS[2026]].uncertain
    assert not rows[YEARS[2026]].value.unsettled


def test_workers_of_the_eaeu_have_an_order_of_their_own() -> None:
    rules = day_rules(shipped_tables(), TODAY)
    worker, other = rules.order(AttachmentBasis.EAEU_CONTRACT), rules.order(AttachmentBasis.STUDY)
    assert worker is not None
    assert other is not None
    assert worker.value.steps[0] == Step.CONTRACT_MINIMUM
    assert Step.SOCIALLY_SIGNIFICANT not in worker.value.steps
    assert other.value.people == "everyone"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("steps", ["socially_significant", "coin"], "unknown_code"),
        ("steps", ["chronic", "chronic"], "repeated"),
        ("steps", "chronic", "not_a_list"),
        ("people", "somebody", "unknown_code"),
        ("valid_to", "2026-06-30", "gap"),
    ],
)
def test_an_order_that_cannot_be_followed_is_refused(field: str, value: object, code: str) -> None:
    changed = document("decision_order")
    changed["rows"][1][field] = value
    assert code in [found for found, _, _ in problems(changed)]


def test_an_order_for_everyone_must_be_there() -> None:
    changed = document("decision_order")
    changed["rows"] = [row for row in changed["rows"] if row["people"] != "everyone"]
    assert problems(changed) != []


@pytest.mark.parametrize(
    ("starts", "code"),
    [
        (["A02", "B03.335", "C03.001.004"], None),
        ([], None),
        (["a02"], "not_a_beginning"),
        (["А02"], "not_a_beginning"),  # the Cyrillic letter
        (["A2"], "not_a_beginning"),
        ([2], "not_a_beginning"),
        (["A02", "A02"], "repeated"),
        ("A02", "not_a_list"),
    ],
)
def test_beginnings_of_tariff_codes(starts: object, code: str | None) -> None:
    changed = document("service_kinds")
    changed["rows"][0]["starts"] = starts
    assert problems(changed) == ([(code, 1, "starts")] if code else [])


@pytest.mark.parametrize(
    ("code", "package"),
    [
        ("A01.003.000", Package.GUARANTEED),
        ("A02.005.000", Package.INSURANCE),
        ("B03.335.002", Package.INSURANCE),
        ("C03.001.004", Package.INSURANCE),
        ("A01.999.000", Package.UNKNOWN),
        ("D99.001", Package.UNKNOWN),
        ("", Package.UNKNOWN),
    ],
)
def test_the_kind_fills_a_package_nobody_told(code: str, package: Package) -> None:
    rules = day_rules(shipped_tables(), TODAY)
    assert rules.package(Service(ServiceId("s"), code, "")) is package
    for own in (Package.GUARANTEED, Package.INSURANCE):
        assert rules.package(Service(ServiceId("s"), code, "", package=own)) is own


def test_the_longest_beginning_wins() -> None:
    changed = document("service_kinds")
    blood = next(row for row in changed["rows"] if row["code"] == "blood")
    blood["starts"] = ["B03.5"]
    tables = parse_tables({**shipped_documents(), "service_kinds": changed})
    rules = DayRules(tables, TODAY)
    assert rules.package(Service(ServiceId("s"), "B03.501.000", "")) is Package.GUARANTEED
    assert rules.package(Service(ServiceId("s"), "B03.335.002", "")) is Package.INSURANCE


def test_every_kind_is_there_for_both_packages() -> None:
    rows = shipped_tables()[SERVICE_KINDS].on(TODAY)
    assert {row.value.package for row in rows} == {"guaranteed", "insurance"}
    assert len({row.value.code for row in rows}) == len(rows) == 15


def test_a_day_without_an_order_has_none() -> None:
    assert day_rules(shipped_tables(), dt.date(2019, 12, 31)).order(None) is None
