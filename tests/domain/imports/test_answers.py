"""Rows of a list of answers about insurance."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.imports.insurance_words import channel_of, insurance_of, months_of
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.parse import Repeats
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import InsuranceRow
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.resources import read_json
from tests.domain.imports.rows_of import codes, row

S = InsuranceStatus
IIN = "900101300007"
GOOD = {"ИИН": IIN, "Статус": "застрахован", "Проверено": "20.11.2026 16:05"}


def parse(cells: dict[str, str], *, numbers: tuple[str, ...] = ()) -> ParsedRow:
    return row(ImportKind.INSURANCE, cells, numbers=numbers)


def good(**changed: str) -> InsuranceRow:
    parsed = parse({**GOOD, **changed})
    assert isinstance(parsed.values, InsuranceRow), parsed
    return parsed.values


def test_a_whole_row() -> None:
    answer = good(
        **{
            "Категория": "Наёмный работник",
            "Канал": "Qoldau 24/7",
            "Номер ответа": "Q-77",
            "Действует до": "31.12.2026",
            "Месяцы": "111111111122",
        }
    )
    assert answer == InsuranceRow(
        answer.iin,
        S.INSURED_CONTRIBUTIONS,
        dt.datetime(2026, 11, 20, 11, 5, tzinfo=dt.UTC),
        Channel.QOLDAU,
        "employee",
        "Q-77",
        dt.date(2026, 12, 31),
        "ppppppppppgg",
    )
    assert answer.iin.digits == IIN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("100", S.INSURED_CONTRIBUTIONS),
        ("Да", S.INSURED_CONTRIBUTIONS),
        ("иә", S.INSURED_CONTRIBUTIONS),
        ("YES", S.INSURED_CONTRIBUTIONS),
        ("нет", S.UNINSURED),
        ("жоқ", S.UNINSURED),
        ("no", S.UNINSURED),
        ("НЕ ЗАСТРАХОВАН", S.UNINSURED),
        ("Сақтандырылмаған", S.UNINSURED),
        ("Шартты түрде сақтандырылған", S.CONDITIONAL_DE),
        ("grace_6m", S.GRACE_6M),
        ("неизвестно", S.UNKNOWN),
        ("белгісіз", S.UNKNOWN),
        ("101", None),
        ("может быть", None),
        ("x" * 10_000, None),
    ],
)
def test_words_of_the_channels(text: str, expected: InsuranceStatus | None) -> None:
    assert insurance_of(text) is expected


@pytest.mark.parametrize("status", InsuranceStatus)
def test_the_program_s_own_words_for_a_status_and_a_channel_are_understood(status: InsuranceStatus) -> None:
    labels = read_json("texts", "labels.json")
    assert {insurance_of(text) for text in labels[f"insurance.{status}"].values()} == {status}
    entry = read_json("texts", "insurance_panel.json").get(f"entry.{status}", {})
    assert {insurance_of(text) for text in entry.values()} <= {status}
    for channel in Channel:
        assert {channel_of(text) for text in labels[f"channel.{channel}"].values()} == {channel}


@pytest.mark.parametrize(
    ("category", "expected", "code"),
    [
        ("Зейнеткер", S.INSURED_STATE, "pensioner"),
        ("Зарегистрированный безработный", S.INSURED_STATE_LOCAL, "unemployed"),
        ("D, E деңгейі", S.CONDITIONAL_DE, "conditional_de"),
        ("self_payer", S.INSURED_CONTRIBUTIONS, "self_payer"),
        ("", S.INSURED_CONTRIBUTIONS, ""),
    ],
)
def test_a_plain_yes_is_told_apart_by_the_category(
    category: str, expected: InsuranceStatus, code: str
) -> None:
    answer = good(Статус="100", Категория=category)
    assert (answer.status, answer.category) == (expected, code)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A day without a time counts from its beginning: no answer seems fresher than it is.
        ("20.11.2026", dt.datetime(2026, 11, 19, 19, 0, tzinfo=dt.UTC)),
        ("20.11.2026 09:41", dt.datetime(2026, 11, 20, 4, 41, tzinfo=dt.UTC)),
        ("2026-11-20T09:41:30", dt.datetime(2026, 11, 20, 4, 41, 30, tzinfo=dt.UTC)),
        ("2026-11-20T09:41:00Z", dt.datetime(2026, 11, 20, 9, 41, tzinfo=dt.UTC)),
        ("2026-11-20T09:41:00+06:00", dt.datetime(2026, 11, 20, 3, 41, tzinfo=dt.UTC)),
        ("23.11.2026 09:43", dt.datetime(2026, 11, 23, 4, 43, tzinfo=dt.UTC)),
        ("46346.5", dt.datetime(2026, 11, 20, 7, 0, tzinfo=dt.UTC)),
    ],
)
def test_the_moment_of_the_check(text: str, expected: dt.datetime) -> None:
    numbers = ("Проверено",) if text.startswith("46") else ()
    answer = parse({**GOOD, "Проверено": text}, numbers=numbers).values
    assert isinstance(answer, InsuranceRow)
    assert answer.checked_at == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"ИИН": ""}, "answer.no_iin"),
        ({"ИИН": "900101300008"}, "iin.check_digit"),
        ({"Статус": ""}, "answer.no_status"),
        ({"Статус": "=1+1"}, "cell.formula"),
        ({"Статус": "200"}, "answer.unknown_status"),
        ({"Проверено": ""}, "answer.no_moment"),
        ({"Проверено": "вчера"}, "date.unreadable"),
        ({"Проверено": "31.02.2026"}, "date.impossible"),
        ({"Проверено": "20.11.2026 25:10"}, "date.no_such_time"),
        ({"Проверено": "2026-11-20T09:41:00+29:00"}, "date.no_such_time"),
        ({"Проверено": "23.11.2026 09:44"}, "answer.in_future"),
        ({"Проверено": "23.11.2126"}, "answer.in_future"),
        ({"Канал": "сорока на хвосте"}, "answer.unknown_channel"),
        ({"Действует до": "32.12.2026"}, "date.impossible"),
        ({"Номер ответа": "7" * 61}, "answer.reference_too_long"),
        ({"Месяцы": "11111"}, "answer.months_form"),
        ({"Месяцы": "11111111111x"}, "answer.months_form"),
        ({"Месяцы": "1" * 5_000}, "answer.months_form"),
    ],
)
def test_what_cannot_be_an_answer_is_refused(changed: dict[str, str], expected: str) -> None:
    assert codes(parse({**GOOD, **changed}).problems) == [expected]


def test_what_contradicts_itself_is_a_warning_and_the_row_is_kept() -> None:
    parsed = parse({**GOOD, "Статус": "нет", "Месяцы": "1" * 12, "Категория": "бастық"})
    assert parsed.values is not None
    assert [one.code for one in parsed.warnings] == [
        "answer.unknown_category",
        "insurance.paid_but_uninsured",
    ]


def test_a_row_in_which_nobody_could_tell_is_no_answer_and_no_fault() -> None:
    parsed = parse({**GOOD, "Статус": "Белгісіз"})
    assert parsed.is_passed_over
    assert codes(parsed.notes) == ["answer.is_none"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pppppppppp-g", "pppppppppp-g"),
        ("1 1 1 1 1 1 1 1 1 1 0 2", "pppppppppp-g"),
        ("+,+,+,+,+,+,+,+,+,+,-,?", "pppppppppp-?"),
        ("------------", "-" * 12),
        ("1111111111111", None),
        ("", None),
    ],
)
def test_marks_of_twelve_months(text: str, expected: str | None) -> None:
    assert months_of(text) == expected


def test_of_two_answers_for_one_moment_neither_is_better() -> None:
    yes, no = good(), good(Статус="нет")
    later = good(Проверено="21.11.2026")
    repeats = Repeats([(2, yes), (3, no), (4, later), (5, later)])
    found = [repeats.check(line, row) for line, row in ((2, yes), (3, no), (4, later), (5, later))]
    assert [(one.code, dict(one.params)) if one else None for one in found] == [
        ("row.contradicts", {"line": 3}),
        ("row.contradicts", {"line": 2}),
        None,
        ("row.repeats", {"line": 4}),
    ]


@given(st.dictionaries(st.sampled_from(["ИИН", "Статус", "Проверено", "Канал", "Месяцы"]), st.text()))
def test_no_text_breaks_a_row(cells: dict[str, str]) -> None:
    parsed = parse({**GOOD, **cells})
    assert parsed.values is None or not parsed.problems
