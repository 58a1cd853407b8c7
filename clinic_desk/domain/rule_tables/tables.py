"""All rule tables together, read from their documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from clinic_desk.domain.rule_tables.calendar import CALENDAR, CalendarDay, DayKind
from clinic_desk.domain.rule_tables.contacts import CONTACTS, Contact
from clinic_desk.domain.rule_tables.dated import Dated, DatedTable, RuleTableBroken
from clinic_desk.domain.rule_tables.insurance import (
    CATEGORIES,
    GUARANTEED,
    OBSERVED,
    Category,
    DiagnosisGroup,
)
from clinic_desk.domain.rule_tables.referral import LIMITS, REASONS, Reason
from clinic_desk.domain.rule_tables.registry import SCHEMAS
from clinic_desk.domain.rule_tables.schema import TableSchema

T = TypeVar("T")
U = TypeVar("U")


class RuleTables:
    """All tables the rules read: `tables[CONTACTS]`; those used most have a name of their own."""

    def __init__(self, tables: Mapping[str, DatedTable[Any]]) -> None:
        self._tables = dict(tables)

    def __getitem__(self, schema: TableSchema[T]) -> DatedTable[T]:
        """The rows of a table."""
        return self._tables[schema.name]

    def limit(self, name: str) -> DatedTable[int]:
        """The rows of one limit, a name of `KNOWN_LIMITS`."""
        return _picked(name, self[LIMITS], lambda row: row.value if row.limit == name else None)

    @cached_property
    def validity_days(self) -> DatedTable[int]:
        """How long a referral is valid."""
        return self.limit("referral_validity_days")

    @cached_property
    def wait_warning_days(self) -> DatedTable[int]:
        """Working days of waiting from which on a person is warned."""
        return self.limit("wait_warning_working_days")

    @cached_property
    def supplier_list_days(self) -> DatedTable[int]:
        """Age from which on the supplier list counts as old."""
        return self.limit("supplier_list_age_days")

    @cached_property
    def fresh_hours(self) -> DatedTable[int]:
        """Age up to which an answer about insurance is fresh."""
        return self.limit("insurance_fresh_hours")

    @cached_property
    def recheck_days(self) -> DatedTable[int]:
        """Age from which on an answer about insurance is too old."""
        return self.limit("insurance_recheck_days")

    @property
    def reasons(self) -> DatedTable[Reason]:
        """Reasons for a referral to an outside supplier."""
        return self[REASONS]

    @property
    def guaranteed_diagnoses(self) -> DatedTable[DiagnosisGroup]:
        """Diagnoses that stay guaranteed whatever the insurance."""
        return self[GUARANTEED]

    @property
    def insurance_diagnoses(self) -> DatedTable[DiagnosisGroup]:
        """Diagnoses under observation that only insurance pays for."""
        return self[OBSERVED]

    @property
    def categories(self) -> DatedTable[Category]:
        """Categories of insured people."""
        return self[CATEGORIES]

    @property
    def contacts(self) -> DatedTable[Contact]:
        """Ways to the Fund."""
        return self[CONTACTS]

    @cached_property
    def non_working_days(self) -> DatedTable[dt.date]:
        """Days off beside the weekends."""
        return _picked(CALENDAR.name, self[CALENDAR], lambda row: row.date if row.is_off else None)

    @cached_property
    def worked_weekends(self) -> DatedTable[dt.date]:
        """Weekend days that are worked."""

        def worked(row: CalendarDay) -> dt.date | None:
            return row.date if row.kind is DayKind.TRANSFERRED_WORKDAY else None

        return _picked(CALENDAR.name, self[CALENDAR], worked)

    def reason(self, code: str, day: dt.date) -> Reason | None:
        """The reason of that code if it is allowed on `day`."""
        return next((row.value for row in self.reasons.on(day) if row.value.code == code), None)

    def contact(self, code: str, day: dt.date) -> Contact:
        """The contact of that code.

        Raises:
            RuleTableBroken: when there is none on `day`.
        """
        for row in self.contacts.on(day):
            if row.value.code == code:
                return row.value
        raise RuleTableBroken("rules.no_row", table=self.contacts.name)


def parse_tables(documents: Mapping[str, Any]) -> RuleTables:
    """The tables from the parsed JSON documents, one per table name.

    Raises:
        RuleTableBroken: naming the table and the row that does not fit.
    """
    return RuleTables({name: _table(schema, documents.get(name)) for name, schema in SCHEMAS.items()})


def _table(schema: TableSchema[T], document: object) -> DatedTable[T]:
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list):
        raise RuleTableBroken("rules.form", table=schema.name, row=1)
    rows: list[Dated[T]] = []
    for row, _ in schema.read_rows(document):
        if row.dated is None:
            raise RuleTableBroken("rules.form", table=schema.name, row=row.number)
        rows.append(row.dated)
    return DatedTable(schema.name, tuple(rows))


def _picked(name: str, table: DatedTable[T], pick: Callable[[T], U | None]) -> DatedTable[U]:
    """The rows from which something was picked, each with its days and source."""
    return DatedTable(
        name,
        tuple(
            Dated(picked, row.valid_from, row.valid_to, row.source, row.uncertain)
            for row in table.rows
            if (picked := pick(row.value)) is not None
        ),
    )
