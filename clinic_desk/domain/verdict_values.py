"""What a verdict is asked about a person, and what it says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from clinic_desk.domain.ids import CheckId
from clinic_desk.domain.patient import AttachmentBasis, Patient
from clinic_desk.domain.referral import Answer, Payer, PayerReason


class Need(StrEnum):
    """What would settle an answer that could not be told."""

    INSURANCE = "insurance"
    """An answer about the person's insurance."""
    ONSET = "onset"
    """The first day of the disease, from the doctor."""
    PACKAGE = "package"
    """The package of the service, from the tariff list."""
    SERVICE = "service"
    CONTRACT = "contract"
    """The term of the worker's insurance contract."""


class PersonFacts(NamedTuple):
    """What of a person decides who pays; `contract_until` is the last day of an EAEU worker's contract."""

    birth_date: dt.date | None = None
    basis: AttachmentBasis | None = None
    contract_until: dt.date | None = None

    @classmethod
    def of(cls, patient: Patient, contract_until: dt.date | None = None) -> PersonFacts:
        """The facts of a patient."""
        return cls(patient.birth_date, patient.attachment.basis, contract_until)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who pays for this service, this diagnosis, this day.

    Attributes:
        reason: why, and `rule` the step of the decision order that said so ("" when none did).
        source: where the rule stands, a key of the catalogue's sources.
        group: the group of diagnoses that decided, or that would decide if the onset were known.
        first_months: how long the guaranteed package pays for that group since the first day.
        as_of: when the insurance was asked (aware UTC), `evidence` the answer; None where it did not count.
        until: the last day on which all this holds; None for an answer that could not be told.
        needs: what would settle it.
        is_settled: False where no source settles the rule: "set by the organisation".
    """

    answer: Answer
    payer: Payer
    reason: PayerReason
    rule: str = ""
    source: str = ""
    group: str = ""
    first_months: int | None = None
    as_of: dt.datetime | None = None
    evidence: CheckId | None = None
    until: dt.date | None = None
    needs: tuple[Need, ...] = ()
    is_settled: bool = True

    @property
    def is_covered(self) -> bool:
        """True when the person pays nothing."""
        return self.answer in (Answer.COVERED, Answer.COVERED_OTHER)
