"""Reads the dated rule tables that lie in the package."""

from __future__ import annotations

from functools import cache
from typing import Any

from clinic_desk.domain.rule_tables import SCHEMAS, RuleTables, parse_tables
from clinic_desk.resources import read_json
from clinic_desk.services.rule_book import RuleBook

TABLES = tuple(SCHEMAS)


@cache
def shipped_documents() -> dict[str, Any]:
    """The documents of this version of the program by the name of their table, read once."""
    return {name: read_json("rules", f"{name}.json") for name in TABLES}


@cache
def shipped_tables() -> RuleTables:
    """The tables of this version of the program.

    Raises:
        RuleTableBroken: naming the table and row that does not fit.
    """
    return parse_tables(shipped_documents())


def shipped_book() -> RuleBook:
    """A book of the program's own tables, into which nothing was imported."""
    return RuleBook(shipped_documents())
