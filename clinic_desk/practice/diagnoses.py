"""Kazakh and Russian titles of the diagnoses a practice clinic meets.

A new store knows the ICD-10 by its English titles only; a real clinic imports its own list, the
practice clinic gets plain clinical names in the project's own words.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from clinic_desk.resources import read_json
from clinic_desk.services.ports import BulkKind, BulkStore


class DiagnosisTitle(NamedTuple):
    """An ICD-10 code with its short titles, at most 80 characters each."""

    code: str
    title_kk: str
    title_ru: str


def diagnosis_titles() -> tuple[DiagnosisTitle, ...]:
    """The titles in the order of their codes, codes unique."""
    rows = read_json("practice", "diagnoses.json")["rows"]
    return tuple(DiagnosisTitle(row["code"], row["kk"], row["ru"]) for row in rows)


def add_diagnosis_titles(bulk: BulkStore) -> None:
    """The stored diagnoses have their Kazakh and Russian titles; the English ones stay.

    A code the store does not know is passed over: titles make no diagnosis.
    """
    titles = {title.code: title for title in diagnosis_titles()}
    stored = bulk.existing(BulkKind.DIAGNOSES, titles)
    bulk.write(
        BulkKind.DIAGNOSES,
        [],
        [
            replace(diagnosis, title_kk=titles[code].title_kk, title_ru=titles[code].title_ru)
            for code, diagnosis in stored.items()
        ],
    )
