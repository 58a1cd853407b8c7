"""Answers about insurance in the store, append only."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.storage.mapping.insurance import CHECK
from clinic_desk.storage.tables import insurance_checks

_OF_PATIENT: Final = (
    CHECK.select.where(insurance_checks.c.patient_id == bindparam("patient_id"))
    .order_by(insurance_checks.c.checked_at.desc(), insurance_checks.c.seq.desc())
    .limit(bindparam("wanted"))
)


class SqlInsurance:
    """`InsuranceStore` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, check: InsuranceCheck) -> None:
        """The answer is kept; the person's row carries it when it is the newest."""
        self._connection.execute(CHECK.insert, CHECK.params(check))

    def of_patient(self, patient_id: PatientId, limit: int = 20) -> list[InsuranceCheck]:
        """Newest first by the time of the check."""
        rows = self._connection.execute(_OF_PATIENT, {"patient_id": patient_id, "wanted": limit})
        return [CHECK.read(row) for row in rows]
