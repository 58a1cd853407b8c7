"""The facts under the state of the insurance panel: at most three pairs of a label and a value."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.insurance_plan import InsurancePlan
from clinic_desk.domain.insurance_plan.months import PAID, months_of
from clinic_desk.domain.rule_tables.becoming_insured import Way
from clinic_desk.domain.terms import clinic_day
from clinic_desk.plan_sentences import PlanWords
from clinic_desk.services.rows import PatientCard
from clinic_desk.texts import Texts
from clinic_desk.ui.patients.panel_view import PanelState

_FACTS: Final = 3
_REMIND_DAYS: Final = 2
"""So many days before a temporary right ends the patient is reminded of the paper."""

Fact = tuple[str, str]


def facts_of(
    card: PatientCard, check: InsuranceCheck | None, state: PanelState, texts: Texts
) -> tuple[Fact, ...]:
    """The facts of `card` whose good answer is `check` and whose panel is in `state`."""
    return tuple(_Facts(card, check, state, texts).facts())


def paid_words(check: InsuranceCheck, texts: Texts) -> str:
    """«12 айдың 6-сы төленген»."""
    paid = check.paid_months or 0
    if not paid:
        return texts.say("insurance_panel.paid.none")
    return texts.say("insurance_panel.paid", nth=texts.say(f"insurance_panel.nth.{paid}"))


def category_words(check: InsuranceCheck, texts: Texts) -> str:
    """The category of an answer in words; a code without words stands as it is."""
    key = f"labels.category.{check.category}"
    return texts.say(key) if check.category and texts.has(key) else check.category


def is_prepaid(check: InsuranceCheck) -> bool:
    """Whether the right rests on months paid ahead, so that older unpaid months are not asked for."""
    until, asked_on = check.valid_through, clinic_day(check.checked_at)
    ahead = until is not None and (until.year, until.month) > (asked_on.year, asked_on.month)
    return ahead and bool(check.months) and set(check.months) != {PAID}


def _months_ahead(check: InsuranceCheck) -> int:
    """How many months are paid from the one of the answer on, that one included where it is paid."""
    until, asked_on = check.valid_through or clinic_day(check.checked_at), clinic_day(check.checked_at)
    later = (until.year - asked_on.year) * 12 + until.month - asked_on.month
    return later + check.months.endswith(PAID)


class _Facts:
    def __init__(
        self, card: PatientCard, check: InsuranceCheck | None, state: PanelState, texts: Texts
    ) -> None:
        self._card, self._check, self._state, self._texts = card, check, state, texts
        self._plan: InsurancePlan = card.plan
        self._words = PlanWords(texts, card.plan)

    def facts(self) -> list[Fact]:
        """The facts in the order of their weight."""
        check = self._check
        if check is None:
            asked = self._last_question() or self._fact("last_question", self._say("fact.none"))
            return [asked, self._fact("referral", self._say("fact.referral_never"))]
        facts = self._state_facts(check)
        if check.category and self._state not in (PanelState.FAILED, PanelState.UNINSURED):
            facts = [self._fact("category", category_words(check, self._texts)), *facts]
        asked_in_vain = self._last_question()
        if asked_in_vain and self._state is not PanelState.FAILED:
            facts = [*facts[: _FACTS - 1], asked_in_vain]
        if check.reference and len(facts) < _FACTS:
            facts.append(self._fact("reference", check.reference))
        return facts[:_FACTS]

    def _state_facts(self, check: InsuranceCheck) -> list[Fact]:
        match self._state:
            case PanelState.CONTRIBUTIONS if is_prepaid(check):
                n = _months_ahead(check)
                return [self._fact("paid_ahead", self._texts.say("insurance_plan.missing.short", n=n))]
            case PanelState.CONTRIBUTIONS if check.months:
                return [self._fact("months", paid_words(check, self._texts))]
            case PanelState.UNINSURED:
                return self._uninsured_facts(check)
            case PanelState.GRACE:
                return self._grace_facts(check)
            case PanelState.CONDITIONAL:
                return self._conditional_facts()
            case PanelState.TEMPORARY:
                return self._temporary_facts(check)
            case PanelState.FAILED:
                value = self._say("fact.referral_value", day=clinic_day(check.checked_at))
                asked = self._last_question()
                return [*([asked] if asked else []), self._fact("referral", value)]
            case _:
                return []

    def _uninsured_facts(self, check: InsuranceCheck) -> list[Fact]:
        """How much is missing and what each way of paying costs; for whom the state pays no sum is told."""
        facts = []
        if self._plan.missing:
            n = len(self._plan.missing)
            facts.append(self._fact("missing", self._texts.say("insurance_plan.missing.short", n=n)))
        elif check.months:
            facts.append(self._fact("months", paid_words(check, self._texts)))
        if self._plan.is_state_paid:
            facts.append(self._fact("should_pay", self._say("fact.should_pay_value")))
        for way, label in ((Way.PAY_DEBT, "pay_debt"), (Way.PREPAY_12_MONTHS, "prepay")):
            offer = self._plan.way(way)
            if offer is not None and offer.cost is not None:
                facts.append(self._fact(label, self._words.tenge(offer.cost.total)))
        return facts

    def _grace_facts(self, check: InsuranceCheck) -> list[Fact]:
        facts = []
        paid = [one.first for one in months_of(check) if one.mark == PAID]
        if paid:
            facts.append(self._fact("last_paid", self._words.month(paid[-1])))
        kept = self._plan.kept
        if kept is not None and kept.debt_months:
            value = self._say("fact.debt_value", n=len(kept.debt_months))
            if kept.debt is not None:
                total = self._words.tenge(kept.debt.total)
                value = self._say("fact.debt_sum", n=len(kept.debt_months), total=total)
            facts.append(self._fact("debt", value))
        return facts

    def _conditional_facts(self) -> list[Fact]:
        facts = [self._fact("fills_in", self._say("fact.nothing"))]
        if self._plan.silent_months:
            condition = self._say("fact.condition_value", n=self._plan.silent_months)
            facts.append(self._fact("condition", condition))
        return facts

    def _temporary_facts(self, check: InsuranceCheck) -> list[Fact]:
        facts = [self._fact("ground", self._say("fact.ground_value"))]
        if check.valid_through:
            remind = check.valid_through - dt.timedelta(days=_REMIND_DAYS)
            facts.append(self._fact("remind", self._texts.date(remind)))
        return facts

    def _last_question(self) -> Fact | None:
        """When the channel was asked and brought no answer."""
        failure = self._card.failure
        if failure is None:
            return None
        said = self._texts.say(
            f"evidence.failure.{failure.why}",
            moment=self._texts.moment(failure.at),
            channel=self._texts.say(f"labels.channel.{failure.channel}"),
        )
        return self._fact("last_question", said)

    def _fact(self, label: str, value: str) -> Fact:
        return self._say(f"fact.{label}"), value

    def _say(self, key: str, **params: object) -> str:
        return self._texts.say(f"insurance_panel.{key}", **params)
