"""Streams a made-up population of any size: the same seed and day give the same people everywhere.

People come household by household, so neighbours in the stream share surname, address and often a
phone. Memory grows with the number of birthdays, not with the number of people, and the first N
rows of a longer run equal a run of N. The people are invented, but an IIN may coincide with a real
one: never send them to a real service.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from clinic_desk.practice.categories import draw_standing
from clinic_desk.practice.households import CHILD, ELDER, HEAD, SPOUSE, Member, draw_household
from clinic_desk.practice.iins import IinIssuer
from clinic_desk.practice.names import (
    KAZAKH,
    KOREAN_GERMAN,
    MIDDLE,
    RUSSIAN,
    SENIOR,
    TURKIC,
    YOUNG,
    NameLists,
    Patronymics,
    Spelled,
    name_lists,
)
from clinic_desk.practice.town import ADULT_AGE, district_index, draw_address, draw_phone, town
from clinic_desk.practice.urns import Draw, urn

MAX_PEOPLE: Final = 20_000_000
"""More would use up the serials of a birthday."""

_GENERATION_YEARS: Final = 28
_CIRCLES: Final = urn(((KAZAKH, 71), (RUSSIAN, 18), (TURKIC, 8), (KOREAN_GERMAN, 3)), 1 << 10)


class PersonRow(NamedTuple):
    """A made-up person as plain values.

    `sex` is M or F; `phone` is `+7` and ten digits or empty; `language` is kk or ru;
    `insurance_category` is a code of the rule table or empty, `insurance_status` a stored value of
    the domain; `district_index` counts from 0 in the order of the made-up clinic's districts.
    """

    iin: str
    surname: str
    given_name: str
    patronymic: str
    sex: str
    birth_date: dt.date
    phone: str
    address: str
    language: str
    insurance_category: str
    insurance_status: str
    district_index: int
    attached: bool


class _Birthday(NamedTuple):
    date: dt.date
    ordinal: int
    age: int
    cohort: int
    fathers_cohort: int


class _Home(NamedTuple):
    """What the members of a household share."""

    circle: int
    surname: tuple[str, ...]
    russian: bool
    russian_patronymic: bool
    language: str
    territory: int
    address: str
    phone: str
    youngest: int
    children: int


def people(count: int, *, seed: int = 1, today: dt.date) -> Iterator[PersonRow]:
    """The first `count` people of the population of `seed`, whose ages are those of `today`.

    Raises:
        ValueError: `count` is negative or above `MAX_PEOPLE`.
    """
    if not 0 <= count <= MAX_PEOPLE:
        raise ValueError(f"A population has 0 to {MAX_PEOPLE} people")
    return islice(_Population(seed, today).stream(), count)


class _Population:
    """The endless stream behind `people`; holds the lists, the random source and issued numbers."""

    def __init__(self, seed: int, today: dt.date) -> None:
        self._draw: Draw = random.Random(seed).random  # noqa: S311 - made-up people, not secrets
        self._today = today
        self._today_ordinal = today.toordinal()
        self._names: NameLists = name_lists()
        self._town = town()
        self._issuer = IinIssuer()
        self._birthdays: dict[int, _Birthday] = {}

    def stream(self) -> Iterator[PersonRow]:
        """People without end, household by household."""
        draw = self._draw
        while True:
            members = draw_household(draw)
            home = self._home(members)
            father: Spelled | None = None
            used: list[Spelled] = []
            for member in members:
                born = self._birthdays.get(member.age_days) or self._birthday(member.age_days)
                given = self._given_name(home.circle, born.cohort, member.female)
                if given in used:  # two of one name under a roof are rare
                    given = self._given_name(home.circle, born.cohort, member.female)
                used.append(given)
                if member.place == HEAD and not member.female:
                    father = given
                yield self._person(home, member, born, given, father)

    def _home(self, members: list[Member]) -> _Home:
        draw = self._draw
        circle = _CIRCLES[int(draw() * len(_CIRCLES))]
        surnames = self._names.surnames[circle]
        language = "kk" if circle == KAZAKH and draw() < 0.78 else "ru"
        territory = self._town.territories[int(draw() * len(self._town.territories))]
        streets = self._town.streets[territory]
        children = [member.age_days for member in members if member.place == CHILD]
        return _Home(
            circle,
            surnames[int(draw() * len(surnames))],
            circle != KAZAKH or draw() < 0.40,
            circle != KAZAKH or draw() < 0.55,
            language,
            territory,
            draw_address(streets[int(draw() * len(streets))], draw, language == "kk"),
            draw_phone(self._town.operators, draw) if draw() > 0.04 else "",
            children[-1] * 4 // 1461 if children else 99,
            len(children),
        )

    def _person(
        self, home: _Home, member: Member, born: _Birthday, given: Spelled, father: Spelled | None
    ) -> PersonRow:
        draw = self._draw
        age, female = born.age, member.female
        surname = home.surname
        if member.place == SPOUSE and draw() < 0.22:  # keeps the name she was born with
            surnames = self._names.surnames[home.circle]
            surname = surnames[int(draw() * len(surnames))]
        is_child = member.place == CHILD
        patronymic = ""
        if draw() > 0.05:
            # Older people carry the Russian form, whatever the rest of the household does.
            russian = home.russian_patronymic or (age >= 35 and draw() < 0.6)
            patronymic = self._father(home, born, father if is_child else None)[2 * russian + female]
        phone = home.phone
        # The head's phone is the household's; other adults and older children often have their own.
        own = 0.7 if not is_child else 0.5 if age > 12 else 0.0
        if member.place != HEAD and own and draw() < own:
            phone = draw_phone(self._town.operators, draw)
        youngest, children = (99, 0) if is_child or member.place == ELDER else (home.youngest, home.children)
        category, status = draw_standing(draw, age, female, youngest, children)
        return PersonRow(
            self._issuer.issue(born.date, born.ordinal, female),
            surname[2 * home.russian + female],
            given[home.russian],
            patronymic,
            "F" if female else "M",
            born.date,
            phone,
            home.address,
            home.language,
            category,
            status,
            home.territory if age >= ADULT_AGE else district_index(home.territory, age),
            draw() < 0.94,
        )

    def _given_name(self, circle: int, cohort: int, female: bool) -> Spelled:
        names = self._names.given[circle][2 * cohort + female]
        return names[int(self._draw() * len(names))]

    def _father(self, home: _Home, born: _Birthday, father: Spelled | None) -> Patronymics:
        if father is not None:
            return self._names.patronymics[father]
        names = self._names.fathers[home.circle][born.fathers_cohort]
        return names[int(self._draw() * len(names))]

    def _birthday(self, age_days: int) -> _Birthday:
        today = self._today
        ordinal = self._today_ordinal - age_days
        date = dt.date.fromordinal(ordinal)
        age = today.year - date.year - ((today.month, today.day) < (date.month, date.day))
        born = _Birthday(date, ordinal, age, _cohort(date.year), _cohort(date.year - _GENERATION_YEARS))
        self._birthdays[age_days] = born
        return born


def _cohort(year: int) -> int:
    if year < 1960:
        return SENIOR
    return MIDDLE if year < 1995 else YOUNG
