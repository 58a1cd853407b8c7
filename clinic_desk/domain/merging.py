"""Two records of one person: where they differ, what is taken from which, what speaks against one record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import AttachmentState, DocumentKind, Patient, Reminders


class MergeField(StrEnum):
    """What is chosen as a whole: the parts of one make no sense with the parts of the other."""

    NAME = "name"
    IIN = "iin"
    MOTHER_IIN = "mother_iin"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    PHONE = "phone"
    ADDRESS = "address"
    DOCUMENT = "document"
    SLIP_LANGUAGE = "slip_language"
    REMINDERS = "reminders"
    ATTACHMENT = "attachment"


_F = MergeField
PARTS: Final[Mapping[MergeField, tuple[str, ...]]] = {
    _F.NAME: ("name",),
    _F.IIN: ("iin", "no_iin_reason"),
    _F.MOTHER_IIN: ("mother_iin",),
    _F.BIRTH_DATE: ("birth_date", "age_band"),
    _F.SEX: ("sex",),
    _F.PHONE: ("phone",),
    _F.ADDRESS: ("address", "kato"),
    _F.DOCUMENT: ("document", "document_number", "citizenship"),
    _F.SLIP_LANGUAGE: ("slip_language",),
    _F.REMINDERS: ("reminders",),
    _F.ATTACHMENT: ("attachment",),
}
"""The fields of a `Patient` in each."""


def value_of(patient: Patient, field: MergeField) -> tuple[Any, ...]:
    """The parts of a field, to be compared."""
    return tuple(getattr(patient, part) for part in PARTS[field])


def is_given(patient: Patient, field: MergeField) -> bool:
    """Whether the record says anything there."""
    match field:
        case MergeField.IIN:
            return patient.iin is not None
        case MergeField.SEX:
            return patient.sex is not Sex.UNKNOWN
        case MergeField.DOCUMENT:
            return patient.document is not DocumentKind.NONE or bool(patient.citizenship)
        case MergeField.REMINDERS:
            return patient.reminders.wish is not Reminders.NOT_ASKED
        case MergeField.ATTACHMENT:
            return patient.attachment.state is not AttachmentState.UNKNOWN
        case _:
            return any(value_of(patient, field))


def differing(kept: Patient, gone: Patient) -> tuple[MergeField, ...]:
    """The fields a person has to look at, in the order of the form."""
    return tuple(field for field in MergeField if value_of(kept, field) != value_of(gone, field))


def first_choice(kept: Patient, gone: Patient) -> frozenset[MergeField]:
    """What is taken from the record that goes, until a person chooses: what the kept one does not say.

    An attachment here counts more than one elsewhere: nobody drops out of a district by a merge.
    """
    taken = {field for field in differing(kept, gone) if is_given(gone, field) and not is_given(kept, field)}
    if gone.attachment.is_here and not kept.attachment.is_here:
        taken.add(MergeField.ATTACHMENT)
    return frozenset(taken)


def merged(kept: Patient, gone: Patient, taken: Collection[MergeField]) -> Patient:
    """The kept person, with the fields of `taken` from the other record."""
    values = {part: getattr(gone, part) for field in taken for part in PARTS[field]}
    return replace(kept, **values)


def findings(
    kept: Patient, gone: Patient, *, both_have_open_cases: bool, said_to_differ: str | None
) -> tuple[Finding, ...]:
    """What speaks against it. A warning is let pass by a reason, a block is settled first.

    Args:
        kept: the record that stays.
        gone: the record that goes.
        both_have_open_cases: an attachment of each is under way.
        said_to_differ: the reason somebody gave for their being two people; None when nobody said so.
    """
    found = []
    if both_have_open_cases:
        found.append(Finding(Severity.BLOCK, "merge.open_cases"))
    if kept.iin is not None and gone.iin is not None and kept.iin != gone.iin:
        found.append(Finding(Severity.WARNING, "merge.two_iins", field=MergeField.IIN))
    if Sex.UNKNOWN not in (kept.sex, gone.sex) and kept.sex is not gone.sex:
        found.append(Finding(Severity.WARNING, "merge.two_sexes", field=MergeField.SEX))
    if kept.birth_date and gone.birth_date and kept.birth_date != gone.birth_date:
        found.append(Finding(Severity.WARNING, "merge.two_birth_dates", field=MergeField.BIRTH_DATE))
    if said_to_differ is not None:
        found.append(Finding(Severity.WARNING, "merge.said_to_differ", {"reason": said_to_differ or "—"}))
    return tuple(found)
