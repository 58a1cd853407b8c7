"""Dated rule tables: every term, limit, list and number that an order may change.

The rows lie in `resources/rules/*.json`, each with `valid_from`, `valid_to` (inclusive, either may
be null) and `source`; this module gives them types and answers "as of" a day. No value stands in
code. What no source settles carries `"uncertain": true` and is shown as set by the
organisation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from clinic_desk.domain.errors import ClinicDeskError

T = TypeVar("T")


class RuleTableBroken(ClinicDeskError):
    """A rule table cannot be used. Codes: `rules.form`, `rules.no_row`."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value with the days it is in force and where it comes from."""

    value: T
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: str
    uncertain: bool = False

    def is_in_force(self, day: dt.date) -> bool:
        """True when the row applies on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class DatedTable(Generic[T]):
    """The rows of one table in the order of the file."""

    name: str
    rows: tuple[Dated[T], ...]

    def on(self, day: dt.date) -> list[Dated[T]]:
        """The rows in force on `day`, in the order of the file."""
        return [row for row in self.rows if row.is_in_force(day)]

    def one_on(self, day: dt.date) -> Dated[T]:
        """The newest row in force on `day`.

        Raises:
            RuleTableBroken: when the table says nothing about that day.
        """
        rows = self.on(day)
        if not rows:
            raise RuleTableBroken("rules.no_row", table=self.name)
        return max(rows, key=lambda row: row.valid_from or dt.date.min)


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the reasons to send a person to an outside supplier; `key` is its digit at the desk."""

    code: str
    key: str


@dataclass(frozen=True, slots=True)
class DiagnosisGroup:
    """Diagnoses that stay guaranteed whatever the insurance; `first_months` limits by time since onset."""

    code: str
    ranges: tuple[tuple[str, str], ...]
    first_months: int | None = None

    def holds(self, icd_code: str) -> bool:
        """True when the code lies in one of the ranges; a three-character bound includes its subcodes."""
        return any(
            low[:3] <= icd_code[:3] <= high[:3] and low <= icd_code and icd_code[: len(high)] <= high
            for low, high in self.ranges
        )


@dataclass(frozen=True, slots=True)
class Category:
    """A category of insured person; `payer` is state, local or contributions."""

    code: str
    payer: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone the paper names; `former` is the number people still remember."""

    code: str
    phone: str
    former: str = ""


@dataclass(frozen=True, slots=True)
class RuleTables:
    """All tables the rules read."""

    reasons: DatedTable[Reason]
    validity_days: DatedTable[int]
    wait_warning_days: DatedTable[int]
    supplier_list_days: DatedTable[int]
    fresh_hours: DatedTable[int]
    recheck_days: DatedTable[int]
    guaranteed_diagnoses: DatedTable[DiagnosisGroup]
    insurance_diagnoses: DatedTable[DiagnosisGroup]
    categories: DatedTable[Category]
    contacts: DatedTable[Contact]
    non_working_days: DatedTable[dt.date]
    worked_weekends: DatedTable[dt.date]

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

    def dated(name: str, make: Any, wanted: Any = None, title: str = "") -> DatedTable[Any]:
        rows: list[Dated[Any]] = []
        number = 1
        try:
            for number, raw in enumerate(documents[name]["rows"], 1):  # noqa: B007 -- named in the error
                if wanted is None or wanted(raw):
                    rows.append(
                        Dated(
                            make(raw),
                            _day(raw["valid_from"]),
                            _day(raw["valid_to"]),
                            raw["source"],
                            bool(raw.get("uncertain", False)),
                        )
                    )
        except (KeyError, TypeError, ValueError) as error:
            raise RuleTableBroken("rules.form", table=name, row=number) from error
        return DatedTable(title or name, tuple(rows))

    def limit(name: str) -> DatedTable[int]:
        return dated("limits", lambda raw: int(raw["value"]), lambda raw: raw["limit"] == name, name)

    def days(*, worked: bool) -> DatedTable[dt.date]:
        def wanted(raw: Mapping[str, Any]) -> bool:
            kind = raw["kind"]
            return (kind == "transferred_workday") is worked and kind != "workday_note"

        return dated("working_calendar", lambda raw: dt.date.fromisoformat(raw["date"]), wanted)

    def group(raw: Mapping[str, Any]) -> DiagnosisGroup:
        return DiagnosisGroup(raw["code"], _ranges(raw["icd"]), raw.get("first_months"))

    return RuleTables(
        reasons=dated("referral_reasons", lambda raw: Reason(raw["code"], raw["key"])),
        validity_days=limit("referral_validity_days"),
        wait_warning_days=limit("wait_warning_working_days"),
        supplier_list_days=limit("supplier_list_age_days"),
        fresh_hours=limit("insurance_fresh_hours"),
        recheck_days=limit("insurance_recheck_days"),
        guaranteed_diagnoses=dated("guaranteed_diagnoses", group),
        insurance_diagnoses=dated("insurance_diagnoses", group),
        categories=dated("insurance_categories", lambda raw: Category(raw["code"], raw["payer"])),
        contacts=dated("contacts", lambda raw: Contact(raw["code"], raw["phone"], raw.get("former", ""))),
        non_working_days=days(worked=False),
        worked_weekends=days(worked=True),
    )


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _ranges(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(_range(text) for text in texts)


def _range(text: str) -> tuple[str, str]:
    low, _, high = text.partition("-")
    return low, high or low
