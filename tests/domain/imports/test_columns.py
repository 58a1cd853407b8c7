"""Columns are found by their headings in three languages, or as a person maps them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.imports.columns import Ambiguity, InvalidMapping, match_columns
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.look_alikes import fold_heading
from clinic_desk.domain.imports.map_option import parse_map_option
from tests.domain.imports.rows_of import fields_of

FUND = [
    "№",
    "БИН/ИИН",
    "Наименование субъекта здравоохранения",
    "На заключение долгосрочного договора",
    "Юридический адрес",
    "Форма собственности субъекта здравоохранения",
    "Регион, населению которого будут оказываться услуги",
    "Дата включения в базу данных",
    "Дата исключения из базы данных",
    "Дата последнего изменения",
    "Вид/Форма медицинской помощи (Поставщик)",
    "Подвида вида/формы медицинской помощи (Поставщик)",
    "Вид/Форма медицинской помощи (Соисполнитель)",
    "Подвида вида/формы медицинской помощи (Соисполнитель)",
    "Статус субъекта здравоохранения",
    "Статус",
]
FUND_FIELDS = [
    "row_number",
    "bin",
    "name",
    "long_term",
    "address",
    "ownership",
    "region",
    "listed_from",
    "listed_to",
    "changed_on",
    "kinds_supplier",
    "subkinds_supplier",
    "kinds_coexecutor",
    "subkinds_coexecutor",
    "subject_status",
    "state",
]


@pytest.mark.parametrize(
    ("kind", "headings", "fields"),
    [
        (
            ImportKind.PATIENTS,
            "ИИН;Фамилия;Имя;Отчество;Дата рождения;Пол;Телефон;Адрес",
            "iin surname given_name patronymic birth_date sex phone address",
        ),
        (
            ImportKind.PATIENTS,
            "ЖСН;Тегі;Аты;Әкесінің аты;Туған күні;Жынысы;Телефон;Мекенжайы",
            "iin surname given_name patronymic birth_date sex phone address",
        ),
        (
            ImportKind.PATIENTS,
            "IIN;Surname;Given name;Patronymic;Birth date;Sex;Phone;Address",
            "iin surname given_name patronymic birth_date sex phone address",
        ),
        (
            ImportKind.SUPPLIERS,
            "БИН/ИИН;Наименование;Регион;Вид помощи;Роль;Дата включения;Состояние",
            "bin name region kind role listed_from state",
        ),
        (
            ImportKind.SUPPLIERS,
            "БСН/ЖСН;Атауы;Өңір;Көмек түрі;Рөлі;Енгізілген күні;Күйі",
            "bin name region kind role listed_from state",
        ),
        (ImportKind.SUPPLIERS, ";".join(FUND), " ".join(FUND_FIELDS)),
        (ImportKind.SERVICES, "Код;Наименование;Цена;Коэффициент", "code name price coefficient"),
        (ImportKind.SERVICES, "Қызмет коды;Атауы;Бағасы;Коэффициент", "code title_kk price coefficient"),
        (ImportKind.SERVICES, "code,name_ru,price_kzt".replace(",", ";"), "code name price"),
        (
            ImportKind.OFFERS,
            "БИН поставщика;Код услуги;Действует с;Действует до;Срок ожидания, дней",
            "supplier_bin service_code from to wait_days",
        ),
        (
            ImportKind.DOCTORS,
            "Код;ФИО;Специальность;Участок;Кабинет",
            "code full_name specialty district room",
        ),
        (ImportKind.DOCTORS, "Дәрігер;Мамандығы;Учаске;Бөлме", "full_name specialty_kk district room"),
        (ImportKind.ICD10, "MKB_CODE;MKB_NAME;ACTUAL", "code title_ru actual"),
        (ImportKind.ICD10, "АХЖ-10 коды;Қазақша атауы", "code title_kk"),
    ],
)
def test_known_headings(kind: ImportKind, headings: str, fields: str) -> None:
    columns = match_columns(fields_of(kind), headings.split(";"))
    assert columns.found == {name: index for index, name in enumerate(fields.split())}
    assert columns.is_usable
    assert columns.unknown == ()


@pytest.mark.parametrize("kind", ImportKind)
def test_every_accepted_heading_finds_its_field_alone(kind: ImportKind) -> None:
    fields = fields_of(kind)
    claimed: dict[str, str] = {}
    for spec in fields.fields:
        for heading in spec.headings:
            key = fold_heading(heading)
            owner = claimed.setdefault(key, spec.name)
            assert owner == spec.name or heading in ("Диагноз", "Тариф"), f"{heading}: {owner}, {spec.name}"
            assert match_columns(fields, [heading]).found == {owner: 0}


def test_headings_are_compared_without_case_blanks_points_and_look_alikes() -> None:
    columns = match_columns(
        fields_of(ImportKind.PATIENTS), ["ИИH", " ФАМИЛИЯ: ", "имя*", "дата\u00a0рождeния", "ПОЛ"]
    )
    assert columns.found == {"iin": 0, "surname": 1, "given_name": 2, "birth_date": 3, "sex": 4}
    assert fold_heading("Ещё раз") == fold_heading("ЕЩЕ-РАЗ")


def test_missing_and_unknown_columns_are_named() -> None:
    columns = match_columns(fields_of(ImportKind.SERVICES), ["Наименование", "Группа крови", ""])
    assert columns.missing_required == (("code",),)
    assert columns.unknown == ("Группа крови",)
    assert not columns.is_usable


def test_one_of_several_fields_is_enough_for_a_name() -> None:
    assert match_columns(fields_of(ImportKind.PATIENTS), ["ФИО", "Дата рождения"]).is_usable
    assert match_columns(fields_of(ImportKind.PATIENTS), ["Дата рождения", "Пол"]).missing_required == (
        ("surname", "given_name", "full_name"),
    )


def test_the_more_exact_heading_wins_and_equal_ones_are_asked_about() -> None:
    fields = fields_of(ImportKind.PATIENTS)
    columns = match_columns(fields, ["Мобильный телефон", "Фамилия", "Телефон"])
    assert columns.found["phone"] == 2
    assert columns.unknown == ("Мобильный телефон",)
    columns = match_columns(fields, ["Фамилия", "Телефон", "телефон"])
    assert columns.ambiguous == (Ambiguity("phone", (1, 2)),)
    assert not columns.is_usable
    assert match_columns(fields, ["Фамилия", "Телефон", "телефон"], {"phone": "#3"}).found["phone"] == 2


def test_explicit_columns_go_before_known_headings() -> None:
    fields = fields_of(ImportKind.SERVICES)
    headings = ["Code", "Специальность", "Name_ru", "TarificatrCode"]
    mapping = parse_map_option("code=TarificatrCode,name=Name_ru")
    columns = match_columns(fields, headings, mapping)
    assert columns.found == {"code": 3, "name": 2, "specialty": 1}
    assert columns.unknown == ("Code",)
    assert columns.heading_of("code") == "TarificatrCode"
    assert columns.heading_of("price") == ""


@pytest.mark.parametrize("written", ["name", "title_ru", "title", "Наименование"])
def test_a_field_may_be_named_by_alias_or_heading(written: str) -> None:
    columns = match_columns(fields_of(ImportKind.SERVICES), ["Код", "Что делают"], {written: "что  делают"})
    assert columns.found == {"code": 0, "name": 1}


def test_an_empty_heading_leaves_a_field_out() -> None:
    columns = match_columns(fields_of(ImportKind.SERVICES), ["Код", "Название", "Цена"], {"price": ""})
    assert columns.found == {"code": 0, "name": 1}
    assert columns.unknown == ("Цена",)


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"nothing": "Код"}, "unknown_field"),
        ({"code": "Нет такой"}, "no_such_heading"),
        ({"code": "#9"}, "no_such_heading"),
        ({"code": "#0"}, "no_such_heading"),
        ({"code": "Код", "name": "код"}, "heading_twice"),
        ({"name": "Код", "title_ru": "Имя"}, "field_twice"),
    ],
)
def test_mappings_that_cannot_be(mapping: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidMapping) as caught:
        match_columns(fields_of(ImportKind.SERVICES), ["Код", "Имя"], mapping)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("code=Код", {"code": "Код"}),
        (" code = Код услуги , name= Имя ", {"code": "Код услуги", "name": "Имя"}),
        (
            "region=Регион, населению которого будут оказываться услуги,name=Имя",
            {"region": "Регион, населению которого будут оказываться услуги", "name": "Имя"},
        ),
        ('name="Имя, x=y",code=Код', {"name": "Имя, x=y", "code": "Код"}),
        ('name="ТОО ""Сана""",code="a\\"b"', {"name": 'ТОО "Сана"', "code": 'a"b'}),
        ("name=Цена\\, x=1,code=К", {"name": "Цена, x=1", "code": "К"}),
        ("name=,code=К", {"name": "", "code": "К"}),
        ("Код=TarificatrCode,Наименование=Name_ru", {"Код": "TarificatrCode", "Наименование": "Name_ru"}),
    ],
)
def test_map_option(text: str, mapping: dict[str, str]) -> None:
    assert parse_map_option(text) == mapping


@pytest.mark.parametrize("text", ["", "code", "=Код", 'code="Код', 'code="Код"x', ",code=Код"])
def test_map_options_that_cannot_be_read(text: str) -> None:
    with pytest.raises(InvalidMapping) as caught:
        parse_map_option(text)
    assert caught.value.code == "form"


def test_a_field_twice_in_the_option() -> None:
    with pytest.raises(InvalidMapping) as caught:
        parse_map_option("code=A,code=B")
    assert caught.value.code == "field_twice"


HEADING = st.text(st.characters(codec="utf-8", exclude_characters="\\"), min_size=1, max_size=20).map(
    str.strip
)


@given(st.dictionaries(st.sampled_from(["code", "name", "price"]), HEADING, min_size=1))
def test_quoted_headings_come_back_whatever_they_hold(mapping: dict[str, str]) -> None:
    doubled = {field: heading.replace('"', '""') for field, heading in mapping.items()}
    text = ",".join(f'{field}="{heading}"' for field, heading in doubled.items())
    assert parse_map_option(text) == mapping
