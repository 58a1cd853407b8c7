"""What use cases need from the outside, as Protocols; adapters live in their own packages."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
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
from clinic_desk.domain.insurance import FailedCheck, InsuranceCheck
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import Referral, ReferralStatus
from clinic_desk.services.attachment_port import AttachmentStore
from clinic_desk.services.check_list_port import CheckListStore
from clinic_desk.services.districts_port import DistrictStore
from clinic_desk.services.people_port import HistoryStore, MergeStore, PairStore
from clinic_desk.services.progress import CancelCheck as CancelCheck  # noqa: PLC0414 -- ports are asked for here
from clinic_desk.services.progress import Progress as Progress  # noqa: PLC0414
from clinic_desk.services.rows import EvidenceLine, PatientHit, ReferralRow
from clinic_desk.services.rules_port import RuleDocumentStore
from clinic_desk.services.sync.ports import (
    ConflictStore,
    OutboxStore,
    RecallStore,
    ShadowStore,
    ShiftStore,
    SyncStateStore,
)


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
    """People. Lookups return None when nobody is there.

    The identity and the IIN of a person who was merged into another lead to that other one.
    """

    def get(self, patient_id: PatientId) -> Patient | None: ...
    def by_iin(self, digits: str) -> Patient | None: ...
    def many(self, ids: Collection[str]) -> dict[str, Patient]:
        """As `get` for many, by the identity that was asked for; without those who are not here."""

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
    """Answers about insurance and checks that brought none, both append only."""

    def add(self, check: InsuranceCheck) -> None: ...
    def of_patient(self, patient_id: PatientId, limit: int = 20) -> list[InsuranceCheck]:
        """Newest first by the time of the check, without those that were withdrawn."""

    def add_failure(self, failure: FailedCheck) -> None:
        """Kept beside the answers: the last good one stays the one that is shown."""

    def failures_of(self, patient_id: PatientId, limit: int = 20) -> list[FailedCheck]:
        """Newest first."""

    def history_of(self, patient_id: PatientId) -> list[EvidenceLine]:
        """Every check there was, withdrawn answers and failed checks too; newest first."""

    def people(self, iins: Collection[str]) -> dict[str, PatientId]:
        """Whom a list of answers speaks of, by IIN; asked in chunks, without those who are not here."""


class ReferralFilter(NamedTuple):
    """What a list of referrals shows; empty means all. `text` matches the number's beginning."""

    statuses: frozenset[str] = frozenset()
    only_to_print: bool = False
    text: str = ""
    issued_from: dt.datetime | None = None
    limit: int = 200
    offset: int = 0


class ReferralEvent(NamedTuple):
    """One line of a referral's history: the status it came to; `at` is aware UTC."""

    referral_id: ReferralId
    status: ReferralStatus
    at: dt.datetime
    by: str
    note: str = ""


class ReferralStore(Protocol):
    """Referrals and their history."""

    def get(self, referral_id: ReferralId) -> Referral | None: ...
    def by_number(self, number: str) -> Referral | None: ...
    def by_operation(self, operation_id: OperationId) -> Referral | None: ...
    def of_patient(self, patient_id: PatientId) -> list[Referral]: ...
    def on_paper(self, supplier_ids: Collection[str] | None = None) -> list[Referral]:
        """The living ones whose paper was handed out, to these suppliers or to any; oldest first."""

    def add(self, referral: Referral) -> Referral: ...
    def save(self, referral: Referral, *, by: str, at: dt.datetime, note: str = "") -> Referral:
        """Writes status, print state and copies; a changed status adds a line to the history."""

    def history(self, referral_id: ReferralId) -> list[ReferralEvent]:
        """Oldest first; the first line is the issue itself."""

    def rows(self, wanted: ReferralFilter) -> list[ReferralRow]:
        """Newest first."""

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


class AuditAct(NamedTuple):
    """A line of the audit log with its place, as far as a count of acts needs it; `at` is aware UTC."""

    seq: int
    at: dt.datetime
    action: str
    object_kind: str
    object_id: str
    reason: str = ""


class AuditHead(NamedTuple):
    """The last line: its number and its hash (hexadecimal). An empty log has 0 and no hash."""

    seq: int
    hash: str


class AuditLog(Protocol):
    """Append-only, chained; written in the transaction of the act."""

    def write(self, entry: AuditEntry) -> None: ...
    def of_object(self, object_kind: str, object_id: str) -> list[AuditEntry]: ...
    def acts(self, user: str, after_seq: int, since: dt.datetime) -> list[AuditAct]:
        """What the user did behind a line and from the first line on that is not before `since`, in order."""

    def head(self) -> AuditHead: ...
    def verify(self) -> int | None:
        """None when the chain is whole, else the sequence number of the first bad line."""


class BulkKind(StrEnum):
    """Kinds of records that `BulkStore` writes; each names the type of its records."""

    PATIENTS = "patients"
    """`Patient`; key: the IIN's digits, or (folded name, birth date or None) without one."""
    DISTRICTS = "districts"
    """`District`; key: its number."""
    DOCTORS = "doctors"
    """`Doctor`; key: the code, or the folded name."""
    SERVICES = "services"
    """`Service`; key: (code, folded first title of ru, kk, en)."""
    DIAGNOSES = "diagnoses"
    """`Diagnosis`; key: the code. The code is the record's identity."""
    SUPPLIERS = "suppliers"
    """`Supplier` with its cares; key: the BIN, or (folded name, folded region) without one."""
    OFFERS = "offers"
    """`Offer`; key: (supplier id, service id, role, first day or None)."""
    INSURANCE_CHECKS = "insurance_checks"
    """`InsuranceCheck`; append only; key: (patient id, moment of the check), without withdrawn ones."""
    REFERRALS = "referrals"
    """`Referral`; no key; its history is written as `REFERRAL_EVENTS`."""
    STREETS = "streets"
    """`Street`; key: (its identity, the district that a list gives it)."""
    REFERRAL_EVENTS = "referral_events"
    """`ReferralEvent`; append only, no key."""


class ImportRun(NamedTuple):
    """One import as it is remembered. `list_date` is the day the list speaks of, `at` is aware UTC."""

    id: str
    kind: str
    at: dt.datetime
    by: str
    new: int
    changed: int
    same: int
    refused: int
    file_hash: str = ""
    list_date: dt.date | None = None
    is_undone: bool = False


class BulkStore(Protocol):
    """Many records at once at the driver's speed, for imports and the practice clinic.

    An import, inside one writing unit of work:

    1. `existing(kind, keys)` answers with the stored records under those of the keys that are there,
       as domain values, so "same" is `stored == replace(stored, **what the row says)`.
    2. `begin_import(run)` when it shall be possible to undo it.
    3. `write(kind, new, changed, import_id=run.id)`; both may be generators, so progress and
       cancelling (raise `Cancelled` in the generator) belong to the caller.
    4. `commit()`; without it nothing of all that is stored.

    New records carry ids made by the caller. Changed records carry the stored id and, where they have
    one, the stored version, which is counted up.
    """

    def existing(self, kind: BulkKind, keys: Collection[Any]) -> dict[Any, Any]:
        """The stored records by key, without the keys that are not there; asked in chunks."""

    def write(
        self,
        kind: BulkKind,
        new: Iterable[Any],
        changed: Iterable[Any] = (),
        *,
        import_id: str | None = None,
    ) -> None:
        """Adds and replaces records; with `import_id` what was there before is kept for `undo_import`.

        Raises:
            Conflict: code `store.already_there` when a new record's key is taken, `store.changed_elsewhere`
                when a changed record's version is not the stored one.
        """

    def begin_import(self, run: ImportRun) -> None:
        """Remembers an import; needed before `write` with its id."""

    def end_import(self, run: ImportRun) -> None:
        """Writes the counts, the file's hash and the list's day of a begun import."""

    def imports(self, kind: str = "", limit: int = 50) -> list[ImportRun]:
        """Newest first; all kinds when `kind` is empty."""

    def undo_import(self, import_id: str, by: str) -> int:
        """Takes an import back as a whole; how many records were removed, withdrawn or put back.

        Answers about insurance are never removed: each is kept, with a note that `by` withdrew it.

        The history of changed people says that `by` did it.

        Raises:
            NotFound: code `store.no_such_import`, also when it was taken back before.
            Conflict: code `store.import_in_use` when a record was changed or used since; nothing is done.
        """

    def mapping(self, kind: str) -> dict[str, str]:
        """Folded heading to field as chosen by hand before; empty when nothing was."""

    def remember_mapping(self, kind: str, mapping: Mapping[str, str]) -> None:
        """Keeps heading to field for the next list of the kind, beside the headings known before."""


class UnitOfWork(Protocol):
    """One transaction: leaves with a commit when asked for, else everything is rolled back."""

    patients: PatientStore
    clinic: ClinicStore
    catalogue: CatalogueStore
    insurance: InsuranceStore
    check_list: CheckListStore
    referrals: ReferralStore
    slips: SlipStore
    drafts: DraftStore
    settings: SettingsStore
    numbers: NumberStore
    audit: AuditLog
    bulk: BulkStore
    rule_documents: RuleDocumentStore
    districts: DistrictStore
    history: HistoryStore
    pairs: PairStore
    attachments: AttachmentStore
    merges: MergeStore
    outbox: OutboxStore
    shadows: ShadowStore
    conflicts: ConflictStore
    recalls: RecallStore
    shifts: ShiftStore
    sync_state: SyncStateStore

    def commit(self) -> None:
        """Durable before it returns."""


class Store(Protocol):
    """The encrypted store of one profile."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A writing unit of work; only one is open at a time."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A reading unit of work on its own connection, seeing one moment."""

    def is_whole(self) -> bool:
        """Whether every page and index is sound; reads everything, seconds for a large store."""


class PatientSearch(Protocol):
    """Finds people by whatever a registrar types."""

    def find(self, text: str, limit: int = 50) -> list[PatientHit]:
        """Best first, fixed ranking, at most `limit` (<= 50)."""

    def warm_up(self) -> None:
        """What the first search would have to read is read now."""


class MarkerState(NamedTuple):
    """What the side file says of reserved numbers."""

    series: str
    reserved_to: int
    closed_at: int | None


class NumberMarkerPort(Protocol):
    """A durable note outside the store of how far numbers were reserved."""

    def read(self) -> MarkerState | None: ...
    def place(self) -> str:
        """Which file on which spot of the disk the note is; another one after every change and every copy."""

    def reserve(self, series: str, reserved_to: int) -> None: ...
    def close(self, series: str, next_counter: int) -> None: ...
