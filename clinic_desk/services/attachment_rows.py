"""What screens and commands give to attachment and get from it: forms, choices, rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from clinic_desk.domain.attachment import (
    AttachmentCase,
    CaseState,
    ConsentGiver,
    ConsentWay,
    SeenDocument,
)
from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.deadlines import Due
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, DoctorId, PatientId
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.rule_tables.attachment import AttachmentMode


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """The consent as written down. `at` is aware, None for now; `name` is of whoever acts for the patient."""

    giver: ConsentGiver = ConsentGiver.PATIENT
    way: ConsentWay = ConsentWay.PAPER
    at: dt.datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class AttachmentForm:
    """The application as far as it is filled in.

    `previous` is where the person says they are attached now. `received_at` (aware) is when the papers were
    handed in, None for the moment of sending. `doctor_id` None is the district's own doctor.
    `reasons_given` maps the code of each warning to the words of the senior registrar `allowed_by`.
    `version` is that of the stored case the form was read from or last saved as, 0 when there was none: what
    another desk saved meanwhile is never written over.
    """

    patient_id: PatientId
    basis: AttachmentBasis | None = None
    district_id: DistrictId | None = None
    doctor_id: DoctorId | None = None
    previous: str = ""
    documents: tuple[SeenDocument, ...] = ()
    consent: ConsentForm | None = None
    care_at_home: str = ""
    contract_until: dt.date | None = None
    received_at: dt.datetime | None = None
    reasons_given: Mapping[str, str] = field(default_factory=dict)
    allowed_by: str = ""
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class BasisChoice:
    """A basis that may be chosen today and its digit at the desk; a free change counts against the limit."""

    code: AttachmentBasis
    key: str
    is_free_change: bool
    is_uncertain: bool = False


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """A document that may be seen: one that proves the identity is needed, and every `is_needed` one."""

    code: str
    is_needed: bool
    proves_identity: bool = False


@dataclass(frozen=True, slots=True)
class GroundChoice:
    """A ground of the closed list and its digit; `needs_text`: the paragraph of the Rules must be named."""

    code: str
    key: str
    needs_text: bool
    is_uncertain: bool = False


class DistrictWhy(StrEnum):
    """Why a district is offered."""

    ADDRESS = "address"
    """The house lies in it."""
    STREET = "street"
    """A part of the street lies in it, and the house is not known."""
    MOTHER = "mother"
    """The mother of a newborn is attached there, or lives in it."""
    FREE = "free"
    """It takes people of this age and has free places."""
    AGE = "age"
    """It takes people of this age; it is full, or nobody set how many it may have."""


@dataclass(frozen=True, slots=True)
class DistrictChoice:
    """A district with its load. `norm` None: no norm is set; `over` (>= 0) counts people above it now."""

    district: District
    doctor: Doctor | None
    people: int
    norm: int | None
    norm_is_uncertain: bool
    over: int
    is_proposed: bool
    why: DistrictWhy

    @property
    def free_places(self) -> int | None:
        """How many more may come without a reason; None where no norm is set."""
        return None if self.norm is None else max(0, self.norm - self.people)


@dataclass(frozen=True, slots=True)
class AttachmentCheck:
    """What the rules say of a form as it stands.

    `due` counts from `received_at`, or from now while that is not given. `effective_on` None means the day on
    which the register accepts. `missing` are the codes of what still keeps it from being sent: blocks,
    warnings without a reason, and `attachment.allowed_by_needed`.
    """

    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    due: Due
    free_changes_used: int
    free_changes_limit: int
    mode: AttachmentMode
    effective_on: dt.date | None
    rule_is_uncertain: bool
    rule_source: str

    @property
    def may_be_sent(self) -> bool:
        """True when nothing blocks (warnings still need their reasons)."""
        return not any(f.severity is Severity.BLOCK for f in self.findings)


class AttachmentFilter(NamedTuple):
    """What a list of cases shows; empty means all. `text` matches the beginning of a name or of the IIN.

    `due_until` (aware): only cases whose answer is due up to then.
    """

    states: frozenset[CaseState] = frozenset()
    text: str = ""
    due_until: dt.datetime | None = None
    limit: int = 200
    offset: int = 0


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """One case in a list; `iin` is masked, moments are aware UTC."""

    case_id: AttachmentCaseId
    patient_id: PatientId
    name: str
    iin: str
    birth_date: dt.date | None
    state: CaseState
    basis: AttachmentBasis | None
    district: str
    doctor: str
    opened_at: dt.datetime
    opened_by: str
    sent_at: dt.datetime | None
    due_at: dt.datetime | None
    effective_on: dt.date | None
    contract_until: dt.date | None
    refusal_ground: str
    version: int


@dataclass(frozen=True, slots=True)
class EndingContract:
    """A worker whose contract, and with it the attachment, ends soon; `days_left` >= 0."""

    case_id: AttachmentCaseId
    patient_id: PatientId
    name: str
    iin: str
    district: str
    contract_until: dt.date
    days_left: int


@dataclass(frozen=True, slots=True)
class GrowingChild:
    """A child of a children's district who comes of age for an adult one on `turns_on`.

    `days_left` is negative for who is past that day and still there.
    """

    patient_id: PatientId
    name: str
    iin: str
    birth_date: dt.date
    district: str
    turns_on: dt.date
    days_left: int


class PaperKind(StrEnum):
    """Papers of a case."""

    APPLICATION = "application"
    NOTICE = "notice"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Sent:
    """A case after sending; `was_there` when the same operation had sent it before (double press)."""

    case: AttachmentCase
    findings: tuple[Finding, ...]
    was_there: bool


class Daily(NamedTuple):
    """What a day brought by itself: cases that came into force and cases whose contract is over."""

    begun: tuple[AttachmentCaseId, ...] = ()
    ended: tuple[AttachmentCaseId, ...] = ()
    moved: tuple[AttachmentCaseId, ...] = ()
    """Whose answer is due at another time, since the calendar changed."""
