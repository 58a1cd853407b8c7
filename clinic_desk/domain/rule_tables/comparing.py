"""What a new document of a table changes beside the one in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clinic_desk.domain.rule_tables.schema import TableSchema

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row of one code and first day whose other fields differ; `fields` are their names."""

    before: Row
    after: Row
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableChanges:
    """Rows as they stand in the documents, in the order of the new one; the removed ones in the old order."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[ChangedRow, ...]
    same: int

    @property
    def is_nothing(self) -> bool:
        """True when both documents say the same."""
        return not (self.added or self.removed or self.changed)


def compare(schema: TableSchema[Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> TableChanges:
    """What changes from one good document to another; the order of rows means nothing."""
    # A row that came twice (a set without codes may have such) is met once for each.
    old: dict[tuple[str, ...], list[Row]] = {}
    for row in before["rows"]:
        old.setdefault(_identity(schema, row), []).append(row)
    added: list[Row] = []
    changed: list[ChangedRow] = []
    same = 0
    for row in after["rows"]:
        known = old.get(_identity(schema, row))
        if not known:
            added.append(row)
            continue
        fields = _differing(schema, known[0], row)
        if fields:
            changed.append(ChangedRow(known[0], row, fields))
        else:
            same += 1
        del known[0]
    return TableChanges(
        tuple(added), tuple(row for rows in old.values() for row in rows), tuple(changed), same
    )


def _identity(schema: TableSchema[Any], row: Row) -> tuple[str, ...]:
    return tuple(str(_said(row, name)) for name in (*schema.key, "valid_from"))


def _differing(schema: TableSchema[Any], before: Row, after: Row) -> tuple[str, ...]:
    return tuple(name for name in schema.all_fields if _said(before, name) != _said(after, name))


def _said(row: Row, name: str) -> Any:
    """The value of a field; an absent one, null, false and an empty text or list say the same: nothing."""
    return row.get(name) or None
