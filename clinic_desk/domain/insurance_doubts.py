"""What does not fit in an answer about insurance: a person reads it and decides, nothing is refused.

The Fund's channels do make mistakes, and a registrar mistypes; which of the two it was only a person can
tell. Every finding names the row of the rule table that speaks against the answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final, Protocol

from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.insurance import COVERED, InsuranceStatus
from clinic_desk.domain.rule_tables import Category, Dated, RuleTables
from clinic_desk.domain.rule_tables.insurance import STATUSES, StatusRule

_S = InsuranceStatus
_MONTHS: Final = 12
_FUTURE_PAYERS: Final = frozenset({"self_payer", "single_payer"})
"""They may pay the coming months, so that nothing paid behind them contradicts nothing."""
_PAYER_OF: Final = {
    _S.INSURED_CONTRIBUTIONS: "contributions",
    _S.INSURED_STATE: "state",
    _S.INSURED_STATE_LOCAL: "local",
}
_CONDITIONAL: Final = "conditional_de"


class Said(Protocol):
    """What an answer says, in whichever form it came."""

    @property
    def status(self) -> InsuranceStatus:
        """The status."""

    @property
    def category(self) -> str:
        """The code of the category, "" when none was told."""

    @property
    def months(self) -> str:
        """Marks of twelve months, as in `InsuranceCheck`, or ""."""

    @property
    def valid_through(self) -> dt.date | None:
        """The last day the answer names."""


def doubts(said: Said, checked_on: dt.date, tables: RuleTables) -> list[Finding]:
    """What speaks against the answer given on `checked_on` (clinic's zone); empty when nothing does."""
    # Nothing is looked up for what the answer does not say: lists of answers are long.
    says_more = bool(said.months) or said.valid_through is not None
    rule = _row(tables, said.status, checked_on) if says_more else None
    category = _category_row(tables, said.category, checked_on) if said.category else None
    return [
        *_months(said, rule),
        *_category(said, category),
        *_last_day(said, checked_on, rule),
    ]


def _category_row(tables: RuleTables, code: str, day: dt.date) -> Dated[Category] | None:
    return next((row for row in tables.categories.on(day) if row.value.code == code), None)


def _row(tables: RuleTables, status: InsuranceStatus, day: dt.date) -> Dated[StatusRule] | None:
    return next((row for row in tables[STATUSES].on(day) if row.value.status == status), None)


def _doubt(code: str, field: str, source: str, **params: object) -> Finding:
    return Finding(Severity.WARNING, f"insurance.{code}", params, source, field)


def _months(said: Said, rule: Dated[StatusRule] | None) -> Iterator[Finding]:
    if not said.months:
        return
    source = rule.source if rule else ""
    paid = said.months.count("p")
    if said.status is _S.UNINSURED and paid == _MONTHS:
        yield _doubt("paid_but_uninsured", "months", source)
    if said.status in (_S.GRACE_3M, _S.GRACE_6M) and paid == _MONTHS:
        yield _doubt("grace_without_debt", "months", source)
    nothing_paid = paid == 0 and "?" not in said.months
    if said.status is _S.INSURED_CONTRIBUTIONS and nothing_paid and said.category not in _FUTURE_PAYERS:
        yield _doubt("nothing_paid", "months", source)


def _category(said: Said, category: Dated[Category] | None) -> Iterator[Finding]:
    if category is None:
        return
    payer = category.value.payer
    is_paid_for = payer != "contributions"
    if said.status is _S.UNINSURED and is_paid_for and said.category != _CONDITIONAL:
        # The person may send the proof to the Fund and is entered for one month.
        yield _doubt("privileged_but_uninsured", "category", category.source)
    elif said.status is _S.CONDITIONAL_DE:
        if said.category != _CONDITIONAL:
            yield _doubt("category_of_another_payer", "category", category.source)
    elif said.status in _PAYER_OF and payer != _PAYER_OF[said.status]:
        yield _doubt("category_of_another_payer", "category", category.source)


def _last_day(said: Said, checked_on: dt.date, rule: Dated[StatusRule] | None) -> Iterator[Finding]:
    last = said.valid_through
    if last is None or said.status not in COVERED:
        return
    source = rule.source if rule else ""
    if last < checked_on:
        yield _doubt("over_already", "valid_through", source, day=last)
    elif rule is not None and rule.value.keeps_months is not None:
        latest = _months_later(checked_on, rule.value.keeps_months)
        if last > latest:
            months = rule.value.keeps_months
            yield _doubt("longer_than_kept", "valid_through", source, day=last, months=months)
    elif said.status is _S.CONDITIONAL_DE and last.year > checked_on.year:
        yield _doubt("longer_than_the_year", "valid_through", source, day=last)


def _months_later(day: dt.date, months: int) -> dt.date:
    """The last day of the month that many months later: a right is kept for whole months."""
    count = day.year * 12 + day.month + months
    return dt.date(count // 12, count % 12 + 1, 1) - dt.timedelta(days=1)
