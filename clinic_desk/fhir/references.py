"""References: to the upstream's resources by id, to what both sides know by number logically."""

from __future__ import annotations

from collections.abc import Sequence

from clinic_desk.domain.clinic import ClinicProfile, Doctor
from clinic_desk.fhir.reading import Resource
from clinic_desk.fhir.systems import systems


def patient_reference(reference: str = "", iin: str = "") -> Resource:
    """The person: `Patient/id` or an entry's full URL, the IIN where that is all there is, or both.

    Raises:
        ValueError: neither is given.
    """
    if not reference and not iin:
        raise ValueError("A reference to nobody.")
    told: Resource = {"reference": reference} if reference else {}
    if iin:
        told |= {"type": "Patient", "identifier": {"system": systems().iin, "value": iin}}
    return told


def organisation(bin_digits: str, name: str = "") -> Resource:
    """An organisation by its BIN; only its name where it has none."""
    told: Resource = {"type": "Organization"}
    if bin_digits:
        told["identifier"] = {"system": systems().bin, "value": bin_digits}
    if name:
        told["display"] = name
    return told


def clinic_reference(clinic: ClinicProfile) -> Resource:
    """The clinic itself."""
    return organisation(clinic.bin, clinic.name_kk or clinic.name_ru)


def doctor_reference(doctor: Doctor) -> Resource:
    """A doctor by the clinic's code."""
    identifier = {"system": systems().doctor, "value": doctor.code}
    return {"type": "Practitioner", "identifier": identifier, "display": doctor.name.full}


def insurer() -> Resource:
    """The Fund."""
    return {
        "type": "Organization",
        "identifier": {"system": systems().insurer, "value": systems().insurer_id},
    }


def concept(*codings: tuple[str, str], words: str = "", displays: Sequence[str] = ()) -> Resource:
    """A CodeableConcept of (system, code) pairs; a pair without a code is left out."""
    told = []
    for place, (system, code) in enumerate(codings):
        if code:
            shown = displays[place] if place < len(displays) else ""
            told.append({"system": system, "code": code, **({"display": shown} if shown else {})})
    return {**({"coding": told} if told else {}), **({"text": words} if words else {})}
