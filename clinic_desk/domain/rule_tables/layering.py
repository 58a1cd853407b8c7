"""One document laid over another: what is in force once an imported table replaces the one before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinic_desk.domain.rule_tables.schema import TableSchema

Document = Mapping[str, Any]


def laid_over(schema: TableSchema[Any], below: Document, above: Document) -> Document:
    """The document in force: `above` whole, and of `below` what `above` cannot replace.

    Where a table has parts (the years of the calendar), parts of which `above` has no row stay. A code the
    program asks for stays as well when `above` lacks it, as after an update that brought a new one.
    """
    rows = list(above["rows"])
    kept = [row for row in below["rows"] if _stays(schema, row, rows)]
    return {**above, "rows": [*kept, *rows]} if kept else above


def _stays(schema: TableSchema[Any], row: Mapping[str, Any], above: list[Mapping[str, Any]]) -> bool:
    if schema.part_of is not None:
        return schema.part_of(row) not in {schema.part_of(other) for other in above}
    key = tuple(row.get(name) for name in schema.key)
    return key in schema.required and all(key != tuple(o.get(n) for n in schema.key) for o in above)
