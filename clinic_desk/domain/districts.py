"""Loads of districts and what is moved from one to another: a street or an age group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, StreetId
from clinic_desk.domain.street_parts import WHOLE_STREET, Houses, shared, without
from clinic_desk.domain.streets import Street


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
    """People of `years_from` to `years_to` full years on the day `on`, both inclusive; None: without end.

    Whoever has no birth date belongs to no age group.
    """

    years_from: int
    years_to: int | None
    on: dt.date

    @property
    def born_after(self) -> dt.date:
        """Whoever was born on this day is already too old."""
        return dt.date.min if self.years_to is None else last_birth_day(self.years_to + 1, self.on)

    @property
    def born_until(self) -> dt.date:
        """Whoever was born on this day is just old enough."""
        return last_birth_day(self.years_from, self.on)


@dataclass(frozen=True, slots=True)
class Selection:
    """The attached people of one district who live on a part of a street and are of an age group.

    At least one of the two is said; None means every street, or every age.
    """

    district_id: DistrictId
    street: StreetPart | None = None
    ages: AgeGroup | None = None

    def __post_init__(self) -> None:
        """A whole district is not moved by leaving everything out."""
        if self.street is None and self.ages is None:
            raise ValueError("a street or an age group is needed")


class StreetChange(NamedTuple):
    """Parts of streets that a move takes away and the parts that stand in their place."""

    removed: tuple[Street, ...] = ()
    added: tuple[Street, ...] = ()


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


def change_of_streets(
    selection: Selection, to_id: DistrictId, streets: Iterable[Street], new_id: Callable[[], str]
) -> StreetChange:
    """Which parts of streets go to the other district with the people.

    Only parts that the district of the selection holds among `streets` are cut. An age group leaves the
    streets where they are: the others of the street still belong there.
    """
    if selection.street is None or selection.ages is not None:
        return StreetChange()
    removed: list[Street] = []
    added: list[Street] = []
    for part in streets:
        if part.district_id != selection.district_id or part.key not in selection.street.keys:
            continue
        houses = Houses.of(part)
        taken = shared(houses, selection.street.houses)
        if not taken:
            continue
        removed.append(part)
        added += [_part(part, piece, to_id, new_id) for piece in taken]
        added += [
            _part(part, piece, part.district_id, new_id) for piece in without(houses, selection.street.houses)
        ]
    return StreetChange(tuple(removed), tuple(added))


def _part(part: Street, houses: Houses, district_id: DistrictId, new_id: Callable[[], str]) -> Street:
    return replace(
        part,
        id=StreetId(new_id()),
        district_id=district_id,
        side=houses.side,
        house_from=houses.house_from,
        house_to=houses.house_to,
    )


def full_years(born: dt.date, on: dt.date) -> int:
    """How old somebody is, counted as `Patient.age_on` counts."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


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
