"""Districts and doctors in the store."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, bindparam

from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.ids import DistrictId, DoctorId
from clinic_desk.storage.mapping.clinic import DISTRICT, DOCTOR
from clinic_desk.storage.mapping.form import Form, T
from clinic_desk.storage.tables import districts, doctors

_DISTRICTS: Final = DISTRICT.select.order_by(districts.c.seq)
_DOCTORS: Final = DOCTOR.select.order_by(doctors.c.name_key, doctors.c.seq)
_DOCTOR_BY_CODE: Final = DOCTOR.select.where(doctors.c.code == bindparam("code"), doctors.c.code != "")


class SqlClinic:
    """`ClinicStore` over one connection. Districts come by number, doctors by name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def districts(self) -> list[District]:
        """All, by number as people count: 2 before 10."""
        found = [DISTRICT.read(row) for row in self._connection.execute(_DISTRICTS)]
        return sorted(found, key=lambda district: (len(district.number), district.number))

    def district(self, district_id: DistrictId) -> District | None:
        """The district of that identity."""
        row = self._connection.execute(DISTRICT.by_key, {"key": district_id}).first()
        return None if row is None else DISTRICT.read(row)

    def doctors(self) -> list[Doctor]:
        """All, by name."""
        return [DOCTOR.read(row) for row in self._connection.execute(_DOCTORS)]

    def doctor(self, doctor_id: DoctorId) -> Doctor | None:
        """The doctor of that identity."""
        row = self._connection.execute(DOCTOR.by_key, {"key": doctor_id}).first()
        return None if row is None else DOCTOR.read(row)

    def doctor_by_code(self, code: str) -> Doctor | None:
        """The doctor with that code."""
        row = self._connection.execute(_DOCTOR_BY_CODE, {"code": code}).first()
        return None if row is None else DOCTOR.read(row)

    def put_district(self, district: District) -> None:
        """Added, or written over the one of the same identity."""
        self._put(DISTRICT, district, district.id)

    def put_doctor(self, doctor: Doctor) -> None:
        """Added, or written over the one of the same identity."""
        self._put(DOCTOR, doctor, doctor.id)

    def _put(self, form: Form[T], value: T, identity: str) -> None:
        params: dict[str, Any] = form.params(value)
        if self._connection.execute(form.update, params | {"stored_key": identity}).rowcount == 0:
            self._connection.execute(form.insert, params)
