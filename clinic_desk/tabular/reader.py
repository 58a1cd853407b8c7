"""A foreign list, whatever it is written in, as a `Table`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

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
from clinic_desk.tabular.delimited import cut_rows, detect_delimiter, split_lines
from clinic_desk.tabular.encoding import decode
from clinic_desk.tabular.headings import LOOKED_AT, clean_heading, find_headings, numbers_columns
from clinic_desk.tabular.workbook import read_workbook

_REPORT_EVERY: Final = 2_000
_ZIP: Final = b"PK"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_NAME: Final = "EncryptedPackage".encode("utf-16-le")
_OTHER_FORMATS: Final = (b"%pdf", b"{\\rtf", b"<html", b"<!doctype", b"<?xml", b"<table")


def _ignore(done: int, total: int | None) -> None:
    """Progress nobody wants to see."""


def _never() -> bool:
    return False


def read_table(
    source: Path | bytes,
    *,
    limits: Limits | None = None,
    progress: Progress = _ignore,
    stopped: Stopped = _never,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    """The table in a CSV or XLSX file, told apart by its content and never by its name.

    Args:
        source: a file, which is only read, or its bytes.
        limits: what the file may be at most; by default the limits of an import by hand.
        progress: told the rows read and, where known, of how many.
        stopped: asked about every 1,000 rows.
        encoding: a key of `encoding.CODECS` a person chose; by default it is detected.
        delimiter: the character between cells a person chose; by default it is detected.
        sheet: the sheet of a workbook a person chose; by default the first with a table.

    Raises:
        UnusableFile: nothing of it can be used; its codes are named there.
        Cancelled: when `stopped` said so.
    """
    limits = limits or Limits()
    data = source if isinstance(source, bytes) else _bytes_of(source, limits)
    if len(data) > limits.size_bytes:
        raise UnusableFile("too_big", limit=limits.size_bytes // (1024 * 1024))
    if not data:
        raise UnusableFile("empty")
    if data.startswith(_ZIP):
        return read_workbook(data, limits, progress, stopped, sheet)
    if data.startswith(_COMPOUND):
        raise UnusableFile("encrypted" if _ENCRYPTED_NAME in data else "old_excel")
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_OTHER_FORMATS):
        raise UnusableFile("other_format")
    return _read_text(data, limits, progress, stopped, encoding, delimiter)


def read_list(
    path: Path,
    *,
    limits: Limits | None = None,
    progress: Progress = _ignore,
    stopped: Stopped = _never,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> tuple[Table, str]:
    """The table in a file as `read_table` gives it, and the SHA-256 of the very bytes it was read from.

    Raises:
        UnusableFile: as `read_table`.
        Cancelled: when `stopped` said so.
    """
    limits = limits or Limits()
    data = _bytes_of(path, limits)
    table = read_table(
        data,
        limits=limits,
        progress=progress,
        stopped=stopped,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
    )
    return table, hashlib.sha256(data).hexdigest()


def _bytes_of(path: Path, limits: Limits) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than allowed, so that a file that grows meanwhile is seen too.
            return file.read(limits.size_bytes + 1)
    except OSError as error:
        raise UnusableFile("missing") from error


def _read_text(
    data: bytes,
    limits: Limits,
    progress: Progress,
    stopped: Stopped,
    encoding: str | None,
    chosen: str | None,
) -> Table:
    decoded = decode(data, encoding)
    lines = split_lines(decoded.text)
    first = 0
    delimiter = chosen
    if lines[0].lower().startswith("sep=") and len(lines[0]) == 5:
        delimiter, first = chosen or lines[0][4], 1
    elif chosen is None:
        delimiter = detect_delimiter(lines)
    if delimiter is None:
        raise UnusableFile("not_a_table")
    most = limits.cell_characters
    top = [
        (index, cut)
        for _, (index, cut) in zip(
            range(LOOKED_AT), cut_rows(lines, delimiter, start=first, most_characters=most), strict=False
        )
    ]
    heading = find_headings([cut.cells for _, cut in top])
    if heading is None:
        raise UnusableFile("no_headings")
    heading_index, heading_cut = top[heading.row]
    headings = [clean_heading(cell) for cell in heading_cut.cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > limits.columns:
        raise UnusableFile("too_many_columns", limit=limits.columns)
    # The width as the lines have it: an export may end every line with a delimiter.
    width = len(heading_cut.cells)
    rows: list[SourceRow] = []
    numbering: int | None = None
    start = heading_index + heading_cut.lines
    for index, cut in cut_rows(lines, delimiter, start=start, width=width, most_characters=most):
        row = _source_row(index + 1, cut.cells, cut.is_guess, len(headings), limits)
        if row is None:
            continue
        if not rows and numbering is None and numbers_columns(row.cells):
            numbering = index + 1
            continue
        if len(rows) >= limits.rows:
            raise UnusableFile("too_many_rows", limit=limits.rows)
        rows.append(row)
        if len(rows) % _REPORT_EVERY == 0:
            if stopped():
                raise Cancelled
            progress(len(rows), max(len(rows), len(lines) - start))
    if not rows:
        raise UnusableFile("no_rows")
    progress(len(rows), len(rows))
    return Table(
        encoding=decoded.encoding,
        delimiter=delimiter,
        sheet=None,
        sheets=(),
        headings=tuple(headings),
        headings_line=heading_index + 1,
        skipped_above=tuple(top[index][0] + 1 for index in heading.above),
        numbering_line=numbering,
        rows=rows,
    )


def _source_row(line: int, cells: list[str], is_guess: bool, width: int, limits: Limits) -> SourceRow | None:
    """The row of a text file, None when it is blank."""
    if len(cells) == width and not is_guess and len("".join(cells)) <= limits.cell_characters:
        return SourceRow(line, cells) if any(map(str.strip, cells)) else None
    if not any(map(str.strip, cells)):
        return None
    remarks = []
    for index, cell in enumerate(cells):
        if len(cell) > limits.cell_characters:
            cells[index] = cell[: limits.cell_characters]
            remarks.append(CellRemark("cell.too_long", index))
    if is_guess:
        remarks.append(CellRemark("quotes.unbalanced"))
    if any(map(str.strip, cells[width:])):
        remarks.append(CellRemark("row.too_many_cells"))
    elif len(cells) < width:
        remarks.append(CellRemark("row.too_few_cells"))
        cells = cells + [""] * (width - len(cells))
    return SourceRow(line, cells[:width], tuple(remarks))
