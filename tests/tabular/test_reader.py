"""Whole files: the same list in every form, titles above it, limits, progress, stopping."""

from __future__ import annotations

import codecs
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.errors import Cancelled
from clinic_desk.domain.imports.columns import import_fields, match_columns
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.parse import parse_row
from clinic_desk.domain.imports.table import CellRemark, Limits, Table, UnusableFile
from clinic_desk.resources import read_json
from clinic_desk.tabular.reader import read_table
from tests.tabular.builders import csv_text, saved, xlsx

HEADINGS = ["ИИН", "Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Телефон", "Адрес"]
ROWS = [
    HEADINGS,
    [
        "900101300007",
        "Щукин",
        "Пётр",
        "Ильич",
        "01.01.1990",
        "м",
        "+77010000000",
        "Алматы, ул. Абая, 5; кв. 1",
    ],
    ["150320500002", "Серіков", "Нурлан", "", "20.03.2015", "м", "", 'дом "Мечта"'],
    ["", "Иванова", "Анна", "", "31.12.1999", "ж", "8 701 000 00 01", "первая строка\nвторая"],
    ["900101300018", "Ошибкин", "Олег", "", "31.02.1990", "м", "", ""],
]


def in_every_form(rows: list[list[str]], *, one_byte: bool = True) -> dict[str, bytes]:
    text = csv_text(rows)
    forms = {
        "utf-8": text.encode(),
        "utf-8-bom": codecs.BOM_UTF8 + text.encode(),
        "utf-16-le": codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        "utf-16-be": codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        "utf-16-le without mark": text.encode("utf-16-le"),
        "comma": csv_text(rows, ",").encode(),
        "tab": csv_text(rows, "\t", "\n").encode(),
        "xlsx": xlsx(rows),
    }
    return forms | ({"cp1251": text.encode("cp1251")} if one_byte else {})


def parsed(table: Table) -> list[object]:
    fields = import_fields(ImportKind.PATIENTS, read_json("imports", "patients.json"))
    columns = match_columns(fields, table.headings)
    return [parse_row(columns, row, today=dt.date(2026, 11, 23)) for row in table.rows]


def test_the_same_list_in_every_form_gives_the_same_rows() -> None:
    tables = {form: read_table(data) for form, data in in_every_form(ROWS).items()}
    expected = tables["utf-8"]
    assert [row.cells for row in expected.rows] == ROWS[1:]
    for form, table in tables.items():
        assert list(table.headings) == HEADINGS, form
        assert [row.cells for row in table.rows] == ROWS[1:], form
        assert parsed(table) == parsed(expected), form
    assert [tables[form].encoding for form in ("utf-8-bom", "cp1251", "xlsx")] == [
        "utf-8-bom",
        "cp1251",
        None,
    ]
    assert [tables[form].delimiter for form in ("utf-8", "comma", "tab", "xlsx")] == [";", ",", "\t", None]
    assert tables["xlsx"].sheet == "List"


# Only what CP1251 can write, so that every form can hold it.
WORD = st.text("абвгдеёжщыэюяАБВЯіІ 0123456789.,;\"'-«»№\n", min_size=1, max_size=12).map(str.strip)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORD, WORD, WORD), min_size=1, max_size=5))
def test_any_rows_are_the_same_in_every_form(words: list[tuple[str, str, str]]) -> None:
    rows = [HEADINGS, *([f"{number:012}", *three, "", "", "", ""] for number, three in enumerate(words, 1))]
    expected = [[cell.strip() for cell in row] for row in rows[1:]]
    for form, data in in_every_form(rows).items():
        table = read_table(data)
        assert [[cell.strip() for cell in row.cells] for row in table.rows] == expected, form
        assert parsed(table) == parsed(read_table(csv_text(rows).encode())), form


def test_kazakh_letters_survive_every_form_that_can_hold_them() -> None:
    rows = [HEADINGS, ["900101300007", "Үңғыһәқөұі", "ӘҒҚҢӨҰҮҺІ", "", "", "", "", ""]]
    for form, data in in_every_form(rows, one_byte=False).items():
        assert read_table(data).rows[0].cells[1:3] == rows[1][1:3], form


def test_lines_are_named_as_an_editor_or_a_spreadsheet_shows_them() -> None:
    text = 'Код;Наименование\n\n1;"два\nряда"\n;;\n2;Б\n'
    table = read_table(text.encode())
    assert [row.line for row in table.rows] == [3, 6]
    table = read_table(xlsx([["Код", "Наименование"], [], ["1", "А"], [None, ""], ["2", "Б"]]))
    assert [row.line for row in table.rows] == [3, 5]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_titles_above_and_a_numbering_below_the_headings(form: str) -> None:
    rows = [
        ["Прейскурант", "", ""],
        ["", "", ""],
        ["Код", "Наименование", "Цена"],
        ["1", "2", "3"],
        ["A", "Б", "5"],
    ]
    table = read_table(csv_text(rows).encode() if form == "csv" else xlsx(rows))
    assert table.headings == ("Код", "Наименование", "Цена")
    assert (table.headings_line, table.skipped_above, table.numbering_line) == (3, (1,), 4)
    assert [(row.line, row.cells) for row in table.rows] == [(5, ["A", "Б", "5"])]


def test_headings_of_two_lines_and_a_delimiter_at_every_end() -> None:
    table = read_table('Код;"Дата\nвключения";\nA;01.01.2026;\n'.encode())
    assert table.headings == ("Код", "Дата включения")
    assert table.rows[0].cells == ["A", "01.01.2026"]
    assert table.rows[0].remarks == ()


def test_spreadsheet_hint_of_the_delimiter() -> None:
    table = read_table("sep=|\nКод|Наименование, полное\nA|Б, В\n".encode())
    assert (table.delimiter, table.headings_line, table.rows[0].cells) == ("|", 2, ["A", "Б, В"])


def test_a_row_with_more_or_fewer_cells_is_marked() -> None:
    table = read_table(b"a;b;c\n5;2;3\n1;2\n1;2;3;4\n1;2;3;\n")
    assert [row.remarks for row in table.rows] == [
        (),
        (CellRemark("row.too_few_cells"),),
        (CellRemark("row.too_many_cells"),),
        (),
    ]
    assert all(len(row.cells) == 3 for row in table.rows)


def test_unbalanced_quotes_are_marked_and_no_row_is_lost() -> None:
    rows = "".join(f"{number};Клиника {number};РЕГИОН\n" for number in range(2, 200))
    table = read_table(f'Код;Наименование;Регион\n1;"Жүрек;РЕГИОН\n{rows}'.encode())
    assert len(table.rows) == 199
    assert table.rows[0].cells == ["1", '"Жүрек', "РЕГИОН"]
    assert table.rows[0].remarks == (CellRemark("quotes.unbalanced"),)
    assert all(row.remarks == () for row in table.rows[1:])


def test_limits(tmp_path: Path) -> None:
    data = ("a;b\n" + "1;2\n" * 11).encode()
    assert len(read_table(data, limits=Limits(rows=11)).rows) == 11
    for limits, code in ((Limits(rows=10), "too_many_rows"), (Limits(size_bytes=20), "too_big")):
        with pytest.raises(UnusableFile) as caught:
            read_table(data, limits=limits)
        assert caught.value.code == code
        path = tmp_path / "list.csv"
        path.write_bytes(data)
        with pytest.raises(UnusableFile) as caught:
            read_table(path, limits=limits)
        assert caught.value.code == code
        assert path.read_bytes() == data
    with pytest.raises(UnusableFile, match="too_many_rows"):
        read_table(xlsx([["a", "b"], *[["1", "2"]] * 11]), limits=Limits(rows=10))
    with pytest.raises(UnusableFile, match="too_many_columns"):
        read_table(";".join(["x"] * 300).encode() + b"\n" + b";" * 299)
    with pytest.raises(UnusableFile, match="too_many_columns"):
        read_table(xlsx([["x"] * 300, ["1"] * 300]))


def test_the_documented_limits_are_the_default() -> None:
    limits = Limits()
    assert (limits.size_bytes, limits.unpacked_bytes) == (10 * 2**20, 60 * 2**20)
    assert (limits.ratio, limits.parts, limits.cell_characters, limits.rows) == (100, 200, 32_000, 50_000)


def test_a_cell_of_a_megabyte_is_cut_and_named() -> None:
    table = read_table(b"a;b\n1;" + b"x" * 2**20 + b'\n2;"' + b"y" * 2**20 + b'"\n3;z\n')
    assert [row.cells[0] for row in table.rows] == ["1", "2", "3"]
    for row in table.rows[:2]:
        assert len(row.cells[1]) == 32_000
        assert CellRemark("cell.too_long", 1) in row.remarks


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_progress_and_stopping(form: str) -> None:
    rows = [["a", "b"], *([str(number), "x"] for number in range(5_000))]
    data = csv_text(rows).encode() if form == "csv" else xlsx(rows)
    seen: list[tuple[int, int | None]] = []
    table = read_table(data, progress=lambda done, total: seen.append((done, total)))
    assert len(table.rows) == 5_000
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1] == (5_000, 5_000)
    assert all(total is None or done <= total for done, total in seen)
    asked = []
    with pytest.raises(Cancelled):
        read_table(data, stopped=lambda: bool(asked.append(1)) or len(asked) == 2)  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("Направление\nПациент\n".encode(), "not_a_table"),
        ("Код;Наименование\n".encode(), "no_rows"),
        (b";;\n;;\n", "not_a_table"),
        (b" ;\n" * 30 + b"a;b\n1;2\n", "no_headings"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"%PDF-1.7\n1 0 obj", "other_format"),
        (b"\n <html><table><tr><td>1</td></tr></table></html>", "other_format"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "other_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "binary"),
        (b"a;b\n1;\0\n" * 30, "has_nul"),
    ],
)
def test_unusable_files(data: bytes, code: str) -> None:
    with pytest.raises(UnusableFile) as caught:
        read_table(data)
    assert caught.value.code == code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UnusableFile, match="missing"):
            read_table(path)


def test_the_name_of_a_file_means_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(xlsx([["a", "b"], ["1", "2"]]))
    assert read_table(path).sheet == "List"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        table = read_table(data)
    except UnusableFile:
        return
    assert all(len(row.cells) == len(table.headings) for row in table.rows)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=40))
def test_no_damage_to_a_workbook_breaks_the_reader(at: int, scrap: bytes) -> None:
    at %= len(WHOLE)
    try:
        read_table(WHOLE[:at] + scrap + WHOLE[at + len(scrap) :])
    except UnusableFile as error:
        assert error.code


WHOLE = xlsx([["Код", "Наименование"], ["A02.004.000", "Приём"]])


def test_saved_is_not_empty() -> None:
    import openpyxl

    with pytest.raises(UnusableFile, match="empty"):
        read_table(saved(openpyxl.Workbook()))
