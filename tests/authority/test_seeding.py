"""The authority's people are those of the practice clinic, but for a few who differ on purpose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clinic_desk.domain.patient_history import values_of
from clinic_desk.fhir.directory import service_of, supplier_of
from clinic_desk.fhir.patient import PATIENT_FIELDS, managing_bin, patient_values
from clinic_desk.fhir.systems import systems
from clinic_desk.practice.seeding import make_clinic
from clinic_desk.practice.showcase import LEVEL_DE, PREPAID, THIRD_MONTH, showcase
from clinic_desk.practice.upstream_world import UpstreamWorld
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.seeding import seed
from clinic_desk.practice_authority.types import terms_of
from clinic_desk.services.clock import FixedClock
from clinic_desk.storage.database import SqlStore, open_store
from tests.authority.serving import RunningAuthority, serving

NOW = dt.datetime(2026, 11, 24, 6, 0, tzinfo=dt.UTC)
WORLD = UpstreamWorld(dt.date(2026, 11, 24), 60)
KINDS = ("Patient", "Organization", "HealthcareService")

Resources = dict[str, list[dict[str, Any]]]


def fill(authority: Authority) -> None:
    seed(authority, WORLD)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAuthority]:
    with serving(tmp_path_factory.mktemp("seeded"), prepare=fill) as running:
        yield running


@pytest.fixture(scope="module")
def resources(authority: RunningAuthority) -> Resources:
    found: Resources = {}
    for kind in KINDS:
        page = httpx.get(f"{authority.base}/{kind}", params={"_count": 1000}).json()
        assert page["total"] == len(page["entry"])
        found[kind] = [entry["resource"] for entry in page["entry"]]
    return found


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    path = tmp_path_factory.mktemp("clinic") / "clinic.db"
    store = open_store(path, bytes(range(32)), create=True, profile_id="practice", now=lambda: NOW)
    make_clinic(store, FixedClock(NOW), WORLD.count, lambda done, total: None, lambda: False)
    yield store
    store.close()


def test_people_agree_with_the_clinic_but_for_three(resources: Resources, clinic: SqlStore) -> None:
    roles = {one.person.iin: one.role for one in showcase(WORLD.today)}
    differing: dict[str, set[str]] = {}
    with clinic.read() as work:
        for resource in resources["Patient"]:
            there = patient_values(resource)
            known = work.patients.by_iin(there["iin"])
            assert known is not None, there
            here = values_of(known)
            wrong = {name for name in PATIENT_FIELDS if there[name] != here[name]}
            if wrong:
                differing[roles.get(there["iin"], there["iin"])] = wrong
            assert bool(managing_bin(resource)) == known.attachment.is_here
    assert differing == {PREPAID: {"phone"}, THIRD_MONTH: {"address"}, LEVEL_DE: {"surname"}}
    assert len(resources["Patient"]) > 75


def test_suppliers_and_offers_agree_with_the_clinic(resources: Resources, clinic: SqlStore) -> None:
    suppliers = {one.bin: one for one in map(supplier_of, resources["Organization"])}
    services = [service_of(one) for one in resources["HealthcareService"]]
    with clinic.read() as work:
        for digits, told in suppliers.items():
            known = work.catalogue.supplier_by_bin(digits)
            assert known is not None
            assert (told.name, told.state, told.cares) == (known.name, known.state, known.cares)
        for offer in services:
            assert offer.supplier_bin in suppliers
            assert work.catalogue.services_by_code(offer.service.code)
    assert len(suppliers) == 60
    assert len(services) > 500


def test_seeded_rows_are_found_by_what_they_say(authority: RunningAuthority, resources: Resources) -> None:
    assert authority.authority is not None
    rows = authority.authority.store.connection.execute("SELECT id, name, code, system FROM terms").fetchall()
    known: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        known.setdefault(row[0], set()).add(tuple(row[1:]))
    for kind in KINDS:
        for resource in resources[kind]:
            assert known[resource["id"]] == terms_of(resource)


def test_people_of_the_clinic_are_found_by_its_number(
    authority: RunningAuthority, resources: Resources
) -> None:
    asked = {"organization:identifier": f"{systems().bin}|{WORLD.clinic[0]}", "_summary": "count"}
    found = httpx.get(f"{authority.base}/Patient", params=asked).json()["total"]
    assert found == sum(bool(managing_bin(one)) for one in resources["Patient"]) > 50


def test_a_filled_file_is_not_filled_again(authority: RunningAuthority) -> None:
    assert authority.authority is not None
    assert seed(authority.authority, UpstreamWorld(WORLD.today, 5)) == 0
