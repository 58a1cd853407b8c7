"""What screens and commands get from the use cases about districts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.districts import DistrictLoad, DistrictMove, Selection, StreetChange
from clinic_desk.domain.findings import Finding, blocks, warnings
from clinic_desk.domain.ids import DistrictId
from clinic_desk.domain.streets import Street
from clinic_desk.services.district_norms import Norm
from clinic_desk.services.districts_port import PersonToMove


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A district in the list. `streets` counts streets of which it has a part.

    `doctor_people` is what the doctor has in all of their districts; `doctor_districts` how many those are.
    """

    district: District
    doctor: Doctor | None
    load: DistrictLoad
    norm: Norm
    streets: int
    doctor_people: int
    doctor_districts: int


@dataclass(frozen=True, slots=True)
class DistrictOverview:
    """All districts by number, and all their people together, as of `day`.

    `child_years`: people of fewer full years are counted as children.
    """

    rows: tuple[DistrictRow, ...]
    total: DistrictLoad
    child_years: int
    day: dt.date

    def row(self, district_id: DistrictId | None) -> DistrictRow | None:
        """The row of a district."""
        return next((row for row in self.rows if row.district.id == district_id), None)


@dataclass(frozen=True, slots=True)
class StreetOfDistrict:
    """A street of which a district has parts, or on which people of the district live.

    `name` is a spelling of the list; other spellings are streets of their own. Without `parts` the street is
    not on the list, and the name is as one of the people has it in the address.
    """

    key: str
    name: str
    parts: tuple[Street, ...]
    people: int


@dataclass(frozen=True, slots=True)
class DistrictStreets:
    """The streets of a district by name, then those outside its list, with most people first.

    `elsewhere` counts the people outside the list, `unknown` those whose address names no street.
    """

    streets: tuple[StreetOfDistrict, ...]
    elsewhere: int
    unknown: int


@dataclass(frozen=True, slots=True)
class LoadChange:
    """What a district has before and after a move."""

    district: District
    doctor: Doctor | None
    norm: Norm
    before: DistrictLoad
    after: DistrictLoad


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would do on `day`; nothing is written. `target` is None until a district is chosen."""

    selection: Selection
    people: DistrictLoad
    examples: tuple[PersonToMove, ...]
    source: LoadChange
    target: LoadChange | None
    streets: StreetChange
    findings: tuple[Finding, ...]
    day: dt.date

    @property
    def is_possible(self) -> bool:
        """True when nothing forbids it."""
        return not blocks(self.findings)

    @property
    def needs_reason(self) -> bool:
        """True when a senior registrar has to say why."""
        return bool(warnings(self.findings))


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A past move with the districts' numbers. `streets` are names out of the list, as far as it had them."""

    move: DistrictMove
    source: District
    target: District
    streets: tuple[str, ...]
