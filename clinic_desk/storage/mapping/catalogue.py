"""Services, diagnoses, suppliers and offers in their tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from clinic_desk.domain.catalogue import (
    Care,
    Diagnosis,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.folding import fold
from clinic_desk.domain.ids import OfferId, ServiceId, SupplierId
from clinic_desk.storage.folded import title_words
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import diagnoses, offers, services, suppliers
from clinic_desk.storage.values import day_of, day_text


def service_key(service: Service) -> tuple[str, str]:
    """The natural key: the code with the folded first title that is there."""
    return service.code, fold(service.title_ru or service.title_kk or service.title_en)


def _write_service(service: Service) -> tuple[Any, ...]:
    return (
        service.id,
        service.code,
        service.title_ru,
        service.title_kk,
        service.title_en,
        service.package.value,
        service.specialty,
        service.price,
        service.coefficient,
        service_key(service)[1],
        title_words(service.title_ru, service.title_kk, service.title_en),
    )


def _read_service(row: Row) -> Service:
    service_id, code, title_ru, title_kk, title_en, package, specialty, price, coefficient = row
    return Service(
        ServiceId(service_id),
        code,
        title_ru,
        title_kk,
        title_en,
        Package(package),
        specialty,
        price,
        coefficient,
    )


def _write_diagnosis(diagnosis: Diagnosis) -> tuple[Any, ...]:
    titles = (diagnosis.title_ru, diagnosis.title_kk, diagnosis.title_en)
    return (diagnosis.code, *titles, title_words(*titles))


def _read_diagnosis(row: Row) -> Diagnosis:
    return Diagnosis(*row)


def supplier_key(supplier: Supplier) -> tuple[str, str]:
    """What a supplier without a BIN is known by: the folded name with the folded region."""
    return fold(supplier.name), fold(supplier.region)


def _write_supplier(supplier: Supplier) -> tuple[Any, ...]:
    return (
        supplier.id,
        supplier.name,
        supplier.bin,
        supplier.region,
        supplier.address,
        supplier.phone,
        supplier.ownership,
        supplier.state.value,
        day_text(supplier.listed_from),
        day_text(supplier.listed_to),
        supplier.distance_km,
        *supplier_key(supplier),
    )


def _read_supplier(row: Row) -> Supplier:
    supplier_id, name, bin_, region, address, phone, ownership, state, since, until, distance = row
    return Supplier(
        SupplierId(supplier_id),
        name,
        bin_,
        region,
        address,
        phone,
        ownership,
        ListState(state),
        day_of(since),
        day_of(until),
        distance_km=distance,
    )


def with_cares(supplier: Supplier, rows: Sequence[Row]) -> Supplier:
    """The supplier with its cares, rows of role, kind and subkind in their order."""
    if not rows:
        return supplier
    return replace(supplier, cares=tuple(Care(SupplierRole(role), kind, sub) for role, kind, sub in rows))


def _write_offer(offer: Offer) -> tuple[Any, ...]:
    return (
        offer.id,
        offer.supplier_id,
        offer.service_id,
        offer.role.value,
        day_text(offer.valid_from) or "",
        day_text(offer.valid_to),
        offer.wait_days,
    )


def _read_offer(row: Row) -> Offer:
    offer_id, supplier_id, service_id, role, valid_from, valid_to, wait_days = row
    return Offer(
        OfferId(offer_id),
        SupplierId(supplier_id),
        ServiceId(service_id),
        SupplierRole(role),
        day_of(valid_from or None),
        day_of(valid_to),
        wait_days,
    )


SERVICE: Final = Form(
    services,
    (
        "id",
        "code",
        "title_ru",
        "title_kk",
        "title_en",
        "package",
        "specialty",
        "price",
        "coefficient",
    ),
    _write_service,
    _read_service,
    derived=("title_key", "words"),
)
DIAGNOSIS: Final = Form(
    diagnoses,
    ("code", "title_ru", "title_kk", "title_en"),
    _write_diagnosis,
    _read_diagnosis,
    derived=("words",),
    key="code",
)
SUPPLIER: Final = Form(
    suppliers,
    (
        "id",
        "name",
        "bin",
        "region",
        "address",
        "phone",
        "ownership",
        "state",
        "listed_from",
        "listed_to",
        "distance_km",
    ),
    _write_supplier,
    _read_supplier,
    derived=("name_key", "region_key"),
)
OFFER: Final = Form(
    offers,
    ("id", "supplier_id", "service_id", "role", "valid_from", "valid_to", "wait_days"),
    _write_offer,
    _read_offer,
)
