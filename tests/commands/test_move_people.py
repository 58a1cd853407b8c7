"""`move-people`: what it tells, moves, refuses and takes back, with which exit code."""

from typing import Any

import pytest

from tests.commands.conftest import Practice
from tests.commands.program import Said

ONE_TO_TWO = ("move-people", "--from", "1", "--to", "2")
STREETS = tuple(
    word
    for street in ("Үлгі көшесі", "Қазыбек би", "ул. Кенесары", "Көктал шағын ауданы")
    for word in ("--street", street)
)
"""All streets of the first district."""


def people(practice: Practice) -> dict[str, int]:
    rows: list[dict[str, Any]] = practice.run("list", "districts", "--json").json["rows"]
    return {row["code"]: row["people"] for row in rows}


def move(practice: Practice, *more: str) -> Said:
    return practice.run(*ONE_TO_TWO, *more, "--json")


def test_a_street_goes_there_and_comes_back(practice: Practice) -> None:
    before = people(practice)
    told = move(practice, *STREETS, "--dry-run")
    assert told.code == 0
    assert told.json["move_id"] is None
    assert people(practice) == before
    done = move(practice, *STREETS)
    count = done.json["people"]
    assert (done.code, done.err) == (0, "")
    assert count == told.json["people"] > 0
    assert done.json["from"] == {
        "district": "1",
        "before": before["1"],
        "after": before["1"] - count,
        "norm": 1700,
    }
    assert people(practice) == before | {"1": before["1"] - count, "2": before["2"] + count}
    back = practice.run("move-people", "--undo", done.json["move_id"], "--json")
    assert (back.code, back.json["people"], back.json["left"]) == (0, count, 0)
    assert people(practice) == before
    again = practice.run("move-people", "--undo", done.json["move_id"], "--json")
    assert again.code == 1
    assert [row["code"] for row in again.json["findings"]] == ["district.no_such_move"]


def test_houses_and_ages_narrow_the_move(practice: Practice) -> None:
    whole = move(practice, *STREETS, "--dry-run").json["people"]
    odd = move(practice, *STREETS, "--houses", "нечётные", "--dry-run").json["people"]
    assert whole > 0
    even = move(practice, *STREETS, "--houses", "жұп", "--dry-run").json["people"]
    children = move(practice, *STREETS, "--ages", "0-17", "--dry-run").json
    adults = move(practice, *STREETS, "--ages", "18-", "--dry-run").json
    assert odd + even == whole
    assert children["people"] + adults["people"] == whole
    assert children["people"] == children["children"]
    assert adults["children"] == 0


def test_children_are_refused_by_a_therapeutic_district(practice: Practice) -> None:
    said = practice.run("move-people", "--from", "1", "--to", "15", "--ages", "0-17", "--json")
    assert said.code == 1
    assert [row["code"] for row in said.json["findings"]] == ["district.too_young"]
    assert "участок № 15 принимает с 18 лет" in said.err


@pytest.mark.parametrize(
    "wrong",
    [
        ("--from", "1", "--to", "2"),
        ("--from", "1", "--street", "Абай"),
        ("--from", "1", "--to", "2", "--ages", "17-3"),
        ("--from", "1", "--to", "2", "--ages", "-"),
        ("--from", "1", "--to", "2", "--street", "Абай", "--houses", "у рынка"),
    ],
)
def test_wrong_use_ends_with_two(practice: Practice, wrong: tuple[str, ...]) -> None:
    said = practice.run("move-people", *wrong)
    assert said.code == 2
    assert said.err
    assert "Traceback" not in said.err


def test_an_unknown_district_is_named(practice: Practice) -> None:
    said = practice.run("move-people", "--from", "99", "--to", "2", "--ages", "0-17")
    assert said.code == 1
    assert "99" in said.err
