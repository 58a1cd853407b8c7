"""What a plan is made of and what it says, as plain values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.patient import AttachmentBasis, Patient
from clinic_desk.domain.rule_tables import DiagnosisGroup
from clinic_desk.domain.rule_tables.becoming_insured import Begins, CarePackage, Way

SIGNIFICANT: Final = "significant"
"""The line that speaks of socially significant diseases."""
CHRONIC: Final = "chronic"
"""The line that speaks of chronic diseases under observation, whosever they are on the day."""


class PlanPerson(NamedTuple):
    """What of a person decides which ways are open."""

    birth_date: dt.date | None = None
    has_iin: bool = True
    is_on_contract: bool = False
    """Attached for the term of an EAEU worker's contract."""

    @classmethod
    def of(cls, patient: Patient) -> PlanPerson:
        """The facts of a patient."""
        on_contract = patient.attachment.basis is AttachmentBasis.EAEU_CONTRACT
        return cls(patient.birth_date, patient.iin is not None, on_contract)


class KnownDiagnosis(NamedTuple):
    """A diagnosis that a doctor gave for a referral; `onset_on` is the first day of the disease, if told."""

    icd_code: str
    recorded_on: dt.date
    onset_on: dt.date | None = None


class Situation(StrEnum):
    """Where the person stands on the day."""

    INSURED = "insured"
    GRACE = "grace"
    CONDITIONAL = "conditional"
    TEMPORARY = "temporary"
    UNINSURED = "uninsured"
    NOT_KNOWN = "not_known"
    """Nobody asked, or the answer has run out or is too old: never a "no"."""


class DiagnosisNote(NamedTuple):
    """What a diagnosis on record means.

    `line` is the line of the package that speaks of it. `until` is the last day of a term since onset;
    `asks_onset` when only the onset would tell whether the guaranteed package pays, `first_months` long.
    """

    diagnosis: KnownDiagnosis
    group: str
    package: CarePackage
    line: str
    source: str
    first_months: int | None = None
    until: dt.date | None = None
    asks_onset: bool = False


class CareLine(NamedTuple):
    """A line of a package; `is_settled` is False where the organisation has to say so itself."""

    code: str
    source: str
    is_short: bool = False
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Cost:
    """Months at a month's sum, in whole tenge.

    `year` is the year the sum is of; `asks_fund` when some of the months lie outside it, so that their sum
    has to be asked for.
    """

    months: int
    monthly: int
    year: int
    asks_fund: bool
    source: str
    is_settled: bool = True

    @property
    def total(self) -> int:
        """What all months cost together."""
        return self.months * self.monthly


@dataclass(frozen=True, slots=True)
class WayOffer:
    """A way that is open to the person.

    Attributes:
        begins: when the right begins, and `begins_on` the day where it is known.
        until: the last day of the right where it is known.
        months: the first days of the months to pay; empty when nobody knows how many, or none is paid.
        cost: None when the person pays nothing, or nobody can tell what.
        needs: codes of what the person brings or does; `mistakes` of what people get wrong.
        lasts_months: how long the right lasts once it has begun, where the rule says so.
    """

    way: Way
    begins: Begins
    begins_on: dt.date | None
    until: dt.date | None
    months: tuple[dt.date, ...]
    cost: Cost | None
    needs: tuple[str, ...]
    mistakes: tuple[str, ...]
    source: str
    is_settled: bool
    lasts_months: int | None = None


@dataclass(frozen=True, slots=True)
class KeptRight:
    """A right that is kept after the payments stopped.

    `debt` is None when the months are not told or their sum is not known. `longer_months` is how long it may
    be kept instead, for whom enough continuous months were paid: only the Fund can count them.
    """

    months: int | None
    until: dt.date | None
    debt_months: tuple[dt.date, ...]
    debt: Cost | None
    longer_months: int | None = None
    continuous_months: int = 0


@dataclass(frozen=True, slots=True)
class InsurancePlan:
    """What to do about a person's insurance on `day`.

    Attributes:
        until: the last day of the right as the answer or its status tells it, None where it has no end.
        paid, missing, not_told: of the twelve months of the answer; paid is None when it gave none. What a
            covered person need not pay is not missing.
        free: what is free whatever the insurance; `insured_only` what needs it.
        notes: what the diagnoses on record mean for both.
        ways: the lawful ways that are open, best first; none while nobody knows the standing.
        category: the code the answer gave; `is_state_paid` when the state or the local budget pays for it.
        state_categories: the codes of all categories paid that way on the day.
        significant: the socially significant diseases of the day.
        is_on_contract: a worker's contract: its insurer pays in place of the guaranteed package.
        silent_months: how many last months without contributions welfare level D or E asks for.
    """

    day: dt.date
    situation: Situation
    coverage: Coverage
    until: dt.date | None
    paid: int | None
    missing: tuple[dt.date, ...]
    not_told: int
    free: tuple[CareLine, ...]
    insured_only: tuple[CareLine, ...]
    notes: tuple[DiagnosisNote, ...]
    ways: tuple[WayOffer, ...]
    kept: KeptRight | None = None
    category: str = ""
    is_state_paid: bool = False
    state_categories: tuple[str, ...] = ()
    significant: tuple[DiagnosisGroup, ...] = ()
    is_on_contract: bool = False
    silent_months: int = 0

    def notes_of(self, package: CarePackage) -> tuple[DiagnosisNote, ...]:
        """The notes on diagnoses that the package pays for."""
        return tuple(note for note in self.notes if note.package is package)

    def way(self, way: Way) -> WayOffer | None:
        """The offer of that way, None when it is not open."""
        return next((offer for offer in self.ways if offer.way is way), None)
