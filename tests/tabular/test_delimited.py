"""Text tables: delimiters, quotes that pair and quotes that do not."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.tabular.delimited import cut_rows, detect_delimiter, split_lines


def cut(text: str, delimiter: str = ";", width: int | None = None) -> list[tuple[int, list[str], bool]]:
    return [
        (index + 1, one.cells, one.is_guess)
        for index, one in cut_rows(split_lines(text), delimiter, width=width)
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    rows = ["БИН;Наименование;Цена".replace(";", delimiter), "1;ТОО Сана;10".replace(";", delimiter)]
    assert detect_delimiter(rows) == delimiter


def test_delimiter_is_not_mistaken_for_the_commas_of_addresses_or_a_tab_in_a_price() -> None:
    addresses = ["ИИН;Имя;Адрес", "1;Айша;Алматы, Абая, 5", "2;Олжас;Астана, Кенесары, 4, 7"]
    assert detect_delimiter(addresses) == ";"
    assert detect_delimiter(["№ п/п;Наименование;Стоимость", *["A01;Терапевт;654.15\tтенге"] * 5]) == ";"
    assert detect_delimiter(["code,name,price", 'A01,"Приём; первый",10', "A02,Анализ,20"]) == ","


def test_text_without_columns_has_no_delimiter() -> None:
    assert detect_delimiter(["Направление", "Пациент", "Врач"]) is None
    assert detect_delimiter([""]) is None


def test_quotes_inside_an_unquoted_cell_stay() -> None:
    assert cut('67;ТОО "Кардиохирургическая клиника "Жүрек";АЛМАТЫ') == [
        (1, ["67", 'ТОО "Кардиохирургическая клиника "Жүрек"', "АЛМАТЫ"], False)
    ]


def test_a_cell_of_several_lines() -> None:
    assert cut('1;"АПП\nСтационар";x\n2;КДУ;y', width=3) == [
        (1, ["1", "АПП\nСтационар", "x"], False),
        (3, ["2", "КДУ", "y"], False),
    ]
    assert cut('1;x;"АПП\nСтационар"\n2;y;КДУ', width=3) == [
        (1, ["1", "x", "АПП\nСтационар"], False),
        (3, ["2", "y", "КДУ"], False),
    ]


def test_a_quote_nobody_closes_takes_no_other_row() -> None:
    assert cut('1;"Жүрек;A\n2;Сана;B\n3;Нұр;C', width=3) == [
        (1, ["1", '"Жүрек', "A"], True),
        (2, ["2", "Сана", "B"], False),
        (3, ["3", "Нұр", "C"], False),
    ]


def test_two_open_quotes_do_not_join_two_rows() -> None:
    text = '1;"Жүрек клиникасы;A\n2;Сана";B\n3;Нұр;C'
    assert cut(text, width=3) == [
        (1, ["1", '"Жүрек клиникасы', "A"], True),
        (2, ["2", 'Сана"', "B"], False),
        (3, ["3", "Нұр", "C"], False),
    ]


def test_a_text_that_begins_with_a_quote_keeps_it() -> None:
    assert cut('1;"Жүрек" клиникасы;A', width=3) == [(1, ["1", '"Жүрек" клиникасы', "A"], True)]
    assert cut('1;"Сана" және "Нұр";A', width=3) == [(1, ["1", '"Сана" және "Нұр"', "A"], True)]


def test_quotes_around_a_text_whose_own_are_not_doubled() -> None:
    assert cut('1;"ТОО "Клиника "Жүрек"";A', width=3) == [(1, ["1", 'ТОО "Клиника "Жүрек"', "A"], True)]
    assert cut('1,"ТОО "Кардио, клиника "Жүрек"",A', ",", width=3) == [
        (1, ["1", 'ТОО "Кардио, клиника "Жүрек"', "A"], True)
    ]


def test_doubled_quotes_are_read_as_one() -> None:
    assert cut('5720,"""Целующиеся"" позвонки",x', ",", width=3) == [
        (1, ["5720", '"Целующиеся" позвонки', "x"], False)
    ]


def test_only_line_ends_end_a_line() -> None:
    assert split_lines("a\r\nb\rc\nd\x0be\u2028f\x85g\r\n") == ["a", "b", "c", "d\x0be\u2028f\x85g"]


def test_a_long_unclosed_quote_is_given_up() -> None:
    lines = ['1;"open;x'] + ["2;y;z"] * 5_000
    rows = list(cut_rows(lines, ";"))
    assert len(rows) == 5_001
    assert rows[0][1].is_guess


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\x1a\ufeff"), max_size=8)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6), st.sampled_from(";,\t|"))
def test_whatever_is_written_soundly_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    lines = split_lines(buffer.getvalue())
    assert [one.cells for _, one in cut_rows(lines, delimiter)] == rows


@given(st.lists(st.text(alphabet='";a \n', max_size=12), max_size=8))
def test_no_character_outside_quotes_is_lost(parts: list[str]) -> None:
    text = "\n".join(parts)
    letters = sum(
        one.cells[i].count("a")
        for _, one in cut_rows(split_lines(text), ";", width=3)
        for i in range(len(one.cells))
    )
    assert letters == text.count("a")
