"""Names of the practice town: how they are spelled, inflected, and how often they are met.

Every name is kept in Kazakh and in Russian spelling (Қасымов, Касымов); a household writes its
own in one of them. Lists lie in `resources/practice/names.json`.
"""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any, Final, NamedTuple

from clinic_desk.practice.urns import ranked, shuffled, urn
from clinic_desk.resources import read_json

KAZAKH, RUSSIAN, TURKIC, KOREAN_GERMAN = range(4)
"""Circles of names; a person's circle decides lists, patronymics and, in part, the language."""

SENIOR, MIDDLE, YOUNG = range(3)
"""Cohorts by birth year: given names have their fashions."""

_COHORTS: Final = ("senior", "middle", "young")
_KEYS: Final = ("kazakh", "russian", "turkic")
_TO_RUSSIAN: Final = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
# Гүл and Күл are softened before a consonant and at the end, лә becomes ля.
_SOFT: Final = re.compile("([ГгКк])үл(?![аеиоуыәөұүіэя])")
_VOWELS: Final = "аеёиоуыэюяәіөұү"


class Spelled(NamedTuple):
    """A name in both spellings."""

    kk: str
    ru: str


class Surname(NamedTuple):
    """Four forms: index `2 * russian_spelling + female`."""

    kk_male: str
    kk_female: str
    ru_male: str
    ru_female: str


class Patronymics(NamedTuple):
    """What a father's name makes of his children's: index `2 * russian_form + female`."""

    kk_male: str
    kk_female: str
    ru_male: str
    ru_female: str


def russian_spelling(name: str) -> str:
    """How a Russian document writes a Kazakh name: Гүлнар -> Гульнар, Қасым -> Касым."""
    text = _SOFT.sub(r"\1уль", name).replace("лә", "ля").replace("Лә", "Ля")
    return text.translate(_TO_RUSSIAN)


def with_surname_ending(root: str) -> str:
    """The root with -ов or -ев: Ахмет -> Ахметов, Ибрай -> Ибраев, Мырза -> Мырзаев."""
    if root[-1] in "йь":
        return root[:-1] + "ев"
    return root + ("ев" if root[-1] in _VOWELS or root[-1] in "жшчщ" else "ов")


def feminine(surname: str) -> str:
    """Иванов -> Иванова, Покровский -> Покровская; others keep their form."""
    if surname.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return surname + "а"
    return surname[:-2] + "ая" if surname.endswith("ский") else surname


def patronymics(father: Spelled, exceptions: dict[str, str]) -> Patronymics:
    """The children's patronymics; `exceptions` maps a name to its two Russian forms, as Пётр -> Петрович."""
    kazakh = (father.kk + "ұлы", father.kk + "қызы")
    if father.ru in exceptions:
        male, female = exceptions[father.ru].split()
        return Patronymics(*kazakh, male, female)
    name = father.ru
    stem = name[:-1] + "ев" if name[-1] in "йь" else name + ("ев" if name[-1] in _VOWELS else "ов")
    return Patronymics(*kazakh, stem + "ич", stem + "на")


class NameLists(NamedTuple):
    """The urns a population draws from.

    `surnames[circle]`; `given[circle][2 * cohort + female]`; `fathers[circle][cohort]`;
    `patronymics` by the father's given name.
    """

    surnames: tuple[list[Surname], ...]
    given: tuple[tuple[list[Spelled], ...], ...]
    fathers: tuple[tuple[list[Patronymics], ...], ...]
    patronymics: dict[Spelled, Patronymics]


@cache
def name_lists() -> NameLists:
    """The urns, made once (a few tenths of a second)."""
    source = read_json("practice", "names.json")
    given = tuple(_given_names(source, circle) for circle in (KAZAKH, RUSSIAN, TURKIC))
    given += (given[RUSSIAN],)
    known: dict[Spelled, Patronymics] = {}
    fathers: list[tuple[list[Patronymics], ...]] = []
    for lists in given:
        cohorts: list[list[Patronymics]] = []
        for cohort in (SENIOR, MIDDLE, YOUNG):
            men = lists[2 * cohort]
            for name in men:
                if name not in known:
                    known[name] = patronymics(name, source["patronymics"])
            cohorts.append([known[name] for name in men])
        fathers.append(tuple(cohorts))
    surnames = (
        _kazakh_surnames(source["kazakh"]),
        _other_surnames(source["russian"]),
        _other_surnames(source["turkic"]),
        _other_surnames(source["korean_german"]),
    )
    return NameLists(surnames, given, tuple(fathers), known)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(text.split()))


def _compounds(parts: dict[str, str]) -> list[str]:
    return [
        first + second
        for first in _words(parts["first"])
        for second in _words(parts["second"])
        # No Бекбек or Құрманман, and no letter twice at the seam.
        if not first.lower().endswith(second) and first[-1].lower() != second[0]
    ]


def _given_names(source: dict[str, Any], circle: int) -> tuple[list[Spelled], ...]:
    lists = source[_KEYS[circle]]
    urns: list[list[Spelled]] = []
    for cohort in _COHORTS:
        for sex in ("male", "female"):
            text = lists[sex] if isinstance(lists[sex], str) else lists[sex][cohort]
            names = _words(text)
            pairs = ranked(names, offset=8, share=820)
            if f"{sex}_compounds" in lists:
                rarer = [name for name in _compounds(lists[f"{sex}_compounds"]) if name not in names]
                pairs += ranked(rarer, offset=60, share=180)
            urns.append(urn([(Spelled(n, russian_spelling(n)), w) for n, w in pairs], 1 << 13))
    return tuple(urns)


def _kazakh_surnames(lists: dict[str, Any]) -> list[Surname]:
    roots = _words(lists["surname_roots"])
    known = set(roots)
    tail: list[Surname] = []
    for root in _compounds(lists["surname_compounds"]):
        if root in known:
            continue
        known.add(root)
        tail.append(_kazakh_surname(with_surname_ending(root)))
        tail.append(_kazakh_surname(root))  # the modern form without an ending
    head = [_kazakh_surname(with_surname_ending(root)) for root in roots]
    # The commonest surname is met with about 0.5 % of this circle; the tail holds most people.
    pairs = ranked(head, offset=18, share=220)
    pairs += ranked(shuffled(tail, random.Random(2026).random), offset=1200, share=780)  # noqa: S311
    return urn(pairs, 1 << 16)


def _kazakh_surname(form: str) -> Surname:
    russian = russian_spelling(form)
    return Surname(form, feminine(form), russian, feminine(russian))


def _other_surnames(lists: dict[str, Any]) -> list[Surname]:
    head = _words(lists["surnames"])
    pairs = ranked(head, offset=25, share=760)
    if "surname_compounds" in lists:
        tail = [name for name in _compounds(lists["surname_compounds"]) if name not in head]
        pairs += ranked(tail, offset=200, share=240)
    return urn([(Surname(n, feminine(n), n, feminine(n)), w) for n, w in pairs], 1 << 14)
