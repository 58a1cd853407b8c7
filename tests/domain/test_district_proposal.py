"""Which district is offered for an address and an age."""

import datetime as dt

import pytest

from clinic_desk.domain.address import SplitAddress, split_address
from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.district_proposal import ProposedFor, propose_districts
from clinic_desk.domain.districts import AgeGroup, last_birth_day
from clinic_desk.domain.ids import DistrictId, StreetId
from clinic_desk.domain.rule_tables.districts import DistrictRule
from clinic_desk.domain.streets import Street, StreetSide
from tests.storage.examples import patient

GENERAL = District(DistrictId("g"), "1", DistrictKind.GENERAL)
OTHER = District(DistrictId("o"), "2", DistrictKind.GENERAL)
ADULTS = District(DistrictId("t"), "15", DistrictKind.THERAPEUTIC)
CHILDREN = District(DistrictId("p"), "19", DistrictKind.PEDIATRIC)
ALL = [GENERAL, OTHER, ADULTS, CHILDREN]
RULES = {
    DistrictKind.GENERAL: DistrictRule(DistrictKind.GENERAL, 1700, None, None),
    DistrictKind.THERAPEUTIC: DistrictRule(DistrictKind.THERAPEUTIC, 2200, 18, None),
    DistrictKind.PEDIATRIC: DistrictRule(DistrictKind.PEDIATRIC, 900, None, 18),
}


def street(
    district: District,
    side: StreetSide = StreetSide.ALL,
    house_from: int | None = None,
    house_to: int | None = None,
    key: str = "абаи",
) -> Street:
    return Street(StreetId(district.id), "Абай көшесі", key, district.id, side, house_from, house_to)


def offered(
    address: str | SplitAddress,
    age: int | None,
    streets: list[Street] | None = None,
    people: dict[str, int] | None = None,
) -> list[tuple[str, str]]:
    where = split_address(address) if isinstance(address, str) else address
    counts = {DistrictId(key): value for key, value in (people or {}).items()}
    found = propose_districts(where, age, ALL, RULES, streets or [], counts)
    return [(p.district.id, p.why.value) for p in found]


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, {"g", "o", "p"}),
        (17, {"g", "o", "p"}),
        (18, {"g", "o", "t"}),
        (70, {"g", "o", "t"}),
        (None, {"g", "o", "t", "p"}),
    ],
)
def test_only_districts_that_take_the_age_are_offered(age: int | None, expected: set[str]) -> None:
    assert {district for district, _ in offered("", age)} == expected


def test_the_address_comes_before_free_places() -> None:
    assert offered("Абай көшесі, 5-үй", 30, [street(OTHER)], {"o": 1900})[0] == ("o", "address")


def test_a_child_of_a_shared_street_belongs_to_the_pediatric_district() -> None:
    streets = [street(ADULTS), street(CHILDREN), street(GENERAL)]
    assert offered("Абай көшесі, 5-үй", 5, streets)[:2] == [("p", "address"), ("g", "address")]
    assert offered("Абай көшесі, 5-үй", 50, streets)[:2] == [("t", "address"), ("g", "address")]


@pytest.mark.parametrize(("house", "district"), [("1", "g"), ("2", "o"), ("31", "o")])
def test_the_side_and_the_house_decide(house: str, district: str) -> None:
    streets = [
        street(GENERAL, StreetSide.ODD, 1, 29),
        street(OTHER, StreetSide.EVEN),
        street(OTHER, StreetSide.ODD, 31),
    ]
    assert offered(f"Абай көшесі, {house}-үй", 30, streets)[0] == (district, "address")


def test_without_a_house_every_part_of_the_street_is_offered_as_a_part() -> None:
    streets = [street(GENERAL, StreetSide.ODD), street(OTHER, StreetSide.EVEN)]
    assert offered("Абай көшесі", 30, streets)[:2] == [("g", "street"), ("o", "street")]


def test_a_house_outside_all_parts_is_no_address() -> None:
    assert offered("Абай көшесі, 90-үй", 30, [street(GENERAL, house_to=50)])[0][1] == "free"


def test_without_a_street_the_emptiest_district_comes_first_and_a_full_one_last() -> None:
    assert offered("", 30, [street(GENERAL)], {"g": 1650, "o": 1700, "t": 2100}) == [
        ("t", "free"),
        ("g", "free"),
        ("o", "age"),
    ]


def test_no_norm_means_no_promise_of_free_places() -> None:
    rules = {DistrictKind.GENERAL: DistrictRule(DistrictKind.GENERAL, None, None, None)}
    (found, *_) = propose_districts(SplitAddress(), 30, [GENERAL], rules, [], {})
    assert (found.why, found.free) == (ProposedFor.AGE, None)


def test_no_district_for_the_age_is_an_empty_list() -> None:
    assert propose_districts(SplitAddress(), 5, [ADULTS], RULES, [], {}) == []


@pytest.mark.parametrize("born", [dt.date(2008, 2, 28), dt.date(2008, 2, 29), dt.date(2008, 3, 1)])
@pytest.mark.parametrize("day", [dt.date(2026, 2, 28), dt.date(2026, 3, 1), dt.date(2028, 2, 29)])
def test_birth_days_are_counted_as_ages_are(born: dt.date, day: dt.date) -> None:
    age = patient(born=born).age_on(day)
    assert age is not None
    assert born <= last_birth_day(age, day)
    assert born > last_birth_day(age + 1, day)
    group = AgeGroup(age, age, day)
    assert group.born_after < born <= group.born_until


def test_a_year_before_all_years_has_no_birthdays() -> None:
    assert last_birth_day(3000, dt.date(2026, 1, 1)) == dt.date.min
