"""How alike a typed form and a stored person are. Strict: a search forgives typos, this does not.

Twins share surname, birth date, address and mother; their first names, sexes or certificates tell them apart,
and nothing of that ever makes them "almost sure".
"""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Iin, Sex, digits_of, parse_iin
from clinic_desk.domain.patient import DocumentKind, Patient
from clinic_desk.domain.phone import Phone, parse_phone
from clinic_desk.services.person_form import PersonForm
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.rows import Duplicate

_MOST: Final = 5
_CANDIDATES: Final = 40
_ORDER: Final = {"exact_iin": 0, "almost_sure": 1, "maybe": 2}


def form_of(patient: Patient) -> PersonForm:
    """The form that holds what is stored of a person."""
    return PersonForm(
        patient.iin.digits if patient.iin else "",
        patient.no_iin_reason,
        patient.mother_iin.digits if patient.mother_iin else "",
        patient.name.surname,
        patient.name.given_name,
        patient.name.patronymic,
        patient.birth_date,
        patient.sex,
        patient.phone.e164 if patient.phone else "",
        patient.address,
        patient.document,
        patient.document_number,
        patient.slip_language,
        patient.age_band,
        patient.citizenship,
        patient.kato,
        patient.reminders.wish,
    )


def likely_matches(work: UnitOfWork, form: PersonForm, of: PatientId | None = None) -> list[Duplicate]:
    """People who may be the one on the form, likeliest first, at most five."""
    found: dict[PatientId, Patient] = {}
    exact = None
    iin = _iin_or_none(form.iin)
    if iin is not None:
        exact = work.patients.by_iin(iin.digits)
        if exact is not None:
            found[exact.id] = exact
    phone = _phone_or_none(form.phone)
    if form.surname.strip() and (form.given_name.strip() or form.birth_date or phone):
        for patient in work.patients.look_alikes(
            name_key=fold(" ".join((form.surname, form.given_name, form.patronymic))),
            surname_key=fold(form.surname),
            birth_date=form.birth_date,
            phone=phone.e164 if phone else "",
            limit=_CANDIDATES,
        ):
            found.setdefault(patient.id, patient)
    if of is not None and found:
        settled = work.pairs.others_of(of)
        found = {
            patient_id: patient
            for patient_id, patient in found.items()
            if patient_id != of and (patient_id not in settled or patient is exact)
        }
    numbers = {d.id: d.number for d in work.clinic.districts()} if found else {}
    results = []
    for patient in found.values():
        likelihood, fields = compare(form, patient)
        if patient is exact:
            # The number may be one the person had in a record that was merged into this one.
            likelihood = "exact_iin"
        if likelihood:
            district_id = patient.attachment.district_id
            number = numbers.get(district_id, "") if district_id else ""
            results.append(Duplicate(patient, number, likelihood, fields))
    results.sort(key=lambda match: (_ORDER[match.likelihood], match.patient.name.key, match.patient.id))
    return results[:_MOST]


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
        "document": _verdict(_document(form.document, form.document_number), _document_of(patient)),
    }
    return _likelihood(form, patient, fields), fields


def is_likely_pair(one: Patient, other: Patient) -> bool:
    """Whether a "maybe" of two stored people is worth a question: not twins, not of the other sex."""
    first, second = fold(one.name.given_name), fold(other.name.given_name)
    same_name = first == second or not first or not second
    known_sexes = {one.sex, other.sex} - {Sex.UNKNOWN}
    return same_name and len(known_sexes) < 2 and not _certificates_differ(form_of(one), other)


def _likelihood(form: PersonForm, patient: Patient, fields: dict[str, str]) -> str:
    same = {field for field, verdict in fields.items() if verdict in {"same", "other_letters"}}
    if fields["iin"] == "same" and patient.iin is not None:
        return "exact_iin"
    has_date = form.birth_date is not None and patient.birth_date is not None
    is_name = "name" in same
    is_date = has_date and "birth_date" in same
    is_phone = bool(_national(form.phone)) and "phone" in same
    is_surname = fold(form.surname) == fold(patient.name.surname)
    numbers_differ = fields["iin"] == "differs" or _certificates_differ(form, patient)
    if is_date and not numbers_differ:
        is_document = bool(_document_of(patient)) and "document" in same
        if (is_name and fields["patronymic"] != "differs") or is_document:
            return "almost_sure"
    if (is_name and (is_date or is_phone or not has_date)) or (is_surname and is_date):
        return "maybe"
    if is_date and is_phone and fields["iin"] != "differs":
        return "maybe"
    # A birth date off in one part (day and month swapped, a wrong year) with the whole name the same.
    return "maybe" if is_name and has_date and _close(form, patient) else ""


def _certificates_differ(form: PersonForm, patient: Patient) -> bool:
    """Two certificates of birth are two children, whatever else is the same."""
    certificate = DocumentKind.BIRTH_CERTIFICATE
    typed, stored = _plain(form.document_number), _plain(patient.document_number)
    return form.document is patient.document is certificate and bool(typed and stored) and typed != stored


def _document(kind: DocumentKind, number: str) -> str:
    return f"{kind} {_plain(number)}" if kind is not DocumentKind.NONE and _plain(number) else ""


def _document_of(patient: Patient) -> str:
    return _document(patient.document, patient.document_number)


def _plain(number: str) -> str:
    return "".join(c for c in number.upper() if c.isalnum())


def _verdict(typed: str, stored: str) -> str:
    if typed == stored:
        return "same"
    if not typed:
        return "only_stored"
    if not stored:
        return "only_typed"
    return "other_letters" if fold(typed) == fold(stored) else "differs"


def _national(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())[-10:]


def _close(form: PersonForm, patient: Patient) -> bool:
    typed, stored = form.birth_date, patient.birth_date
    if typed is None or stored is None:
        return False
    parts = [(typed.year, stored.year), (typed.month, stored.month), (typed.day, stored.day)]
    same = sum(a == b for a, b in parts)
    is_swapped = typed.year == stored.year and (typed.month, typed.day) == (stored.day, stored.month)
    return same == 2 or is_swapped


def _iin_or_none(text: str) -> Iin | None:
    try:
        return parse_iin(text)
    except InvalidValue:
        return None


def _phone_or_none(text: str) -> Phone | None:
    try:
        return parse_phone(text)
    except InvalidValue:
        return None
