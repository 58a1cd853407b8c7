"""A registration form as typed, read into a person; everything that speaks against it, at once.

What must be given depends on the reason why there is no IIN: a newborn is known by the mother, a foreigner by
a document, an unknown person by how old they look, everybody else by birth date and sex.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Iin, Sex, parse_iin
from clinic_desk.domain.names import PersonName, clean_part
from clinic_desk.domain.patient import (
    DocumentKind,
    NoIinReason,
    Patient,
    ReminderConsent,
    Reminders,
)
from clinic_desk.domain.phone import Phone, parse_phone
from clinic_desk.services.person_form import PersonForm

_MAX_AGE_YEARS: Final = 130
_COUNTRY: Final = re.compile(r"[A-Z]{3}")
_PLACE: Final = re.compile(r"\d{9}", re.ASCII)


@dataclass(slots=True)
class _Reader:
    """The form under reading and what was found wrong so far, each with `params["field"]`."""

    form: PersonForm
    today: dt.date
    problems: list[InvalidValue] = field(default_factory=list)

    def refused(self, error: InvalidValue, name: str) -> None:
        error.params["field"] = name
        self.problems.append(error)


def parse_person(
    form: PersonForm, stored: Patient, today: dt.date
) -> tuple[Patient | None, list[InvalidValue]]:
    """The person on the form, None when something is wrong, and what is wrong, in the order of the form.

    Args:
        form: as typed.
        stored: gives what the form does not speak of: identity, version, attachment, the word on reminders.
        today: the clinic's day; nobody is born after it.
    """
    reader = _Reader(form, today)
    iin = _iin(reader)
    mother = _mother(reader, iin)
    reason = None if iin else form.no_iin_reason
    name = _name(reader)
    _birth(reader, reason)
    if form.sex is Sex.UNKNOWN and reason is not NoIinReason.UNKNOWN_PERSON:
        reader.problems.append(InvalidValue("patient.sex_needed", field="sex"))
    phone = _phone(reader)
    _document(reader, reason)
    _codes(reader)
    if reader.problems or name is None:
        return None, reader.problems
    patient = Patient(
        stored.id,
        name,
        form.birth_date,
        form.sex,
        iin,
        reason,
        mother,
        phone,
        clean_part(form.address),
        form.document,
        clean_part(form.document_number),
        form.slip_language,
        stored.attachment,
        stored.version,
        form.kato.strip(),
        None if form.birth_date else form.age_band,
        form.citizenship.strip().upper(),
        stored.reminders,
    )
    return patient, []


def asked_about_reminders(
    wish: Reminders, before: ReminderConsent, *, by: str, at: dt.datetime
) -> ReminderConsent:
    """The person's word: as it was while it is the same, else with who wrote it down now, and when."""
    if wish is before.wish:
        return before
    return ReminderConsent(wish, at, by) if wish is not Reminders.NOT_ASKED else ReminderConsent()


def _iin(reader: _Reader) -> Iin | None:
    form = reader.form
    if form.iin.strip():
        try:
            return parse_iin(form.iin)
        except InvalidValue as error:
            reader.refused(error, "iin")
    elif form.no_iin_reason is None:
        reader.problems.append(InvalidValue("patient.iin_or_reason", field="iin"))
    return None


def _mother(reader: _Reader, iin: Iin | None) -> Iin | None:
    form = reader.form
    if form.mother_iin.strip():
        try:
            return parse_iin(form.mother_iin)
        except InvalidValue as error:
            reader.refused(error, "mother_iin")
    elif iin is None and form.no_iin_reason is NoIinReason.NEWBORN:
        reader.problems.append(InvalidValue("patient.mother_iin_needed", field="mother_iin"))
    return None


def _name(reader: _Reader) -> PersonName | None:
    form = reader.form
    try:
        return PersonName.of(form.surname, form.given_name, form.patronymic)
    except InvalidValue as error:
        reader.refused(error, "surname")
    return None


def _birth(reader: _Reader, reason: NoIinReason | None) -> None:
    born, today = reader.form.birth_date, reader.today
    is_unknown = reason is NoIinReason.UNKNOWN_PERSON
    if born is None and not is_unknown:
        reader.problems.append(InvalidValue("patient.birth_date_needed", field="birth_date"))
    elif born is None and reader.form.age_band is None:
        reader.problems.append(InvalidValue("patient.age_band_needed", field="age_band"))
    elif born is not None and (born.year < today.year - _MAX_AGE_YEARS or born > today):
        reader.problems.append(InvalidValue("patient.birth_date_impossible", field="birth_date"))


def _phone(reader: _Reader) -> Phone | None:
    if reader.form.phone.strip():
        try:
            return parse_phone(reader.form.phone)
        except InvalidValue as error:
            reader.refused(error, "phone")
    return None


def _document(reader: _Reader, reason: NoIinReason | None) -> None:
    """A foreigner is nobody without the document: its kind, its number and who gave it."""
    form = reader.form
    if reason is not NoIinReason.FOREIGNER:
        return
    if not form.citizenship.strip():
        reader.problems.append(InvalidValue("patient.citizenship_needed", field="citizenship"))
    if form.document is DocumentKind.NONE:
        reader.problems.append(InvalidValue("patient.document_needed", field="document"))
    if not form.document_number.strip():
        reader.problems.append(InvalidValue("patient.document_number_needed", field="document_number"))


def _codes(reader: _Reader) -> None:
    """Codes come from lists; a script may hand in anything."""
    form = reader.form
    if form.citizenship.strip() and not _COUNTRY.fullmatch(form.citizenship.strip().upper()):
        reader.problems.append(InvalidValue("patient.citizenship_unknown", field="citizenship"))
    if form.kato.strip() and not _PLACE.fullmatch(form.kato.strip()):
        reader.problems.append(InvalidValue("patient.kato_unknown", field="kato"))
