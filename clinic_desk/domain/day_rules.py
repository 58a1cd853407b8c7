"""The rule tables of one day, laid out for the questions of a verdict: made once, asked many times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.insurance import AgeLimits
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.rule_tables import Dated, DatedTable, DiagnosisGroup, RuleTableBroken, RuleTables
from clinic_desk.domain.rule_tables.insurance import STATUSES, StatusRule
from clinic_desk.domain.rule_tables.verdict import (
    DECISION_ORDER,
    EVERYONE,
    SERVICE_KINDS,
    DecisionOrder,
    ServiceKind,
)

_PREFIXES = 4096
"""ICD-10 has fewer categories of three characters: more are typing errors, which need no index."""


class GroupIndex:
    """The groups of diagnoses of one day, found by the first three characters of a code."""

    def __init__(self, rows: list[Dated[DiagnosisGroup]]) -> None:
        self._rows = rows
        self._by_prefix: dict[str, tuple[Dated[DiagnosisGroup], ...]] = {}

    def holding(self, icd_code: str) -> Iterator[Dated[DiagnosisGroup]]:
        """The groups that hold the code, in the order of the table."""
        prefix = icd_code[:3]
        rows = self._by_prefix.get(prefix)
        if rows is None:
            rows = tuple(
                row
                for row in self._rows
                if any(low[:3] <= prefix <= high[:3] for low, high in row.value.ranges)
            )
            if len(self._by_prefix) < _PREFIXES:
                self._by_prefix[prefix] = rows
        return (row for row in rows if row.value.holds(icd_code))


class DayRules:
    """What the tables say on `day`. A table that is silent about the day gives None, never an error."""

    def __init__(self, tables: RuleTables, day: dt.date) -> None:
        self.guaranteed = GroupIndex(tables.guaranteed_diagnoses.on(day))
        self.observed = GroupIndex(tables.insurance_diagnoses.on(day))
        self._orders = {row.value.people: row for row in tables[DECISION_ORDER].on(day)}
        self._statuses = {row.value.status: row.value for row in tables[STATUSES].on(day)}
        self._until_age = {row.value.code: row.value.until_age for row in tables.categories.on(day)}
        self._kinds = _by_prefix(tables[SERVICE_KINDS], day)
        self.limits = _limits(tables, day)

    def order(self, basis: AttachmentBasis | None) -> Dated[DecisionOrder] | None:
        """The order in which the payer of somebody attached on that basis is looked for."""
        return self._orders.get(basis or "") or self._orders.get(EVERYONE)

    def status(self, status: str) -> StatusRule | None:
        """What a status of insurance means."""
        return self._statuses.get(status)

    def until_age(self, category: str) -> int | None:
        """The age with which a category ends."""
        return self._until_age.get(category)

    def kind(self, service: Service) -> Dated[ServiceKind] | None:
        """The kind of a service by the beginning of its code; the longest beginning wins."""
        return next((row for prefix, row in self._kinds if service.code.startswith(prefix)), None)

    def package(self, service: Service) -> Package:
        """Whose package a service belongs to: as its own list says, else by its kind."""
        if service.package is not Package.UNKNOWN:
            return service.package
        kind = self.kind(service)
        return Package(kind.value.package) if kind is not None else Package.UNKNOWN


@lru_cache(maxsize=32)
def day_rules(tables: RuleTables, day: dt.date) -> DayRules:
    """The rules of `day`; kept for the last few pairs, by the identity of the tables."""
    return DayRules(tables, day)


def _by_prefix(table: DatedTable[ServiceKind], day: dt.date) -> list[tuple[str, Dated[ServiceKind]]]:
    pairs = [(prefix, row) for row in table.on(day) for prefix in row.value.starts]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _limits(tables: RuleTables, day: dt.date) -> AgeLimits | None:
    try:
        return AgeLimits.on(tables, day)
    except RuleTableBroken:
        return None
