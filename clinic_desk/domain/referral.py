"""A referral (жолдама / направление) and the moves it may make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import (
    CheckId,
    DoctorId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.insurance import Channel, InsuranceStatus


class ReferralStatus(StrEnum):
    """Where the referral stands; stored values."""

    ISSUED = "issued"
    """Saved on this desk, nobody else knows it yet."""
    SENT = "sent"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    RETURNED = "returned"
    """The supplier asks a question before it decides."""
    COMPLETED = "completed"
    NOT_ATTENDED = "not_attended"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_S = ReferralStatus
MOVES: Final[Mapping[ReferralStatus, frozenset[ReferralStatus]]] = {
    _S.ISSUED: frozenset({_S.SENT, _S.COMPLETED, _S.NOT_ATTENDED, _S.CANCELLED, _S.EXPIRED}),
    _S.SENT: frozenset(
        {
            _S.ACCEPTED,
            _S.SCHEDULED,
            _S.RETURNED,
            _S.COMPLETED,
            _S.NOT_ATTENDED,
            _S.REFUSED,
            _S.CANCELLED,
            _S.EXPIRED,
        }
    ),
    _S.ACCEPTED: frozenset(
        {_S.SCHEDULED, _S.RETURNED, _S.COMPLETED, _S.NOT_ATTENDED, _S.REFUSED, _S.CANCELLED, _S.EXPIRED}
    ),
    _S.SCHEDULED: frozenset(
        {_S.SCHEDULED, _S.RETURNED, _S.COMPLETED, _S.NOT_ATTENDED, _S.REFUSED, _S.CANCELLED, _S.EXPIRED}
    ),
    # Answered: the supplier has it before it again.
    _S.RETURNED: frozenset(
        {_S.SENT, _S.ACCEPTED, _S.SCHEDULED, _S.COMPLETED, _S.REFUSED, _S.CANCELLED, _S.EXPIRED}
    ),
    _S.NOT_ATTENDED: frozenset({_S.SCHEDULED, _S.CANCELLED, _S.EXPIRED}),
    _S.COMPLETED: frozenset(),
    _S.REFUSED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.EXPIRED: frozenset(),
}
LIVING: Final = frozenset({_S.ISSUED, _S.SENT, _S.ACCEPTED, _S.SCHEDULED, _S.RETURNED})
"""States in which a second referral for the same person and service asks for a reason."""


class PrintState(StrEnum):
    """Where the paper stands."""

    TO_PRINT = "to_print"
    PRINTED = "printed"
    NOT_WANTED = "not_wanted"


class Payer(StrEnum):
    """Who pays, as told at issue; "unknown" is an answer of its own."""

    GUARANTEED = "guaranteed"
    INSURANCE = "insurance"
    CONTRACT = "contract"
    """The insurer of a worker's voluntary or imputed contract (EAEU)."""
    SELF_PAY = "self_pay"
    UNKNOWN = "unknown"


class Answer(StrEnum):
    """Whether the service is covered: four answers, never two."""

    COVERED = "covered"
    """By the package the service belongs to."""
    COVERED_OTHER = "covered_other"
    """By somebody else than the service's own package: the guaranteed package, an insurer."""
    NOT_COVERED = "not_covered"
    UNKNOWN = "unknown"
    """Could not be checked; never a "no"."""


class PayerReason(StrEnum):
    """Why the answer is what it is; stored values. Older referrals keep codes of their own."""

    GUARANTEED_DIAGNOSIS = "guaranteed_diagnosis"
    GUARANTEED_SERVICE = "guaranteed_service"
    INSURED = "insured"
    CONTRACT = "contract"
    """The minimum list is paid by the insurer of the worker's contract."""
    UNINSURED = "uninsured"
    NEVER_CHECKED = "never_checked"
    CHECKED_LATER = "checked_later"
    """The answer was given after the day that is asked about."""
    EVIDENCE_RAN_OUT = "evidence_ran_out"
    EVIDENCE_TOO_OLD = "evidence_too_old"
    ONSET_NOT_KNOWN = "onset_not_known"
    """The guaranteed package pays for some months since the first day of the disease."""
    PACKAGE_NOT_KNOWN = "package_not_known"
    SERVICE_NOT_TOLD = "service_not_told"
    CONTRACT_NOT_KNOWN = "contract_not_known"
    CONTRACT_ENDED = "contract_ended"
    RULE_NOT_SETTLED = "rule_not_settled"
    """The rule that would decide is not settled by any source, or there is none for that day."""


class ForbiddenMove(InvalidValue):
    """The referral cannot go from its status to the wanted one. Code: `referral.forbidden_move`."""


@dataclass(frozen=True, slots=True)
class InsuranceEvidence:
    """What was known of the insurance when the referral was issued; never changed afterwards.

    `answer` is None on referrals issued before verdicts were kept. `payer_rule` is a code of `PayerReason`,
    `group` the diagnosis group that decided, `source` where the rule stands, `until` the last day the verdict
    holds, `onset_on` the first day of the disease as the doctor gave it.
    """

    status: InsuranceStatus
    payer: Payer
    payer_rule: str = ""
    check_id: CheckId | None = None
    checked_at: dt.datetime | None = None
    channel: Channel | None = None
    reference: str = ""
    category: str = ""
    answer: Answer | None = None
    group: str = ""
    source: str = ""
    until: dt.date | None = None
    onset_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral as issued. All but status, print state and times is unchangeable: replace, not edit.

    `issued_at` is aware UTC; `valid_until` is the last inclusive day in the clinic's zone.
    `reasons_given` maps the code of each warning to the registrar's words.
    """

    id: ReferralId
    number: str
    operation_id: OperationId
    patient_id: PatientId
    service_id: ServiceId
    icd_code: str
    doctor_id: DoctorId
    reason: str
    supplier_id: SupplierId
    supplier_role: SupplierRole
    insurance: InsuranceEvidence
    issued_at: dt.datetime
    issued_by: str
    desk: str
    valid_until: dt.date
    quantity: int = 1
    reason_evidence: str = ""
    note: str = ""
    reasons_given: Mapping[str, str] = field(default_factory=dict)
    status: ReferralStatus = ReferralStatus.ISSUED
    print_state: PrintState = PrintState.TO_PRINT
    copies_printed: int = 0
    appointment_at: dt.datetime | None = None
    version: int = 0

    @property
    def is_living(self) -> bool:
        """True while the referral may still bring the person to the supplier."""
        return self.status in LIVING

    @property
    def is_provisional(self) -> bool:
        """True until somebody besides this desk knows of it."""
        return self.status is ReferralStatus.ISSUED


def check_move(current: ReferralStatus, wanted: ReferralStatus) -> None:
    """Returns when the move is allowed.

    Raises:
        ForbiddenMove: otherwise.
    """
    if wanted not in MOVES[current]:
        raise ForbiddenMove("referral.forbidden_move", current=current.value, wanted=wanted.value)
