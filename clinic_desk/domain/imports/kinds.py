"""The kinds of list that can be imported."""

from __future__ import annotations

from enum import StrEnum


class ImportKind(StrEnum):
    """What a list holds; the value is the word of the command line and of `resources/imports`."""

    PATIENTS = "patients"
    SUPPLIERS = "suppliers"
    SERVICES = "services"
    OFFERS = "offers"
    DOCTORS = "doctors"
    ICD10 = "icd10"
    STREETS = "streets"
    INSURANCE = "insurance"
