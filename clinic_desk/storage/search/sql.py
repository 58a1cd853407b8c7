"""The statements of the search, for the driver itself, and rows turned into hits."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, Final

from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.patient import AttachmentState
from clinic_desk.services.rows import PatientHit

Hit = tuple[Any, ...]
"""A row of `_COLUMNS`."""
SEQ: Final = 0
IS_HERE: Final = 1
NAME_KEY: Final = 2
BIRTH_DATE: Final = 3
IIN: Final = 8

_COLUMNS: Final = (
    "p.seq, p.is_here, p.name_key, p.birth_date, p.id, p.surname, p.given_name, p.patronymic, p.iin, "
    "d.number, p.attachment_state, p.insurance_status, p.insurance_checked_at"
)
_OF: Final = "LEFT JOIN districts d ON d.id = p.district_id"
_RANKED: Final = "ORDER BY p.name_key, p.birth_date, p.seq"
_RANKING: Final = (
    f"SELECT {_COLUMNS} FROM patients p INDEXED BY ix_patients_ranking {_OF} "  # noqa: S608
    "WHERE p.is_here = ? AND p.name_key >= ? AND p.name_key < ?"
)
_BORN: Final = "AND p.birth_date >= ? AND p.birth_date <= ?"

BY_IIN: Final = f"SELECT {_COLUMNS} FROM patients p {_OF} WHERE p.iin = ?"  # noqa: S608
# The number may have been somebody's whose record was merged into another.
BY_GONE_IIN: Final = f"""
    WITH RECURSIVE chain (id) AS (
        SELECT kept_id FROM patient_merges WHERE gone_iin = ? AND undone_at IS NULL
        UNION SELECT m.kept_id FROM patient_merges m JOIN chain c ON m.gone_id = c.id
        WHERE m.undone_at IS NULL
    ) SELECT {_COLUMNS} FROM chain JOIN patients p ON p.id = chain.id {_OF}
    """  # noqa: S608
NAME_RANGE: Final = f"{_RANKING} {_RANKED}"
NAME_RANGE_BORN: Final = f"{_RANKING} {_BORN} {_RANKED}"
NAME_PATTERN: Final = f"{_RANKING} AND p.name_key LIKE ? {_RANKED}"
NAME_PATTERN_BORN: Final = f"{_RANKING} AND p.name_key LIKE ? {_BORN} {_RANKED}"
BORN: Final = (
    f"SELECT {_COLUMNS} FROM patients p INDEXED BY ix_patients_birth_date {_OF} "  # noqa: S608
    f"WHERE p.birth_date >= ? AND p.birth_date <= ? ORDER BY p.birth_date, p.seq"
)
_WORDS: Final = f"SELECT {_COLUMNS} FROM patient_words w JOIN patients p ON p.seq = w.rowid {_OF} WHERE "  # noqa: S608
WORDS: Final = f"{_WORDS} w.patient_words MATCH ?"
WORDS_BORN: Final = f"{_WORDS} w.patient_words MATCH ? {_BORN}"
IIN_BEGINNING: Final = (
    f"SELECT {_COLUMNS} FROM patients p INDEXED BY uq_patients_iin {_OF} "  # noqa: S608
    "WHERE p.iin >= ? AND p.iin < ? AND p.is_here = ? ORDER BY p.iin"
)
PHONE_END: Final = (
    f"SELECT {_COLUMNS} FROM patients p INDEXED BY ix_patients_phone_tail {_OF} "  # noqa: S608
    "WHERE p.phone_tail >= ? AND p.phone_tail < ? AND p.is_here = ? ORDER BY p.phone_tail, p.seq"
)
# The index is asked for the first digits in a row, the rest is looked for in the person's own.
DIGITS: Final = (
    f"SELECT {_COLUMNS} FROM patient_digits w JOIN patients p ON p.seq = w.rowid {_OF} "  # noqa: S608
    "WHERE w.patient_digits MATCH ? AND (instr(p.iin, ?) OR instr(p.phone, ?))"
)
SEQS: Final = "SELECT rowid FROM patient_words WHERE patient_words MATCH ?"
BY_SEQS: Final = f"SELECT {_COLUMNS} FROM patients p {_OF} WHERE p.seq IN "  # noqa: S608
VOCABULARY: Final = "SELECT term, doc FROM patient_vocabulary"

_STATES: Final = {state.value: state for state in AttachmentState}
_STATUSES: Final = {status.value: status for status in InsuranceStatus}
_day = dt.date.fromisoformat
_moment = dt.datetime.fromisoformat


@cache
def limited(statement: str, limit: int) -> str:
    """The statement with its limit written out: a bound one is planned anew at each run."""
    return f"{statement} LIMIT {int(limit)}"


@cache
def either(statement: str, limit: int) -> str:
    """People here, then people elsewhere; the second half is not begun when the first fills the limit."""
    half = f"SELECT * FROM ({limited(statement, limit)})"  # noqa: S608
    return limited(f"SELECT * FROM ({half} UNION ALL {half})", limit)  # noqa: S608


def hit(row: Hit, match: str) -> PatientHit:
    """The row as screens show it; the IIN as `domain.iin.mask` does, without the call."""
    _, _, _, born, patient_id, surname, given, patronymic, iin, number, state, status, checked_at = row
    name = f"{surname} {given} {patronymic}"
    return PatientHit(
        patient_id,
        name if surname and given and patronymic else " ".join(name.split()),
        _day(born) if born else None,
        f"{iin[:6]} ••{iin[8:]}" if iin else "",
        match,
        number or "",
        _STATES[state],
        _STATUSES[status],
        _moment(checked_at) if checked_at else None,
    )
