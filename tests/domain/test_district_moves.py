"""Which parts of streets go with a move, and what the rules say at each boundary."""

import datetime as dt
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.district_rules import MoveRequest, find_at_move
from clinic_desk.domain.districts import (
    AgeGroup,
    DistrictLoad,
    Selection,
    StreetPart,
    change_of_streets,
    full_years,
    last_birth_day,
    share_people,
)
from clinic_desk.domain.findings import Severity
from clinic_desk.domain.ids import DistrictId, StreetId
from clinic_desk.domain.rule_tables import Dated
from clinic_desk.domain.rule_tables.districts import DistrictRule
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import Street, StreetSide

TODAY = dt.date(2026, 11, 23)
ONE = District(DistrictId("1"), "1", DistrictKind.GENERAL)
TWO = District(DistrictId("2"), "2", DistrictKind.GENERAL)
WHOLE = Street(StreetId("s"), "Абай көшесі", "абаи", ONE.id)
SELECTION = Selection(ONE.id, StreetPart(("абаи",)))


def norm(people: int | None) -> Dated[DistrictRule]:
    return Dated(DistrictRule(DistrictKind.GENERAL, people), None, None, "source", uncertain=True)


def request(**changed: object) -> MoveRequest:
    made = MoveRequest(
        SELECTION, ONE, TWO, norm(100), DistrictLoad(10, 3), DistrictLoad(80, 20), moves_streets=True
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def test_a_side_of_a_street_leaves_the_other_behind() -> None:
    ids = count()
    odd = Selection(ONE.id, StreetPart(("абаи",), Houses(StreetSide.ODD)))
    other = replace(WHOLE, id=StreetId("x"), key="гогол")
    elsewhere = replace(WHOLE, id=StreetId("y"), district_id=TWO.id)
    change = change_of_streets(odd, TWO.id, [WHOLE, other, elsewhere], lambda: f"n{next(ids)}")
    assert change.removed == (WHOLE,)
    assert [(s.district_id, s.side, s.name) for s in change.added] == [
        (TWO.id, StreetSide.ODD, "Абай көшесі"),
        (ONE.id, StreetSide.EVEN, "Абай көшесі"),
    ]
    assert len({s.id for s in (*change.added, WHOLE)}) == 3


@pytest.mark.parametrize(
    "selection",
    [
        Selection(ONE.id, ages=AgeGroup(0, 17, TODAY)),
        Selection(ONE.id, StreetPart(("абаи",)), AgeGroup(0, 17, TODAY)),
        Selection(TWO.id, StreetPart(("абаи",))),
        Selection(ONE.id, StreetPart(("гогол",))),
    ],
)
def test_streets_stay_when_only_some_of_their_people_go(selection: Selection) -> None:
    assert change_of_streets(selection, TWO.id, [WHOLE], lambda: "n") == ((), ())


@pytest.mark.parametrize(("people", "over"), [(19, None), (20, None), (21, 1), (120, 100)])
def test_the_norm_is_passed_by_one_person_more_than_it(people: int, over: int | None) -> None:
    found = find_at_move(request(moving=DistrictLoad(people)))
    assert [(f.severity, f.code, f.params["n"]) for f in found] == (
        [] if over is None else [(Severity.WARNING, "district.over_norm", over)]
    )


def test_without_a_norm_nothing_is_passed() -> None:
    assert find_at_move(request(rule=norm(None), moving=DistrictLoad(9_999))) == []
    assert find_at_move(request(rule=None, moving=DistrictLoad(9_999))) == []


def test_a_street_of_nobody_may_go_and_nobody_at_all_may_not() -> None:
    assert find_at_move(request(moving=DistrictLoad())) == []
    found = find_at_move(request(moving=DistrictLoad(), moves_streets=False))
    assert found[0].code == "district.nobody"


def test_blocks_come_before_warnings_and_notes() -> None:
    found = find_at_move(
        request(moving=DistrictLoad(50), too_old=2, open_cases=1, without_house=3, moves_streets=False)
    )
    order = [f.severity for f in found]
    assert order == sorted(order, key=list(Severity).index)
    assert {f.code for f in found} == {
        "district.too_old",
        "district.over_norm",
        "district.without_house",
        "district.open_cases",
        "district.street_not_listed",
    }


@pytest.mark.parametrize("one", DistrictKind)
@pytest.mark.parametrize("other", DistrictKind)
def test_only_a_therapeutic_and_a_pediatric_district_share_nobody(
    one: DistrictKind, other: DistrictKind
) -> None:
    apart = {one, other} == {DistrictKind.THERAPEUTIC, DistrictKind.PEDIATRIC}
    assert share_people(one, other) is not apart


@given(st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)), st.dates(dt.date(2030, 1, 2), dt.date(2040, 1, 1)))
def test_the_last_birth_day_of_an_age_is_the_last(born: dt.date, day: dt.date) -> None:
    age = full_years(born, day)
    last = last_birth_day(age, day)
    assert born <= last
    assert full_years(last, day) == age
    assert full_years(last + dt.timedelta(days=1), day) == age - 1
