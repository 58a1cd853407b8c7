"""What the diagnoses on record mean: free whatever the insurance, or only with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from clinic_desk.domain.day_rules import DayRules
from clinic_desk.domain.insurance_plan.values import CHRONIC, SIGNIFICANT, DiagnosisNote, KnownDiagnosis
from clinic_desk.domain.rule_tables import Dated, DiagnosisGroup
from clinic_desk.domain.rule_tables.becoming_insured import CarePackage, PackageLine
from clinic_desk.domain.terms import months_after


def notes_on(
    diagnoses: Iterable[KnownDiagnosis],
    day: dt.date,
    rules: DayRules,
    lines: Iterable[Dated[PackageLine]],
) -> tuple[DiagnosisNote, ...]:
    """One note a group, for its newest diagnosis that tells enough; none on diagnoses that change nothing.

    `lines` are the packages' lines of the day: they say whose the chronic diseases under observation are.
    """
    observed = next((row.value.package for row in lines if row.value.code == CHRONIC), CarePackage.INSURANCE)
    notes: dict[str, DiagnosisNote] = {}
    for diagnosis in sorted(diagnoses, key=lambda known: known.recorded_on, reverse=True):
        note = _guaranteed(diagnosis, day, rules) or _observed(diagnosis, rules, observed)
        if note is not None and (note.group not in notes or notes[note.group].asks_onset):
            notes[note.group] = note
    return tuple(notes.values())


def _guaranteed(diagnosis: KnownDiagnosis, day: dt.date, rules: DayRules) -> DiagnosisNote | None:
    for row in rules.guaranteed.holding(diagnosis.icd_code):
        note = _in_term(diagnosis, row, day)
        if note is not None:
            return note
    return None


def _in_term(diagnosis: KnownDiagnosis, row: Dated[DiagnosisGroup], day: dt.date) -> DiagnosisNote | None:
    """The note on a disease that is guaranteed for ever, or in its first months; None when these are over."""
    group, onset = row.value, diagnosis.onset_on
    note = DiagnosisNote(
        diagnosis, group.code, CarePackage.GUARANTEED, SIGNIFICANT, row.source, group.first_months
    )
    if group.first_months is None:
        return note
    if onset is None or onset > day:
        return note._replace(asks_onset=True)
    last = months_after(onset, group.first_months)
    return note._replace(until=last) if day <= last else None


def _observed(diagnosis: KnownDiagnosis, rules: DayRules, package: CarePackage) -> DiagnosisNote | None:
    row = next(rules.observed.holding(diagnosis.icd_code), None)
    return None if row is None else DiagnosisNote(diagnosis, row.value.code, package, CHRONIC, row.source)
