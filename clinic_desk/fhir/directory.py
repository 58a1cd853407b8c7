"""Organisations and services: Organization and HealthcareService; what the upstream says stands."""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.catalogue import (
    Care,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.ids import ServiceId, SupplierId
from clinic_desk.domain.sync.arrivals import OfferedService
from clinic_desk.fhir.extensions import Value, extension, own, own_value, part, parts_of, with_extensions
from clinic_desk.fhir.extensions import extensions as found
from clinic_desk.fhir.moments import read_day
from clinic_desk.fhir.reading import (
    Json,
    Resource,
    clean,
    code_in,
    identifier_in,
    logical,
    number,
    objects,
    text,
    words_of,
)
from clinic_desk.fhir.references import concept, organisation
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import systems

_MAX_CARES: Final = 200
_MAX_WAIT: Final = 3650


def supplier_of(resource: Json, supplier_id: SupplierId | None = None) -> Supplier:
    """The organisation as a supplier; its id is ours where it is known, "" otherwise.

    Whether it is in the Fund's list is said by our extension only; an organisation that is not active is
    excluded, one that is merely active is of unknown state.

    Raises:
        Unreadable: no Organization, no name, or no BIN by which it could be known again.
    """
    if resource.get("resourceType") != "Organization":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    name, digits = clean(resource.get("name")), identifier_in(resource, systems().bin)
    if not name:
        raise Unreadable(WhyUnreadable.NAME)
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        raise Unreadable(WhyUnreadable.NO_KEY)
    listed = own(resource, "listed")
    address = next(iter(objects(resource.get("address"))), {})
    phones = (
        clean(one.get("value")) for one in objects(resource.get("telecom")) if one.get("system") == "phone"
    )
    return Supplier(
        id=supplier_id or SupplierId(""),
        name=name[:500],
        bin=digits,
        region=clean(address.get("state"))[:200],
        address=clean(address.get("text"))[:500],
        phone=next((one for one in phones if one), "")[:100],
        ownership=clean(own_value(resource, "ownership"))[:100],
        state=_list_state(resource, text(part(listed, "state"))),
        listed_from=read_day(part(listed, "from")),
        listed_to=read_day(part(listed, "to")),
        cares=_cares(resource),
    )


def _list_state(resource: Json, told: str) -> ListState:
    if resource.get("active") is False:
        return ListState.EXCLUDED
    return next((state for state in ListState if state.value == told), ListState.UNKNOWN)


def _role(told: object) -> SupplierRole:
    return SupplierRole.CO_EXECUTOR if told == SupplierRole.CO_EXECUTOR else SupplierRole.SUPPLIER


def _cares(resource: Json) -> tuple[Care, ...]:
    told = found(resource, systems().ext("care"))[:_MAX_CARES]
    return tuple(
        Care(_role(part(one, "role")), kind, clean(part(one, "subkind")))
        for one in told
        if (kind := clean(part(one, "kind")))
    )


def organization(supplier: Supplier) -> Resource:
    """A supplier as whoever keeps the list writes it."""
    ours = systems()
    listed = parts_of(
        ours.ext("listed"),
        [("state", supplier.state.value), ("from", supplier.listed_from), ("to", supplier.listed_to)],
    )
    cares = [
        parts_of(ours.ext("care"), [("role", one.role.value), ("kind", one.kind), ("subkind", one.subkind)])
        for one in supplier.cares
    ]
    ownership = [extension(ours.ext("ownership"), supplier.ownership)] if supplier.ownership else []
    resource: Resource = {
        "resourceType": "Organization",
        "extension": [*([listed] if listed else []), *(one for one in cares if one), *ownership],
        "active": supplier.state is not ListState.EXCLUDED,
        "name": supplier.name,
    }
    if supplier.bin:
        resource["identifier"] = [{"system": ours.bin, "value": supplier.bin}]
    if supplier.phone:
        resource["telecom"] = [{"system": "phone", "value": supplier.phone}]
    address = {"text": supplier.address, "state": supplier.region}
    told = {name: words for name, words in address.items() if words}
    return {**resource, "address": [told]} if told else resource


def service_of(resource: Json) -> OfferedService:
    """The service and who gives it.

    Raises:
        Unreadable: no HealthcareService, or no code of the tariff list.
    """
    if resource.get("resourceType") != "HealthcareService":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    kinds = objects(resource.get("type"))
    kind = next((one for one in kinds if code_in(one, systems().tariff)), {})
    code = code_in(kind, systems().tariff)
    if not code:
        raise Unreadable(WhyUnreadable.NO_KEY)
    titles = own(resource, "titles")
    title = clean(part(titles, "ru")) or words_of(kind) or clean(resource.get("name")) or code
    package = text(own_value(resource, "package"))
    offer = own(resource, "offer")
    wait = number(part(offer, "wait-days"))
    return OfferedService(
        service=Service(
            id=ServiceId(""),
            code=code[:50],
            title_ru=title[:500],
            title_kk=clean(part(titles, "kk"))[:500],
            title_en=clean(part(titles, "en"))[:500],
            package=next((one for one in Package if one.value == package), Package.UNKNOWN),
        ),
        supplier_bin=logical(resource.get("providedBy"), systems().bin),
        is_active=resource.get("active") is not False,
        role=_role(part(offer, "role")),
        valid_from=read_day(part(offer, "from")),
        valid_to=read_day(part(offer, "to")),
        wait_days=wait if wait is not None and 0 <= wait <= _MAX_WAIT else None,
        offer_key=identifier_in(resource, systems().offer),
    )


def healthcare_service(
    service: Service, supplier: Supplier | None = None, offer: Offer | None = None, *, is_active: bool = True
) -> Resource:
    """A line of the tariff list, or a supplier's offer of it, as whoever keeps the list writes it."""
    ours = systems()
    resource: Resource = {
        "resourceType": "HealthcareService",
        "active": is_active,
        "type": [concept((ours.tariff, service.code), words=service.title_ru or service.title_kk)],
        "name": service.title_ru or service.title_kk or service.code,
    }
    if supplier is not None:
        resource["providedBy"] = organisation(supplier.bin, supplier.name)
    if offer is not None:
        resource["identifier"] = [{"system": ours.offer, "value": offer.id}]
        told: list[tuple[str, Value]] = [
            ("role", offer.role.value),
            ("from", offer.valid_from),
            ("to", offer.valid_to),
            ("wait-days", offer.wait_days),
        ]
        word = parts_of(ours.ext("offer"), told)
        resource = with_extensions(resource, ours.ext("offer"), [word] if word else [])
    titles = parts_of(
        ours.ext("titles"), [("ru", service.title_ru), ("kk", service.title_kk), ("en", service.title_en)]
    )
    resource = with_extensions(resource, ours.ext("titles"), [titles] if titles else [])
    package = extension(ours.ext("package"), service.package.value, "Code")
    return with_extensions(resource, ours.ext("package"), [package])
