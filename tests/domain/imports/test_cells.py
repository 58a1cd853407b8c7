"""Single cells: days, numbers, words, and texts that mean harm."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.catalogue import ListState, Package, SupplierRole
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.imports.amounts import InvalidAmount, parse_amount, parse_whole
from clinic_desk.domain.imports.dates import InvalidDate, day_of_serial, parse_day
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.look_alikes import cyrillic_words, latin_code
from clinic_desk.domain.imports.table import CellRemark
from clinic_desk.domain.imports.values import ServiceRow
from clinic_desk.domain.imports.words import packages_of, roles_of, sex_of, state_of, yes_no_of
from tests.domain.imports.rows_of import codes, row


@pytest.mark.parametrize(
    "text",
    ["01.02.2026", "1.2.2026", "2026-02-01", "01/02/2026", "01-02-2026", "2026.02.01", "01.02.2026 г.",
     "01.02.2026 09:41", "2026-02-01T09:41:00+05:00", "2026-02-01 00:00:00"],
)  # fmt: skip
def test_days(text: str) -> None:
    assert parse_day(text) == dt.date(2026, 2, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31.02.2026", "date.impossible"),
        ("29.02.2025", "date.impossible"),
        ("00.01.2026", "date.impossible"),
        ("01.13.2026", "date.no_such_month"),
        ("01.02.26", "date.short_year"),
        ("01.02.1066", "date.out_of_range"),
        ("01.02.9999", "date.out_of_range"),
        ("вчера", "date.unreadable"),
        ("46023", "date.unreadable"),
        ("٠١.٠٢.٢٠٢٦", "date.unreadable"),
    ],
)
def test_what_is_no_day(text: str, code: str) -> None:
    with pytest.raises(InvalidDate) as caught:
        parse_day(text)
    assert caught.value.code == code


def test_the_refusal_says_how_long_the_month_is() -> None:
    with pytest.raises(InvalidDate) as caught:
        parse_day("31.02.2026")
    assert caught.value.params == {"month": "02.2026", "days": 28}


@given(st.dates(dt.date(1850, 1, 1), dt.date(2150, 12, 31)))
def test_every_day_is_read_in_both_forms(day: dt.date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(f"{day.day:02}.{day.month:02}.{day.year}") == day


def test_serial_days_of_a_spreadsheet() -> None:
    assert day_of_serial("46023") == dt.date(2026, 1, 1)
    assert day_of_serial("32874.5") == dt.date(1990, 1, 1)
    assert day_of_serial("999999") is None
    assert day_of_serial("01.01.2026") is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("654.15\tтенге", "654.15"),
        ("2487,71", "2487.71"),
        ("1 234,56 ₸", "1234.56"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1'234.50", "1234.50"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234,567", "1234567"),
        ("10 000 тг.", "10000"),
        ("0", "0"),
    ],
)
def test_amounts(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,234", "number.ambiguous"),
        ("1.234", "number.ambiguous"),
        ("-5", "number.negative"),
        ("договорная", "number.unreadable"),
        ("1 23 4", "number.unreadable"),
        ("1e5", "number.unreadable"),
        ("NaN", "number.unreadable"),
        ("Infinity", "number.unreadable"),
        ("١٢", "number.unreadable"),
        ("999999999999", "number.too_big"),
        ("тенге", "number.unreadable"),
    ],
)
def test_what_is_no_amount(text: str, code: str) -> None:
    with pytest.raises(InvalidAmount) as caught:
        parse_amount(text)
    assert caught.value.code == code


def test_a_single_separator_of_a_coefficient_is_decimal() -> None:
    assert parse_amount("1,234", separator_is_decimal=True) == Decimal("1.234")
    assert parse_whole("10 дней") == 10
    with pytest.raises(InvalidAmount):
        parse_whole("1,5")


@given(st.decimals(0, 10**9, places=2))
def test_every_price_is_read_with_point_and_comma(price: Decimal) -> None:
    assert parse_amount(f"{price}") == price
    assert parse_amount(f"{price:,}".replace(",", " ").replace(".", ",")) == price


@given(st.text(max_size=30))
def test_no_text_breaks_the_small_parsers(text: str) -> None:
    for parse, error in (
        (parse_day, InvalidDate),
        (parse_amount, InvalidAmount),
        (parse_whole, InvalidAmount),
    ):
        with suppress(error):
            parse(text)
    sex_of(text), roles_of(text), state_of(text), packages_of(text), yes_no_of(text)


def test_words_in_three_languages() -> None:
    for words, sex in (
        ("м М муж. Мужской male M е ер Ер", Sex.MALE),
        ("ж Жен женский female F Ә әйел", Sex.FEMALE),
    ):
        for word in words.split():
            assert sex_of(word) is sex, word
    assert sex_of("не указан") is Sex.UNKNOWN
    assert sex_of("x") is None
    supplier, co_executor = SupplierRole.SUPPLIER, SupplierRole.CO_EXECUTOR
    assert roles_of("Поставщик") == roles_of("жеткізуші") == roles_of("SUPPLIER") == (supplier,)
    assert (
        roles_of("Со-исполнитель")
        == roles_of("қосалқы орындаушы")
        == roles_of("co-executor")
        == (co_executor,)
    )
    assert (
        roles_of("поставщик, соисполнитель")
        == roles_of("поставщик и соисполнитель")
        == (supplier, co_executor)
    )
    assert roles_of("Партнёр") is None
    assert roles_of("поставщик, партнёр") is None
    for text in ("включен", "Включён в базу", "енгізілген", "included", "Действует"):
        assert state_of(text) is ListState.INCLUDED, text
    for text in (
        "исключен",
        "Исключена",
        "не действует",
        "енгізілмеген",
        "шығарылған",
        "excluded",
        "не включён",
    ):
        assert state_of(text) is ListState.EXCLUDED, text
    assert state_of("приостановлен") is None
    assert packages_of("ГОБМП") == packages_of("ТМККК") == (Package.GUARANTEED,)
    assert packages_of("МӘМС") == packages_of("ОСМС") == (Package.INSURANCE,)
    assert packages_of("ГОБМП/ОСМС") == (Package.GUARANTEED, Package.INSURANCE)
    assert (yes_no_of("1"), yes_no_of("нет"), yes_no_of("?")) == (True, False, None)


def test_look_alikes() -> None:
    assert latin_code("В06.863.005") == "B06.863.005"
    assert latin_code("Ж01") == "Ж01"
    assert cyrillic_words("Cерiк Aхметов") == "Серік Ахметов"
    assert cyrillic_words('ТОО "InLife" и Shipager') == 'ТОО "InLife" и Shipager'
    assert cyrillic_words("Zойя") == "Zойя"


def service(name: str, **more: str) -> object:
    return row(ImportKind.SERVICES, {"Код": "A02.004.000", "Наименование": name} | more)


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("http://example.org","x")', "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|'x'!A0",
     "\t=1+1", " =1", "-A1"],
)  # fmt: skip
def test_formulas_are_refused(text: str) -> None:
    parsed = row(ImportKind.SERVICES, {"Код": "A02.004.000", "Наименование": text})
    assert codes(parsed.problems) == ["cell.formula"]
    assert parsed.problems[0].value == text
    assert parsed.problems[0].column == "Наименование"
    assert parsed.values is None


def test_an_exported_number_in_a_formula_is_its_text() -> None:
    parsed = row(ImportKind.PATIENTS, {"ИИН": '="900101300007"', "Фамилия": "Щукин"})
    assert parsed.problems == ()


@pytest.mark.parametrize("text", ["a\x00b", "a\ufffdb", "a\ud800b", "a\x1bb", "a\ue000b"])
def test_broken_characters_are_refused(text: str) -> None:
    parsed = row(ImportKind.SERVICES, {"Код": "A02.004.000", "Наименование": text})
    assert codes(parsed.problems) == ["cell.characters"]


def test_invisible_characters_are_taken_off() -> None:
    parsed = row(
        ImportKind.SERVICES,
        {"Код": "\ufeffA02.004.000", "Наименование": "При\u00adём\u200b  \u00a0врача\u202e"},
    )
    assert isinstance(parsed.values, ServiceRow)
    assert parsed.values.title_ru == "Приём врача"
    assert parsed.values.code == "A02.004.000"


def test_errors_of_a_spreadsheet_are_refused() -> None:
    assert codes(row(ImportKind.SERVICES, {"Код": "#REF!", "Наименование": "x"}).problems) == ["cell.error"]
    assert codes(row(ImportKind.SERVICES, {"Код": "A", "Наименование": "#Н/Д"}).problems) == ["cell.error"]


def test_remarks_of_the_reader_refuse_or_warn() -> None:
    cells = {"Код": "A02.004.000", "Наименование": "Приём", "Лишний": "x"}
    for remark, refused in (
        (CellRemark("cell.too_long", 1), True),
        (CellRemark("row.too_many_cells"), True),
        (CellRemark("cell.too_long", 2), False),
        (CellRemark("cell.formula", 2), False),
        (CellRemark("row.too_few_cells"), False),
        (CellRemark("quotes.unbalanced"), False),
    ):
        parsed = row(ImportKind.SERVICES, cells, remarks=(remark,))
        assert parsed.is_refused is refused, remark
        told = remark.column != 2
        assert (remark.code in codes(parsed.problems + parsed.warnings)) is told, remark
