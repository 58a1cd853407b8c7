"""Loads of districts and what is moved from one to another: a street or an age group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.ids import DistrictId, DistrictMoveId
from clinic_desk.domain.street_parts import WHOLE_STREET, Houses


class DistrictLoad(NamedTuple):
    """How many attached people a district has; whoever has no birth date counts as an adult."""

    people: int = 0
    children: int = 0

    @property
    def adults(self) -> int:
        """All who are not children."""
        return self.people - self.children

    def plus(self, other: DistrictLoad) -> DistrictLoad:
        """Both loads together."""
        return DistrictLoad(self.people + other.people, self.children + other.children)

    def minus(self, other: DistrictLoad) -> DistrictLoad:
        """What is left when the other's people are gone."""
        return DistrictLoad(self.people - other.people, self.children - other.children)


@dataclass(frozen=True, slots=True)
class StreetPart:
    """A street, or some houses of it, by the keys of all its spellings (`address.street_key`).

    An address without a house belongs to the whole street only.
    """

    keys: tuple[str, ...]
    houses: Houses = WHOLE_STREET


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """People of `years_from` to `years_to` full years on the day `on`, both inclusive."""

    years_from: int
    years_to: int
    on: dt.date

    @property
    def born_after(self) -> dt.date:
        """Whoever was born on this day is already too old."""
        return last_birth_day(self.years_to + 1, self.on)

    @property
    def born_until(self) -> dt.date:
        """Whoever was born on this day is just old enough."""
        return last_birth_day(self.years_from, self.on)


@dataclass(frozen=True, slots=True)
class Selection:
    """The attached people of one district who live on a part of a street, or are of an age group."""

    district_id: DistrictId
    what: StreetPart | AgeGroup


@dataclass(frozen=True, slots=True)
class DistrictMove:
    """People of one district given to another in one act.

    `at` and `undone_at` are aware UTC. `allowed_by` is the senior registrar who let the district go over
    the norm for the reason given.
    """

    id: DistrictMoveId
    at: dt.datetime
    by: str
    selection: Selection
    to_id: DistrictId
    people: int = 0
    reason: str = ""
    allowed_by: str = ""
    undone_at: dt.datetime | None = None
    undone_by: str = ""

    @property
    def is_undone(self) -> bool:
        """True once it was taken back."""
        return self.undone_at is not None


def last_birth_day(years: int, on: dt.date) -> dt.date:
    """The latest day on which somebody of at least `years` full years on `on` can be born.

    `date.min` when there is no such year. Counted as `Patient.age_on` counts.
    """
    year = on.year - years
    if year < dt.MINYEAR:
        return dt.date.min
    try:
        return on.replace(year=year)
    except ValueError:  # 29 February of a year without one
        return dt.date(year, 2, 28)


def share_people(one: DistrictKind, other: DistrictKind) -> bool:
    """Whether somebody of one address could belong to a district of either kind.

    A therapeutic district takes adults and a pediatric one children, so both answer for one street; the
    others take all ages.
    """
    return {one, other} != {DistrictKind.THERAPEUTIC, DistrictKind.PEDIATRIC}
