"""Finds stored records by the keys that lists know them by, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection

from clinic_desk.domain.patient import Patient
from clinic_desk.services.ports import BulkKind
from clinic_desk.storage.folded import name_key
from clinic_desk.storage.mapping.catalogue import (
    DIAGNOSIS,
    OFFER,
    SERVICE,
    SUPPLIER,
    service_key,
    supplier_key,
    with_cares,
)
from clinic_desk.storage.mapping.clinic import DISTRICT, DOCTOR
from clinic_desk.storage.mapping.districts import STREET
from clinic_desk.storage.mapping.form import Form, T
from clinic_desk.storage.mapping.insurance import CHECK, STANDS
from clinic_desk.storage.mapping.patients import PATIENT
from clinic_desk.storage.statement import Row, driver_connection

_CHUNK: Final = 500


def stored_by_key(connection: Connection, kind: BulkKind, keys: Collection[Any]) -> dict[Any, Any]:
    """The stored records under those of `keys` that are there.

    A key of a name finds records that have a number too: whether a row without a number means them
    is the caller's to judge. Where several share a name, one without a number comes before the
    others, then the first.

    Raises:
        ValueError: a kind without keys.
    """
    finder = _FINDERS.get(kind)
    if finder is None:
        raise ValueError(f"{kind} have no key")
    return finder(_Reader(driver_connection(connection)), keys)


class _Reader:
    """Reads records whose `column` is one of many values."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def find(self, form: Form[T], column: str, values: Iterable[Any], also: str = "") -> Iterator[T]:
        for rows in self.rows(f"{form.select_sql} WHERE {also}{column} IN", values, " ORDER BY 1"):
            yield from map(form.read, rows)

    def is_there(self, sql: str) -> bool:
        return self._connection.execute(f"{sql} LIMIT 1").fetchone() is not None

    def rows(self, sql: str, values: Iterable[Any], order: str = "") -> Iterator[list[Row]]:
        distinct = iter(dict.fromkeys(values))
        while chunk := list(islice(distinct, _CHUNK)):
            marks = ", ".join("?" * len(chunk))
            yield self._connection.execute(f"{sql} ({marks}){order}", chunk).fetchall()


def _patients(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    iins = [key for key in keys if isinstance(key, str)]
    names = {key for key in keys if not isinstance(key, str)}
    found: dict[Any, Any] = {}
    for patient in reader.find(PATIENT, "iin", iins):
        assert patient.iin is not None  # noqa: S101 - found by it
        found[patient.iin.digits] = patient
    found |= _of_gone_numbers(reader, [iin for iin in iins if iin not in found])
    for patient in reader.find(PATIENT, "name_key", (name for name, _ in names), "is_here IN (0, 1) AND "):
        key = (name_key(patient.name), patient.birth_date)
        if key in names and (key not in found or _is_better(patient, found[key])):
            found[key] = patient
    return found


def _of_gone_numbers(reader: _Reader, iins: list[str]) -> dict[Any, Any]:
    """By number, whoever holds now what a person had whose record was merged away."""
    kept: dict[str, str] = {}
    if reader.is_there("SELECT 1 FROM patient_merges WHERE gone_iin IS NOT NULL AND undone_at IS NULL"):
        for rows in reader.rows(
            "SELECT gone_iin, kept_id FROM patient_merges WHERE undone_at IS NULL AND gone_iin IN", iins
        ):
            kept |= {str(gone_iin): str(kept_id) for gone_iin, kept_id in rows}
    holders: dict[str, Patient] = {}
    while kept:
        holders |= {patient.id: patient for patient in reader.find(PATIENT, "id", kept.values())}
        # That one may have been merged into a third.
        further: dict[str, str] = {}
        for rows in reader.rows(
            "SELECT gone_id, kept_id FROM patient_merges WHERE undone_at IS NULL AND gone_id IN",
            (patient_id for patient_id in kept.values() if patient_id not in holders),
        ):
            further |= {str(gone_id): str(kept_id) for gone_id, kept_id in rows}
        if not further:
            break
        kept = {iin: further.get(patient_id, patient_id) for iin, patient_id in kept.items()}
    return {iin: holders[patient_id] for iin, patient_id in kept.items() if patient_id in holders}


def _is_better(patient: Patient, other: Patient) -> bool:
    return patient.iin is None and other.iin is not None


def _doctors(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    wanted = set(keys)
    by_name: dict[Any, Any] = {}
    for doctor in reader.find(DOCTOR, "name_key", wanted):
        by_name.setdefault(name_key(doctor.name), doctor)
    by_code = {doctor.code: doctor for doctor in reader.find(DOCTOR, "code", filter(None, wanted))}
    return by_name | by_code


def _services(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    wanted = set(keys)
    found = ((service_key(s), s) for s in reader.find(SERVICE, "code", (code for code, _ in wanted)))
    return {key: service for key, service in found if key in wanted}


def _suppliers(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    wanted = set(keys)
    names = (key[0] for key in wanted if not isinstance(key, str))
    bins = (key for key in wanted if isinstance(key, str))
    named = list(reader.find(SUPPLIER, "name_key", names))
    numbered = list(reader.find(SUPPLIER, "bin", bins))
    cares: dict[str, list[Any]] = defaultdict(list)
    for rows in reader.rows(
        "SELECT supplier_id, role, kind, subkind FROM supplier_cares WHERE supplier_id IN",
        (supplier.id for supplier in (*named, *numbered)),
        " ORDER BY supplier_id, position",
    ):
        for supplier_id, *care in rows:
            cares[supplier_id].append(care)
    found: dict[Any, Any] = {}
    for supplier in sorted(named, key=lambda supplier: bool(supplier.bin)):
        key = supplier_key(supplier)
        if key in wanted:
            found.setdefault(key, with_cares(supplier, cares[supplier.id]))
    found |= {supplier.bin: with_cares(supplier, cares[supplier.id]) for supplier in numbered}
    return found


def _offers(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    wanted = set(keys)
    found: dict[Any, Any] = {}
    for offer in reader.find(OFFER, "supplier_id", (key[0] for key in wanted)):
        key = (offer.supplier_id, offer.service_id, offer.role, offer.valid_from)
        if key in wanted:
            found[key] = offer
    return found


def _streets(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    found = {street.id: street for street in reader.find(STREET, "id", (street_id for street_id, _ in keys))}
    return {key: found[key[0]] for key in keys if key[0] in found}


def _checks(reader: _Reader, keys: Collection[Any]) -> dict[Any, Any]:
    wanted = set(keys)
    people = (patient_id for patient_id, _ in wanted)
    found = reader.find(CHECK, "patient_id", people, f"{STANDS} AND ")
    return {key: check for check in found if (key := (check.patient_id, check.checked_at)) in wanted}


_FINDERS: Final[dict[BulkKind, Callable[[_Reader, Collection[Any]], dict[Any, Any]]]] = {
    BulkKind.PATIENTS: _patients,
    BulkKind.DISTRICTS: lambda reader, keys: {d.number: d for d in reader.find(DISTRICT, "number", keys)},
    BulkKind.DOCTORS: _doctors,
    BulkKind.SERVICES: _services,
    BulkKind.DIAGNOSES: lambda reader, keys: {d.code: d for d in reader.find(DIAGNOSIS, "code", keys)},
    BulkKind.SUPPLIERS: _suppliers,
    BulkKind.OFFERS: _offers,
    BulkKind.STREETS: _streets,
    BulkKind.INSURANCE_CHECKS: _checks,
}
