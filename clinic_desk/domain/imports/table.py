"""A foreign list as it was read: headings, rows, and what the reader had to guess."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from clinic_desk.domain.errors import ClinicDeskError

Progress = Callable[[int, int | None], None]
"""Told the number of rows read and, where it is known, of all rows."""
Stopped = Callable[[], bool]
"""Asked now and then; True ends the reading with `Cancelled`."""


class UnusableFile(ClinicDeskError):
    """Nothing of the file can be used; it was not changed. The sentence is `imports.file.<code>`.

    Codes: `missing`, `empty`, `too_big`, `too_many_rows`, `too_many_columns`, `not_a_table`,
    `no_headings`, `no_rows`, `binary`, `has_nul`, `encoding_unknown`, `old_excel`, `encrypted`,
    `damaged`, `zip_bomb`, `too_many_parts`, `has_macros`, `unsafe_xml`, `other_format`,
    `no_sheet`.
    """


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be at most. The defaults are those of an import by hand.

    `ratio` is unpacked size to packed size of a workbook. A bulk load passes its own `rows` and
    `size_bytes`; the other limits guard against hostile files and stay as they are.
    """

    size_bytes: int = 10 * 1024 * 1024
    unpacked_bytes: int = 60 * 1024 * 1024
    ratio: int = 100
    parts: int = 200
    cell_characters: int = 32_000
    rows: int = 50_000
    columns: int = 256


class CellRemark(NamedTuple):
    """Something the reader noticed. `column` is an index from 0, or None for the whole row.

    Codes: `cell.formula` and `cell.error` (workbooks), `cell.too_long` (the text is cut),
    `quotes.unbalanced`, `row.too_many_cells`, `row.too_few_cells`.
    """

    code: str
    column: int | None = None


class SourceRow(NamedTuple):
    """One row of a list.

    `line` counts from 1: the line of a text file where the row begins, or the row of a sheet.
    `cells` has as many items as there are headings. `numbers` are the indexes of cells that a
    workbook stores as numbers, which have lost their leading zeros.
    """

    line: int
    cells: list[str]
    remarks: tuple[CellRemark, ...] = ()
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A list in the order of the file, without its blank rows.

    Attributes:
        encoding: `utf-8`, `utf-8-bom`, `utf-16-le`, `utf-16-be`, `cp1251`, `kz1048` or `cp866`;
            None for a workbook.
        delimiter: the character between cells; None for a workbook.
        sheet: the name of the sheet that was read; None for a text file.
        sheets: the names of all sheets that can be chosen.
        headings: cleaned of blanks and line ends, "" where a column has none.
        headings_line: line or row of the headings.
        skipped_above: lines of titles above the headings.
        numbering_line: line of a row that only numbers the columns, or None.
        rows: see `SourceRow`.
    """

    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: tuple[str, ...]
    headings: tuple[str, ...]
    headings_line: int
    skipped_above: tuple[int, ...]
    numbering_line: int | None
    rows: list[SourceRow]
