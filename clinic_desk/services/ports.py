"""What use cases need from the outside, as Protocols; adapters live in their own packages."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from clinic_desk.domain.catalogue import Diagnosis, Offer, Service, Supplier
from clinic_desk.domain.clinic import District, Doctor
from clinic_desk.domain.ids import (
    DistrictId,
    DoctorId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import Referral
from clinic_desk.services.rows import PatientHit, ReferralRow


class Clock(Protocol):
    """Where the time comes from; practice profiles may fix it."""

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's zone."""

    def now(self) -> dt.datetime:
        """The present moment, aware UTC."""

    def today(self) -> dt.date:
        """The present day in the clinic's zone."""


class PatientStore(Protocol):
    """People. Lookups return None when nobody is there."""

    def get(self, patient_id: PatientId) -> Patient | None: ...
    def by_iin(self, digits: str) -> Patient | None: ...
    def add(self, patient: Patient) -> Patient: ...
    def save(self, patient: Patient) -> Patient:
        """Writes over the version the patient carries; raises Conflict when another one is stored."""

    def look_alikes(
        self, *, name_key: str, surname_key: str, birth_date: dt.date | None, phone: str, limit: int
    ) -> list[Patient]:
        """People who share the folded surname and birth date, the whole folded name, or the phone."""

    def count(self) -> int: ...


class ClinicStore(Protocol):
    """Districts and doctors."""

    def districts(self) -> list[District]: ...
    def district(self, district_id: DistrictId) -> District | None: ...
    def doctors(self) -> list[Doctor]: ...
    def doctor(self, doctor_id: DoctorId) -> Doctor | None: ...
    def doctor_by_code(self, code: str) -> Doctor | None: ...
    def put_district(self, district: District) -> None: ...
    def put_doctor(self, doctor: Doctor) -> None: ...


class CatalogueStore(Protocol):
    """Services, diagnoses, suppliers and offers."""

    def service(self, service_id: ServiceId) -> Service | None: ...
    def services_by_code(self, code: str) -> list[Service]: ...
    def find_services(self, text: str, limit: int) -> list[Service]: ...
    def diagnosis(self, code: str) -> Diagnosis | None: ...
    def find_diagnoses(self, text: str, limit: int) -> list[Diagnosis]: ...
    def supplier(self, supplier_id: SupplierId) -> Supplier | None: ...
    def supplier_by_bin(self, digits: str) -> Supplier | None: ...
    def suppliers(self) -> list[Supplier]: ...
    def suppliers_of(self, service_id: ServiceId) -> list[tuple[Supplier, Offer]]: ...
    def offers(self, supplier_id: SupplierId, service_id: ServiceId) -> list[Offer]: ...
    def supplier_list_date(self) -> dt.date | None: ...


class InsuranceStore(Protocol):
    """Answers about insurance, append only."""

    def add(self, check: InsuranceCheck) -> None: ...
    def of_patient(self, patient_id: PatientId, limit: int = 20) -> list[InsuranceCheck]:
        """Newest first by the time of the check."""


class ReferralFilter(NamedTuple):
    """What a list of referrals shows; empty means all. `text` matches the number's beginning."""

    statuses: frozenset[str] = frozenset()
    only_to_print: bool = False
    text: str = ""
    issued_from: dt.datetime | None = None
    limit: int = 200
    offset: int = 0


class ReferralStore(Protocol):
    """Referrals and their history."""

    def get(self, referral_id: ReferralId) -> Referral | None: ...
    def by_number(self, number: str) -> Referral | None: ...
    def by_operation(self, operation_id: OperationId) -> Referral | None: ...
    def of_patient(self, patient_id: PatientId) -> list[Referral]: ...
    def add(self, referral: Referral) -> Referral: ...
    def save(self, referral: Referral, *, by: str, at: dt.datetime, note: str = "") -> Referral:
        """Writes status, print state and copies; a changed status adds a line to the history."""

    def rows(self, wanted: ReferralFilter) -> list[ReferralRow]: ...
    def rows_of_patient(self, patient_id: PatientId) -> list[ReferralRow]: ...
    def counts(self) -> dict[str, int]:
        """How many there are by status, and under `to_print`."""


class SlipStore(Protocol):
    """The printed paper, kept inside the encrypted store."""

    def keep(self, referral_id: ReferralId, copy: int, pdf: bytes, at: dt.datetime) -> None: ...
    def latest(self, referral_id: ReferralId) -> tuple[int, bytes] | None: ...


class Draft(NamedTuple):
    """A half-filled form; `payload` is JSON-ready."""

    kind: str
    subject: str
    owner: str
    payload: dict[str, Any]
    saved_at: dt.datetime


class DraftStore(Protocol):
    """One draft per kind, subject and owner."""

    def put(self, draft: Draft) -> None: ...
    def get(self, kind: str, subject: str, owner: str) -> Draft | None: ...
    def remove(self, kind: str, subject: str, owner: str) -> None: ...
    def of_owner(self, owner: str) -> list[Draft]: ...


class SettingsStore(Protocol):
    """Named JSON values of the profile."""

    def get(self, name: str) -> Any | None: ...
    def put(self, name: str, value: Any) -> None: ...


class NumberState(NamedTuple):
    """How far a desk's numbers are used: the next counter and the end (exclusive) of the reserved block."""

    desk: str
    series: str
    next_counter: int
    reserved_to: int


class NumberStore(Protocol):
    """The counter of referral numbers."""

    def get(self, desk: str) -> NumberState | None: ...
    def put(self, state: NumberState) -> None: ...


class AuditEntry(NamedTuple):
    """One line of the audit log; ids and codes only, never names or numbers of people."""

    at: dt.datetime
    user: str
    desk: str
    action: str
    object_kind: str
    object_id: str
    fields: Sequence[str] = ()
    reason: str = ""
    operation_id: str = ""


class AuditLog(Protocol):
    """Append-only, chained; written in the transaction of the act."""

    def write(self, entry: AuditEntry) -> None: ...
    def of_object(self, object_kind: str, object_id: str) -> list[AuditEntry]: ...
    def verify(self) -> int | None:
        """None when the chain is whole, else the sequence number of the first bad line."""


class BulkStore(Protocol):
    """Many rows at once, for imports and the practice clinic; see `services.imports`."""

    def existing(self, kind: str, keys: Sequence[Any]) -> dict[Any, dict[str, Any]]: ...
    def write(
        self, kind: str, new: Iterable[Mapping[str, Any]], changed: Iterable[Mapping[str, Any]]
    ) -> None: ...


class UnitOfWork(Protocol):
    """One transaction: leaves with a commit when asked for, else everything is rolled back."""

    patients: PatientStore
    clinic: ClinicStore
    catalogue: CatalogueStore
    insurance: InsuranceStore
    referrals: ReferralStore
    slips: SlipStore
    drafts: DraftStore
    settings: SettingsStore
    numbers: NumberStore
    audit: AuditLog
    bulk: BulkStore

    def commit(self) -> None:
        """Durable before it returns."""


class Store(Protocol):
    """The encrypted store of one profile."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A writing unit of work; only one is open at a time."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A reading unit of work on its own connection, seeing one moment."""


class PatientSearch(Protocol):
    """Finds people by whatever a registrar types."""

    def find(self, text: str, limit: int = 50) -> list[PatientHit]:
        """Best first, fixed ranking, at most `limit` (<= 50)."""


class MarkerState(NamedTuple):
    """What the side file says of reserved numbers."""

    series: str
    reserved_to: int
    closed_at: int | None


class NumberMarkerPort(Protocol):
    """A durable note outside the store of how far numbers were reserved."""

    def read(self) -> MarkerState | None: ...
    def reserve(self, series: str, reserved_to: int) -> None: ...
    def close(self, series: str, next_counter: int) -> None: ...


Progress = Callable[[int, int | None], None]
"""Called with done and total (None when not known)."""
CancelCheck = Callable[[], bool]
"""Answers True when the person wants the work to stop."""
