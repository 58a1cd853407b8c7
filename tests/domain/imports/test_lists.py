"""Rows of suppliers, services, offers, doctors and ICD-10 titles."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.catalogue import Care, ListState, Package, SupplierRole
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.parse import Repeats
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import (
    DoctorRow,
    IcdRow,
    OfferRow,
    PatientRow,
    RowValues,
    ServiceRow,
    SupplierRow,
)
from clinic_desk.domain.names import PersonName
from tests.domain.imports.rows_of import codes, fields_of, row

BIN = "970140000033"
SUPPLIER, CO_EXECUTOR = SupplierRole.SUPPLIER, SupplierRole.CO_EXECUTOR
PLAIN = {
    "БИН/ИИН": BIN,
    "Наименование": "«Сұңқар Мед» клиникасы",
    "Регион": "Алматы қаласы",
    "Вид помощи": "КДУ",
    "Роль": "поставщик",
    "Дата включения": "01.01.2026",
    "Состояние": "включён",
}
FUND = {
    "№": "17",
    "БИН/ИИН": BIN,
    "Наименование субъекта здравоохранения": "ТОО «Үлгі»",
    "На заключение долгосрочного договора": "нет",
    "Юридический адрес": "г. Астана, ул. Үлгі, 1",
    "Форма собственности субъекта здравоохранения": "частная",
    "Регион, населению которого будут оказываться услуги": "АСТАНА",
    "Дата включения в базу данных": "01.02.2026",
    "Дата исключения из базы данных": "",
    "Дата последнего изменения": "05.03.2026",
    "Вид/Форма медицинской помощи (Поставщик)": "1. ПМСП\n2. КДУ, в том числе КТ\n",
    "Подвида вида/формы медицинской помощи (Поставщик)": "",
    "Вид/Форма медицинской помощи (Соисполнитель)": "СЗТ",
    "Подвида вида/формы медицинской помощи (Соисполнитель)": "терапия\nхирургия",
    "Статус субъекта здравоохранения": "",
    "Статус": "включен",
}


def supplier_of(parsed: ParsedRow) -> SupplierRow:
    assert isinstance(parsed.values, SupplierRow), parsed
    return parsed.values


def test_a_plain_supplier() -> None:
    parsed = row(ImportKind.SUPPLIERS, PLAIN)
    assert (parsed.problems, parsed.warnings, parsed.notes) == ((), (), ())
    value = supplier_of(parsed)
    assert value.bin is not None
    assert value.bin.digits == BIN
    assert (value.name, value.region) == ("«Сұңқар Мед» клиникасы", "Алматы қаласы")
    assert value.cares == (Care(SUPPLIER, "КДУ"),)
    assert (value.listed_from, value.listed_to) == (dt.date(2026, 1, 1), None)
    assert value.state is ListState.INCLUDED
    assert value.incomplete == ()
    assert value.key == BIN


def test_a_supplier_in_the_columns_of_the_fund() -> None:
    parsed = row(ImportKind.SUPPLIERS, FUND)
    value = supplier_of(parsed)
    assert value.cares == (
        Care(SUPPLIER, "ПМСП"),
        Care(SUPPLIER, "КДУ, в том числе КТ"),
        Care(CO_EXECUTOR, "СЗТ", "терапия"),
        Care(CO_EXECUTOR, "СЗТ", "хирургия"),
    )
    assert codes(parsed.notes) == ["kind.several", "kind.several"]
    assert parsed.notes[0].params == {"n": 2}
    assert parsed.warnings == ()
    assert (value.ownership, value.address) == ("частная", "г. Астана, ул. Үлгі, 1")
    assert (value.changed_on, value.long_term) == (dt.date(2026, 3, 5), "нет")
    assert value.state is ListState.INCLUDED


def test_kinds_and_subkinds_line_by_line_or_apart() -> None:
    kinds, subkinds = list(FUND)[10:12]
    value = supplier_of(row(ImportKind.SUPPLIERS, FUND | {kinds: "КДУ; СЗТ", subkinds: "КТ\nтерапия"}))
    assert value.cares[:2] == (Care(SUPPLIER, "КДУ", "КТ"), Care(SUPPLIER, "СЗТ", "терапия"))
    parsed = row(ImportKind.SUPPLIERS, FUND | {kinds: "КДУ\nСЗТ", subkinds: "КТ\nМРТ\nтерапия"})
    assert codes(parsed.warnings) == ["kind.unpaired"]
    assert Care(SUPPLIER, "", "МРТ") in supplier_of(parsed).cares


def test_without_a_bin_the_supplier_is_kept_as_incomplete() -> None:
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {"БИН/ИИН": ""})
    assert codes(parsed.warnings) == ["bin.missing"]
    assert supplier_of(parsed).bin is None
    assert supplier_of(parsed).incomplete == ("bin.missing",)
    bare = row(ImportKind.SUPPLIERS, {"Наименование": "ТОО Сана"})
    assert supplier_of(bare).incomplete == ("bin.missing", "state.missing", "role.missing")
    assert not bare.is_refused


def test_a_sole_practitioner_has_an_iin() -> None:
    value = supplier_of(row(ImportKind.SUPPLIERS, PLAIN | {"БИН/ИИН": "900101300007"}))
    assert value.bin is not None
    assert value.bin.is_person


@pytest.mark.parametrize(
    ("heading", "text", "code", "hint"),
    [
        ("БИН/ИИН", "12034000001", "bin.length", ""),
        ("БИН/ИИН", "97О14OOOOO33", "bin.letter_for_digit", BIN),
        ("БИН/ИИН", "9701400O0031", "bin.letter_for_digit", ""),
        ("БИН/ИИН", "970140000031", "bin.check_digit", ""),
        ("БИН/ИИН", "9,7014E+11", "bin.scientific", ""),
        ("БИН/ИИН", "нет данных", "bin.characters", ""),
        ("Роль", "Партнёр", "role.unknown", ""),
        ("Дата включения", "31.02.2026", "date.impossible", ""),
        ("Наименование", '=HYPERLINK("x")', "cell.formula", ""),
        ("Наименование", "", "name.empty", ""),
        ("Наименование", "Ж" * 501, "name.too_long", ""),
    ],
)
def test_broken_suppliers(heading: str, text: str, code: str, hint: str) -> None:
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {heading: text})
    assert codes(parsed.problems) == [code]
    assert (parsed.problems[0].column, parsed.problems[0].hint) == (heading, hint)
    assert parsed.values is None


def test_the_wrong_letter_is_named() -> None:
    problem = row(ImportKind.SUPPLIERS, PLAIN | {"БИН/ИИН": "97О140000033"}).problems[0]
    assert problem.params == {"letter": "О", "digit": "0"}


def test_states() -> None:
    assert (
        supplier_of(row(ImportKind.SUPPLIERS, PLAIN | {"Состояние": "Исключён"})).state is ListState.EXCLUDED
    )
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {"Состояние": "приостановлен"})
    assert codes(parsed.warnings) == ["state.unknown"]
    assert supplier_of(parsed).state is ListState.UNKNOWN
    assert supplier_of(parsed).incomplete == ("state.missing",)
    without = {heading: text for heading, text in PLAIN.items() if heading != "Состояние"}
    parsed = row(ImportKind.SUPPLIERS, without)
    assert codes(parsed.notes) == ["state.from_dates"]
    assert supplier_of(parsed).state is ListState.INCLUDED
    parsed = row(ImportKind.SUPPLIERS, without | {"Дата исключения": "01.03.2026"})
    assert supplier_of(parsed).state is ListState.UNKNOWN
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {"Дата исключения": "31.12.2025"})
    assert codes(parsed.problems) == ["date.order"]


def test_a_kind_without_a_role_is_a_suppliers() -> None:
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {"Роль": ""})
    assert codes(parsed.warnings) == ["role.assumed"]
    assert supplier_of(parsed).cares == (Care(SUPPLIER, "КДУ"),)
    both = row(ImportKind.SUPPLIERS, PLAIN | {"Роль": "поставщик, соисполнитель"})
    assert supplier_of(both).cares == (Care(SUPPLIER, "КДУ"), Care(CO_EXECUTOR, "КДУ"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ЯТестДемо", "name.looks_like_test"),
        ("Тест - поликлиника", "name.looks_like_test"),
        ('ТОО "Test"', "name.looks_like_test"),
        ('ТОО "Клиника "Жүрек"', "name.quotes_unbalanced"),
        ('ТОО"Тильман"', "name.spacing"),
        ('КГП " Больница"', "name.spacing"),
        ("ГКП  на ПХВ", "name.spacing"),
        ("СПИД центр г.Нур-Султан", "name.former_place"),
        ("Центр УЗ ЮКО", "name.former_place"),
        ("Cана", "name.look_alike"),
    ],
)
def test_dirt_in_names_is_named_and_the_row_kept(name: str, code: str) -> None:
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {"Наименование": name})
    assert codes(parsed.warnings + parsed.notes) == [code]
    assert supplier_of(parsed).name == " ".join(name.replace("C", "С").split())


@pytest.mark.parametrize(
    "name",
    [
        "Тестовская больница",
        "Центр тестирования",
        'ТОО "Центр" и "Сана"',
        "ТОО «Новая Клиника» №1",
        "Атестация",
    ],
)
def test_clean_names_are_left_alone(name: str) -> None:
    parsed = row(ImportKind.SUPPLIERS, PLAIN | {"Наименование": name})
    assert (parsed.warnings, parsed.notes) == ((), ())


SERVICE = {
    "Код": "A02.004.000",
    "Наименование": "Приём: акушер-гинеколог",
    "Цена": "2487,71",
    "Коэффициент": "1,25",
}


def service_of(parsed: ParsedRow) -> ServiceRow:
    assert isinstance(parsed.values, ServiceRow), parsed
    return parsed.values


def test_services() -> None:
    value = service_of(row(ImportKind.SERVICES, SERVICE | {"Пакет": "ОСМС", "Специальность": "Гинеколог"}))
    assert value == ServiceRow(
        "A02.004.000",
        "Приём: акушер-гинеколог",
        "",
        "",
        Decimal("2487.71"),
        Decimal("1.25"),
        Package.INSURANCE,
        "Гинеколог",
    )
    parsed = row(ImportKind.SERVICES, SERVICE | {"Код": "В06.863.005"})
    assert service_of(parsed).code == "B06.863.005"
    assert [(one.code, one.hint, dict(one.params)) for one in parsed.warnings] == [
        ("code.look_alike", "B06.863.005", {"letter": "В"})
    ]
    parsed = row(ImportKind.SERVICES, SERVICE | {"Код": " b06. 863.005"})
    assert (service_of(parsed).code, codes(parsed.warnings)) == ("B06.863.005", ["code.blanks"])
    assert codes(row(ImportKind.SERVICES, SERVICE | {"Код": "X-1"}).notes) == ["code.unusual"]
    assert codes(row(ImportKind.SERVICES, SERVICE | {"Пакет": "ГОБМП, ОСМС"}).warnings) == ["package.several"]
    only_kazakh = row(ImportKind.SERVICES, {"Қызмет коды": "A02.004.000", "Атауы": "Қабылдау"})
    assert service_of(only_kazakh).title_kk == "Қабылдау"


@pytest.mark.parametrize(
    ("heading", "text", "code"),
    [
        ("Код", "", "code.missing"),
        ("Код", "-", "code.missing"),
        ("Код", "Ж01", "code.characters"),
        ("Код", "A" * 33, "code.too_long"),
        ("Наименование", "", "name.empty"),
        ("Цена", "договорная", "number.unreadable"),
        ("Цена", "1,234", "number.ambiguous"),
        ("Пакет", "платно", "package.unknown"),
    ],
)
def test_broken_services(heading: str, text: str, code: str) -> None:
    parsed = row(ImportKind.SERVICES, SERVICE | {heading: text})
    assert codes(parsed.problems) == [code]
    assert parsed.problems[0].column == heading


def test_offers() -> None:
    cells = {
        "БИН поставщика": BIN, "Код услуги": "C03.001.003", "Действует с": "01.01.2026",
        "Действует до": "31.12.2026", "Ожидание, дней": "10 дней", "Расстояние, км": "2,5", "Цена": "5000",
    }  # fmt: skip
    parsed = row(ImportKind.OFFERS, cells)
    assert isinstance(parsed.values, OfferRow)
    value = parsed.values
    assert (value.supplier_bin.digits, value.service_code) == (BIN, "C03.001.003")
    assert (value.listed_from, value.listed_to) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert (value.wait_days, value.distance_km, value.price) == (10, Decimal("2.5"), Decimal(5000))
    for changed, found in (
        ({"БИН поставщика": ""}, ["bin.empty"]),
        ({"Код услуги": ""}, ["code.missing"]),
        ({"Действует до": "31.12.2025"}, ["date.order"]),
        ({"Ожидание, дней": "скоро"}, ["number.unreadable"]),
        ({"БИН поставщика": "1", "Код услуги": ""}, ["bin.length", "code.missing"]),
    ):
        assert codes(row(ImportKind.OFFERS, cells | changed).problems) == found


def test_doctors() -> None:
    cells = {
        "Код": "Д-7",
        "ФИО": "Үлгі Дәрігер Маратқызы",
        "Специальность": "Терапевт",
        "Участок": "12",
        "Кабинет": "305",
    }
    parsed = row(ImportKind.DOCTORS, cells)
    assert parsed.values == DoctorRow(
        PersonName("Үлгі", "Дәрігер", "Маратқызы"), "Д-7", "Терапевт", "", "12", "305"
    )
    parsed = row(ImportKind.DOCTORS, cells | {"Код": ""})
    assert codes(parsed.warnings) == ["doctor.code_missing"]
    assert codes(row(ImportKind.DOCTORS, cells | {"ФИО": ""}).problems) == ["name.empty"]
    assert codes(row(ImportKind.DOCTORS, cells | {"Код": "1" * 33}).problems) == ["code.too_long"]


@pytest.mark.parametrize(
    ("code", "expected", "told"),
    [
        ("I11.9", "I11.9", []),
        ("U07.1", "U07.1", []),
        ("S52.20", "S52.20", []),
        ("i119", "I11.9", ["icd.rewritten"]),
        ("А00.0", "A00.0", ["code.look_alike"]),
        ("G01*", "G01", ["icd.mark"]),
    ],
)
def test_icd_codes(code: str, expected: str, told: list[str]) -> None:
    parsed = row(ImportKind.ICD10, {"MKB_CODE": code, "MKB_NAME": "Холера", "ACTUAL": "1"})
    assert parsed.values == IcdRow(expected, "Холера")
    assert codes(parsed.warnings + parsed.notes) == told


def test_icd_classes_and_blocks_are_passed_over() -> None:
    for code, note in (
        ("XIV", "icd.class"),
        ("A00-A09", "icd.block"),
        ("А00–А09", "icd.block"),
        ("I", "icd.class"),
    ):
        parsed = row(ImportKind.ICD10, {"MKB_CODE": code, "MKB_NAME": "КИШЕЧНЫЕ ИНФЕКЦИИ"})
        assert parsed.is_passed_over
        assert codes(parsed.notes) == [note]


def test_withdrawn_and_broken_icd_rows() -> None:
    cells = {"MKB_CODE": "A90", "MKB_NAME": "Лихорадка", "ACTUAL": "0"}
    parsed = row(ImportKind.ICD10, cells)
    assert parsed.values == IcdRow("A90", "Лихорадка", is_actual=False)
    assert codes(parsed.notes) == ["icd.not_actual"]
    assert codes(row(ImportKind.ICD10, cells | {"MKB_CODE": ""}).problems) == ["icd.missing"]
    assert codes(row(ImportKind.ICD10, cells | {"MKB_CODE": "100000000"}).problems) == ["icd.form"]
    assert codes(row(ImportKind.ICD10, cells | {"MKB_NAME": ""}).problems) == ["name.empty"]
    assert codes(row(ImportKind.ICD10, cells | {"ACTUAL": "?"}).warnings) == ["icd.actual_unknown"]


def test_rows_that_repeat_each_other_name_the_first_line() -> None:
    repeats = Repeats()
    first = ServiceRow("A02.004.000", "Снимок 3д", specialty="Стоматолог")

    def told(line: int, values: RowValues) -> tuple[str, object] | None:
        problem = repeats.check(line, values)
        return (problem.code, problem.params["line"]) if problem else None

    assert told(2, first) is None
    assert told(3, ServiceRow("A02.004.000", "Снимок зубов")) is None
    assert told(4, first) == ("row.repeats", 2)
    assert told(5, ServiceRow("A02.004.000", "Снимок 3Д", specialty="Рентген")) == ("row.same_service", 2)
    assert told(6, ServiceRow("A02.004.000", "Снимок 3д", price=Decimal(1))) == ("row.contradicts", 2)
    person = PatientRow(PersonName("Үлгі", "Айша"), birth_date=dt.date(1990, 1, 1))
    assert told(7, person) is None
    assert told(8, PatientRow(PersonName("ҮЛГІ", "АЙША"), birth_date=dt.date(1990, 1, 1))) == (
        "row.contradicts",
        7,
    )


KINDS_AND_CELLS = st.sampled_from(list(ImportKind)).flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.fixed_dictionaries({spec.headings[0]: st.text(max_size=25) for spec in fields_of(kind).fields}),
    )
)


@given(KINDS_AND_CELLS)
def test_no_text_breaks_any_row(drawn: tuple[ImportKind, dict[str, str]]) -> None:
    kind, cells = drawn
    parsed = row(kind, cells)
    assert parsed.is_refused or parsed.is_passed_over or parsed.values is not None
    assert parsed == row(kind, cells)
    codes(parsed.problems + parsed.warnings + parsed.notes)
