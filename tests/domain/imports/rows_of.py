"""Rows parsed straight from headings and cells."""

from __future__ import annotations

import datetime as dt
from functools import cache

from clinic_desk.domain.imports.answers import AnswerSetting
from clinic_desk.domain.imports.columns import KindFields, import_fields, match_columns
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.parse import parse_row
from clinic_desk.domain.imports.rows import ParsedRow, RowProblem
from clinic_desk.domain.imports.table import CellRemark, SourceRow
from clinic_desk.resources import read_json
from clinic_desk.services.answer_words import answer_setting
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.texts import Language, Texts

TODAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)


@cache
def fields_of(kind: ImportKind) -> KindFields:
    return import_fields(kind, read_json("imports", f"{kind}.json"))


@cache
def setting() -> AnswerSetting:
    """What answers about insurance are read against: that day in Almaty, the program's own tables."""
    return answer_setting(FixedClock(NOW), shipped_book())


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
    source = SourceRow(2, list(cells.values()), remarks, indexes)
    return parse_row(columns, source, today=TODAY, answers=setting())


def codes(found: tuple[RowProblem, ...]) -> list[str]:
    """The codes, after every one was said, so that no sentence lacks a parameter."""
    for one in found:
        for texts in (Texts(language) for language in Language):
            assert texts.say(f"imports.problem.{one.code}", **one.params)
    return [one.code for one in found]
