"""Dated rule tables: every term, limit, list and number that an order may change.

The rows lie in `resources/rules/*.json`, each with `valid_from`, `valid_to` (inclusive, either may
be null) and `source`; this package gives them types and answers "as of" a day. No value stands in
code. What no source settles carries `"uncertain": true` and is shown as set by the
organisation. A table is a `TableSchema` in a module of its area and a line in `registry`.
"""

from clinic_desk.domain.rule_tables.contacts import Contact
from clinic_desk.domain.rule_tables.dated import Dated, DatedTable, RuleTableBroken
from clinic_desk.domain.rule_tables.insurance import Category, DiagnosisGroup
from clinic_desk.domain.rule_tables.referral import Reason
from clinic_desk.domain.rule_tables.registry import SCHEMAS
from clinic_desk.domain.rule_tables.schema import Continuity, RuleProblem, TableSchema
from clinic_desk.domain.rule_tables.tables import RuleTables, parse_tables

__all__ = [
    "SCHEMAS",
    "Category",
    "Contact",
    "Continuity",
    "Dated",
    "DatedTable",
    "DiagnosisGroup",
    "Reason",
    "RuleProblem",
    "RuleTableBroken",
    "RuleTables",
    "TableSchema",
    "parse_tables",
]
