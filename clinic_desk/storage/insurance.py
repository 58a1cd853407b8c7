"""Answers about insurance, and checks that brought none, in the store: append only."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import islice
from typing import Final

from sqlalchemy import bindparam, literal_column, text

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import FailedCheck, InsuranceCheck
from clinic_desk.storage.mapping.insurance import CHECK, FAILURE, STANDS
from clinic_desk.storage.statement import Statement, UnitDriver
from clinic_desk.storage.tables import insurance_checks, insurance_failures

_CHUNK: Final = 500


@cache
def _of_patient(limit: int) -> Statement:
    # The limit is written out: a bound one is planned anew at each run.
    return Statement(
        CHECK.select.where(insurance_checks.c.patient_id == bindparam("patient_id"), text(STANDS))
        .order_by(insurance_checks.c.checked_at.desc(), insurance_checks.c.seq.desc())
        .limit(literal_column(str(int(limit))))
    )


@cache
def _failures_of(limit: int) -> Statement:
    return Statement(
        FAILURE.select.where(insurance_failures.c.patient_id == bindparam("patient_id"))
        .order_by(insurance_failures.c.at.desc(), insurance_failures.c.seq.desc())
        .limit(literal_column(str(int(limit))))
    )


class SqlInsurance:
    """`InsuranceStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def add(self, check: InsuranceCheck) -> None:
        """The answer is kept; the person's row carries it when it is the newest."""
        CHECK.add(self._driver, check)

    def of_patient(self, patient_id: PatientId, limit: int = 20) -> list[InsuranceCheck]:
        """Newest first by the time of the check, without those that were withdrawn."""
        return [CHECK.read(r) for r in _of_patient(limit).run(self._driver, patient_id=patient_id)]

    def add_failure(self, failure: FailedCheck) -> None:
        """Kept beside the answers; the person's row still carries the last good one."""
        FAILURE.add(self._driver, failure)

    def failures_of(self, patient_id: PatientId, limit: int = 20) -> list[FailedCheck]:
        """Newest first."""
        return [FAILURE.read(r) for r in _failures_of(limit).run(self._driver, patient_id=patient_id)]

    def people(self, iins: Collection[str]) -> dict[str, PatientId]:
        """The people of these IINs, without those who are not here."""
        found: dict[str, PatientId] = {}
        rest = iter(dict.fromkeys(iins))
        while chunk := list(islice(rest, _CHUNK)):
            marks = ", ".join("?" * len(chunk))
            rows = self._driver.execute(f"SELECT iin, id FROM patients WHERE iin IN ({marks})", chunk)  # noqa: S608
            found.update((iin, PatientId(patient_id)) for iin, patient_id in rows)
        return found
