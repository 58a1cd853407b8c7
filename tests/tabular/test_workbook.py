"""Workbooks: values as a person sees them, and workbooks made to do harm."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from clinic_desk.domain.imports.table import CellRemark, Limits, UnusableFile
from clinic_desk.tabular.reader import read_table
from clinic_desk.tabular.workbook import text_of
from tests.tabular.builders import SHEET_START, inline_row, raw_xlsx, saved, xlsx


def sheet_of(*rows: str, head: str = "") -> str:
    """The XML of a sheet with these rows."""
    return f"{head}{SHEET_START}<sheetData>{''.join(rows)}</sheetData></worksheet>"


def code_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnusableFile) as caught:
        read_table(data, limits=limits)
    return caught.value.code


def test_numbers_have_no_fraction_and_are_known_as_numbers() -> None:
    row = read_table(xlsx([["ИИН", "Цена", "Код"], [10203500004, 654.15, "007"]])).rows[0]
    assert row.cells == ["10203500004", "654.15", "007"]
    assert row.numbers == (0, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (900101300007.0, "900101300007"),
        (0.1 + 0.2, "0.3"),
        (1e300, "1e+300"),
        (True, "1"),
        (False, "0"),
        (dt.datetime(2026, 11, 23), "23.11.2026"),
        (dt.datetime(2026, 11, 23, 9, 41), "23.11.2026 09:41:00"),
        (dt.date(1850, 1, 2), "02.01.1850"),
        ("строка_x000D_\nвторая", "строка\nвторая"),
        ("_xD800_", "\ufffd"),
        ("_x0000_", "\0"),
        ("файл_xls", "файл_xls"),
    ],
)
def test_values_as_a_person_sees_them(value: object, text: str) -> None:
    assert text_of(value) == text


def test_days_of_a_workbook() -> None:
    row = read_table(xlsx([["a", "b"], [dt.date(2026, 2, 1), dt.datetime(1990, 12, 31)]])).rows[0]
    assert row.cells == ["01.02.2026", "31.12.1990"]


def test_formulas_are_text_and_marked() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b", "c"])
    sheet.append(['=HYPERLINK("http://example.org")', "=1+1", "x"])
    sheet["C2"] = ArrayFormula("C2:C3", "=SUM(A1:A2)")
    row = read_table(saved(book)).rows[0]
    assert row.cells == ['=HYPERLINK("http://example.org")', "=1+1", "=SUM(A1:A2)"]
    assert row.remarks == tuple(CellRemark("cell.formula", index) for index in range(3))


def test_errors_are_marked() -> None:
    sheet = sheet_of(inline_row(1, "a", "b"), '<row r="2"><c t="e"><v>#REF!</v></c></row>')
    row = read_table(raw_xlsx(sheet)).rows[0]
    assert (row.cells, row.remarks) == (["#REF!", ""], (CellRemark("cell.error", 0),))


def test_the_first_visible_sheet_with_a_table_is_read() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.title = "Hidden"
    hidden.append(["x", "y"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Title").append(["Прейскурант"])
    book.create_sheet("Prices").append(["Код", "Цена"])
    book["Prices"].append(["A", 5])
    book.create_sheet("More").append(["Код", "Цена"])
    book["More"].append(["B", 6])
    table = read_table(saved(book))
    assert (table.sheet, table.sheets) == ("Prices", ("Title", "Prices", "More"))
    assert read_table(saved(book), sheet="More").rows[0].cells == ["B", "6"]
    with pytest.raises(UnusableFile, match="no_sheet"):
        read_table(saved(book), sheet="Hidden")


def test_a_wrong_claim_of_size_loses_no_rows() -> None:
    rows = "".join(inline_row(number, f"A{number}", "x") for number in range(2, 12))
    sheet = sheet_of(inline_row(1, "Код", "Имя"), rows).replace(
        "<sheetData>", '<dimension ref="A1:A1"/><sheetData>'
    )
    table = read_table(raw_xlsx(sheet))
    assert len(table.rows) == 10
    assert table.rows[-1].cells == ["A11", "x"]


def test_a_row_far_below_ends_the_reading() -> None:
    far = '<row r="99999999999"><c t="inlineStr"><is><t>far</t></is></c></row>'
    sheet = sheet_of(inline_row(1, "a", "b"), inline_row(2, "1", "2"), far)
    assert [row.line for row in read_table(raw_xlsx(sheet)).rows] == [2]


def test_a_long_cell_is_cut_and_marked() -> None:
    sheet = sheet_of(inline_row(1, "a", "b"), inline_row(2, "1", "x" * 2**20))
    row = read_table(raw_xlsx(sheet), limits=Limits(ratio=10_000)).rows[0]
    assert len(row.cells[1]) == 32_000
    assert row.remarks == (CellRemark("cell.too_long", 1),)


def test_zip_bomb() -> None:
    blanks = " " * (61 * 2**20)
    assert code_of(raw_xlsx(f"{SHEET_START}<sheetData/>{blanks}</worksheet>")) == "zip_bomb"
    within_size = " " * (20 * 2**20)
    assert code_of(raw_xlsx(f"{SHEET_START}<sheetData/>{within_size}</worksheet>")) == "zip_bomb"


def test_a_part_that_lies_about_its_size_is_not_unpacked() -> None:
    data = bytearray(
        raw_xlsx(
            f"{SHEET_START}<sheetData>{inline_row(1, 'a', 'b')}{' ' * (30 * 2**20)}</sheetData></worksheet>"
        )
    )
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    struct.pack_into("<I", data, entry + 24, 1000)
    assert code_of(bytes(data)) == "damaged"


def test_too_many_parts() -> None:
    extra = {f"xl/media/{number}.png": b"x" for number in range(200)}
    assert code_of(raw_xlsx(f"{SHEET_START}</worksheet>", extra)) == "too_many_parts"


def test_entities_are_refused() -> None:
    lol = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for head, entity in ((lol, "&b;"), (outside, "&a;")):
        sheet = sheet_of(inline_row(1, entity, "b"), head=f'<?xml version="1.0"?>{head}')
        assert code_of(raw_xlsx(sheet)) == "unsafe_xml"
        strings = f'<?xml version="1.0"?>{head}<sst><si><t>{entity}</t></si></sst>'.encode()
        part = raw_xlsx(f"{SHEET_START}</worksheet>", {"xl/sharedStrings.xml": strings})
        assert code_of(part) in {"unsafe_xml", "empty"}


def test_macros_are_refused() -> None:
    assert code_of(raw_xlsx(f"{SHEET_START}</worksheet>", {"xl/vbaProject.bin": b"x"})) == "has_macros"


def test_another_kind_of_package() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("content.xml", "<office/>")
    assert code_of(buffer.getvalue()) == "other_format"
    assert code_of(b"PK\x03\x04" + b"junk" * 40) == "damaged"


def test_encrypted_part() -> None:
    data = bytearray(xlsx([["a", "b"], ["1", "2"]]))
    entry = data.find(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert code_of(bytes(data)) == "encrypted"


def test_broken_xml_inside() -> None:
    assert code_of(raw_xlsx(f"{SHEET_START}<sheetData><row>")) == "damaged"
    assert (
        code_of(
            raw_xlsx(
                f'{SHEET_START}<sheetData><row r="1"><c t="s"><v>7</v></c></row></sheetData></worksheet>'
            )
        )
        == "damaged"
    )


def test_openpyxl_parses_safely() -> None:
    assert openpyxl.DEFUSEDXML
