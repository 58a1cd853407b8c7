"""XLSX workbooks, opened only after their packing was looked at.

Nothing is calculated, linked or run: a formula is read as its text, an outside link is not
followed, a workbook with macros is refused.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any, Final

from clinic_desk.domain.errors import Cancelled
from clinic_desk.domain.imports.table import (
    CellRemark,
    Limits,
    Progress,
    SourceRow,
    Stopped,
    Table,
    UnusableFile,
)
from clinic_desk.tabular.headings import LOOKED_AT, HeadingRow, clean_heading, find_headings, numbers_columns

_ROWS_OF_A_SHEET: Final = 1_048_576
_REPORT_EVERY: Final = 1_000
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SMALL_PART: Final = 1024 * 1024
_ERRORS: Final = frozenset({"#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


def check_package(data: bytes, limits: Limits) -> None:
    """Returns when `data` is a workbook within the limits.

    Raises:
        UnusableFile: `damaged`, `encrypted`, `zip_bomb`, `too_many_parts`, `has_macros`,
            `other_format`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnusableFile("damaged") from error
    if len(parts) > limits.parts:
        raise UnusableFile("too_many_parts", limit=limits.parts)
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise UnusableFile("other_format")
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnusableFile("encrypted")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnusableFile("has_macros")
    # zipfile never unpacks more of a part than its entry claims, so the claims can be relied on.
    unpacked = sum(part.file_size for part in parts)
    ratios = [part.file_size / max(part.compress_size, 1) for part in parts if part.file_size > _SMALL_PART]
    if unpacked > limits.unpacked_bytes or max(ratios, default=0) > limits.ratio:
        raise UnusableFile("zip_bomb", limit=limits.unpacked_bytes // (1024 * 1024))
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise UnusableFile("damaged")


def read_workbook(
    data: bytes, limits: Limits, progress: Progress, stopped: Stopped, sheet: str | None = None
) -> Table:
    """The first visible sheet with a table in it, or the sheet of that name.

    Raises:
        UnusableFile: see `check_package`; also `unsafe_xml`, `no_sheet`, `no_headings`, `no_rows`,
            `too_many_rows`, `too_many_columns`.
        Cancelled: when `stopped` said so.
    """
    check_package(data, limits)
    import openpyxl
    from defusedxml.common import DefusedXmlException

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("openpyxl must parse with defusedxml")
    try:
        # openpyxl warns of styles and extensions it does not know; none of them concerns a cell's value.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            with closing(book):
                return _read(book, limits, progress, stopped, sheet)
    except (UnusableFile, Cancelled):
        raise
    except Exception as error:
        # openpyxl has no error of its own: a hostile workbook raises nearly anything from within, and
        # a refusal of defusedxml comes wrapped.
        is_unsafe = any(isinstance(one, DefusedXmlException) for one in (error, error.__cause__))
        raise UnusableFile("unsafe_xml" if is_unsafe else "damaged") from error


def _read(book: Any, limits: Limits, progress: Progress, stopped: Stopped, wanted: str | None) -> Table:
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    sheet, claimed, headings, place = _sheet_with_headings(visible, limits, wanted)
    claimed_rows = max(claimed - place.row - 1, 0)
    rows: list[SourceRow] = []
    numbering: int | None = None
    for line, values in enumerate(_rows(sheet, len(headings) + 8), start=1):
        if line % _REPORT_EVERY == 0:
            if stopped():
                raise Cancelled
            progress(len(rows), max(claimed_rows, len(rows)) if claimed_rows else None)
        if line <= place.row + 1:
            continue
        row = _source_row(line, values, len(headings), limits)
        if row is None:
            continue
        if not rows and numbering is None and numbers_columns(row.cells):
            numbering = line
            continue
        if len(rows) >= limits.rows:
            raise UnusableFile("too_many_rows", limit=limits.rows)
        rows.append(row)
    if not rows:
        raise UnusableFile("no_rows")
    progress(len(rows), len(rows))
    return Table(
        encoding=None,
        delimiter=None,
        sheet=sheet.title,
        sheets=tuple(sheet.title for sheet in visible),
        headings=tuple(headings),
        headings_line=place.row + 1,
        skipped_above=tuple(index + 1 for index in place.above),
        numbering_line=numbering,
        rows=rows,
    )


def _sheet_with_headings(
    sheets: list[Any], limits: Limits, wanted: str | None
) -> tuple[Any, int, list[str], HeadingRow]:
    """The sheet to read, how many rows it claims to have (0 when unknown), its headings and their place."""
    if wanted is not None:
        sheets = [sheet for sheet in sheets if sheet.title == wanted]
    if not sheets:
        raise UnusableFile("no_sheet")
    is_filled = False
    for sheet in sheets:
        claimed = sheet.max_row or 0
        # The size a sheet claims is often wrong, and a hostile one may claim any.
        sheet.reset_dimensions()
        top = [_texts(values) for values in islice(_rows(sheet, limits.columns + 1), LOOKED_AT)]
        is_filled = is_filled or any(map(any, top))
        place = find_headings(top)
        if place is None:
            continue
        headings = [clean_heading(cell) for cell in top[place.row]]
        while headings and not headings[-1]:
            headings.pop()
        if len(headings) > limits.columns:
            raise UnusableFile("too_many_columns", limit=limits.columns)
        return sheet, claimed if claimed <= _ROWS_OF_A_SHEET else 0, headings, place
    raise UnusableFile("no_headings" if is_filled else "empty")


def _rows(sheet: Any, columns: int) -> Iterator[tuple[Any, ...]]:
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(
        max_col=columns, max_row=_ROWS_OF_A_SHEET, values_only=True
    )
    return rows


def _texts(values: tuple[Any, ...]) -> list[str]:
    return ["" if value is None else text_of(value) for value in values]


def _source_row(line: int, values: tuple[Any, ...], width: int, limits: Limits) -> SourceRow | None:
    """The row of a sheet, None when it is blank."""
    if not any(value is not None for value in values):
        return None
    cells = _texts(values)
    if not any(map(str.strip, cells)):
        return None
    remarks = []
    for index, cell in enumerate(cells[:width]):
        if len(cell) > limits.cell_characters:
            cells[index] = cell[: limits.cell_characters]
            remarks.append(CellRemark("cell.too_long", index))
        elif cell.startswith("="):
            remarks.append(CellRemark("cell.formula", index))
        elif cell in _ERRORS:
            remarks.append(CellRemark("cell.error", index))
    if any(map(str.strip, cells[width:])):
        remarks.append(CellRemark("row.too_many_cells"))
    cells = cells[:width] + [""] * (width - len(cells))
    # bool is an int for Python, but no number that has lost a zero.
    numbers = tuple(i for i, value in enumerate(values[:width]) if type(value) in (int, float))
    return SourceRow(line, cells, tuple(remarks), numbers)


def text_of(value: Any) -> str:
    """A cell's value as a person sees it: no `.0`, days as 31.12.2026, a formula as its text."""
    if isinstance(value, str):
        return _ESCAPE.sub(_unescaped, value) if "_x" in value else value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet shows; more are rests of binary fractions.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        day = f"{value.day:02}.{value.month:02}.{value.year:04}"
        return day if value.time() == dt.time() else f"{day} {value:%H:%M:%S}"
    if isinstance(value, dt.date):
        return f"{value.day:02}.{value.month:02}.{value.year:04}"
    formula = getattr(value, "text", None)
    if isinstance(formula, str):
        return formula if formula.startswith("=") else f"={formula}"
    if type(value).__name__ == "DataTableFormula":
        return "="
    return str(value)


def _unescaped(match: re.Match[str]) -> str:
    """`_x000D_` and its like: how a workbook writes characters that XML cannot hold."""
    code = int(match[1], 16)
    if code == 0x0D:
        return ""
    return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
