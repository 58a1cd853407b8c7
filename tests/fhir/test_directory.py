"""Organizations and services are read as they were written; what lacks its key is set aside."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.catalogue import ListState, Package, SupplierRole
from clinic_desk.domain.ids import ServiceId, SupplierId
from clinic_desk.fhir.directory import healthcare_service, organization, service_of, supplier_of
from clinic_desk.fhir.strict import Unreadable
from tests.fhir.made import OFFER, SERVICE, SUPPLIER


@pytest.mark.parametrize("state", ListState)
def test_supplier_comes_back_as_written(state: ListState) -> None:
    supplier = replace(SUPPLIER, state=state, listed_to=None)
    assert supplier_of(organization(supplier), SUPPLIER.id) == supplier
    assert supplier_of(organization(supplier)).id == SupplierId("")


def test_merely_active_organisation_is_in_no_list() -> None:
    plain = {
        "resourceType": "Organization",
        "active": True,
        "name": " Клиника\n ",
        "identifier": [{"system": "urn:clinic-desk:id:bin", "value": SUPPLIER.bin}],
    }
    told = supplier_of(plain)
    assert (told.name, told.state) == ("Клиника", ListState.UNKNOWN)
    assert supplier_of({**plain, "active": False}).state is ListState.EXCLUDED


def test_offer_comes_back_as_written() -> None:
    told = service_of(healthcare_service(SERVICE, SUPPLIER, OFFER))
    assert told.service == replace(SERVICE, id=ServiceId(""))
    assert (told.supplier_bin, told.offer_key, told.is_active) == (SUPPLIER.bin, OFFER.id, True)
    assert (told.role, told.valid_from, told.valid_to) == (
        SupplierRole.CO_EXECUTOR,
        dt.date(2026, 1, 1),
        None,
    )
    assert told.wait_days == 7


def test_line_of_the_tariff_list_comes_back_as_written() -> None:
    told = service_of(healthcare_service(replace(SERVICE, package=Package.GUARANTEED), is_active=False))
    assert (told.service.package, told.supplier_bin, told.is_active) == (Package.GUARANTEED, "", False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"resourceType": "Patient"}, "wrong_type"),
        ({"name": " "}, "name"),
        ({"identifier": []}, "no_key"),
        ({"identifier": [{"system": "urn:clinic-desk:id:bin", "value": "12"}]}, "no_key"),
    ],
)
def test_organisation_without_its_key_is_set_aside(change: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable) as told:
        supplier_of({**organization(SUPPLIER), **change})
    assert told.value.why == why


@pytest.mark.parametrize(
    ("change", "why"), [({"resourceType": "Patient"}, "wrong_type"), ({"type": [{"text": "ЭКГ"}]}, "no_key")]
)
def test_service_without_its_code_is_set_aside(change: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable) as told:
        service_of({**healthcare_service(SERVICE), **change})
    assert told.value.why == why
