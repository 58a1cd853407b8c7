"""Patients in their table."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.domain.address import split_address
from clinic_desk.domain.ids import DistrictId, PatientId
from clinic_desk.domain.iin import Iin, Sex, parse_iin
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    AgeBand,
    Attachment,
    AttachmentBasis,
    AttachmentState,
    DocumentKind,
    NoIinReason,
    Patient,
    ReminderConsent,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.phone import Phone
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import patients
from clinic_desk.storage.values import day_of, day_text, optional_moment_of, optional_moment_text

_COLUMNS: Final = (
    "id",
    "iin",
    "no_iin_reason",
    "mother_iin",
    "surname",
    "given_name",
    "patronymic",
    "birth_date",
    "sex",
    "phone",
    "address",
    "document",
    "document_number",
    "slip_language",
    "attachment_state",
    "district_id",
    "attachment_basis",
    "attached_since",
    "kato",
    "age_band",
    "citizenship",
    "reminders",
    "reminders_at",
    "reminders_by",
)


def phone_digits(e164: str) -> str:
    """The digits people know a number by: ten national ones in Kazakhstan and Russia, else all."""
    return e164[2:] if e164.startswith("+7") else e164[1:]


def _write(patient: Patient) -> tuple[Any, ...]:
    name, attachment, reminders = patient.name, patient.attachment, patient.reminders
    place = split_address(patient.address)
    phone = patient.phone.e164 if patient.phone else None
    return (
        patient.id,
        patient.iin.digits if patient.iin else None,
        patient.no_iin_reason.value if patient.no_iin_reason else None,
        patient.mother_iin.digits if patient.mother_iin else None,
        name.surname,
        name.given_name,
        name.patronymic,
        day_text(patient.birth_date),
        patient.sex.value,
        phone,
        patient.address,
        patient.document.value,
        patient.document_number,
        patient.slip_language.value,
        attachment.state.value,
        attachment.district_id,
        attachment.basis.value if attachment.basis else None,
        day_text(attachment.since),
        patient.kato,
        patient.age_band.value if patient.age_band else None,
        patient.citizenship,
        reminders.wish.value,
        optional_moment_text(reminders.at),
        reminders.by,
        name_key(name),
        phone_digits(phone)[::-1] if phone else None,
        int(attachment.is_here),
        place.street_key,
        place.house,
    )


def _read(row: Row) -> Patient:
    (
        patient_id,
        iin,
        no_iin_reason,
        mother_iin,
        surname,
        given_name,
        patronymic,
        birth_date,
        sex,
        phone,
        address,
        document,
        document_number,
        slip_language,
        attachment_state,
        district_id,
        attachment_basis,
        attached_since,
        kato,
        age_band,
        citizenship,
        reminders,
        reminders_at,
        reminders_by,
        version,
    ) = row
    return Patient(
        PatientId(patient_id),
        PersonName(surname, given_name, patronymic),
        day_of(birth_date),
        Sex(sex),
        _iin(iin),
        NoIinReason(no_iin_reason) if no_iin_reason else None,
        _iin(mother_iin),
        Phone(phone) if phone else None,
        address,
        DocumentKind(document),
        document_number,
        SlipLanguage(slip_language),
        Attachment(
            AttachmentState(attachment_state),
            DistrictId(district_id) if district_id else None,
            AttachmentBasis(attachment_basis) if attachment_basis else None,
            day_of(attached_since),
        ),
        version,
        kato,
        AgeBand(age_band) if age_band else None,
        citizenship,
        ReminderConsent(Reminders(reminders), optional_moment_of(reminders_at), reminders_by),
    )


def _iin(digits: str | None) -> Iin | None:
    return parse_iin(digits) if digits else None


PATIENT: Final = Form(
    patients,
    _COLUMNS,
    _write,
    _read,
    derived=("name_key", "phone_tail", "is_here", "street_key", "house"),
    is_versioned=True,
    is_stamped=True,
)
