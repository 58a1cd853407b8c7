"""Finds services and diagnoses by what is typed: the beginning of a code, or words of a title.

Codes come first, then titles that hold every typed word in any order and in any of the languages;
a typed word stands for all words that begin with it. Letters are folded as in names, so Kazakh and
Russian letters, and Latin spelling, meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, select

from clinic_desk.domain.catalogue import Diagnosis, Service
from clinic_desk.storage.folded import title_words
from clinic_desk.storage.mapping.catalogue import DIAGNOSIS, SERVICE
from clinic_desk.storage.mapping.form import Form, T

_LAST: Final = "\U0010ffff"
_MOST_WORDS: Final = 8
_LONGEST: Final = 200
_LOOKS_LIKE: Final = str.maketrans("АВЕКМНОРСТХІҮЅ", "ABEKMHOPCTXIYS")
# What the keys of the Russian and Kazakh layouts write in the Latin one.
_SAME_KEY: Final = str.maketrans("ФИСВУАПРШОЛДЬТЩЗЙКЫЕГМЦЧНЯ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ICD_BEGINNING: Final = re.compile(r"[A-Z](?:[0-9]{1,2}|[0-9]{2}\.?[0-9]{0,2})?")


def find_diagnoses(connection: Connection, typed: str, limit: int) -> list[Diagnosis]:
    """At most `limit`, codes in their order, then titles that begin with the first word, then others.

    A code may be typed without its dot and in Cyrillic letters that look like Latin ones or stand
    on their keys.
    """
    typed = typed.strip()[:_LONGEST]
    found: dict[str, Diagnosis] = {}
    for beginning in _icd_beginnings(typed):
        if len(found) < limit:
            rows = _by_code(connection, DIAGNOSIS, beginning, limit)
            found.update((diagnosis.code, diagnosis) for diagnosis in rows)
    if len(found) < limit:
        rows = _by_words(connection, DIAGNOSIS, typed, limit)
        found.update((diagnosis.code, diagnosis) for diagnosis in rows if diagnosis.code not in found)
    return list(found.values())[:limit]


def find_services(connection: Connection, typed: str, limit: int) -> list[Service]:
    """At most `limit`, codes in their order, then titles that begin with the first word, then others.

    Nothing typed finds every service.
    """
    typed = typed.strip()[:_LONGEST]
    found: dict[str, Service] = {}
    for beginning in _latin_codes(typed) if typed else [""]:
        if len(found) < limit:
            found.update((s.id, s) for s in _by_code(connection, SERVICE, beginning, limit))
    if len(found) < limit:
        rows = _by_words(connection, SERVICE, typed, limit)
        found.update((s.id, s) for s in rows if s.id not in found)
    return list(found.values())[:limit]


def _by_code(connection: Connection, form: Form[T], beginning: str, limit: int) -> Iterable[T]:
    code = form.table.c.code
    statement = (
        form.select.where(code >= beginning, code < beginning + _LAST)
        .order_by(code, *_identity(form.table))
        .limit(limit)
    )
    return [form.read(row) for row in connection.execute(statement)]


def _by_words(connection: Connection, form: Form[T], typed: str, limit: int) -> Iterable[T]:
    wanted = title_words(typed).split()[:_MOST_WORDS]
    if not wanted:
        return []
    table = form.table
    # The words hold letters and digits only, so the pattern needs no escaping.
    conditions: list[ColumnElement[bool]] = [table.c.words.like(f"% {word}%") for word in wanted]
    key = table.c[form.key]
    keys = (
        select(key)
        .where(*conditions)
        .order_by(table.c.words.not_like(f" {wanted[0]}%"), table.c.code, *_identity(table))
        .limit(limit)
    )
    ordered = list(connection.execute(keys).scalars())
    rows = {row[0]: row for row in connection.execute(form.select.where(key.in_(ordered)))}
    return [form.read(rows[identity]) for identity in ordered]


def _identity(table: Table) -> list[Any]:
    return [table.c.seq] if "seq" in table.c else []


def _icd_beginnings(typed: str) -> list[str]:
    beginnings = []
    for code in _latin_codes(typed):
        compact = code.replace(" ", "").replace(",", ".")
        if _ICD_BEGINNING.fullmatch(compact):
            dotted = compact if len(compact) < 4 or "." in compact else f"{compact[:3]}.{compact[3:]}"
            beginnings.append(dotted.removesuffix("."))
    return list(dict.fromkeys(beginnings))


def _latin_codes(typed: str) -> list[str]:
    """What the text may be as a code: as typed, by the look of its letters, by their keys."""
    if not any(character.isdigit() for character in typed) and len(typed) > 1:
        return []
    upper = typed.upper()
    readings = (upper, upper.translate(_LOOKS_LIKE), upper.translate(_SAME_KEY))
    return [reading for reading in dict.fromkeys(readings) if reading]
