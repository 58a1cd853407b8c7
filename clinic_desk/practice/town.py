"""Addresses, phones and territories of the practice town.

Eighteen territories are served by fourteen general and four therapeutic districts; children of
the therapeutic ones belong to the two pediatric districts.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from clinic_desk.domain.address import street_key
from clinic_desk.practice.urns import Draw, urn
from clinic_desk.resources import read_json

GENERAL_DISTRICTS: Final = 14
THERAPEUTIC_DISTRICTS: Final = 4
PEDIATRIC_DISTRICTS: Final = 2
TERRITORIES: Final = GENERAL_DISTRICTS + THERAPEUTIC_DISTRICTS
DISTRICTS: Final = TERRITORIES + PEDIATRIC_DISTRICTS
ADULT_AGE: Final = 18


def district_index(territory: int, age: int) -> int:
    """The district (0 to 19) that answers for a person of `age` full years in a territory (0 to 17)."""
    if territory < GENERAL_DISTRICTS or age >= ADULT_AGE:
        return territory
    return TERRITORIES + (territory - GENERAL_DISTRICTS) // (THERAPEUTIC_DISTRICTS // PEDIATRIC_DISTRICTS)


class Street(NamedTuple):
    """A street in both spellings."""

    kk: str
    ru: str


class Town(NamedTuple):
    """What addresses and phones are drawn from."""

    territories: list[int]
    streets: tuple[list[Street], ...]
    operators: list[str]


@cache
def town() -> Town:
    """The practice town, made once."""
    source = read_json("practice", "streets.json")
    streets = [Street(*pair) for pair in source["streets"]]
    # A therapeutic district has no children, so its territory holds more households.
    weights = [(place, 10 if place < GENERAL_DISTRICTS else 13) for place in range(TERRITORIES)]
    return Town(
        urn(weights, 1 << 10),
        tuple(streets[place::TERRITORIES] for place in range(TERRITORIES)),
        urn([(code, weight) for code, weight in source["operators"]], 1 << 10),
    )


class Served(NamedTuple):
    """A spelling of a street and the district (0 to 19) that answers for all of it."""

    street: str
    district_index: int


@cache
def served_streets() -> tuple[Served, ...]:
    """Every spelling of every street with its districts: one, or one each for adults and children.

    A street whose two spellings fold to one key stands here once.
    """
    found = []
    for territory, streets in enumerate(town().streets):
        districts = dict.fromkeys((territory, district_index(territory, 0)))
        for street in streets:
            spellings = {street_key(name): name for name in (street.ru, street.kk)}
            found += [Served(name, district) for name in spellings.values() for district in districts]
    return tuple(found)


def draw_address(street: Street, draw: Draw, in_kazakh: bool) -> str:
    """A house, or a flat in it: `Абай даңғылы, 12-үй, 45-пәтер` or `пр. Абая, д. 12, кв. 45`."""
    house = int(draw() * 140) + 1
    flat = int(draw() * 160) + 1 if draw() < 0.8 else 0
    if in_kazakh:
        return f"{street.kk}, {house}-үй, {flat}-пәтер" if flat else f"{street.kk}, {house}-үй"
    return f"{street.ru}, д. {house}, кв. {flat}" if flat else f"{street.ru}, д. {house}"


def draw_phone(operators: list[str], draw: Draw) -> str:
    """A mobile number as `+77011234567`."""
    number = int(draw() * 10_000_000_000)
    return f"+7{operators[number // 10_000_000]}{number % 10_000_000:07d}"
