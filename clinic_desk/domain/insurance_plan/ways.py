"""Which lawful ways to be insured are open to a person, and what each costs.

A way is left out only where the facts exclude it: what nobody told excludes nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_desk.domain.day_rules import DayRules
from clinic_desk.domain.insurance import InsuranceCheck, InsuranceStatus
from clinic_desk.domain.insurance_plan.months import KEPT, NOT_TOLD, PAID, UNPAID, month, month_end, months_of
from clinic_desk.domain.insurance_plan.values import Cost, KeptRight, PlanPerson, Situation, WayOffer
from clinic_desk.domain.rule_tables import Dated, RuleTables
from clinic_desk.domain.rule_tables.becoming_insured import (
    MONTHLY_SUMS,
    WAYS,
    Begins,
    MonthlySum,
    SumPayer,
    Way,
    WayRule,
)
from clinic_desk.domain.rule_tables.insurance import STATUSES
from clinic_desk.domain.terms import birthday, earliest, months_after

_CHILD: Final = "child"
_CONTRIBUTIONS: Final = "contributions"
_OWN_IIN: Final = "own_iin"
_LONGER: Final = InsuranceStatus.GRACE_6M
_DEBTS: Final = {Situation.UNINSURED: {UNPAID, KEPT}, Situation.GRACE: {KEPT}}


class WayFinder:
    """Answers for one person and day; `situation` is where the person stands."""

    def __init__(
        self,
        person: PlanPerson,
        check: InsuranceCheck | None,
        situation: Situation,
        day: dt.date,
        tables: RuleTables,
        rules: DayRules,
    ) -> None:
        self._person, self._check, self._situation = person, check, situation
        self._day, self._tables, self._rules = day, tables, rules
        self._category = check.category if check is not None else ""
        self._months = months_of(check)
        self._payers = {row.value.code: row.value.payer for row in tables.categories.on(day)}
        self.missing = self._missing()

    @property
    def state_categories(self) -> tuple[str, ...]:
        """The categories for which the state or the local budget pays, in the order of the table."""
        return tuple(code for code, payer in self._payers.items() if payer != _CONTRIBUTIONS)

    @property
    def is_state_paid(self) -> bool:
        """Whether the state or the local budget pays for the person: a child, or a category it pays for."""
        return self._is_child() or self._payers.get(self._category, _CONTRIBUTIONS) != _CONTRIBUTIONS

    @property
    def not_told(self) -> int:
        """How many months of the answer are not told."""
        return sum(one.mark == NOT_TOLD for one in self._months)

    @property
    def silent_months(self) -> int:
        """How many months without contributions level D or E asks for; 0 where the table does not say."""
        rows = self._tables[WAYS].on(self._day)
        return next((row.value.silent_months for row in rows if row.value.way is Way.LEVEL_DE), 0)

    def open_ways(self) -> tuple[WayOffer, ...]:
        """The offers in the order of the table."""
        return tuple(self._offer(row) for row in self._tables[WAYS].on(self._day) if self._is_open(row.value))

    def kept_right(self) -> KeptRight:
        """How long the right is kept and what debt has grown."""
        status = self._check.status if self._check is not None else InsuranceStatus.UNKNOWN
        rule = self._rules.status(status)
        longer = next(
            (r.value for r in self._tables[STATUSES].on(self._day) if r.value.status == _LONGER), None
        )
        # Only the Fund can count sixty months, but a gap within these twelve already rules them out.
        if status is not InsuranceStatus.GRACE_3M or self.is_state_paid or self._has_gap():
            longer = None
        return KeptRight(
            rule.keeps_months if rule is not None else None,
            self._kept_until(),
            self.missing,
            self._cost(self.missing),
            longer.keeps_months if longer is not None else None,
            longer.continuous_months if longer is not None else 0,
        )

    def _missing(self) -> tuple[dt.date, ...]:
        """The months to pay for: who paid twelve ahead owes no old ones, a kept right grows its own debt."""
        marks = _DEBTS.get(self._situation, set())
        return tuple(one.first for one in self._months if one.mark in marks)

    def _has_gap(self) -> bool:
        return any(one.mark == UNPAID for one in self._months)

    # Which are open ------------------------------------------------------------------------------

    def _is_open(self, rule: WayRule) -> bool:
        uninsured = self._situation is Situation.UNINSURED
        seeks = uninsured or self._situation is Situation.GRACE
        if rule.categories and self._category not in {"", *rule.categories}:
            return False
        match rule.way:
            case Way.GRACE:
                return self._situation is Situation.GRACE
            case Way.PRIVILEGED_CATEGORY:
                return self._may_prove() and (seeks or self._situation is Situation.TEMPORARY)
            case Way.ONE_MONTH_BY_DOCUMENTS:
                return self._may_prove() and uninsured
            case Way.EMPLOYER_DEBT:
                return seeks and self._owes() and not self.is_state_paid
            case Way.PAY_DEBT:
                return seeks and self._owes() and self._may_pay()
            case Way.PREPAY_12_MONTHS:
                return seeks and self._may_pay()
            case Way.LEVEL_DE:
                return uninsured and self._may_prove() and not self._is_child() and self._was_silent(rule)

    def _owes(self) -> bool:
        """A month is unpaid, or nobody told."""
        return bool(self.missing) or not self._months or self.not_told > 0

    def _may_prove(self) -> bool:
        """The categories are for people who live here, not for a worker on a contract."""
        return not self._person.is_on_contract

    def _may_pay(self) -> bool:
        """Payments are kept by IIN; those of a worker on a contract are the employer's."""
        return self._person.has_iin and not self._person.is_on_contract and not self.is_state_paid

    def _was_silent(self, rule: WayRule) -> bool:
        last = self._months[-rule.silent_months :] if rule.silent_months else []
        return not any(one.mark == PAID for one in last)

    def _is_child(self) -> bool:
        until_age = self._rules.until_age(_CHILD)
        if until_age is None or self._person.birth_date is None:
            return self._category == _CHILD
        return self._day < birthday(self._person.birth_date, until_age)

    # What each is --------------------------------------------------------------------------------

    def _offer(self, row: Dated[WayRule]) -> WayOffer:
        rule = row.value
        months = self._months_to_pay(rule)
        begins_on = self._begins_on(rule)
        return WayOffer(
            rule.way,
            rule.begins,
            begins_on,
            self._until(rule, begins_on, months),
            months,
            self._cost(months),
            rule.needs if self._person.has_iin else (_OWN_IIN, *rule.needs),
            rule.mistakes,
            row.source,
            not row.uncertain,
            rule.lasts_months,
        )

    def _begins_on(self, rule: WayRule) -> dt.date | None:
        if rule.begins is Begins.NOW:
            return self._day
        return month(self._day, 1) if rule.begins is Begins.NEXT_MONTH else None

    def _until(self, rule: WayRule, begins_on: dt.date | None, months: tuple[dt.date, ...]) -> dt.date | None:
        if rule.way is Way.GRACE:
            return self._kept_until()
        if rule.way is Way.PREPAY_12_MONTHS:
            return month_end(months[-1]) if months else None
        return earliest(
            months_after(begins_on, rule.lasts_months) if begins_on and rule.lasts_months else None,
            dt.date(self._day.year, 12, 31) if rule.to_year_end else None,
        )

    def _months_to_pay(self, rule: WayRule) -> tuple[dt.date, ...]:
        if rule.way is Way.PAY_DEBT:
            return self.missing
        if rule.way is Way.PREPAY_12_MONTHS:
            return tuple(month(self._day, ahead) for ahead in range(1, (rule.months or 0) + 1))
        return ()

    def _cost(self, months: tuple[dt.date, ...]) -> Cost | None:
        row = self._sum() if months else None
        if row is None:
            return None
        return Cost(
            len(months),
            row.value.tenge,
            (row.valid_from or self._day).year,
            not all(row.is_in_force(first) for first in months),
            row.source,
            not row.uncertain,
        )

    def _sum(self) -> Dated[MonthlySum] | None:
        """The sum of the person's month on the day, or the last one known before it; never a future one."""
        known = [
            row
            for row in self._tables[MONTHLY_SUMS].rows
            if self._pays(row.value) and (row.valid_from or dt.date.min) <= self._day
        ]
        return max(known, key=lambda row: row.valid_from or dt.date.min, default=None)

    def _pays(self, month_sum: MonthlySum) -> bool:
        """A person whose category nobody told pays for themselves."""
        if not self._category:
            return month_sum.payer is SumPayer.SELF_PAYER
        return self._category in month_sum.categories

    def _kept_until(self) -> dt.date | None:
        """The last day the answer names, else the end of the last month that its status keeps."""
        if self._check is None or self._check.valid_through is not None:
            return self._check.valid_through if self._check is not None else None
        rule = self._rules.status(self._check.status)
        paid = [one.first for one in self._months if one.mark == PAID]
        if rule is None or rule.keeps_months is None or not paid:
            return None
        return month_end(month(paid[-1], rule.keeps_months))
