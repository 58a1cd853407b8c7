"""Lays texts as `domain.patient_history.values_of` gives them over a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Sex, parse_iin
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    AgeBand,
    DocumentKind,
    NoIinReason,
    Patient,
    ReminderConsent,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.phone import Phone

NOT_TOLD: Final[Mapping[str, str]] = {
    "sex": Sex.UNKNOWN.value,
    "document": DocumentKind.NONE.value,
    "reminders": Reminders.NOT_ASKED.value,
}
"""The values of fields that cannot be empty and still say nothing."""
_NAME: Final = frozenset({"surname", "given_name", "patronymic"})


def is_told(name: str, value: str) -> bool:
    """True when the value of that field says something."""
    return bool(value) and NOT_TOLD.get(name) != value


def evidence_of(values: Mapping[str, str]) -> str:
    """The kind of the document whose number is told, "" for somebody's word."""
    kind = values.get("document", "")
    return kind if is_told("document", kind) and values.get("document_number") else ""


def with_values(patient: Patient, values: Mapping[str, str], *, by: str, at: dt.datetime) -> Patient:
    """The person with these values; a field that is not among them stays.

    Args:
        patient: as stored.
        values: fields to their texts.
        by: whose word it is, kept with a changed wish about reminders.
        at: when, aware UTC.

    Raises:
        InvalidValue: a text that is no value of its field, or a person without a name.
    """
    parts: dict[str, Any] = {}
    for name in values.keys() - _NAME:
        parts |= _part(patient, name, values[name], by, at)
    if _NAME & values.keys():
        told = {name: values.get(name, getattr(patient.name, name)) for name in _NAME}
        parts["name"] = PersonName.of(told["surname"], told["given_name"], told["patronymic"])
    changed = replace(patient, **parts)
    # What belongs together stays together, whichever of the fields were among the values.
    if changed.iin is not None:
        changed = replace(changed, no_iin_reason=None)
    elif changed.no_iin_reason is None:
        changed = replace(changed, no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    if changed.birth_date is None and changed.age_band is None:
        raise InvalidValue("patient.birth_date_needed", field="birth_date")
    return changed if changed.birth_date is None else replace(changed, age_band=None)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "iin": lambda value: parse_iin(value) if value else None,
    "mother_iin": lambda value: parse_iin(value) if value else None,
    "no_iin_reason": lambda value: NoIinReason(value) if value else None,
    "birth_date": lambda value: dt.date.fromisoformat(value) if value else None,
    "age_band": lambda value: AgeBand(value) if value else None,
    "sex": Sex,
    "phone": lambda value: Phone(value) if value else None,
    "document": DocumentKind,
    "slip_language": SlipLanguage,
    "reminders": Reminders,
    **dict.fromkeys(("address", "kato", "citizenship", "document_number"), str),
}
"""Where somebody is attached is decided by cases and by the register, never by a field."""


def _part(patient: Patient, name: str, value: str, by: str, at: dt.datetime) -> dict[str, Any]:
    read = _READERS.get(name)
    if read is None:
        return {}
    try:
        told = read(value)
    except ValueError as error:
        raise InvalidValue("sync.value", field=name) from error
    if name == "reminders":
        told = patient.reminders if told is patient.reminders.wish else ReminderConsent(told, at, by)
    return {name: told}
