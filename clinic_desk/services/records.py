"""Records behind what was typed."""

from __future__ import annotations

from clinic_desk.domain.catalogue import Diagnosis, InvalidIcdCode, normalise_icd
from clinic_desk.domain.errors import Conflict, NotFound
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.services.ports import UnitOfWork


def person_to_write_for(work: UnitOfWork, patient_id: PatientId) -> Patient:
    """The person an act was meant for.

    Raises:
        NotFound: `patient.not_found`.
        Conflict: `store.changed_elsewhere`, the person was merged into another since the screen was read.
    """
    patient = work.patients.get(patient_id)
    if patient is None:
        raise NotFound("patient.not_found")
    if patient.id != patient_id:
        raise Conflict("store.changed_elsewhere")
    return patient


def diagnosis_of(work: UnitOfWork, typed: str) -> Diagnosis | None:
    """The diagnosis whose code was typed in any form; None when the list has no such code."""
    try:
        return work.catalogue.diagnosis(normalise_icd(typed)) if typed.strip() else None
    except InvalidIcdCode:
        return None
