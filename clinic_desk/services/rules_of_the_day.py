"""Reads the dated rule tables that lie in the package."""

from __future__ import annotations

from functools import cache

from clinic_desk.domain.rule_tables import RuleTables, parse_tables
from clinic_desk.resources import read_json

TABLES = (
    "referral_reasons",
    "limits",
    "guaranteed_diagnoses",
    "insurance_diagnoses",
    "insurance_categories",
    "contacts",
    "working_calendar",
)


@cache
def shipped_tables() -> RuleTables:
    """The tables of this version of the program, read once.

    Raises:
        RuleTableBroken: naming the table and row that does not fit.
    """
    return parse_tables({name: read_json("rules", f"{name}.json") for name in TABLES})
