"""Rule tables in words: what a row says, what is wrong with a document. For the window and the command line.

The words lie in `resources/texts/rule_tables.json` and `rules.json`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.imports.table import UnusableFile
from clinic_desk.domain.rule_tables import SCHEMAS, RuleProblem, TableSchema
from clinic_desk.domain.rule_tables.fields import (
    Amount,
    Code,
    Codes,
    Day,
    Field,
    Flag,
    IcdRanges,
    Number,
)
from clinic_desk.domain.rule_tables.schema import DATED
from clinic_desk.import_sentences import import_error_sentence
from clinic_desk.sentences import error_sentence
from clinic_desk.texts import Language, Texts

Row = Mapping[str, Any]

_EN_DASH: Final = "\N{EN DASH}"


def rule_error_sentence(texts: Texts, error: ClinicDeskError) -> str:
    """What keeps a file from being read or a table from being applied, and what to do."""
    if isinstance(error, UnusableFile):
        return import_error_sentence(texts, error)
    return error_sentence(texts, error)


def problem_sentence(texts: Texts, problem: RuleProblem) -> str:
    """What is wrong, without the place."""
    return texts.say(f"rules.problem.{problem.code}", **problem.params)


def table_title(texts: Texts, name: str) -> str:
    """What a table is called; a table nobody knows by its own name."""
    key = f"rule_tables.table.{name}"
    return texts.say(key) if texts.has(key) else name


def field_title(texts: Texts, name: str) -> str:
    """What a field is called; one nobody knows by its own name."""
    key = f"rule_tables.field.{name}"
    return texts.say(key) if texts.has(key) else name


def row_title(texts: Texts, schema: TableSchema[Any], row: Row) -> str:
    """What a row is about: its code in words; the table itself where rows have no code."""
    parts = [value_words(texts, schema.fields[name], row.get(name)) for name in schema.key]
    return ", ".join(part for part in parts if part) or table_title(texts, schema.name)


def row_words(texts: Texts, schema: TableSchema[Any], row: Row) -> str:
    """What a row says of it, in one line: each field that has a value, without the days and the source."""
    said = row_says(texts, schema, row)
    return "; ".join(f"{title}: {value}" if value else title for title, value in said)


def row_says(texts: Texts, schema: TableSchema[Any], row: Row) -> list[tuple[str, str]]:
    """Title and value of each field that has one; of a flag that need not be set the title alone.

    Of a name in several languages only the reader's is told.
    """
    said = []
    for name in _told(schema.name, texts.language):
        field, raw = schema.fields[name], row.get(name)
        if isinstance(field, Flag):
            if not field.optional:
                said.append((field_title(texts, name), value_words(texts, field, raw)))
            elif raw:
                said.append((field_title(texts, name), ""))
        elif raw not in (None, "", []):
            base, language = _spoken(name)
            title = field_title(texts, (base or "name") if language else name)
            said.append((title, value_words(texts, field, raw)))
    return said


def days_words(texts: Texts, row: Row) -> tuple[str, str]:
    """First and last day of a row; "" for an open one."""
    day = DATED["valid_from"]
    return value_words(texts, day, row.get("valid_from")), value_words(texts, day, row.get("valid_to"))


def value_words(texts: Texts, field: Field, raw: object) -> str:
    """One value as a person reads it; what is no value of the field is shown as it stands."""
    match field, raw:
        case _, None:
            return ""
        case Code(), str():
            return _label(texts, field.labels, raw)
        case Codes(), list():
            return ", ".join(_label(texts, field.labels, code) for code in raw)
        case IcdRanges(), list():
            return ", ".join(str(item).replace("-", _EN_DASH) for item in raw)
        case Day(), str():
            return _day(texts, raw)
        case Flag(), bool():
            return texts.say(f"rule_tables.covers.{'yes' if raw else 'no'}")
        case Number(), int():
            return texts.number(raw)
        case Amount(), str():
            return _amount(texts, raw)
    return field.to_cell(raw)


@cache
def _told(table: str, reader: Language) -> tuple[str, ...]:
    """The fields beside the key; of those that say one thing in several languages only the reader's."""
    schema = SCHEMAS[table]
    told = []
    for name in schema.fields:
        if name in schema.key:
            continue
        base, language = _spoken(name)
        if language:
            there = [other for other in Language if _joined(base, other) in schema.fields]
            if language != (reader if reader in there else there[-1]):
                continue
        told.append(name)
    return tuple(told)


def _spoken(name: str) -> tuple[str, str]:
    """`name_kk` is a name in Kazakh and `kk` a Kazakh word without a name of its own."""
    base, _, last = name.rpartition("_")
    return (base, last) if last in set(Language) else (name, "")


def _joined(base: str, language: str) -> str:
    return f"{base}_{language}" if base else language


def _label(texts: Texts, group: str, code: object) -> str:
    key = f"{group}.{code}"
    return texts.say(key) if group and texts.has(key) else str(code)


def _day(texts: Texts, raw: str) -> str:
    try:
        return texts.date(dt.date.fromisoformat(raw))
    except ValueError:
        return raw


def _amount(texts: Texts, raw: str) -> str:
    try:
        return texts.number(Decimal(raw))
    except InvalidOperation:
        return raw
