"""People in the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

from sqlalchemy import bindparam, func, select, text

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.mapping.form import changed_elsewhere
from clinic_desk.storage.mapping.patients import PATIENT, phone_digits
from clinic_desk.storage.statement import Statement, UnitDriver, chunks
from clinic_desk.storage.tables import patients
from clinic_desk.storage.values import day_text, moment_text

LAST_LETTER: Final = "\U0010ffff"
"""Behind every name that begins with the text before it."""

_BY_IIN: Final = Statement(PATIENT.select.where(patients.c.iin == bindparam("iin")))
_COUNT: Final = Statement(select(func.count()).select_from(patients))
# Each part walks its own index; "here" is named because the ranking index begins with it. Of a million
# people some thirty are born on one day, but thousands have one surname.
_LOOK_ALIKES: Final = Statement(
    text("""
    SELECT seq FROM (
        SELECT seq FROM patients INDEXED BY ix_patients_birth_date
        WHERE birth_date = :born AND name_key >= :surname AND name_key < :surname_end
        LIMIT :limit)
    UNION ALL
    SELECT seq FROM (SELECT seq FROM patients WHERE phone_tail = :tail LIMIT :limit)
    UNION ALL
    SELECT seq FROM (SELECT seq FROM patients WHERE is_here IN (0, 1) AND name_key = :name LIMIT :limit)
    """)
)


# Who holds now what a person had whose record was merged into another, and that one perhaps into a third.
_MERGED: Final = """
    WITH RECURSIVE chain (id) AS (
        SELECT kept_id FROM patient_merges WHERE {wanted} = ? AND undone_at IS NULL
        UNION SELECT m.kept_id FROM patient_merges m JOIN chain c ON m.gone_id = c.id
        WHERE m.undone_at IS NULL
    ) SELECT p.id FROM chain JOIN patients p ON p.id = chain.id
    """
_OF_GONE_ID: Final = _MERGED.format(wanted="gone_id")
_OF_GONE_IIN: Final = _MERGED.format(wanted="gone_iin")


class SqlPatients:
    """`PatientStore` over the driver of an open transaction. `note_name` is told each folded name written."""

    def __init__(
        self, driver: UnitDriver, now: Callable[[], dt.datetime], note_name: Callable[[str], None]
    ) -> None:
        self._driver = driver
        self._now = now
        self._note_name = note_name

    def get(self, patient_id: PatientId) -> Patient | None:
        """The person of that identity, or the one they were merged into."""
        return PATIENT.get(self._driver, patient_id) or self._merged(_OF_GONE_ID, patient_id)

    def by_iin(self, digits: str) -> Patient | None:
        """The person with that IIN, or the one who had it in a record that was merged away."""
        row = _BY_IIN.one(self._driver, iin=digits)
        return PATIENT.read(row) if row is not None else self._merged(_OF_GONE_IIN, digits)

    def many(self, ids: Collection[str]) -> dict[str, Patient]:
        """As `get` for many, by the identity that was asked for; without those who are not here."""
        found: dict[str, Patient] = {}
        for chunk in chunks(dict.fromkeys(ids)):
            marks = ", ".join("?" * len(chunk))
            rows = self._driver.execute(f"{PATIENT.select_sql} WHERE id IN ({marks})", chunk)
            found.update((patient.id, patient) for patient in map(PATIENT.read, rows))
        is_merging = self._driver.execute("SELECT 1 FROM patient_merges LIMIT 1").fetchone() is not None
        for gone in [one for one in ids if one not in found] if is_merging else []:
            kept = self._merged(_OF_GONE_ID, gone)
            if kept is not None:
                found[gone] = kept
        return found

    def add(self, patient: Patient) -> Patient:
        """The person as stored, at version 1.

        Raises:
            Conflict: `store.already_there` when the IIN or the identity is taken.
        """
        PATIENT.add(self._driver, patient, moment_text(self._now()))
        self._note_name(name_key(patient.name))
        return replace(patient, version=1)

    def save(self, patient: Patient) -> Patient:
        """The person as stored, one version on.

        Raises:
            Conflict: `store.changed_elsewhere` when another version is stored.
        """
        if not PATIENT.replace(self._driver, patient, moment_text(self._now())):
            raise changed_elsewhere()
        self._note_name(name_key(patient.name))
        return replace(patient, version=patient.version + 1)

    def look_alikes(
        self, *, name_key: str, surname_key: str, birth_date: dt.date | None, phone: str, limit: int
    ) -> list[Patient]:
        """By name; empty `name_key`, `surname_key` and `phone` (E.164) match nobody."""
        found = _LOOK_ALIKES.all(
            self._driver,
            name=name_key or None,
            tail=phone_digits(phone)[::-1] if phone else None,
            surname=surname_key or None,
            surname_end=f"{surname_key} {LAST_LETTER}",
            born=day_text(birth_date),
            limit=limit,
        )
        seqs = list(dict.fromkeys(seq for (seq,) in found))[:limit]
        marks = ", ".join("?" * len(seqs))
        rows = self._driver.execute(
            f"{PATIENT.select_sql} WHERE seq IN ({marks}) ORDER BY name_key, birth_date, seq", seqs
        )
        return [PATIENT.read(row) for row in rows]

    def count(self) -> int:
        """How many people there are."""
        return int(_COUNT.all(self._driver)[0][0])

    def _merged(self, statement: str, value: str) -> Patient | None:
        row = self._driver.execute(statement, (value,)).fetchone()
        return None if row is None else PATIENT.get(self._driver, row[0])
