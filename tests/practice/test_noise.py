"""Faulty rows and typos for tests of search and matching."""

import datetime as dt
import random
from collections import Counter

import pytest

from clinic_desk.practice.names import feminine, russian_spelling, with_surname_ending
from clinic_desk.practice.noise import FULL_NOISE, Fault, one_edit_typo, with_fault, with_noise
from clinic_desk.practice.population import PersonRow, people

TODAY = dt.date(2026, 11, 23)
ROW = PersonRow(
    "880214400010", "Қасымова", "Айгүл", "Серікқызы", "F", dt.date(1988, 2, 14), "+77011234567",
    "Абай даңғылы, 1-үй", "kk", "employee", "insured_contributions", 3, True,
)  # fmt: skip


def distance(one: str, other: str) -> int:
    """Edits with neighbouring letters swapped counted as one (optimal string alignment)."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@pytest.mark.parametrize("word", ["Қасымова", "Иванов", "Ли", "Ә", "АХМЕТОВ", "ии"])
def test_typo_is_exactly_one_edit(word: str) -> None:
    rng = random.Random(5)
    made = [one_edit_typo(word, rng) for _ in range(400)]
    for typo in made:
        assert typo
        assert distance(word.lower(), typo.lower()) == 1
        assert typo[0].isupper() == word[0].isupper()
        assert not any("a" <= c <= "z" for c in typo.lower())
    lengths = Counter(len(typo) - len(word) for typo in made)
    assert set(lengths) >= {0, 1}
    assert (-1 in lengths) == (len(word) > 1)


def test_typo_repeats_with_its_source() -> None:
    assert one_edit_typo("Омаров", random.Random(3)) == one_edit_typo("Омаров", random.Random(3))
    assert one_edit_typo("", random.Random(3)) == ""


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        (Fault.NO_IIN, {"iin": ""}),
        (Fault.CAPITALS, {"surname": "ҚАСЫМОВА", "given_name": "АЙГҮЛ", "patronymic": "СЕРІКҚЫЗЫ"}),
        (Fault.LATIN_TWINS, {"surname": "Қacымoвa"}),
        (Fault.RUSSIAN_LETTERS, {"surname": "Касымова", "given_name": "Айгуль", "patronymic": "Сериккызы"}),
        (Fault.SWAPPED_NAMES, {"surname": "Айгүл", "given_name": "Қасымова"}),
        (Fault.PHONE_WITHOUT_PLUS, {"phone": "87011234567"}),
    ],
)
def test_each_fault_changes_only_what_it_says(fault: Fault, changed: dict[str, str]) -> None:
    assert with_fault(ROW, fault, random.Random(1)) == ROW._replace(**changed)


def test_typo_fault_touches_the_surname() -> None:
    faulty = with_fault(ROW, Fault.TYPO, random.Random(1))
    assert faulty == ROW._replace(surname=faulty.surname)
    assert distance(faulty.surname, ROW.surname) == 1


def test_share_of_faulty_rows_and_every_fault() -> None:
    clean = list(people(5000, today=TODAY))
    noisy = list(with_noise(clean, 0.3, seed=4))
    assert noisy == list(with_noise(clean, 0.3, seed=4))
    faults = Counter(fault for _, fault in noisy)
    assert 0.27 < 1 - faults[None] / 5000 < 0.33
    assert set(faults) == {None, *FULL_NOISE}
    for (row, fault), original in zip(noisy, clean, strict=True):
        if fault is None:
            assert row == original
    only = {fault for _, fault in with_noise(clean, 1.0, faults=[Fault.CAPITALS])}
    assert only == {Fault.CAPITALS}


@pytest.mark.parametrize(
    ("kazakh", "russian"),
    [("Гүлнар", "Гульнар"), ("Күлән", "Кулян"), ("Айгүл", "Айгуль"), ("Гүлім", "Гулим"),
     ("Ләззат", "Ляззат"), ("Әлия", "Алия"), ("Шыңғыс", "Шынгыс"), ("Жәнібек", "Жанибек")],
)  # fmt: skip
def test_russian_spelling(kazakh: str, russian: str) -> None:
    assert russian_spelling(kazakh) == russian


@pytest.mark.parametrize(
    ("root", "male", "female"),
    [("Ахмет", "Ахметов", "Ахметова"), ("Ибрай", "Ибраев", "Ибраева"), ("Мырза", "Мырзаев", "Мырзаева")],
)
def test_surname_endings(root: str, male: str, female: str) -> None:
    assert with_surname_ending(root) == male
    assert feminine(male) == female


def test_feminine_of_other_surnames() -> None:
    assert [feminine(x) for x in ("Покровский", "Шевченко", "Ким", "Синицын")] == [
        "Покровская", "Шевченко", "Ким", "Синицына",
    ]  # fmt: skip
