"""Every rule table of the program, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from clinic_desk.domain.rule_tables.attachment import (
    ATTACHMENT_BASES,
    ATTACHMENT_DOCUMENTS,
    ATTACHMENT_RULES,
    GROUNDS,
)
from clinic_desk.domain.rule_tables.becoming_insured import MONTHLY_SUMS, PACKAGE_LINES, WAYS
from clinic_desk.domain.rule_tables.calendar import CALENDAR
from clinic_desk.domain.rule_tables.contacts import CONTACTS
from clinic_desk.domain.rule_tables.districts import DISTRICT_NORMS
from clinic_desk.domain.rule_tables.hours import WORKING_HOURS
from clinic_desk.domain.rule_tables.insurance import CATEGORIES, DIRECT_ACCESS, GUARANTEED, OBSERVED, STATUSES
from clinic_desk.domain.rule_tables.places import KATO
from clinic_desk.domain.rule_tables.referral import LIMITS, REASONS
from clinic_desk.domain.rule_tables.schema import TableSchema
from clinic_desk.domain.rule_tables.verdict import DECISION_ORDER, SERVICE_KINDS

# In the order a reader meets them on the screen.
_ALL: Final[tuple[TableSchema[Any], ...]] = (
    STATUSES,
    CATEGORIES,
    GUARANTEED,
    OBSERVED,
    DECISION_ORDER,
    SERVICE_KINDS,
    DIRECT_ACCESS,
    MONTHLY_SUMS,
    WAYS,
    PACKAGE_LINES,
    REASONS,
    ATTACHMENT_RULES,
    ATTACHMENT_BASES,
    ATTACHMENT_DOCUMENTS,
    GROUNDS,
    DISTRICT_NORMS,
    LIMITS,
    CONTACTS,
    WORKING_HOURS,
    CALENDAR,
    KATO,
)

SCHEMAS: Final[Mapping[str, TableSchema[Any]]] = {schema.name: schema for schema in _ALL}
