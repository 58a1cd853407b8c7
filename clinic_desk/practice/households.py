"""Who lives together: the shape of a household decides ages, and with them the age pyramid.

Shapes and ages are tuned to the published outline for Kazakhstan: about 30 % under 15, 9 % of 65
and over, slightly more women than men, most children with two parents.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from clinic_desk.practice.urns import Draw, urn

HEAD, SPOUSE, CHILD, ELDER = range(4)
"""A member's place: head and spouse are adults, an elder is a parent of the head."""

YEAR_DAYS: Final = 365.25
LEAVES_HOME_DAYS: Final = int(23 * YEAR_DAYS)
_OLDEST_DAYS: Final = int(100 * YEAR_DAYS)


class Member(NamedTuple):
    """One person of a household; `age_days` counts back from the day of reference."""

    age_days: int
    female: bool
    place: int


def _ages(bands: tuple[tuple[int, int, int], ...]) -> list[int]:
    """Ages in full years: each band (first, last, weight of one year)."""
    return urn([(age, weight) for first, last, weight in bands for age in range(first, last + 1)], 1 << 10)


_ALONE: Final = _ages(
    ((18, 24, 26), (25, 34, 8), (35, 44, 4), (45, 64, 16), (65, 79, 14), (80, 89, 6), (90, 99, 1))
)
_PAIR: Final = _ages(((20, 29, 6), (30, 44, 2), (45, 64, 21), (65, 74, 14), (75, 86, 4), (87, 95, 1)))
_MOTHER: Final = _ages(((20, 24, 8), (25, 29, 14), (30, 39, 18), (40, 44, 14), (45, 49, 11), (50, 54, 7)))
_CHILDREN: Final = urn(((1, 20), (2, 29), (3, 26), (4, 15), (5, 6), (6, 3), (7, 1)), 1 << 8)


def draw_household(draw: Draw) -> list[Member]:
    """The members of the next household, adults first, then children from eldest to youngest."""
    kind = draw()
    if kind < 0.22:
        age = _days(_ALONE, draw)
        # Men die earlier: of those who live alone late in life most are women.
        return [Member(age, draw() < (0.42 if age < 20_000 else 0.66), HEAD)]
    if kind < 0.42:
        age = _days(_PAIR, draw)
        return [Member(age, False, HEAD), Member(_spouse(age, draw), True, SPOUSE)]
    mother = _days(_MOTHER, draw)
    if kind < 0.51:
        return [Member(mother, True, HEAD), *_children(mother, draw, fewer=1)]
    father = _spouse(mother, draw, older=int(2.5 * YEAR_DAYS))
    members = [Member(father, False, HEAD), Member(mother, True, SPOUSE)]
    if kind > 0.91:
        elder = min(_OLDEST_DAYS, father + int((20 + draw() * 16) * YEAR_DAYS))
        members.append(Member(elder, True, ELDER))
        if draw() < 0.45:
            members.append(Member(min(_OLDEST_DAYS, elder + int(draw() * 4 * YEAR_DAYS)), False, ELDER))
    return members + _children(mother, draw)


def _days(ages: list[int], draw: Draw) -> int:
    return int((ages[int(draw() * len(ages))] + draw()) * YEAR_DAYS)


def _spouse(age_days: int, draw: Draw, older: int = -700) -> int:
    """The other's age: near, never under eighteen, never over the oldest."""
    age = age_days + older + int((draw() - 0.5) * 7 * YEAR_DAYS)
    return max(int(18.1 * YEAR_DAYS), min(_OLDEST_DAYS, age))


def _children(mother_days: int, draw: Draw, fewer: int = 0) -> list[Member]:
    """Children at home: the first when the mother is 19 to 31, the next one to four years apart."""
    children: list[Member] = []
    at_birth = int((19 + draw() * 12) * YEAR_DAYS)
    for _ in range(max(1, _CHILDREN[int(draw() * len(_CHILDREN))] - fewer)):
        age = mother_days - at_birth
        if age < 1:
            break
        if age < LEAVES_HOME_DAYS:
            children.append(Member(age, draw() < 0.487, CHILD))
        at_birth += int((1.2 + draw() * 3) * YEAR_DAYS)
    return children
