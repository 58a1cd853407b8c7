"""Rule tables as files: a JSON document, or a list that a spreadsheet opens.

What comes back is a document, good or bad: only a file that cannot be read at all raises. Whether the
document may become a table is for `clinic_desk.domain.rule_tables.checking`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.imports.table import Table
from clinic_desk.domain.rule_tables import SCHEMAS, TableSchema
from clinic_desk.domain.rule_tables.fields import IcdRanges
from clinic_desk.domain.rule_tables.schema import DATED, FORMAT
from clinic_desk.services.imports import ListReader

_MOST_BYTES: Final = 10 * 1024 * 1024
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


class RuleFileUnusable(ClinicDeskError):
    """The file cannot be read as a rule table; nothing was changed.

    Codes: `rules.file_missing`, `rules.file_too_big`, `rules.not_json`, `rules.double_name`,
    `rules.which_table`.
    """


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a file holds. `lines` are the lines of the file by row, empty for JSON, where rows are counted."""

    document: object
    file_hash: str
    lines: tuple[int, ...] = ()

    def line(self, row: int) -> int:
        """Where a row (from 1) is found: its line in a list, its number in a JSON document."""
        return self.lines[row - 1] if 0 < row <= len(self.lines) else row


def read_rule_file(path: Path, reader: ListReader, *, likely: str = "") -> RuleFile:
    """The document in a JSON, CSV or XLSX file; `likely` names the table where a list does not tell.

    Raises:
        RuleFileUnusable: it cannot be read.
        UnusableFile: a list that cannot be read.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RuleFileUnusable("rules.file_too_big", megabytes=_MOST_BYTES // 1024**2)
        content = path.read_bytes()
    except OSError as error:
        raise RuleFileUnusable("rules.file_missing") from error
    if _is_json(content, path):
        return RuleFile(_from_json(content), hashlib.sha256(content).hexdigest())
    table, file_hash = reader(path, progress=lambda done, total: None, stopped=lambda: False)
    schema = _table_of(path, table.headings, likely)
    document, lines = _from_list(schema, table)
    return RuleFile(document, file_hash, lines)


def as_json(document: Mapping[str, Any]) -> bytes:
    """The document as a file a person can read: one row on a line."""
    head = [f"  {_json(name)}: {_json(document[name])}" for name in document if name != "rows"]
    rows = ",\n".join(f"    {_json(row)}" for row in document["rows"])
    return ("{\n" + ",\n".join([*head, f'  "rows": [\n{rows}\n  ]']) + "\n}\n").encode()


def as_csv(schema: TableSchema[Any], document: Mapping[str, Any]) -> bytes:
    """The rows as a list that spreadsheets with Kazakh and Russian settings open without a question.

    UTF-8 with a byte order mark; a cell a spreadsheet would run has an apostrophe in front, which is taken
    off again when the list comes back.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    fields = schema.all_fields
    writer.writerow(fields)
    for row in document["rows"]:
        cells = (field.to_cell(row.get(name)) for name, field in fields.items())
        writer.writerow(f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in cells)
    return out.getvalue().encode("utf-8-sig")


def _is_json(content: bytes, path: Path) -> bool:
    bare = content
    for mark in _MARKS:
        bare = bare.removeprefix(mark)
    return path.suffix.lower() == ".json" or bare.lstrip()[:1] in (b"{", b"[")


def _from_json(content: bytes) -> object:
    try:
        return json.loads(content, object_pairs_hook=_each_name_once, parse_constant=_refuse)
    except RuleFileUnusable:
        raise
    # A document nested a thousand deep is no table either.
    except (ValueError, RecursionError) as error:
        raise RuleFileUnusable("rules.not_json") from error


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RuleFileUnusable("rules.double_name")
    return found


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _table_of(path: Path, headings: Sequence[str], likely: str) -> TableSchema[Any]:
    """By the columns; where two tables have the same, by the name of the file, then by what is likely."""
    own = {heading for heading in headings if heading} - set(DATED)
    # A column of an optional field may be left out of a list.
    fitting = [
        schema
        for schema in SCHEMAS.values()
        if own <= set(schema.fields)
        and own >= {name for name, field in schema.fields.items() if not field.optional}
    ]
    stem = re.sub(r"[^a-z]+", "_", path.stem.lower())
    named = sorted(
        (schema for schema in SCHEMAS.values() if stem.startswith(schema.name)), key=lambda s: -len(s.name)
    )
    chosen = [schema for schema in fitting if schema in named] or named[:1] or fitting
    if len(chosen) > 1 or not chosen:
        chosen = [schema for schema in fitting or SCHEMAS.values() if schema.name == likely]
    if not chosen:
        raise RuleFileUnusable("rules.which_table")
    return chosen[0]


def _from_list(schema: TableSchema[Any], table: Table) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Empty cells are null, and a list of ranges without any."""
    rows, fields = [], schema.all_fields
    for source in table.rows:
        row: dict[str, Any] = {}
        for heading, cell in zip(table.headings, source.cells, strict=False):
            text = cell.strip()
            if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS):
                text = text[1:]
            field = fields.get(heading)
            if field is None:
                if text and heading:
                    row[heading] = text
            elif text or isinstance(field, IcdRanges):
                row[heading] = field.from_cell(text)
            else:
                row[heading] = None
        rows.append(row)
    document = {"table": schema.name, "format": FORMAT, "rows": rows}
    return document, tuple(source.line for source in table.rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
