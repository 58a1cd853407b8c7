"""Whether a document may become a rule table: all that is wrong with it, each with its row and field.

Nothing a JSON file can hold makes this raise. Any problem refuses the document as a whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from clinic_desk.domain.rule_tables.fields import BadField, Day, Field, Text
from clinic_desk.domain.rule_tables.registry import SCHEMAS
from clinic_desk.domain.rule_tables.schema import FORMAT, Continuity, ReadRow, RuleProblem, TableSchema

MOST_ROWS: Final = 5_000
_ABOUT_ITSELF: Final[dict[str, Field]] = {"about": Text(optional=True), "takes_effect_on": Day()}
_TOP: Final = frozenset({"table", "format", "rows", *_ABOUT_ITSELF})
_OPEN_START: Final = dt.date.min
_OPEN_END: Final = dt.date.max


class Checked(NamedTuple):
    """A document with what is wrong with it; `schema` is None when its table is not known."""

    schema: TableSchema[Any] | None
    problems: tuple[RuleProblem, ...]
    takes_effect_on: dt.date | None
    """The day the file itself names, if it names one."""


def check_document(document: object, on: dt.date) -> Checked:
    """Everything that is wrong with a document that shall be in force from `on`; in the order of the rows."""
    if not isinstance(document, dict):
        return _refused("not_a_document")
    version = document.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return _refused("no_format", field="format")
    if version > FORMAT:
        # What a later format means by its fields is not known, so nothing further can be said.
        return _refused("future_format", field="format", format=version, known=FORMAT)
    name = document.get("table")
    schema = SCHEMAS.get(name) if isinstance(name, str) else None
    if schema is None:
        return _refused("unknown_table", field="table", value=name[:40] if isinstance(name, str) else "")
    problems = [RuleProblem("unknown_field", 0, str(key)[:40]) for key in document if key not in _TOP]
    about: dict[str, Any] = {}
    for key, field in _ABOUT_ITSELF.items():
        try:
            about[key] = None if document.get(key) is None else field.read(document[key])
        except BadField as error:
            problems.append(RuleProblem(error.code, 0, key, error.params))
    takes_effect_on = about.get("takes_effect_on")
    rows = document.get("rows")
    if not isinstance(rows, list) or not rows:
        problems.append(RuleProblem("no_rows", 0, "rows"))
    elif len(rows) > MOST_ROWS:
        problems.append(RuleProblem("too_many_rows", 0, "rows", {"most": MOST_ROWS}))
    else:
        problems += check_rows(schema, document, takes_effect_on or on)
    return Checked(schema, tuple(sorted(problems, key=lambda p: p.row)), takes_effect_on)


def check_rows(schema: TableSchema[Any], document: object, on: dt.date) -> list[RuleProblem]:
    """What is wrong with the rows, each by itself and one beside the other."""
    problems: list[RuleProblem] = []
    rows: list[ReadRow] = []
    for row, found in schema.read_rows(document):
        problems += found
        rows.append(row)
    problems += _beside_each_other(schema, rows)
    # A row that cannot be read would only be reported a second time as an absent one.
    if not problems:
        problems += _absent(schema, rows, on)
    return problems


def _refused(code: str, field: str = "", **params: object) -> Checked:
    return Checked(None, (RuleProblem(code, 0, field, params),), None)


class _Span(NamedTuple):
    first: dt.date
    last: dt.date
    row: ReadRow


def _beside_each_other(schema: TableSchema[Any], rows: Sequence[ReadRow]) -> Iterator[RuleProblem]:
    if schema.continuity is Continuity.SET:
        yield from _said_twice(schema, rows)
        return
    for _, spans in groupby(sorted(_spans(schema, rows), key=lambda item: item[0]), lambda item: item[0]):
        yield from _timeline(schema, sorted((span for _, span in spans), key=lambda span: span.first))


def _spans(schema: TableSchema[Any], rows: Sequence[ReadRow]) -> Iterator[tuple[tuple[str, ...], _Span]]:
    """The days of every row of which code and days could be read."""
    for row in rows:
        key = schema.key_of(row.values)
        is_dated = all(name in row.values or row.raw.get(name) is None for name in ("valid_from", "valid_to"))
        if key is None or not is_dated:
            continue
        first = row.values.get("valid_from", _OPEN_START)
        last = row.values.get("valid_to", _OPEN_END)
        if first <= last:
            # As text, since parts of a key that may be absent do not compare with those that are there.
            yield tuple(str(part) for part in key), _Span(first, last, row)


def _timeline(schema: TableSchema[Any], spans: Sequence[_Span]) -> Iterator[RuleProblem]:
    """Overlaps and gaps of the rows of one code, which come by their first days."""
    reached = spans[0]
    for span in spans[1:]:
        number, other = span.row.number, reached.row.number
        if span.first <= reached.last:
            later, earlier = max(number, other), min(number, other)
            code, field = ("day_twice", "date") if schema.key == ("date",) else ("overlap", "valid_from")
            yield RuleProblem(code, later, field, {"other": earlier})
        elif schema.continuity is Continuity.TIMELINE and (span.first - reached.last).days > 1:
            params = {"other": other, "last": reached.last, "first": span.first}
            yield RuleProblem("gap", number, "valid_from", params)
        if span.last > reached.last:
            reached = span


def _said_twice(schema: TableSchema[Any], rows: Sequence[ReadRow]) -> Iterator[RuleProblem]:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        if row.dated is None:
            continue
        said = tuple(str(row.values.get(name)) for name in (*schema.fields, "valid_from", "valid_to"))
        other = seen.setdefault(said, row.number)
        if other != row.number:
            yield RuleProblem("row_twice", row.number, "", {"other": other})


def _absent(schema: TableSchema[Any], rows: Sequence[ReadRow], on: dt.date) -> Iterator[RuleProblem]:
    """Codes the program asks for that no row gives from `on` onwards."""
    spans: dict[tuple[str, ...], list[_Span]] = {}
    for key, span in _spans(schema, rows):
        spans.setdefault(key, []).append(span)
    for wanted in schema.required:
        known = spans.get(tuple(str(part) for part in wanted), [])
        value = " ".join(wanted)
        if not known:
            yield RuleProblem("code_missing", 0, schema.key[0], {"value": value})
        elif min(span.first for span in known) > on:
            yield RuleProblem("begins_late", known[0].row.number, "valid_from", {"value": value})
        elif max(span.last for span in known) != _OPEN_END:
            last = max(known, key=lambda span: span.last)
            yield RuleProblem("ends", last.row.number, "valid_to", {"value": value})
