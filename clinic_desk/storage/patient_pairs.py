"""Pairs of people of whom somebody said that they are not one, and those of whom nobody did yet."""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.services.people_port import Pair
from clinic_desk.storage.mapping.patients import PATIENT
from clinic_desk.storage.statement import UnitDriver
from clinic_desk.storage.values import moment_text

_PUT: Final = (
    'INSERT OR REPLACE INTO patient_pairs (first_id, second_id, at, "by", reason) VALUES (?, ?, ?, ?, ?)'
)
_OTHERS: Final = (
    "SELECT second_id, reason FROM patient_pairs WHERE first_id = ? "
    "UNION ALL SELECT first_id, reason FROM patient_pairs WHERE second_id = ?"
)
_LOOKED_AT: Final = 20_000
"""So many of those without an IIN, the newest, are looked at: the list answers at once in any clinic."""
# The newest without an IIN, each with those born the same day whose folded names begin with the same word.
# Of two without an IIN the pair comes once.
_SUSPECTS: Final = """
    WITH unfinished AS (
        SELECT seq, id, iin, birth_date, substr(name_key, 1, instr(name_key || ' ', ' ')) AS start
        FROM patients INDEXED BY ix_patients_without_iin WHERE iin IS NULL ORDER BY seq DESC LIMIT ?
    )
    SELECT a.seq, b.seq FROM unfinished a
    CROSS JOIN patients b INDEXED BY ix_patients_birth_date ON b.birth_date = a.birth_date
    WHERE b.seq <> a.seq
        AND substr(b.name_key || ' ', 1, length(a.start)) = a.start
        AND (b.iin IS NOT NULL OR b.seq < a.seq)
        AND NOT EXISTS (
            SELECT 1 FROM patient_pairs p
            WHERE p.first_id = min(a.id, b.id) AND p.second_id = max(a.id, b.id)
        )
    LIMIT ?
"""


class SqlPatientPairs:
    """`PairStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def put(self, pair: Pair) -> None:
        """The pair is remembered; said again, the newer reason counts."""
        first, second = sorted((pair.one, pair.other))
        self._driver.execute(_PUT, (first, second, moment_text(pair.at), pair.by, pair.reason))

    def others_of(self, patient_id: PatientId) -> dict[PatientId, str]:
        """Those who are not this person, with the reason given."""
        rows = self._driver.execute(_OTHERS, (patient_id, patient_id))
        return {PatientId(other): reason for other, reason in rows}

    def suspects(self, limit: int) -> list[tuple[Patient, Patient]]:
        """At most `limit` pairs, the newest person without an IIN first in each and over all."""
        pairs = self._driver.execute(_SUSPECTS, (_LOOKED_AT, limit)).fetchall()
        seqs = list({seq for pair in pairs for seq in pair})
        people: dict[int, Patient] = {}
        for start in range(0, len(seqs), 500):
            chunk = seqs[start : start + 500]
            marks = ", ".join("?" * len(chunk))
            columns = ", ".join(f'"{name}"' for name in PATIENT.read_columns)
            sql = f"SELECT {columns}, seq FROM patients WHERE seq IN ({marks})"  # noqa: S608 - own names
            people |= {row[-1]: PATIENT.read(row[:-1]) for row in self._driver.execute(sql, chunk)}
        return [(people[one], people[other]) for one, other in pairs]
