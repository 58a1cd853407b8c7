"""Rows parsed straight from headings and cells."""

from __future__ import annotations

import datetime as dt
from functools import cache

from clinic_desk.domain.imports.columns import KindFields, import_fields, match_columns
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.parse import parse_row
from clinic_desk.domain.imports.rows import ParsedRow, RowProblem
from clinic_desk.domain.imports.table import CellRemark, SourceRow
from clinic_desk.resources import read_json
from clinic_desk.texts import Language, Texts

TODAY = dt.date(2026, 11, 23)


@cache
def fields_of(kind: ImportKind) -> KindFields:
    return import_fields(kind, read_json("imports", f"{kind}.json"))


def row(
    kind: ImportKind,
    cells: dict[str, str],
    *,
    numbers: tuple[str, ...] = (),
    remarks: tuple[CellRemark, ...] = (),
) -> ParsedRow:
    """The row whose cells are given by their headings; `numbers` are headings of number cells."""
    headings = list(cells)
    columns = match_columns(fields_of(kind), headings)
    assert columns.is_usable, columns
    indexes = tuple(headings.index(heading) for heading in numbers)
    return parse_row(columns, SourceRow(2, list(cells.values()), remarks, indexes), today=TODAY)


def codes(found: tuple[RowProblem, ...]) -> list[str]:
    """The codes, after every one was said, so that no sentence lacks a parameter."""
    for one in found:
        for texts in (Texts(language) for language in Language):
            assert texts.say(f"imports.problem.{one.code}", **one.params)
    return [one.code for one in found]
