"""Regions and districts: whole, found in two languages, near ones first; countries by any of three."""

import datetime as dt

import pytest

from clinic_desk.domain.rule_tables.fields import BadField
from clinic_desk.domain.rule_tables.places import KATO, KatoCode, Place, Places
from clinic_desk.services.countries import countries, find_countries
from clinic_desk.services.rules_of_the_day import shipped_tables

TODAY = dt.date(2026, 11, 23)
ASTANA, ALMATY, ABAI = "710000000", "750000000", "100000000"


@pytest.fixture(scope="module")
def places() -> Places:
    return Places((row.value for row in shipped_tables()[KATO].on(TODAY)), TODAY)


def test_twenty_regions_and_their_districts() -> None:
    rows = [row.value for row in shipped_tables()[KATO].rows]
    codes = {row.code for row in rows}
    assert len(rows) == len(codes) == 240
    assert sum(not row.parent for row in rows) == 20
    assert {row.parent for row in rows} - {""} <= codes
    assert all(row.code[:2] == row.parent[:2] for row in rows if row.parent)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Астана", ASTANA),
        ("астана", ASTANA),
        ("алматы қ", ALMATY),
        ("г Алматы", ALMATY),
        ("Абай обл", ABAI),
        ("область Абай", ABAI),
        ("Семеи", "101000000"),
        ("Ontüstık", ""),
    ],
)
def test_found_by_either_language(places: Places, text: str, code: str) -> None:
    found = [place.code for place in places.find(text)]
    assert (code in found[:3]) if code else found == []


def test_the_clinics_own_region_comes_first(places: Places) -> None:
    for near in ("710000000", "711110000"):
        found = places.find("", near=near)
        assert found[0].code == near or found[0].code[:2] == near[:2]
        assert found[0].code[:2] == "71"
    assert places.find("алматы", near=ASTANA)[0].code[:2] == "71"


def test_a_district_is_named_with_its_region(places: Places) -> None:
    assert places.name("101000000", "kk") == "Семей қ.ә., Абай облысы"
    assert places.name("101000000", "ru") == "Семей г.а., область Абай"
    assert places.name(ASTANA, "en") == "Астана қ."
    assert places.name("999999999", "kk") == ""


def test_only_as_many_as_are_asked_for(places: Places) -> None:
    assert len(places.find("", limit=7)) == 7


def test_a_spreadsheets_number_is_a_code_and_nothing_else_is() -> None:
    assert KatoCode().read(710000000) == ASTANA
    for bad in ("71000000", "7100000000", "7100OOOOO", True, None, 1.5):
        with pytest.raises(BadField):
            KatoCode().read(bad)


def test_a_new_unit_is_found_once_it_is_in_force() -> None:
    new = Place("719900000", "Нұра ауданы", "район Нура", ASTANA)
    assert Places([new], TODAY).find("нура") == [new]


@pytest.mark.parametrize(
    ("text", "first"), [("өзбек", "UZB"), ("узб", "UZB"), ("Uzbek", "UZB"), ("RUS", "RUS"), ("usa", "USA")]
)
def test_countries_in_three_languages_and_by_code(text: str, first: str) -> None:
    assert find_countries(text)[0] == first


def test_every_country_has_three_names_and_a_code_of_three_letters() -> None:
    assert len(countries()) > 60
    for code, name in countries().items():
        assert len(code) == 3
        assert code.isascii()
        assert code.isupper()
        assert all((name.kk, name.ru, name.en))
    assert list(countries())[:2] == ["RUS", "UZB"]
