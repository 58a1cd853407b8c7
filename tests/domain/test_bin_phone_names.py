"""BIN, phone and the parts of a name, as typed and as the lists have them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.bin import InvalidBin, parse_bin
from clinic_desk.domain.iin import check_digit
from clinic_desk.domain.names import InvalidName, PersonName, clean_part
from clinic_desk.domain.phone import InvalidPhone, format_phone, parse_phone


def _bin(eleven: str) -> str:
    return f"{eleven}{check_digit(eleven)}"


def test_bin_of_an_organisation_and_of_a_person() -> None:
    organisation = parse_bin(_bin("98094000010"))
    assert not organisation.is_person
    assert str(organisation) == organisation.digits
    assert parse_bin("900101 300007").is_person


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bin.empty"),
        ("98094000010", "bin.length"),
        ("9809400001X1", "bin.characters"),
        ("900101300018", "bin.check_digit"),
    ],
)
def test_what_is_not_a_bin_is_named(text: str, code: str) -> None:
    with pytest.raises(InvalidBin) as caught:
        parse_bin(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "+77010000000",
        "87010000000",
        "8 701 000 00 00",
        "8(701)000-00-00",
        "7010000000",
        "+7 (701) 000 00 00",
        "77010000000",
        " 8-701-0000000 ",
    ],
)
def test_every_way_to_type_a_mobile_number_is_one_number(text: str) -> None:
    phone = parse_phone(text)
    assert phone.e164 == str(phone) == "+77010000000"
    assert phone.shown == "+7 701 000 00 00"


def test_city_numbers_and_foreign_numbers() -> None:
    assert parse_phone("8 7172 55 00 00").e164 == "+77172550000"
    assert parse_phone("8 727 255 00 00").e164 == "+77272550000"
    russia = parse_phone("+7 916 000 00 00")
    assert russia.e164 == "+79160000000"
    china = parse_phone("+86 10 6552 9988")
    assert china.e164 == china.shown == "+861065529988"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone.empty"),
        ("   ", "phone.empty"),
        ("нет", "phone.invalid"),
        ("123", "phone.invalid"),
        ("8701", "phone.invalid"),
        ("870100000001", "phone.invalid"),
        ("+", "phone.invalid"),
        ("0" * 40, "phone.invalid"),
        ("8701000000A; DROP", "phone.invalid"),
    ],
)
def test_what_is_not_a_phone_is_named(text: str, code: str) -> None:
    with pytest.raises(InvalidPhone) as caught:
        parse_phone(text)
    assert caught.value.code == code


@given(st.text(max_size=30))
def test_any_text_is_a_phone_or_a_named_error(text: str) -> None:
    try:
        phone = parse_phone(text)
    except InvalidPhone as error:
        assert error.code in {"phone.empty", "phone.invalid"}
    else:
        assert phone.e164.startswith("+")
        assert phone.e164[1:].isdigit()
        assert phone.e164.isascii()
        assert parse_phone(phone.e164) == phone


def test_an_odd_stored_number_is_shown_as_it_is() -> None:
    assert format_phone("102") == "102"


def test_a_name_in_the_order_of_the_document() -> None:
    name = PersonName.of("Үлгібаева", "Айсұлу", "Маратқызы")
    assert name.full == "Үлгібаева Айсұлу Маратқызы"
    assert name.short == "Үлгібаева А. М."
    assert PersonName.of("Ким", "Анна").short == "Ким А."
    assert PersonName.of("", "Мадонна").short == "Мадонна"
    assert PersonName.of("Ли", "").full == "Ли"


def test_a_name_is_cleaned_and_never_read_as_markup() -> None:
    name = PersonName.of(' <b>Иванов &\t\u0000 "Сын" ', "и\u0306", "\u200f\u2028")
    assert name.surname == '<b>Иванов & "Сын"'
    assert name.given_name == "й"  # composed
    assert name.patronymic == ""


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("", ""), "name.surname_or_given"),
        ((" \t", "\u0000", "Маратқызы"), "name.surname_or_given"),
        (("А" * 101, "Б"), "name.too_long"),
        (("А", "Б", "В" * 101), "name.too_long"),
    ],
)
def test_what_is_not_a_name_is_named(parts: tuple[str, ...], code: str) -> None:
    with pytest.raises(InvalidName) as caught:
        PersonName.of(*parts)
    assert caught.value.code == code


def test_a_name_of_a_hundred_letters_is_a_name() -> None:
    assert PersonName.of("А" * 100, "Б").surname == "А" * 100


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_part(clean_part(text)) == clean_part(text)
