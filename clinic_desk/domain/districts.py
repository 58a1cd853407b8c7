"""Loads of districts and what is moved from one to another: a street or an age group."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.ids import DistrictId, DistrictMoveId
from clinic_desk.domain.streets import StreetSide


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
    """A street, or a part of it, by the keys of all its spellings (`address.street_key`).

    Houses from `house_from` to `house_to`, both inclusive; None leaves that end open.
    """

    keys: tuple[str, ...]
    side: StreetSide = StreetSide.ALL
    house_from: int | None = None
    house_to: int | None = None

    @property
    def is_whole(self) -> bool:
        """True for all houses, so that an address without a house belongs to it."""
        return self.side is StreetSide.ALL and self.house_from is None and self.house_to is None


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


def serves(kind: DistrictKind, *, child: bool) -> bool:
    """Whether a district of that kind takes a child, or an adult.

    Source: kinds of districts of the register of attached people; general practice takes all ages.
    """
    if kind is DistrictKind.PEDIATRIC:
        return child
    return not child if kind is DistrictKind.THERAPEUTIC else True
