"""Rows of a list of streets beside the districts and parts of streets that are stored.

A house belongs to one district for each age. A row whose houses another row or another district has is
refused with the other named; only a row about exactly a stored part moves that part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from clinic_desk.domain.clinic import District
from clinic_desk.domain.districts import share_people
from clinic_desk.domain.ids import DistrictId, StreetId
from clinic_desk.domain.imports.rows import RowProblem
from clinic_desk.domain.imports.values import StreetRow
from clinic_desk.domain.street_parts import Houses, overlap
from clinic_desk.domain.streets import Street
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import UnitOfWork


class StreetKey(NamedTuple):
    """The key of `BulkKind.STREETS`."""

    street_id: StreetId
    district_id: DistrictId


class _Claim(NamedTuple):
    line: int
    houses: Houses
    district: District


@dataclass(slots=True)
class KnownStreets:
    """Districts by number, stored parts of streets by key, and what rows of this list said before."""

    districts: dict[str, District] = field(default_factory=dict)
    stored: dict[str, list[tuple[Street, District]]] = field(default_factory=dict)
    _claims: dict[str, list[_Claim]] = field(default_factory=dict)

    @classmethod
    def of(cls, work: UnitOfWork) -> KnownStreets:
        """Everything the store has."""
        districts = work.clinic.districts()
        by_id = {district.id: district for district in districts}
        known = cls({district.number.casefold(): district for district in districts})
        for street in work.districts.streets():
            known.stored.setdefault(street.key, []).append((street, by_id[street.district_id]))
        return known

    def subject(self, row: StreetRow, line: int) -> tuple[StreetKey | None, RowProblem | None]:
        """The stored part the row is about, or a new one; or why the row cannot stand."""
        district = self.districts.get(row.district.casefold())
        if district is None:
            return None, RowProblem(
                "street.unknown_district", "district", params={"district": row.district}, value=row.district
            )
        for claim in self._claims.get(row.street_key, []):
            if claim.district != district and self._meet(claim.houses, claim.district, row.houses, district):
                return None, RowProblem(
                    "street.overlaps", params={"line": claim.line, "district": claim.district.number}
                )
        found: StreetId | None = None
        for street, holder in self.stored.get(row.street_key, []):
            houses = Houses.of(street)
            if not self._meet(houses, holder, row.houses, district):
                continue
            if houses == row.houses and holder.kind is district.kind:
                found = street.id
            elif holder != district:
                return None, RowProblem("street.held", params={"district": holder.number})
        self._claims.setdefault(row.street_key, []).append(_Claim(line, row.houses, district))
        return StreetKey(found or StreetId(new_id()), district.id), None

    @staticmethod
    def _meet(one: Houses, holder: District, other: Houses, district: District) -> bool:
        return share_people(holder.kind, district.kind) and overlap(one, other)


def street_of(row: StreetRow, key: StreetKey) -> Street:
    """The part of a street that a new row makes."""
    houses = row.houses
    return Street(
        key.street_id,
        row.name,
        row.street_key,
        key.district_id,
        houses.side,
        houses.house_from,
        houses.house_to,
    )
