"""`leaflet`: the plan of one person from a script, and the paper beside it."""

import json
from pathlib import Path

import pytest

from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.practice.showcase import (
    CHILD,
    NEVER_CHECKED,
    THIRD_MONTH,
    UNINSURED_DIABETES,
    showcase,
)
from tests.commands.conftest import Practice
from tests.commands.program import TIME
from tests.printing.samples import words


def iin_of(role: str) -> str:
    import datetime as dt

    day = dt.datetime.fromisoformat(TIME).date()
    return next(one.person.iin for one in showcase(day) if one.role == role)


def test_the_plan_of_somebody_uninsured_with_diabetes(practice: Practice, tmp_path: Path) -> None:
    paper = tmp_path / "leaflet.pdf"
    said = practice.run("leaflet", "--iin", iin_of(UNINSURED_DIABETES), "--pdf", str(paper), "--json")
    assert (said.code, said.err) == (0, "")
    told = said.json
    assert (told["situation"], told["coverage"], told["as_of"]) == ("uninsured", "no", "2026-11-23")
    assert told["missing"][:2] == ["2026-03-01", "2026-04-01"]
    assert [(row["icd"], row["package"]) for row in told["diagnoses"]] == [("E11.9", "insurance")]
    costs = {row["way"]: row["cost"] for row in told["ways"] if row["cost"]}
    assert costs["pay_debt"] == {
        "months": 6,
        "monthly_tenge": 4250,
        "total_tenge": 25500,
        "sums_of": 2026,
        "ask_the_fund": False,
    }
    assert (costs["prepay_12_months"]["total_tenge"], costs["prepay_12_months"]["ask_the_fund"]) == (
        51000,
        True,
    )
    assert told["pdf"] == str(paper)
    assert "сақтандырылмағансыз" in words(paper.read_bytes())


def test_lines_for_a_person_are_in_the_language_asked_for(practice: Practice) -> None:
    lines = practice.run("leaflet", "--iin", iin_of(THIRD_MONTH), lang="ru").out.splitlines()
    assert lines[0] == "Право на страховку сохраняется до 30.11.2026."
    assert lines[1].startswith("Не уплачено 3 месяца")
    assert any(line.startswith("1. Право сохраняется до 30.11.2026") for line in lines)


@pytest.mark.parametrize("role", [CHILD, NEVER_CHECKED])
def test_who_needs_no_leaflet_is_refused_one_and_still_told_the_plan(
    practice: Practice, tmp_path: Path, role: str
) -> None:
    paper = tmp_path / "leaflet.pdf"
    refused = practice.run("leaflet", "--iin", iin_of(role), "--pdf", str(paper), "--json")
    assert refused.code == 1
    assert refused.json["findings"][0]["code"] == "leaflet.not_needed"
    assert not paper.exists()
    told = practice.run("leaflet", "--iin", iin_of(role), "--json")
    assert (told.code, told.json["ways"], told.json["pdf"]) == (0, [], None)


def test_somebody_unknown_and_a_wrong_number_are_refused(practice: Practice) -> None:
    for digits in ("900101300018", "210909600004"):
        said = practice.run("leaflet", "--iin", digits, "--json")
        assert said.code == 1
        assert digits not in json.dumps(said.json)


def test_a_paper_that_cannot_be_written_is_said_after_the_plan(practice: Practice, tmp_path: Path) -> None:
    iin = practice.person(InsuranceStatus.UNINSURED)
    said = practice.run("leaflet", "--iin", iin, "--pdf", str(tmp_path / "no" / "such.pdf"), "--json")
    assert said.code == 2
    assert said.json["pdf"] is None
    assert said.json["ways"]
    assert said.err
