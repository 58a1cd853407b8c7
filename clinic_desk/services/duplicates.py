"""How alike a typed form and a stored person are. Strict: a search forgives typos, this does not."""

from __future__ import annotations

from clinic_desk.domain.folding import fold
from clinic_desk.domain.iin import Sex, digits_of
from clinic_desk.domain.patient import Patient
from clinic_desk.services.person_form import PersonForm


def _verdict(typed: str, stored: str) -> str:
    if not typed and not stored:
        return "same"
    if not typed:
        return "only_stored"
    if not stored:
        return "only_typed"
    if typed == stored:
        return "same"
    return "other_letters" if fold(typed) == fold(stored) else "differs"


def _national(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())[-10:]


def compare(form: PersonForm, patient: Patient) -> tuple[str, dict[str, str]]:
    """The likelihood (exact_iin, almost_sure, maybe, or "" for nobody) and the verdict of each field."""
    name = patient.name
    fields = {
        "name": _verdict(
            f"{form.surname.strip()} {form.given_name.strip()}".strip(),
            f"{name.surname} {name.given_name}".strip(),
        ),
        "patronymic": _verdict(form.patronymic.strip(), name.patronymic),
        "birth_date": _verdict(
            form.birth_date.isoformat() if form.birth_date else "",
            patient.birth_date.isoformat() if patient.birth_date else "",
        ),
        "sex": _verdict("" if form.sex is Sex.UNKNOWN else form.sex, patient.sex),
        "phone": _verdict(_national(form.phone), _national(patient.phone.e164 if patient.phone else "")),
        "iin": _verdict(digits_of(form.iin), patient.iin.digits if patient.iin else ""),
        "address": _verdict(form.address.strip(), patient.address),
    }
    same = {field for field, verdict in fields.items() if verdict in {"same", "other_letters"}}
    if fields["iin"] == "same" and patient.iin is not None:
        return "exact_iin", fields
    has_date = form.birth_date is not None and patient.birth_date is not None
    is_name = "name" in same
    is_date = has_date and "birth_date" in same
    is_phone = bool(_national(form.phone)) and "phone" in same
    is_surname = fold(form.surname) == fold(name.surname)
    numbers_differ = fields["iin"] == "differs"
    if is_name and is_date and not numbers_differ and fields["patronymic"] != "differs":
        return "almost_sure", fields
    if (is_name and (is_date or is_phone or not has_date)) or (is_surname and is_date):
        return "maybe", fields
    if is_date and is_phone and not numbers_differ:
        return "maybe", fields
    # A birth date off in one part (day and month swapped, a wrong year) with the whole name the same.
    if is_name and has_date and _close(form, patient):
        return "maybe", fields
    return "", fields


def _close(form: PersonForm, patient: Patient) -> bool:
    typed, stored = form.birth_date, patient.birth_date
    if typed is None or stored is None:
        return False
    parts = [(typed.year, stored.year), (typed.month, stored.month), (typed.day, stored.day)]
    same = sum(a == b for a, b in parts)
    is_swapped = typed.year == stored.year and (typed.month, typed.day) == (stored.day, stored.month)
    return same == 2 or is_swapped
