"""Attachment to the polyclinic (бекіту / прикрепление) as a case with a beginning and an end.

Source: order ҚР ДСМ-194/2020 of 13 Nov 2020 as amended; the state service's page gov.kz/services/3176.
Terms, limits, bases and grounds are dated rule tables, never code. Attaching somebody without their notice
and consent is a defect of the Fund's list (5.2), so no case leaves the desk without `Consent`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, DoctorId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis


class CaseState(StrEnum):
    """Where the case stands; stored values."""

    DRAFT = "draft"
    CONSENTED = "consented"
    """The consent is recorded; nothing has left the desk."""
    SENT = "sent"
    ACCEPTED = "accepted"
    """The register said yes; the attachment begins on `effective_on`."""
    REFUSED = "refused"
    IN_FORCE = "in_force"
    ENDED = "ended"


_C = CaseState
CASE_MOVES: Final[Mapping[CaseState, frozenset[CaseState]]] = {
    _C.DRAFT: frozenset({_C.CONSENTED, _C.ENDED}),
    # A consent that was ticked by mistake is taken away again.
    _C.CONSENTED: frozenset({_C.DRAFT, _C.CONSENTED, _C.SENT, _C.ENDED}),
    _C.SENT: frozenset({_C.ACCEPTED, _C.REFUSED, _C.ENDED}),
    _C.ACCEPTED: frozenset({_C.IN_FORCE, _C.ENDED}),
    _C.IN_FORCE: frozenset({_C.ENDED}),
    _C.REFUSED: frozenset(),
    _C.ENDED: frozenset(),
}
OPEN_CASES: Final = frozenset({_C.DRAFT, _C.CONSENTED, _C.SENT, _C.ACCEPTED})
"""States in which a second case of the same person is not begun."""
_WITHOUT_CONSENT: Final = frozenset({_C.DRAFT, _C.ENDED})


class ConsentWay(StrEnum):
    """How the consent was given."""

    PAPER = "paper"
    SIGNATURE = "signature"
    """Electronic digital signature (ЭЦҚ / ЭЦП)."""
    EGOV = "egov"


class ConsentGiver(StrEnum):
    """Who gave it."""

    PATIENT = "patient"
    PARENT = "parent"
    GUARDIAN = "guardian"
    BY_POWER = "by_power"
    """By a power of attorney."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agreed, how and when. `name` of the giver is empty when it is the patient; `at` is aware UTC."""

    giver: ConsentGiver
    way: ConsentWay
    at: dt.datetime
    recorded_by: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class SeenDocument:
    """A document that was seen, never copied: its code in the rule table and the day written on it."""

    code: str
    dated: dt.date | None = None


class EndReason(StrEnum):
    """Why a case is over."""

    WITHDRAWN = "withdrawn"
    CONTRACT_ENDED = "contract_ended"
    OTHER_ORGANISATION = "other_organisation"
    OTHER_DISTRICT = "other_district"
    MOVED_AWAY = "moved_away"
    DIED = "died"


class ForbiddenCaseMove(InvalidValue):
    """The case cannot go from its state to the wanted one. Code: `attachment.forbidden_move`."""


@dataclass(frozen=True, slots=True)
class AttachmentCase:
    """One application for attachment.

    Moments are aware UTC, days are the clinic's. `received_at` is when the application was handed in,
    `due_at` when the answer is due by the working calendar. `previous` is where the person says they are
    attached now. `contract_until` belongs to a worker of the EAEU (`AttachmentBasis.EAEU_CONTRACT`).
    `reasons_given` maps the code of each warning to the words of the senior registrar who let it pass
    (`allowed_by`). `was` is the person's attachment before sending, put back when nothing comes of the case.
    `is_free_change` counts against the year's limit. `refusal_ground` is a code of the
    closed list; `refusal_text` names the paragraph of the Rules.
    """

    id: AttachmentCaseId
    patient_id: PatientId
    operation_id: OperationId
    opened_at: dt.datetime
    opened_by: str
    state: CaseState = CaseState.DRAFT
    basis: AttachmentBasis | None = None
    district_id: DistrictId | None = None
    doctor_id: DoctorId | None = None
    previous: str = ""
    consent: Consent | None = None
    documents: tuple[SeenDocument, ...] = ()
    care_at_home: str = ""
    contract_until: dt.date | None = None
    was: Attachment | None = None
    is_free_change: bool = False
    reasons_given: Mapping[str, str] = field(default_factory=dict)
    allowed_by: str = ""
    note: str = ""
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    sent_by: str = ""
    answered_at: dt.datetime | None = None
    answer_number: str = ""
    refusal_ground: str = ""
    refusal_text: str = ""
    effective_on: dt.date | None = None
    ended_on: dt.date | None = None
    end_reason: EndReason | None = None
    version: int = 0

    def __post_init__(self) -> None:
        """Raises InvalidValue `attachment.no_consent` for what may not be without one."""
        needs_consent = self.state not in _WITHOUT_CONSENT or self.sent_at is not None
        if needs_consent and self.consent is None:
            raise InvalidValue("attachment.no_consent")

    @property
    def is_open(self) -> bool:
        """True until there is an answer and it has taken effect."""
        return self.state in OPEN_CASES


def check_case_move(current: CaseState, wanted: CaseState) -> None:
    """Returns when the move is allowed.

    Raises:
        ForbiddenCaseMove: otherwise.
    """
    if wanted not in CASE_MOVES[current]:
        raise ForbiddenCaseMove("attachment.forbidden_move", current=current.value, wanted=wanted.value)
