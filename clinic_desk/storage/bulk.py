"""Many records at once: the driver's `executemany`, no work per record in SQLAlchemy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from clinic_desk.domain.catalogue import Supplier
from clinic_desk.domain.patient import Patient
from clinic_desk.services.ports import BulkKind, ImportRun
from clinic_desk.storage.bulk_keys import stored_by_key
from clinic_desk.storage.bulk_patients import indexed_afterwards
from clinic_desk.storage.bulk_rows import add_cares, add_rows, remove_cares, replace_rows
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.import_memory import ImportMemory
from clinic_desk.storage.mapping.catalogue import DIAGNOSIS, OFFER, SERVICE, SUPPLIER
from clinic_desk.storage.mapping.clinic import DISTRICT, DOCTOR
from clinic_desk.storage.mapping.districts import STREET
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.mapping.insurance import CHECK
from clinic_desk.storage.mapping.patients import PATIENT
from clinic_desk.storage.mapping.referrals import EVENT, REFERRAL
from clinic_desk.storage.values import moment_text

FORMS: Final[Mapping[BulkKind, Form[Any]]] = {
    BulkKind.PATIENTS: PATIENT,
    BulkKind.DISTRICTS: DISTRICT,
    BulkKind.DOCTORS: DOCTOR,
    BulkKind.SERVICES: SERVICE,
    BulkKind.DIAGNOSES: DIAGNOSIS,
    BulkKind.SUPPLIERS: SUPPLIER,
    BulkKind.OFFERS: OFFER,
    BulkKind.STREETS: STREET,
    BulkKind.INSURANCE_CHECKS: CHECK,
    BulkKind.REFERRALS: REFERRAL,
    BulkKind.REFERRAL_EVENTS: EVENT,
}
_APPEND_ONLY: Final = frozenset({BulkKind.INSURANCE_CHECKS, BulkKind.REFERRALS, BulkKind.REFERRAL_EVENTS})


class SqlBulk:
    """`BulkStore` over one connection. `note_name` is told each folded name that is written."""

    def __init__(
        self,
        connection: Connection,
        now: Callable[[], dt.datetime],
        note_name: Callable[[str], None],
    ) -> None:
        self._connection = connection
        self._now = now
        self._note_name = note_name
        self._memory = ImportMemory(connection, FORMS)

    def existing(self, kind: BulkKind, keys: Collection[Any]) -> dict[Any, Any]:
        """The stored records by key, without the keys that are not there."""
        return stored_by_key(self._connection, kind, keys)

    def write(
        self,
        kind: BulkKind,
        new: Iterable[Any],
        changed: Iterable[Any] = (),
        *,
        import_id: str | None = None,
    ) -> None:
        """New records are added, then changed ones replaced.

        Raises:
            Conflict: `store.already_there`, `store.changed_elsewhere`.
            ValueError: changed records of a kind that is append only.
        """
        form = FORMS[kind]
        stamp = moment_text(self._now())
        added: list[str] = []
        cares: list[tuple[Any, ...]] = []
        if kind is BulkKind.PATIENTS:
            new, changed = self._noting(new), self._noting(changed)
        elif kind is BulkKind.SUPPLIERS:
            new, changed = _collecting_cares(new, cares), _collecting_cares(changed, cares)
        if import_id is not None:
            new = _remembering(new, form, added)
        if kind is BulkKind.PATIENTS:
            with indexed_afterwards(self._connection) as write_over:
                add_rows(self._connection, form, new, stamp)
                records = list(changed)
                write_over.extend(patient.id for patient in records)
                self._replace(kind, form, records, stamp, import_id)
        else:
            add_rows(self._connection, form, new, stamp)
            self._replace(kind, form, list(changed), stamp, import_id)
        if import_id is not None:
            self._memory.note_added(import_id, kind, added)
        add_cares(self._connection, cares)

    def begin_import(self, run: ImportRun) -> None:
        """Remembers an import; needed before `write` with its id."""
        self._memory.begin(run)

    def end_import(self, run: ImportRun) -> None:
        """Writes the counts, the file's hash and the list's day of a begun import."""
        self._memory.end(run)

    def imports(self, kind: str = "", limit: int = 50) -> list[ImportRun]:
        """Newest first; all kinds when `kind` is empty."""
        return self._memory.runs(kind, limit)

    def undo_import(self, import_id: str, by: str) -> int:
        """Takes an import back as a whole; how many records were removed, withdrawn or put back.

        Raises:
            NotFound: `store.no_such_import`.
            Conflict: `store.import_in_use`.
        """
        return self._memory.undo(import_id, by, self._now())

    def mapping(self, kind: str) -> dict[str, str]:
        """Folded heading to field as chosen by hand before."""
        return self._memory.mapping(kind)

    def remember_mapping(self, kind: str, mapping: Mapping[str, str]) -> None:
        """Keeps heading to field for the next list of the kind."""
        self._memory.remember_mapping(kind, mapping)

    def _replace(
        self, kind: BulkKind, form: Form[Any], records: list[Any], stamp: str, import_id: str | None
    ) -> None:
        if not records:
            return
        if kind in _APPEND_ONLY:
            raise ValueError(f"{kind} are append only")
        if import_id is not None:
            self._memory.note_changed(import_id, kind, [form.identity(r) for r in records])
        if kind is BulkKind.SUPPLIERS:
            remove_cares(self._connection, [form.identity(r) for r in records])
        replace_rows(self._connection, form, records, stamp)

    def _noting(self, patients: Iterable[Patient]) -> Iterator[Patient]:
        for patient in patients:
            self._note_name(name_key(patient.name))
            yield patient


def _remembering(records: Iterable[Any], form: Form[Any], added: list[str]) -> Iterator[Any]:
    for record in records:
        added.append(form.identity(record))
        yield record


def _collecting_cares(suppliers: Iterable[Supplier], cares: list[tuple[Any, ...]]) -> Iterator[Supplier]:
    for supplier in suppliers:
        for position, care in enumerate(supplier.cares):
            cares.append((supplier.id, position, care.role.value, care.kind, care.subkind))
        yield supplier
