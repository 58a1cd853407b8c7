"""Records behind what was typed."""

from __future__ import annotations

from clinic_desk.domain.catalogue import Diagnosis, InvalidIcdCode, normalise_icd
from clinic_desk.services.ports import UnitOfWork


def diagnosis_of(work: UnitOfWork, typed: str) -> Diagnosis | None:
    """The diagnosis whose code was typed in any form; None when the list has no such code."""
    try:
        return work.catalogue.diagnosis(normalise_icd(typed)) if typed.strip() else None
    except InvalidIcdCode:
        return None
