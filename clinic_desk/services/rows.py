"""Frozen rows that screens and commands show. Values only, no words: the reader's language comes later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from clinic_desk.domain.catalogue import Package, SupplierRole
from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.ids import DoctorId, PatientId, ReferralId, ServiceId, SupplierId
from clinic_desk.domain.iin import IinMismatch
from clinic_desk.domain.insurance import (
    Channel,
    Coverage,
    FailedCheck,
    Freshness,
    InsuranceCheck,
    InsuranceStatus,
    WhyNoAnswer,
)
from clinic_desk.domain.insurance_plan import InsurancePlan
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.patient import AttachmentState, Patient
from clinic_desk.domain.referral import Payer, PrintState, ReferralStatus
from clinic_desk.domain.standing import Standing
from clinic_desk.domain.verdict import PackageVerdicts, Verdict


class PatientHit(NamedTuple):
    """One person found by a search; `match` says how: iin, iin_part, phone, name, latin, layout, typo.

    A tuple, because fifty are made at each key press.
    """

    patient_id: PatientId
    name: str
    birth_date: dt.date | None
    iin_masked: str
    match: str
    district_number: str
    attachment: AttachmentState
    insurance_status: InsuranceStatus
    insurance_checked_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A referral as a line of a list."""

    referral_id: ReferralId
    number: str
    patient_id: PatientId
    patient_name: str
    iin_masked: str
    service: LocalText
    icd_code: str
    supplier_name: str
    reason: str
    status: ReferralStatus
    print_state: PrintState
    copies_printed: int
    issued_at: dt.datetime
    issued_by: str
    valid_until: dt.date
    version: int
    payer: Payer = Payer.UNKNOWN


@dataclass(frozen=True, slots=True)
class PatientCard:
    """Everything the card shows at once. `checks` newest first; the first is the last good answer.

    `failure` is the newest check that brought no answer, when nothing was answered since; `plan` says what to
    do about the insurance today; `packages` is what both packages mean for the person today, `standing` what
    the last answer says of insurance: one that has run out or is too old to act on says nothing.
    """

    patient: Patient
    age: int | None
    district: District | None
    district_doctor: Doctor | None
    checks: tuple[InsuranceCheck, ...]
    freshness: Freshness
    standing: Standing
    referrals: tuple[ReferralRow, ...]
    iin_mismatch: IinMismatch | None
    plan: InsurancePlan
    packages: PackageVerdicts
    failure: FailedCheck | None = None

    @property
    def coverage(self) -> Coverage:
        """Whether insurance covers the person today, as far as the last answer tells."""
        return self.standing.coverage

    @property
    def check(self) -> InsuranceCheck | None:
        """The newest answer."""
        return self.checks[0] if self.checks else None


class EvidenceLine(NamedTuple):
    """One check of a person's insurance: an answer, also one that was withdrawn, or one that brought none.

    `status` is None when nobody answered, then `why` says how. `at` and `withdrawn_at` are aware UTC.
    """

    at: dt.datetime
    channel: Channel
    by: str
    status: InsuranceStatus | None = None
    category: str = ""
    why: WhyNoAnswer | None = None
    withdrawn_at: dt.datetime | None = None
    withdrawn_by: str = ""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A person who may be the one being registered; `likelihood` is exact_iin, almost_sure or maybe.

    `fields` maps a field name (name, patronymic, birth_date, phone, iin, address, sex) to its
    verdict: same, other_letters, only_stored, only_typed, differs.
    """

    patient: Patient
    district_number: str
    likelihood: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspect:
    """Two stored people who may be one; `likelihood` and `fields` as of a `Duplicate`, `one` as if typed."""

    one: Patient
    other: Patient
    likelihood: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service in the referral dialog."""

    service_id: ServiceId
    code: str
    title: LocalText
    package: Package


@dataclass(frozen=True, slots=True)
class DiagnosisChoice:
    """An ICD-10 code in the referral dialog."""

    code: str
    title: LocalText


@dataclass(frozen=True, slots=True)
class DoctorChoice:
    """A doctor in the referral dialog."""

    doctor_id: DoctorId
    code: str
    name: str
    specialty: LocalText


@dataclass(frozen=True, slots=True)
class SupplierChoice:
    """A supplier that may take the person for the service today; `earliest` from the claimed wait."""

    supplier_id: SupplierId
    bin: str
    name: str
    role: SupplierRole
    ownership: str
    address: str
    distance_km: float | None
    wait_days: int | None
    earliest: dt.date | None
    is_long_wait: bool


@dataclass(frozen=True, slots=True)
class SupplierList:
    """Suppliers of a service, earliest first; unknown waits last. `list_date` of the last import."""

    rows: tuple[SupplierChoice, ...]
    list_date: dt.date | None
    is_list_old: bool


@dataclass(frozen=True, slots=True)
class ReferralCheck:
    """What the rules say of a form as it stands. `verdict` is None until service and diagnosis are chosen.

    `asks_onset`: who pays depends on the first day of the disease.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict | None
    valid_until: dt.date
    asks_onset: bool = False

    @property
    def may_be_issued(self) -> bool:
        """True when nothing blocks (warnings still need their reasons)."""
        return not any(f.severity is Severity.BLOCK for f in self.findings)


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued referral; `was_there` when the same operation had issued it before (double press)."""

    referral_id: ReferralId
    number: str
    status: ReferralStatus
    findings: tuple[Finding, ...]
    was_there: bool
