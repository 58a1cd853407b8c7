"""The made-up population: the same everywhere, valid, and shaped like a town."""

import datetime as dt
import hashlib
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

from clinic_desk.domain.address import split_address, street_key
from clinic_desk.domain.folding import fold_word
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.phone import parse_phone
from clinic_desk.practice.population import MAX_PEOPLE, PersonRow, people
from clinic_desk.practice.town import DISTRICTS, GENERAL_DISTRICTS, TERRITORIES, served_streets
from clinic_desk.resources import read_json

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def town_of_30000() -> list[PersonRow]:
    return list(people(30_000, today=TODAY))


def digest(rows: list[PersonRow]) -> str:
    text = "\n".join("|".join(map(str, row)) for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def iin_is_right(iin: str, row: PersonRow) -> bool:
    """Both passes by the letter of the rule, written without the program's own code."""
    digits = [int(c) for c in iin]
    check = sum(digits[i] * (i + 1) for i in range(11)) % 11
    if check == 10:
        check = sum(digits[i] * ((i + 2) % 11 + 1) for i in range(11)) % 11
    century_and_sex = {("M", 19): 3, ("F", 19): 4, ("M", 20): 5, ("F", 20): 6}
    return (
        len(digits) == 12
        and check == digits[11]
        and iin[:6] == row.birth_date.strftime("%y%m%d")
        and digits[6] == century_and_sex[row.sex, row.birth_date.year // 100]
    )


def test_same_seed_and_day_give_the_same_bytes_in_other_processes() -> None:
    script = (
        "import datetime,hashlib\n"
        "from clinic_desk.practice.population import people\n"
        "rows = people(3000, seed=7, today=datetime.date(2026, 11, 23))\n"
        "print(hashlib.sha256('\\n'.join('|'.join(map(str, r)) for r in rows).encode()).hexdigest())\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("0", "4242")
    }
    assert answers == {digest(list(people(3000, seed=7, today=TODAY)))}


def test_every_platform_makes_these_bytes() -> None:
    """A new digest is right only after a wanted change of the name lists or of the generator."""
    expected = "fc001161bfa7ed690937b3c93552c205b53a18b02f67522bcdfe250217b427f0"
    assert digest(list(people(1000, today=TODAY))) == expected


def test_seeds_and_days_differ() -> None:
    first = list(people(200, seed=1, today=TODAY))
    assert first != list(people(200, seed=2, today=TODAY))
    assert first != list(people(200, seed=1, today=TODAY - dt.timedelta(days=1)))


@pytest.mark.parametrize("count", [0, 1, 2, 999, 10_000])
def test_shorter_run_is_the_start_of_a_longer_one(count: int, town_of_30000: list[PersonRow]) -> None:
    assert list(people(count, today=TODAY)) == town_of_30000[:count]


@pytest.mark.parametrize("count", [-1, MAX_PEOPLE + 1])
def test_impossible_sizes_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="population"):
        people(count, today=TODAY)


def test_iins_are_valid_unique_and_agree_with_the_person(town_of_30000: list[PersonRow]) -> None:
    wrong = [row for row in town_of_30000 if not iin_is_right(row.iin, row)]
    assert wrong == []
    assert len({row.iin for row in town_of_30000}) == 30_000
    second_pass = sum(
        sum(int(c) * (i + 1) for i, c in enumerate(row.iin[:11])) % 11 == 10 for row in town_of_30000
    )
    assert second_pass > 1000  # numbers valid only through the second pass are there too


def test_ages_make_a_pyramid(town_of_30000: list[PersonRow]) -> None:
    ages = [(TODAY - row.birth_date).days / 365.25 for row in town_of_30000]
    assert min(ages) > 0
    assert max(ages) < 101
    share = {
        limit: sum(low <= age < limit for age in ages) / 30_000
        for low, limit in pairwise((0, 15, 25, 45, 65, 120))
    }
    assert 0.24 < share[15] < 0.32
    assert 0.10 < share[25] < 0.18
    assert 0.24 < share[45] < 0.33
    assert 0.17 < share[65] < 0.25
    assert 0.06 < share[120] < 0.11
    assert 0.50 < sum(row.sex == "F" for row in town_of_30000) / 30_000 < 0.54


def test_names_look_like_the_country(town_of_30000: list[PersonRow]) -> None:
    surnames = Counter(row.surname for row in town_of_30000)
    assert len(surnames) > 5000
    assert max(surnames.values()) < 300  # no surname is met by one person in a hundred
    kazakh_letters = sum(any(c in "әғқңөұүһі" for c in row.surname.lower()) for row in town_of_30000)
    assert 0.1 < kazakh_letters / 30_000 < 0.6
    assert {fold_word("Ахметов"), fold_word("Омарова"), fold_word("Иванов")} <= set(map(fold_word, surnames))
    assert 0.03 < sum(not row.patronymic for row in town_of_30000) / 30_000 < 0.08
    endings = Counter(
        (row.sex, end)
        for row in town_of_30000
        for end in ("ұлы", "қызы", "ич", "на")
        if row.patronymic.endswith(end)
    )
    assert set(endings) == {("M", "ұлы"), ("F", "қызы"), ("M", "ич"), ("F", "на")}
    assert min(endings.values()) > 1000
    for row in town_of_30000:
        assert not (row.sex == "M" and row.surname.endswith(("ова", "ева", "ская")))
        assert not (row.sex == "F" and row.surname.endswith(("ов", "ев", "ёв", "ский")))
        for word in (row.surname, row.given_name):
            assert word.isalpha()
            assert word[0].isupper()
            assert word[1:].islower()


def test_households_share_address_phone_and_surname(town_of_30000: list[PersonRow]) -> None:
    homes: dict[str, list[PersonRow]] = {}
    for row in town_of_30000:
        homes.setdefault(row.address, []).append(row)
    together = [home for home in homes.values() if len(home) > 1]
    assert len(together) > 5000
    share_phone = sum(max(Counter(row.phone for row in home).values()) > 1 for home in together)
    assert share_phone / len(together) > 0.4
    share_surname = sum(
        max(Counter(row.surname.removesuffix("а") for row in home).values()) > 1 for home in together
    )
    assert share_surname / len(together) > 0.7
    children = [
        (row, home)
        for home in together
        for row in home
        if row.insurance_category == "child" and row.patronymic
    ]
    with_father = sum(
        any(man.sex == "M" and row.patronymic[:4] == man.given_name[:4] for man in home)
        for row, home in children
    )
    assert with_father / len(children) > 0.5


def test_phones_are_real_mobile_forms(town_of_30000: list[PersonRow]) -> None:
    assert 0.02 < sum(not row.phone for row in town_of_30000) / 30_000 < 0.06
    for row in town_of_30000[:3000]:
        if row.phone:
            assert parse_phone(row.phone).e164 == row.phone


def test_districts_follow_age(town_of_30000: list[PersonRow]) -> None:
    loads = Counter(row.district_index for row in town_of_30000)
    assert set(loads) == set(range(DISTRICTS))
    assert all(700 < load < 2200 for load in loads.values())
    for row in town_of_30000:
        is_child = (TODAY - row.birth_date).days < 17.9 * 365.25
        is_adult = (TODAY - row.birth_date).days > 18.1 * 365.25
        if row.district_index >= TERRITORIES:
            assert not is_adult
        elif row.district_index >= GENERAL_DISTRICTS:
            assert not is_child


def test_insurance_codes_are_those_of_the_rules(town_of_30000: list[PersonRow]) -> None:
    known = {row["code"] for row in read_json("rules", "insurance_categories.json")["rows"]}
    payers = {row["code"]: row["payer"] for row in read_json("rules", "insurance_categories.json")["rows"]}
    categories = Counter(row.insurance_category for row in town_of_30000)
    assert set(categories) == known | {""}
    statuses = Counter(row.insurance_status for row in town_of_30000)
    assert set(statuses) == set(InsuranceStatus)
    assert 0.03 < statuses["uninsured"] / 30_000 < 0.10
    for row in town_of_30000:
        age = (TODAY - row.birth_date).days / 365.25
        if age < 17.9:
            assert row.insurance_category == "child"
        if row.insurance_category in {"pregnant", "mother_of_many"}:
            assert row.sex == "F"
        if row.insurance_category == "pensioner":
            assert age > 60.9
        expected = {
            "insured_state": "state",
            "insured_state_local": "local",
            "insured_contributions": "contributions",
            "grace_3m": "contributions",
            "grace_6m": "contributions",
            "conditional_de": "local",
        }.get(row.insurance_status)
        if expected:
            assert payers[row.insurance_category] == expected
        if row.insurance_status == "uninsured":
            assert row.insurance_category == ""


def test_most_are_attached_and_both_languages_are_met(town_of_30000: list[PersonRow]) -> None:
    assert 0.92 < sum(row.attached for row in town_of_30000) / 30_000 < 0.96
    languages = Counter(row.language for row in town_of_30000)
    assert set(languages) == {"kk", "ru"}
    assert languages["kk"] > languages["ru"] > 5000
    assert any("даңғылы" in row.address for row in town_of_30000 if row.language == "kk")
    assert all("үй" in row.address for row in town_of_30000 if row.language == "kk")
    assert all("д. " in row.address for row in town_of_30000 if row.language == "ru")


def test_everybody_lives_on_a_street_of_their_district() -> None:
    held = {(street_key(served.street), served.district_index) for served in served_streets()}
    for row in people(3_000, today=TODAY):
        place = split_address(row.address)
        assert place.house is not None
        assert (place.street_key, row.district_index) in held
    assert all(key for key, _ in held)


def test_a_street_belongs_to_one_district_for_each_age() -> None:
    districts: dict[str, set[int]] = {}
    for served in served_streets():
        districts.setdefault(street_key(served.street), set()).add(served.district_index)
    shared = {street for street, found in districts.items() if len(found) > 1}
    assert all(max(districts[street]) >= TERRITORIES for street in shared)
    assert {d for found in districts.values() for d in found} == set(range(DISTRICTS))
