"""Answers about insurance, and checks that brought none, in the store: append only."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from itertools import islice
from typing import Final

from sqlalchemy import bindparam, literal_column, text

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceCheck, InsuranceStatus
from clinic_desk.services.rows import EvidenceLine
from clinic_desk.storage.mapping.insurance import CHECK, FAILURE, STANDS
from clinic_desk.storage.statement import Statement, UnitDriver
from clinic_desk.storage.tables import insurance_checks, insurance_failures
from clinic_desk.storage.values import moment_of, optional_moment_of

_CHUNK: Final = 500
_ALL: Final = 1_000
_HISTORY: Final = (
    'SELECT c.checked_at, c.channel, c.checked_by, c.status, c.category, w.at, w."by" '
    "FROM insurance_checks c LEFT JOIN insurance_withdrawals w ON w.check_id = c.id "
    "WHERE c.patient_id = ? ORDER BY c.checked_at DESC, c.seq DESC"
)


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

    def history_of(self, patient_id: PatientId) -> list[EvidenceLine]:
        """Every check there was, withdrawn answers and failed checks too; newest first."""
        answers = [
            EvidenceLine(
                moment_of(at),
                Channel(channel),
                by,
                InsuranceStatus(status),
                category,
                withdrawn_at=optional_moment_of(withdrawn_at),
                withdrawn_by=withdrawn_by or "",
            )
            for at, channel, by, status, category, withdrawn_at, withdrawn_by in self._driver.execute(
                _HISTORY, (patient_id,)
            )
        ]
        failures = [
            EvidenceLine(one.at, one.channel, one.by, why=one.why)
            for one in self.failures_of(patient_id, limit=_ALL)
        ]
        return sorted(answers + failures, key=lambda line: line.at, reverse=True)

    def people(self, iins: Collection[str]) -> dict[str, PatientId]:
        """The people of these IINs, without those who are not here."""
        found: dict[str, PatientId] = {}
        rest = iter(dict.fromkeys(iins))
        while chunk := list(islice(rest, _CHUNK)):
            marks = ", ".join("?" * len(chunk))
            rows = self._driver.execute(f"SELECT iin, id FROM patients WHERE iin IN ({marks})", chunk)  # noqa: S608
            found.update((iin, PatientId(patient_id)) for iin, patient_id in rows)
        return found
