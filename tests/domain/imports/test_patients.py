"""Rows of patients."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import PatientRow
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.phone import parse_phone
from tests.domain.imports.rows_of import codes, row

GOOD = {
    "ИИН": "900101300007",
    "Фамилия": "Үлгібаев",
    "Имя": "Нұрлан",
    "Отчество": "Маратұлы",
    "Дата рождения": "01.01.1990",
    "Пол": "м",
    "Телефон": "+77010000000",
    "Адрес": "Алматы, Абай даңғылы, 5",
}


def patient(**changed: str) -> ParsedRow:
    names = {"iin": "ИИН", "surname": "Фамилия", "name": "Имя", "patronymic": "Отчество",
             "born": "Дата рождения", "sex": "Пол", "phone": "Телефон", "address": "Адрес"}  # fmt: skip
    return row(ImportKind.PATIENTS, GOOD | {names[key]: value for key, value in changed.items()})


def value_of(parsed: ParsedRow) -> PatientRow:
    assert isinstance(parsed.values, PatientRow), parsed
    return parsed.values


def test_a_good_row() -> None:
    parsed = patient()
    assert (parsed.problems, parsed.warnings, parsed.notes) == ((), (), ())
    value = value_of(parsed)
    assert value.name == PersonName("Үлгібаев", "Нұрлан", "Маратұлы")
    assert value.iin is not None
    assert value.iin.digits == "900101300007"
    assert value.birth_date == dt.date(1990, 1, 1)
    assert value.sex is Sex.MALE
    assert str(value.phone) == "+77010000000"
    assert value.address == "Алматы, Абай даңғылы, 5"
    assert value.key == "900101300007"


@pytest.mark.parametrize(
    ("iin", "code", "hint"),
    [
        ("90010130007", "iin.length", ""),
        ("9001013000077", "iin.length", ""),
        ("10203500018", "iin.length", "010203500018"),
        ("900101300018", "iin.check_digit", ""),
        ("821214240092", "iin.check_digit", ""),
        ("9OO101300007", "iin.letter_for_digit", "900101300007"),
        ("90О1О1300007", "iin.letter_for_digit", "900101300007"),
        ("9O0101300018", "iin.letter_for_digit", ""),
        ("9,00101E+11", "iin.scientific", ""),
        ("abc", "iin.characters", ""),
    ],
)
def test_numbers_that_cannot_be(iin: str, code: str, hint: str) -> None:
    parsed = patient(iin=iin)
    assert codes(parsed.problems) == [code]
    problem = parsed.problems[0]
    assert (problem.field, problem.column, problem.value, problem.hint) == ("iin", "ИИН", iin, hint)


def test_a_number_cell_gets_its_leading_zeros_back() -> None:
    cells = GOOD | {"ИИН": "10203500018", "Дата рождения": "03.02.2001"}
    parsed = row(ImportKind.PATIENTS, cells, numbers=("ИИН",))
    value = value_of(parsed)
    assert value.iin is not None
    assert value.iin.digits == "010203500018"
    assert codes(parsed.warnings) == ["iin.zero_padded"]


def test_disagreement_with_the_number_is_a_warning_and_the_list_wins() -> None:
    parsed = patient(born="02.01.1990", sex="ж")
    assert codes(parsed.warnings) == ["birth_date.differs_from_iin", "sex.differs_from_iin"]
    assert value_of(parsed).birth_date == dt.date(1990, 1, 2)
    assert value_of(parsed).sex is Sex.FEMALE


def test_what_the_list_does_not_say_comes_from_the_number() -> None:
    parsed = patient(born="", sex="")
    assert codes(parsed.notes) == ["birth_date.from_iin", "sex.from_iin"]
    assert (value_of(parsed).birth_date, value_of(parsed).sex) == (dt.date(1990, 1, 1), Sex.MALE)


def test_a_person_without_a_number_needs_a_birth_date() -> None:
    parsed = patient(iin="")
    assert codes(parsed.warnings) == ["iin.missing"]
    assert value_of(parsed).iin is None
    assert value_of(parsed).key == (PersonName("Үлгібаев", "Нұрлан", "Маратұлы").key, dt.date(1990, 1, 1))
    assert codes(patient(iin="", born="").problems) == ["birth_date.missing"]


@pytest.mark.parametrize(
    ("born", "code"),
    [("31.02.1990", "date.impossible"), ("24.11.2026", "birth_date.future"), ("1990", "date.unreadable")],
)
def test_birth_dates_that_cannot_be(born: str, code: str) -> None:
    parsed = patient(born=born)
    assert codes(parsed.problems) == [code]
    assert parsed.problems[0].column == "Дата рождения"


def test_a_serial_date_counts_only_in_a_number_cell() -> None:
    parsed = row(ImportKind.PATIENTS, GOOD | {"Дата рождения": "32874"}, numbers=("Дата рождения",))
    assert value_of(parsed).birth_date == dt.date(1990, 1, 1)
    assert codes(parsed.warnings) == ["date.serial"]
    assert codes(patient(born="32874").problems) == ["date.unreadable"]


def test_several_faults_of_one_row_are_all_named() -> None:
    parsed = patient(iin="1", born="31.02.1990", sex="x")
    assert codes(parsed.problems) == ["iin.length", "date.impossible", "sex.unknown"]


def test_names() -> None:
    assert codes(patient(surname="", name="").problems) == ["name.empty"]
    assert codes(patient(surname="Цой", name="", patronymic="").warnings) == ["name.one_word"]
    assert codes(patient(surname="Ц" * 101).problems) == ["name.too_long"]
    parsed = patient(surname="Cерiков")
    assert value_of(parsed).name.surname == "Серіков"
    assert [(one.code, one.hint) for one in parsed.warnings] == [("name.look_alike", "Серіков")]
    assert value_of(patient(patronymic="нет")).name.patronymic == ""
    assert value_of(patient(patronymic="-")).name.patronymic == ""
    assert codes(patient(name="Нұрлан2").warnings) == ["name.digits"]
    markup = '<b>Иванов & "Сыновья"'
    assert value_of(patient(surname=markup)).name.surname == markup


def test_a_name_in_one_column() -> None:
    cells = {"ФИО": "Үлгібаева  Айсұлу Маратқызы", "ИИН": "900101300007"}
    assert value_of(row(ImportKind.PATIENTS, cells)).name == PersonName("Үлгібаева", "Айсұлу", "Маратқызы")
    cells["ФИО"] = "Салем Мұхаммед Али оглы"
    assert value_of(row(ImportKind.PATIENTS, cells)).name == PersonName("Салем", "Мұхаммед", "Али оглы")
    cells["ФИО"] = "Цой"
    assert codes(row(ImportKind.PATIENTS, cells).warnings) == ["name.one_word"]
    cells["ФИО"] = ""
    assert codes(row(ImportKind.PATIENTS, cells).problems) == ["name.empty"]


def test_phones() -> None:
    for text in ("8 701 000 00 00", "+7(701)000-00-00", "87010000000", "7010000000"):
        assert str(value_of(patient(phone=text)).phone) == "+77010000000", text
    parsed = patient(phone="12")
    assert codes(parsed.warnings) == ["phone.invalid"]
    assert value_of(parsed).phone is None
    parsed = patient(phone="нет, 87010000000")
    assert str(value_of(parsed).phone) == "+77010000000"
    assert codes(parsed.notes) == ["phone.several"]
    assert patient(phone="нет").warnings == ()


PHONE = st.from_regex(r"(\+7|8|7|)[ (-]?[0-9]{3}[ )-]{0,2}[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}", fullmatch=True)


@given(PHONE)
def test_the_short_way_for_phones_says_what_the_library_says(text: str) -> None:
    try:
        expected = parse_phone(text)
    except InvalidValue:
        expected = None
    assert value_of(patient(phone=text)).phone == expected


PART = st.text("АбвгҚқӘәіІЁёй -'\u0301aA", max_size=12)


@given(PART, PART, PART)
def test_the_short_way_for_names_says_what_the_domain_says(surname: str, name: str, patronymic: str) -> None:
    parsed = patient(surname=surname, name=name, patronymic=patronymic)
    if isinstance(parsed.values, PatientRow) and not parsed.warnings:
        assert parsed.values.name == PersonName.of(
            *(("" if part.strip() == "-" else part) for part in (surname, name, patronymic))
        )


@given(st.dictionaries(st.sampled_from(list(GOOD)), st.text(max_size=20)))
def test_no_text_breaks_a_row(changed: dict[str, str]) -> None:
    parsed = row(ImportKind.PATIENTS, GOOD | changed)
    assert parsed.is_refused or isinstance(parsed.values, PatientRow)


def test_what_is_known_of_people_without_an_iin() -> None:
    cells = {key: value for key, value in GOOD.items() if key != "ИИН"}
    more = {
        "ИИН матери": "900101300007",
        "№ документа": " 12-345 ",
        "Гражданство": "uzb",
        "КАТО": "710000000",
    }
    parsed = row(ImportKind.PATIENTS, cells | more)
    assert codes(parsed.warnings) == ["iin.missing"]
    value = value_of(parsed)
    assert value.mother_iin is not None
    assert (value.mother_iin.digits, value.document_number, value.citizenship, value.kato) == (
        "900101300007",
        "12-345",
        "UZB",
        "710000000",
    )


def test_a_code_that_is_none_is_left_out_with_a_warning_and_the_person_kept() -> None:
    parsed = row(ImportKind.PATIENTS, GOOD | {"Гражданство": "Узбекистан", "КАТО": "7100"})
    assert codes(parsed.warnings) == ["citizenship.unknown", "kato.unknown"]
    assert (value_of(parsed).citizenship, value_of(parsed).kato) == ("", "")


def test_a_wrong_number_of_the_mother_is_a_problem() -> None:
    parsed = row(ImportKind.PATIENTS, GOOD | {"ИИН матери": "900101300008"})
    assert codes(parsed.problems) == ["iin.check_digit"]
