"""Values that were typed for a person and not saved yet: told on the card, opened in the form."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.ui.kit import UiText

DRAFT_KIND: Final = "patient"
"""Kind of the drafts of a stored person's form; the subject is the person's id."""

_FIELD_KEYS: Final = {
    "iin": "register.iin",
    "mother_iin": "register.mother_iin",
    "surname": "register.surname",
    "given_name": "register.given_name",
    "patronymic": "register.dup.field.patronymic",
    "birth_date": "register.birth_date",
    "sex": "register.sex",
    "phone": "register.phone",
    "address": "register.address",
    "document": "register.document",
    "document_number": "register.document_number",
    "slip_language": "register.language",
    "no_iin_reason": "register.no_iin",
    "kato": "register.kato",
    "age_band": "register.age_band",
    "citizenship": "register.citizenship",
    "reminders": "register.reminders",
}


def offered_fields(payload: dict[str, Any], words: UiText) -> str:
    """The names of the altered fields of a draft in a sentence; "" when it names none."""
    keys = [_FIELD_KEYS[name] for name in payload.get("altered", ()) if name in _FIELD_KEYS]
    said = [words.say(key) for key in keys]
    return ", ".join(text[:1].lower() + text[1:] if not text[1:2].isupper() else text for text in said)
