"""What stands on a paper of an attachment case: plain values, before any layout."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.attachment_rows import PaperKind
from clinic_desk.texts import Language


@dataclass(frozen=True, slots=True)
class PaperApplicant:
    """Who is attached. `document_key` and `sex` are codes, `iin` None without one."""

    name: str
    iin: str | None
    birth_date: dt.date | None
    document_key: str = "none"
    document_number: str = ""
    mother_iin: str | None = None
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PaperConsent:
    """Who agreed, how and when (aware), and who wrote it down; `name` of whoever acts for the patient."""

    giver_key: str
    way_key: str
    at: dt.datetime
    recorded_by: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentPaper:
    """One paper. Empty values are left out; moments are aware, `zone` is where they are shown.

    `district_kind`, `basis_key`, `ground_key` and the codes of `documents` are codes of the catalogue.
    `is_provisional` marks a notice that carries no number of the register yet.
    """

    kind: PaperKind
    languages: tuple[Language, ...]
    zone: str
    organisation: LocalText
    organisation_address: str
    organisation_phone: str
    head: str
    applicant: PaperApplicant
    written_at: dt.datetime
    clerk: str
    desk_label: str
    basis_key: str = ""
    previous: str = ""
    district: str = ""
    district_kind: str = ""
    doctor: str = ""
    care_at_home: str = ""
    contract_until: dt.date | None = None
    documents: tuple[tuple[str, dt.date | None], ...] = ()
    consent: PaperConsent | None = None
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    number: str = ""
    effective_on: dt.date | None = None
    ground_key: str = ""
    ground_text: str = ""
    is_provisional: bool = False
    is_practice: bool = False
