"""Districts and doctors in the store."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam

from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.ids import DistrictId, DoctorId
from clinic_desk.storage.mapping.clinic import DISTRICT, DOCTOR
from clinic_desk.storage.mapping.form import Form, T
from clinic_desk.storage.statement import Statement, UnitDriver
from clinic_desk.storage.tables import districts, doctors

_DISTRICTS: Final = Statement(DISTRICT.select.order_by(districts.c.seq))
_DOCTORS: Final = Statement(DOCTOR.select.order_by(doctors.c.name_key, doctors.c.seq))
_DOCTOR_BY_CODE: Final = Statement(
    DOCTOR.select.where(doctors.c.code == bindparam("code"), doctors.c.code != "")
)


class SqlClinic:
    """`ClinicStore` over the driver of an open transaction. Districts come by number, doctors by name."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def districts(self) -> list[District]:
        """All, by number as people count: 2 before 10."""
        found = [DISTRICT.read(row) for row in _DISTRICTS.run(self._driver)]
        return sorted(found, key=lambda district: (len(district.number), district.number))

    def district(self, district_id: DistrictId) -> District | None:
        """The district of that identity."""
        return DISTRICT.get(self._driver, district_id)

    def doctors(self) -> list[Doctor]:
        """All, by name."""
        return [DOCTOR.read(row) for row in _DOCTORS.run(self._driver)]

    def doctor(self, doctor_id: DoctorId) -> Doctor | None:
        """The doctor of that identity."""
        return DOCTOR.get(self._driver, doctor_id)

    def doctor_by_code(self, code: str) -> Doctor | None:
        """The doctor with that code."""
        row = _DOCTOR_BY_CODE.one(self._driver, code=code)
        return None if row is None else DOCTOR.read(row)

    def put_district(self, district: District) -> None:
        """Added, or written over the one of the same identity."""
        self._put(DISTRICT, district)

    def put_doctor(self, doctor: Doctor) -> None:
        """Added, or written over the one of the same identity."""
        self._put(DOCTOR, doctor)

    def _put(self, form: Form[T], value: T) -> None:
        if not form.replace(self._driver, value):
            form.add(self._driver, value)
