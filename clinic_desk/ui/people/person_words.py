"""What a record says of a person, field by field, as words; IINs masked, since these stand in lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from clinic_desk.domain.iin import mask
from clinic_desk.domain.merging import MergeField
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.rule_tables.places import Places
from clinic_desk.services.countries import countries
from clinic_desk.texts import NBSP
from clinic_desk.ui.kit import UiText

Districts = Mapping[str, str]
"""Number by identity."""

_LABELS: Final = {
    "no_iin_reason": "no_iin",
    "sex": "sex",
    "document": "document",
    "slip_language": "language",
    "age_band": "age_band",
    "reminders": "reminders",
    "attachment_state": "attachment",
    "attachment_basis": "basis",
}
_PARTS: Final[Mapping[MergeField, tuple[str, ...]]] = {
    MergeField.NAME: ("surname", "given_name", "patronymic"),
    MergeField.IIN: ("iin", "no_iin_reason"),
    MergeField.MOTHER_IIN: ("mother_iin",),
    MergeField.BIRTH_DATE: ("birth_date", "age_band"),
    MergeField.SEX: ("sex",),
    MergeField.PHONE: ("phone",),
    MergeField.ADDRESS: ("kato", "address"),
    MergeField.DOCUMENT: ("document", "document_number", "citizenship"),
    MergeField.SLIP_LANGUAGE: ("slip_language",),
    MergeField.REMINDERS: ("reminders",),
    MergeField.ATTACHMENT: ("attachment_state", "district_id", "attachment_basis", "attached_since"),
}
_WITH_BLANKS: Final = frozenset({MergeField.NAME})


def value_words(words: UiText, places: Places, districts: Districts, field: str, raw: str) -> str:
    """One stored value, "" for nothing."""
    if not raw:
        return ""
    if field in _LABELS:
        key = f"labels.{_LABELS[field]}.{raw}"
        return words.say(key) if words.has(key) else raw
    match field:
        case "iin" | "mother_iin":
            return mask(raw)
        case "birth_date" | "attached_since":
            return words.texts.date(date.fromisoformat(raw))
        case "phone":
            return Phone(raw).shown.replace(" ", NBSP)
        case "kato":
            return places.name(raw, words.language) or raw
        case "citizenship":
            name = countries().get(raw)
            return name.said_in(words.language) if name else raw
        case "district_id":
            number = districts.get(raw, "")
            return words.say("labels.district.short", number=number) if number else raw
        case _:
            return raw


def side_words(
    words: UiText, places: Places, districts: Districts, patient: Patient, field: MergeField
) -> str:
    """A field of a record that is chosen as a whole, "" for nothing."""
    values = values_of(patient)
    parts = [value_words(words, places, districts, part, values[part]) for part in _PARTS[field]]
    return (" " if field in _WITH_BLANKS else ", ").join(part for part in parts if part)
