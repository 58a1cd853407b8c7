"""A row of a foreign list beside the stored record: what it would make new, or change.

A cell that is empty, or a column the list has not, never takes away what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from clinic_desk.domain.catalogue import (
    Diagnosis,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import CheckId, DoctorId, OfferId, PatientId, ServiceId, SupplierId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.rows import RowProblem
from clinic_desk.domain.imports.values import (
    DoctorRow,
    IcdRow,
    InsuranceRow,
    OfferRow,
    PatientRow,
    RowValues,
    ServiceRow,
    StreetRow,
    SupplierRow,
)
from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.patient import NoIinReason, Patient
from clinic_desk.services.identity import new_id
from clinic_desk.services.import_streets import KnownStreets, street_of
from clinic_desk.services.ports import BulkKind, UnitOfWork

_OWN_COUNTRY: Final = "KAZ"

KINDS: Final[Mapping[ImportKind, BulkKind]] = {
    ImportKind.PATIENTS: BulkKind.PATIENTS,
    ImportKind.SUPPLIERS: BulkKind.SUPPLIERS,
    ImportKind.SERVICES: BulkKind.SERVICES,
    ImportKind.OFFERS: BulkKind.OFFERS,
    ImportKind.DOCTORS: BulkKind.DOCTORS,
    ImportKind.ICD10: BulkKind.DIAGNOSES,
    ImportKind.STREETS: BulkKind.STREETS,
    ImportKind.INSURANCE: BulkKind.INSURANCE_CHECKS,
}


@dataclass(slots=True)
class Surroundings:
    """Stored records that a row only names.

    Suppliers by BIN and services by code, for offers; streets; people by IIN, for answers about insurance.
    """

    suppliers: dict[str, Supplier] = field(default_factory=dict)
    services: dict[str, list[Service]] = field(default_factory=dict)
    streets: KnownStreets = field(default_factory=KnownStreets)
    people: dict[str, PatientId] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: ImportKind, work: UnitOfWork) -> Surroundings:
        """What rows of the kind may name; empty for kinds whose rows stand alone."""
        known = cls()
        if kind is ImportKind.OFFERS:
            known.suppliers = {s.bin: s for s in work.catalogue.suppliers() if s.bin}
            for service in work.catalogue.find_services("", 1_000_000):
                known.services.setdefault(service.code, []).append(service)
        if kind is ImportKind.STREETS:
            known.streets = KnownStreets.of(work)
        return known

    def learn(self, work: UnitOfWork, rows: Sequence[RowValues]) -> None:
        """What these rows name is known, where it is stored: people are looked up as they come."""
        iins = {row.iin.digits for row in rows if isinstance(row, InsuranceRow)} - self.people.keys()
        if iins:
            self.people.update(work.insurance.people(iins))


def subject(row: RowValues, known: Surroundings, line: int) -> tuple[Any, RowProblem | None]:
    """The key of the record the row speaks of, or why it names nothing that is stored.

    `line` is the row's own: parts of one street in a list may lie on each other.
    """
    if isinstance(row, OfferRow):
        return _offer_subject(row, known)
    if isinstance(row, StreetRow):
        return known.streets.subject(row, line)
    if isinstance(row, InsuranceRow):
        patient_id = known.people.get(row.iin.digits)
        if patient_id is None:
            return None, RowProblem("answer.unknown_iin", "iin", value=row.iin.digits)
        return (patient_id, row.checked_at), None
    return row.key, None


def contradiction(stored: Any, row: RowValues) -> RowProblem | None:
    """Why a row cannot stand beside the stored record of its key; None where it can, or changes it.

    Answers about insurance are never written over: another answer for the same person and moment is wrong,
    or the stored one is, and a person has to look.
    """
    if isinstance(row, InsuranceRow) and _answer(row, stored.patient_id, stored) != stored:
        return RowProblem("answer.contradicts_stored", "status")
    return None


def added(row: RowValues, key: Any) -> Any:
    """The record that a row of a new subject makes."""
    return _ADDED[type(row)](row, key)


def merged(stored: Any, row: RowValues, key: Any) -> Any:
    """The stored record with what the row says; equal to `stored` when it says nothing new."""
    if isinstance(row, StreetRow):
        return replace(stored, district_id=key[1])
    return _MERGED[type(row)](stored, row)


def changed_fields(stored: Any, record: Any) -> tuple[str, ...]:
    """The names of the fields in which two records differ."""
    names = type(stored).__dataclass_fields__
    return tuple(name for name in names if getattr(stored, name) != getattr(record, name))


def _offer_subject(row: OfferRow, known: Surroundings) -> tuple[Any, RowProblem | None]:
    supplier = known.suppliers.get(row.supplier_bin.digits)
    if supplier is None:
        return None, RowProblem("offer.unknown_supplier", "supplier_bin", value=row.supplier_bin.digits)
    services = known.services.get(row.service_code, [])
    if row.service_title:
        wanted = fold(row.service_title)
        services = [s for s in services if wanted in {fold(s.title_ru), fold(s.title_kk), fold(s.title_en)}]
    if not services:
        return None, RowProblem("offer.unknown_service", "service_code", value=row.service_code)
    if len(services) > 1:
        return None, RowProblem("offer.ambiguous_service", "service_code", value=row.service_code)
    roles = {care.role for care in supplier.cares}
    role = SupplierRole.CO_EXECUTOR if roles == {SupplierRole.CO_EXECUTOR} else SupplierRole.SUPPLIER
    return (supplier.id, services[0].id, role, row.listed_from), None


def _patient(row: PatientRow, key: Any) -> Patient:
    iin = row.iin
    return Patient(
        PatientId(new_id()),
        row.name,
        row.birth_date or (iin.birth_date if iin else None),
        row.sex if row.sex is not Sex.UNKNOWN else (iin.sex if iin and iin.sex else Sex.UNKNOWN),
        iin,
        None if iin else _why_without_iin(row),
        row.mother_iin,
        row.phone,
        row.address,
        document_number=row.document_number,
        version=1,
        kato=row.kato,
        citizenship=row.citizenship,
    )


def _why_without_iin(row: PatientRow) -> NoIinReason:
    """As far as a list tells: by the mother, by the country of the document, else it was not at hand."""
    if row.mother_iin is not None:
        return NoIinReason.NEWBORN
    if row.citizenship not in ("", _OWN_COUNTRY):
        return NoIinReason.FOREIGNER
    return NoIinReason.DOCUMENT_NOT_AT_HAND


def _merge_patient(stored: Patient, row: PatientRow) -> Patient:
    return replace(
        stored,
        name=replace(row.name, patronymic=row.name.patronymic or stored.name.patronymic),
        birth_date=row.birth_date or stored.birth_date,
        sex=stored.sex if row.sex is Sex.UNKNOWN else row.sex,
        phone=row.phone or stored.phone,
        address=row.address or stored.address,
        mother_iin=row.mother_iin or stored.mother_iin,
        document_number=row.document_number or stored.document_number,
        citizenship=row.citizenship or stored.citizenship,
        kato=row.kato or stored.kato,
    )


def _supplier(row: SupplierRow, key: Any) -> Supplier:
    return _merge_supplier(Supplier(SupplierId(new_id()), row.name), row)


def _merge_supplier(stored: Supplier, row: SupplierRow) -> Supplier:
    return replace(
        stored,
        name=row.name,
        bin=row.bin.digits if row.bin else stored.bin,
        region=row.region or stored.region,
        address=row.address or stored.address,
        phone=row.phone or stored.phone,
        ownership=row.ownership or stored.ownership,
        state=stored.state if row.state is ListState.UNKNOWN else row.state,
        listed_from=row.listed_from or stored.listed_from,
        listed_to=row.listed_to or (None if row.state is ListState.INCLUDED else stored.listed_to),
        cares=row.cares or stored.cares,
        distance_km=float(row.distance_km) if row.distance_km is not None else stored.distance_km,
    )


def _service(row: ServiceRow, key: Any) -> Service:
    return _merge_service(Service(ServiceId(new_id()), row.code, ""), row)


def _merge_service(stored: Service, row: ServiceRow) -> Service:
    return replace(
        stored,
        title_ru=row.title_ru or stored.title_ru,
        title_kk=row.title_kk or stored.title_kk,
        title_en=row.title_en or stored.title_en,
        package=stored.package if row.package is Package.UNKNOWN else row.package,
        specialty=row.specialty or stored.specialty,
        price=str(row.price) if row.price is not None else stored.price,
        coefficient=str(row.coefficient) if row.coefficient is not None else stored.coefficient,
    )


def _offer(row: OfferRow, key: Any) -> Offer:
    supplier_id, service_id, role, first_day = key
    return Offer(OfferId(new_id()), supplier_id, service_id, role, first_day, row.listed_to, row.wait_days)


def _merge_offer(stored: Offer, row: OfferRow) -> Offer:
    return replace(
        stored,
        valid_to=row.listed_to or stored.valid_to,
        wait_days=stored.wait_days if row.wait_days is None else row.wait_days,
    )


def _doctor(row: DoctorRow, key: Any) -> Doctor:
    identity = new_id()
    # A list without codes still needs one to name the doctor by: the end of the identity is random.
    code = row.code or f"D{identity[-6:].upper()}"
    return _merge_doctor(Doctor(DoctorId(identity), code, row.name, "", ""), row)


def _merge_doctor(stored: Doctor, row: DoctorRow) -> Doctor:
    return replace(
        stored,
        name=row.name,
        specialty_kk=row.specialty_kk or stored.specialty_kk,
        specialty_ru=row.specialty_ru or stored.specialty_ru,
        room=row.room or stored.room,
        active_from=row.active_from or stored.active_from,
        active_to=row.active_to or stored.active_to,
    )


def _diagnosis(row: IcdRow, key: Any) -> Diagnosis:
    return _merge_diagnosis(Diagnosis(row.code), row)


def _merge_diagnosis(stored: Diagnosis, row: IcdRow) -> Diagnosis:
    return replace(
        stored,
        title_ru=row.title_ru or stored.title_ru,
        title_kk=row.title_kk or stored.title_kk,
        title_en=row.title_en or stored.title_en,
    )


def _check(row: InsuranceRow, key: Any) -> InsuranceCheck:
    return _answer(row, key[0])


def _answer(row: InsuranceRow, patient_id: PatientId, stored: InsuranceCheck | None = None) -> InsuranceCheck:
    """What the row says as an answer; with the identity and the signature of `stored` to compare them."""
    return InsuranceCheck(
        stored.id if stored else CheckId(new_id()),
        patient_id,
        row.status,
        row.checked_at,
        row.channel,
        stored.checked_by if stored else "",
        row.category,
        row.reference,
        row.valid_through,
        row.months,
    )


def _kept_check(stored: InsuranceCheck, row: InsuranceRow) -> InsuranceCheck:
    return stored


_ADDED: Final[dict[type, Callable[[Any, Any], Any]]] = {
    PatientRow: _patient,
    SupplierRow: _supplier,
    ServiceRow: _service,
    OfferRow: _offer,
    DoctorRow: _doctor,
    IcdRow: _diagnosis,
    StreetRow: street_of,
    InsuranceRow: _check,
}
_MERGED: Final[dict[type, Callable[[Any, Any], Any]]] = {
    PatientRow: _merge_patient,
    SupplierRow: _merge_supplier,
    ServiceRow: _merge_service,
    OfferRow: _merge_offer,
    DoctorRow: _merge_doctor,
    IcdRow: _merge_diagnosis,
    InsuranceRow: _kept_check,
}


def is_withdrawn(row: RowValues, stored: object | None) -> bool:
    """True for a code the list itself calls withdrawn and the store never had: nothing to add."""
    return isinstance(row, IcdRow) and not row.is_actual and stored is None
