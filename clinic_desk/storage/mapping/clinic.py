"""Districts and doctors in their tables."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.ids import DistrictId, DoctorId
from clinic_desk.domain.names import PersonName
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import districts, doctors
from clinic_desk.storage.values import day_of, day_text


def _write_district(district: District) -> tuple[Any, ...]:
    return district.id, district.number, district.kind.value, district.doctor_id


def _read_district(row: Row) -> District:
    district_id, number, kind, doctor_id = row
    return District(
        DistrictId(district_id), number, DistrictKind(kind), DoctorId(doctor_id) if doctor_id else None
    )


def _write_doctor(doctor: Doctor) -> tuple[Any, ...]:
    return (
        doctor.id,
        doctor.code,
        doctor.name.surname,
        doctor.name.given_name,
        doctor.name.patronymic,
        doctor.specialty_kk,
        doctor.specialty_ru,
        doctor.room,
        day_text(doctor.active_from),
        day_text(doctor.active_to),
        name_key(doctor.name),
    )


def _read_doctor(row: Row) -> Doctor:
    doctor_id, code, surname, given, patronymic, specialty_kk, specialty_ru, room, active_from, active_to = (
        row
    )
    return Doctor(
        DoctorId(doctor_id),
        code,
        PersonName(surname, given, patronymic),
        specialty_kk,
        specialty_ru,
        room,
        day_of(active_from),
        day_of(active_to),
    )


DISTRICT: Final = Form(districts, ("id", "number", "kind", "doctor_id"), _write_district, _read_district)
DOCTOR: Final = Form(
    doctors,
    (
        "id",
        "code",
        "surname",
        "given_name",
        "patronymic",
        "specialty_kk",
        "specialty_ru",
        "room",
        "active_from",
        "active_to",
    ),
    _write_doctor,
    _read_doctor,
    derived=("name_key",),
)
