"""Services, suppliers and offers of the practice clinic as records of the domain, under ids of the caller."""

from __future__ import annotations

from clinic_desk.domain.catalogue import Care, ListState, Offer, Package, Service, Supplier, SupplierRole
from clinic_desk.domain.ids import OfferId, ServiceId, SupplierId
from clinic_desk.practice.clinic import ServiceRow
from clinic_desk.practice.suppliers import OfferRow, SupplierRow


def service_record(row: ServiceRow, service_id: ServiceId) -> Service:
    """A line of the tariff list."""
    return Service(
        service_id,
        row.code,
        row.title_ru,
        row.title_kk,
        row.title_en,
        Package(row.package),
        row.specialty,
        row.price,
        row.coefficient,
    )


def supplier_record(row: SupplierRow, supplier_id: SupplierId) -> Supplier:
    """An organisation of the made-up list."""
    return Supplier(
        supplier_id,
        row.name_kk,
        row.bin,
        row.region,
        row.address,
        row.phone,
        row.ownership,
        ListState(row.state),
        row.listed_from,
        row.listed_to,
        tuple(Care(SupplierRole(role), kind) for role, kind in row.cares),
        row.distance_km,
    )


def offer_record(row: OfferRow, offer_id: OfferId, supplier_id: SupplierId, service_id: ServiceId) -> Offer:
    """That a supplier gives a service."""
    return Offer(
        offer_id,
        supplier_id,
        service_id,
        SupplierRole(row.role),
        row.valid_from,
        row.valid_to,
        row.wait_days,
    )
