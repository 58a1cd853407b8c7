"""The polyclinic at whose window the program stands: districts, doctors, the desk itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.ids import DistrictId, DoctorId
from clinic_desk.domain.names import PersonName


class DistrictKind(StrEnum):
    """Kinds of district (участок / учаске); РПН profile codes 5, 2, 3, 1."""

    GENERAL = "general"
    THERAPEUTIC = "therapeutic"
    PEDIATRIC = "pediatric"
    PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class District:
    """A doctor's area, known by its number in the clinic."""

    id: DistrictId
    number: str
    kind: DistrictKind
    doctor_id: DoctorId | None = None


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor who may order a service; `code` is unique in the clinic."""

    id: DoctorId
    code: str
    name: PersonName
    specialty_kk: str
    specialty_ru: str
    room: str = ""
    active_from: dt.date | None = None
    active_to: dt.date | None = None

    def is_active_on(self, day: dt.date) -> bool:
        """True when the doctor works here on `day`."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )


@dataclass(frozen=True, slots=True)
class ClinicProfile:
    """What the slip says of the issuing organisation; `kato` is the code of the place it stands in."""

    name_kk: str = ""
    name_ru: str = ""
    address: str = ""
    phone: str = ""
    bin: str = ""
    head_name: str = ""
    kato: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The window: its code stands in every number it issues, so no two desks may share one."""

    code: str = "D1"
    label: str = "1"
    registrar: str = ""
