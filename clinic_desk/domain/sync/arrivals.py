"""What comes down from the upstream, as plain values of the desk. Moments are aware UTC, days are days.

Texts are the words of whoever decided: data, shown as a quotation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.catalogue import Service, SupplierRole
from clinic_desk.domain.referral import ReferralStatus


@dataclass(frozen=True, slots=True)
class ReferralProgress:
    """How far the upstream has come with a referral.

    Args:
        referral_id: our id of it, "" when the server's task does not carry it.
        status: never `ISSUED`, which only the desk knows.
        at: when the server says it came so far, None where it does not.
        appointment_at: the date given, None for none.
        ground: the code of a refusal.
        text: what is said about a refusal or an end.
        question: what the supplier asks, only with `RETURNED`.
        by: who decided or asks.
    """

    referral_id: str
    status: ReferralStatus
    at: dt.datetime | None = None
    appointment_at: dt.datetime | None = None
    ground: str = ""
    text: str = ""
    question: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class RequestedReferral:
    """A referral as a server holds it: what whoever decides about it reads."""

    referral_id: str
    number: str
    status: str
    service_code: str
    icd_code: str
    reason: str
    reason_evidence: str
    supplier_bin: str
    supplier_role: str
    doctor_code: str
    issued_at: dt.datetime | None
    valid_until: dt.date | None
    quantity: int
    payer: str
    payer_rule: str
    answer: str
    note: str
    replaces: str


class DecisionOutcome(StrEnum):
    """What the register decided of an application, or of an attachment in force."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AttachmentDecision:
    """The register's word on an attachment.

    Args:
        case_id: our id of the application, "" when the server's record does not carry it.
        outcome: what it was.
        at: when it was decided, None where it is not said.
        number: the register's number of the decision.
        first_day: when an accepted attachment begins.
        last_day: when an ended one ended.
        ground: a refusal's code of the closed list, or the reason of an end.
        text: what is said with it.
        by: who decided.
    """

    case_id: str
    outcome: DecisionOutcome
    at: dt.datetime | None = None
    number: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    ground: str = ""
    text: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class CoverageSeen:
    """A Coverage of the upstream: whether it is in force and until when. No answer to a check."""

    reference: str
    is_active: bool
    iin: str = ""
    kind: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    payer: str = ""


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A HealthcareService: a service of the tariff list, and who gives it from when to when.

    `service` carries no id of ours. `supplier_bin` is "" for a plain line of the tariff list, `offer_key` is
    the server's own identifier of the offer, "" for none.
    """

    service: Service
    supplier_bin: str = ""
    is_active: bool = True
    role: SupplierRole = SupplierRole.SUPPLIER
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    wait_days: int | None = None
    offer_key: str = ""


class ComplaintStep(StrEnum):
    """How far a complaint has come upstream."""

    RECEIVED = "received"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ComplaintNote:
    """A complaint as the desk sends it: words of the person, under an id of ours."""

    complaint_id: str
    told_at: dt.datetime
    words: str
    category: str = ""
    told_by: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintReceipt:
    """What the upstream says of a complaint: its number, how far it is, the answer and its term."""

    complaint_id: str
    step: ComplaintStep
    number: str = ""
    at: dt.datetime | None = None
    due_on: dt.date | None = None
    text: str = ""
    by: str = ""
