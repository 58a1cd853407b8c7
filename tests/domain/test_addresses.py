"""A written address is cut into street and house, and streets know which houses are theirs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.address import SplitAddress, split_address, street_key, written_street
from clinic_desk.domain.ids import DistrictId, StreetId
from clinic_desk.domain.streets import Street, StreetSide


@pytest.mark.parametrize(
    ("text", "key", "house"),
    [
        ("Үлгі көшесі, 1-үй, 5-пәтер", "улги", 1),
        ("ул. Улги, д. 1, кв. 5", "улги", 1),
        ("Үлгі 12", "улги", 12),
        ("Астана, ул. Үлгі, 1, кв. 5", "улги", 1),
        ("Астана қ., Абай даңғылы, 14/2", "абаи дангил", 14),
        ("г. Алматы, пр. Абая 25", "абаиа дангил", 25),
        ("Самал шағын ауданы, 7-үй", "самал мкр", 7),
        ("мкр. Самал-2, 33", "самал2 мкр", 33),
        ("Абай ауылы, Мектеп көшесі, 3А", "мектеп", 3),
        ("тас жолы Алаш", "алаш жол", None),
        ("", "", None),
        (" , ,", "", None),
    ],
)
def test_street_and_house(text: str, key: str, house: int | None) -> None:
    assert split_address(text) == SplitAddress(key, house)


def test_a_street_and_an_avenue_of_one_name_are_two_places() -> None:
    assert street_key("Абай көшесі") == street_key("ул. Абай") == street_key("Абай") == "абаи"
    assert street_key("Абай даңғылы") == street_key("проспект Абай") != street_key("Абай көшесі")
    assert street_key("даңғылы") == ""


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    cut = split_address(text)
    assert cut.street_key == cut.street_key.strip()
    assert cut.house is None or 0 <= cut.house <= 9999


def _street(side: StreetSide = StreetSide.ALL, low: int | None = None, high: int | None = None) -> Street:
    return Street(StreetId("s"), "Үлгі көшесі", street_key("Үлгі көшесі"), DistrictId("d"), side, low, high)


@pytest.mark.parametrize(
    ("street", "house", "holds"),
    [
        (_street(), None, True),
        (_street(), 7, True),
        (_street(StreetSide.ODD), 7, True),
        (_street(StreetSide.ODD), 8, False),
        (_street(StreetSide.EVEN), 8, True),
        (_street(StreetSide.EVEN), None, False),
        (_street(low=5), 4, False),
        (_street(low=5), 5, True),
        (_street(high=5), 5, True),
        (_street(high=5), 6, False),
        (_street(high=5), None, False),
    ],
)
def test_a_street_holds_its_houses(street: Street, house: int | None, holds: bool) -> None:
    assert street.holds(SplitAddress("улги", house)) is holds
    assert not street.holds(SplitAddress("абаи", house))


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("Астана қ., Үлгі көшесі, 1-үй", "Үлгі көшесі"),
        ("пр. Абая 12/5", "пр. Абая"),
        ("г. Алматы, ул. Садовая, д. 3, кв. 4", "ул. Садовая"),
        ("ул.", ""),
        ("", ""),
    ],
)
def test_the_street_is_told_as_it_is_written(address: str, street: str) -> None:
    assert written_street(address) == street
