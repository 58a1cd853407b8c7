"""Which district to offer to a person: by where they live, by age, by free places.

A district is only ever proposed. Above the norm it still may be chosen, with a reason; whoever lives on a
street that nobody listed gets the districts with free places.
Source: order ҚР ДСМ-194/2020 as amended: the choice of doctor depends on how many people the district has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.address import SplitAddress
from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.ids import DistrictId
from clinic_desk.domain.rule_tables.districts import DistrictRule
from clinic_desk.domain.streets import Street


class ProposedFor(StrEnum):
    """Why a district is proposed, the strongest reason first."""

    ADDRESS = "address"
    """The house lies in it."""
    STREET = "street"
    """A part of the street lies in it, and the house is not known."""
    FREE = "free"
    """It takes people of this age and has free places."""
    AGE = "age"
    """It takes people of this age; it is full, or nobody set how many it may have."""


_RANK = {why: rank for rank, why in enumerate(ProposedFor)}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A district that takes people of this age. `free` is negative above the norm, None without a norm."""

    district: District
    why: ProposedFor
    people: int
    norm: int | None

    @property
    def free(self) -> int | None:
        """How many people more the norm allows."""
        return None if self.norm is None else self.norm - self.people


def propose_districts(
    address: SplitAddress,
    age: int | None,
    districts: Iterable[District],
    rules: Mapping[DistrictKind, DistrictRule],
    streets: Iterable[Street],
    people: Mapping[DistrictId, int],
) -> list[Proposal]:
    """The districts for a person of `age` full years, best first; empty when none takes that age.

    `age` None (unknown) fits every district, and a kind without a rule takes every age. `streets` need hold
    no more than the parts of the address's own street; `people` counts who is attached now.
    """
    known_parts = list(streets) if address.street_key else []
    parts: dict[DistrictId, list[Street]] = {}
    for street in known_parts:
        if street.key == address.street_key:
            parts.setdefault(street.district_id, []).append(street)
    proposals = []
    for district in districts:
        rule = rules.get(district.kind)
        if rule is not None and not rule.takes(age):
            continue
        norm = rule.norm if rule else None
        count = people.get(district.id, 0)
        why = _why(address, parts.get(district.id, []), norm, count)
        proposals.append(Proposal(district, why, count, norm))
    proposals.sort(key=lambda p: _order(p, rules))
    return proposals


def _why(address: SplitAddress, parts: list[Street], norm: int | None, people: int) -> ProposedFor:
    if any(part.holds(address) for part in parts):
        return ProposedFor.ADDRESS
    if parts and address.house is None:
        return ProposedFor.STREET
    return ProposedFor.FREE if norm is not None and people < norm else ProposedFor.AGE


def _order(proposal: Proposal, rules: Mapping[DistrictKind, DistrictRule]) -> tuple[object, ...]:
    """By the reason, then a district for just this age before one for all, then by free places."""
    rule = rules.get(proposal.district.kind)
    takes_all = rule is None or (rule.age_from is None and rule.age_to is None)
    free = proposal.free
    number = proposal.district.number
    return (
        _RANK[proposal.why],
        takes_all if _RANK[proposal.why] <= _RANK[ProposedFor.STREET] else False,
        free is None,
        -(free or 0),
        len(number),
        number,
    )
