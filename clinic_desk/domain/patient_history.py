"""What became of a person's record, version by version: which field held what before and holds what now.

The values are texts as the store writes them, "" for nothing, under the names of its columns: they are shown
through the catalogue's words, never parsed back into a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.domain.patient import Patient

Changes = Mapping[str, tuple[str, str]]
"""Field to old and new value; only fields that differ."""


class HistoryKind(StrEnum):
    """What happened; stored values, but for those told by tables of their own (moves, imports, merges)."""

    REGISTERED = "registered"
    CHANGED = "changed"
    COMPLETED = "completed"
    """The IIN was added to a person registered without one."""
    ATTACHED = "attached"
    IMPORTED = "imported"
    IMPORT_UNDONE = "import_undone"
    MOVED = "moved"
    """A street or an age group went to another district."""
    MERGED = "merged"
    UNMERGED = "unmerged"
    RECEIVED = "received"
    """The upstream's values came down."""
    DECIDED = "decided"
    """A person decided a conflict; the value that was not chosen stands as the old one."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One version of a person. `version` is the one it led to, `at` is aware UTC.

    `merge_id`, `can_undo` and `other_name` belong to a merge: whether it still stands, and whose record is no
    more.
    """

    patient_id: PatientId
    version: int
    at: dt.datetime
    by: str
    what: HistoryKind
    changes: Changes = field(default_factory=dict)
    merge_id: MergeId | None = None
    can_undo: bool = False
    reason: str = ""
    other_name: str = ""


def values_of(patient: Patient) -> dict[str, str]:
    """The fields of a person as texts, by the store's names; not who asked about reminders."""
    name, attachment = patient.name, patient.attachment
    return {
        "iin": patient.iin.digits if patient.iin else "",
        "no_iin_reason": patient.no_iin_reason or "",
        "mother_iin": patient.mother_iin.digits if patient.mother_iin else "",
        "surname": name.surname,
        "given_name": name.given_name,
        "patronymic": name.patronymic,
        "birth_date": _day(patient.birth_date),
        "age_band": patient.age_band or "",
        "sex": patient.sex.value,
        "phone": patient.phone.e164 if patient.phone else "",
        "address": patient.address,
        "kato": patient.kato,
        "citizenship": patient.citizenship,
        "document": patient.document.value,
        "document_number": patient.document_number,
        "slip_language": patient.slip_language.value,
        "reminders": patient.reminders.wish.value,
        "attachment_state": attachment.state.value,
        "district_id": attachment.district_id or "",
        "attachment_basis": attachment.basis or "",
        "attached_since": _day(attachment.since),
    }


FIELDS: Final = (
    "iin", "no_iin_reason", "mother_iin", "surname", "given_name", "patronymic", "birth_date", "age_band",
    "sex", "phone", "address", "kato", "citizenship", "document", "document_number", "slip_language",
    "reminders", "attachment_state", "district_id", "attachment_basis", "attached_since",
)  # fmt: skip
"""The fields whose changes are kept, in the order of the form; each is a column of the store."""


def changes_between(before: Patient | None, after: Patient) -> dict[str, tuple[str, str]]:
    """What differs, in the order of the form; all that is given when there was nobody before."""
    old = values_of(before) if before is not None else {}
    return {
        name: (old.get(name, ""), value)
        for name, value in values_of(after).items()
        if old.get(name, "") != value
    }


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
