"""What the insurance panel says of a card: one of eight states, in words of one language.

Source of the statuses: see `domain.insurance`.
An answer that has run out, or a check that brought none, is neither "yes" nor "no".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import Coverage, Freshness, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.insurance_plan import InsurancePlan, Situation
from clinic_desk.domain.referral import Payer, PayerReason
from clinic_desk.plan_sentences import lower_first
from clinic_desk.services.leaflets import WITH_LEAFLET
from clinic_desk.services.rows import PatientCard
from clinic_desk.texts import Texts
from clinic_desk.ui.kit.month_cells import MonthCell, MonthKind
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.patients.insurance_facts import category_words, facts_of, is_prepaid, paid_words
from clinic_desk.ui.patients.panel_view import Act, BarData, PanelState, PanelView, guaranteed_of
from clinic_desk.ui.patients.plan_box import plan_box

__all__ = ["PanelState", "PanelView", "describe", "good_answer"]

_S = InsuranceStatus

_STATE_OF = {
    _S.INSURED_CONTRIBUTIONS: PanelState.CONTRIBUTIONS,
    _S.INSURED_STATE: PanelState.STATE,
    _S.INSURED_STATE_LOCAL: PanelState.STATE,
    _S.GRACE_3M: PanelState.GRACE,
    _S.GRACE_6M: PanelState.GRACE,
    _S.CONDITIONAL_DE: PanelState.CONDITIONAL,
    _S.TEMPORARY_1M: PanelState.TEMPORARY,
    _S.UNINSURED: PanelState.UNINSURED,
}
_LOOKS = {
    PanelState.CONTRIBUTIONS: (Kind.OK, "shield-check"),
    PanelState.STATE: (Kind.OK, "users-three"),
    PanelState.GRACE: (Kind.WARN, "hourglass"),
    PanelState.CONDITIONAL: (Kind.INFO, "users"),
    PanelState.TEMPORARY: (Kind.INFO, "timer"),
    PanelState.UNINSURED: (Kind.ERR, "shield-slash"),
    PanelState.NEVER: (Kind.NEUTRAL, "question"),
    PanelState.FAILED: (Kind.STALE, "clock-counter-clockwise"),
}
_NO_ANSWER = {PayerReason.EVIDENCE_RAN_OUT: "ran_out", PayerReason.EVIDENCE_TOO_OLD: "too_old"}
"""Answers that are neither "yes" nor "no" any more."""
_MONTH_KINDS = {
    "p": MonthKind.PAID,
    "-": MonthKind.UNPAID,
    "g": MonthKind.GRACE,
    "?": MonthKind.UNKNOWN,
}


def good_answer(card: PatientCard) -> InsuranceCheck | None:
    """The newest answer that says something; a failed check never hides it."""
    return next((check for check in card.checks if check.status is not _S.UNKNOWN), None)


def describe(card: PatientCard, texts: Texts, now: dt.datetime, zone: ZoneInfo) -> PanelView:
    """The panel for `card` at `now` (aware)."""
    return _Describer(card, texts, now, zone).view()


class _Describer:
    def __init__(self, card: PatientCard, texts: Texts, now: dt.datetime, zone: ZoneInfo) -> None:
        self.card = card
        self.texts = texts
        self.say: Callable[..., str] = texts.say
        self.now, self.zone = now, zone
        self.today = now.astimezone(zone).date()
        self.check = good_answer(card)
        # A fresh answer stands by itself: the check that failed since is told beside it.
        is_silent = card.failure is not None and card.freshness is not Freshness.FRESH
        is_silent = is_silent or bool(card.checks and card.checks[0].status is _S.UNKNOWN)
        self.why = _NO_ANSWER.get(card.standing.why, "failed" if is_silent and self.check else "")
        if self.check is None:
            self.state = PanelState.NEVER
        elif self.why:
            self.state = PanelState.FAILED
        else:
            self.state = _STATE_OF[self.check.status]

    def view(self) -> PanelView:
        kind, icon = _LOOKS[self.state]
        check = self.check
        if self.state is PanelState.STATE and check is not None and check.category == "child":
            icon = "baby"
        words = self._chip_words()
        sentence = self._sentence()
        months, months_sentence = self._months()
        return PanelView(
            self.state,
            ChipData(kind, words, icon),
            self.say("insurance_panel.chip.sentence", status=words, sentence=sentence),
            sentence,
            months,
            months_sentence,
            None if months else self._bar(),
            self._coverage(),
            guaranteed_of(self.card),
            self.card.packages.guaranteed.payer is Payer.CONTRACT,
            facts_of(self.card, check, self.state, self.texts),
            self._source(),
            tuple(self._age_chips()),
            self._act(),
            plan_box(self._plan(), self.texts, guaranteed_of(self.card)),
        )

    def _coverage(self) -> Coverage:
        return Coverage.UNKNOWN if self.why else self.card.coverage

    def _plan(self) -> InsurancePlan:
        """The plan of the card; while the channel is silent about a stale answer nothing is known."""
        plan = self.card.plan
        if self.check is None or not self.why:
            return plan
        return replace(plan, coverage=Coverage.UNKNOWN, situation=Situation.NOT_KNOWN, ways=(), kept=None)

    def _day(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(self.zone).date()

    def _gendered(self, key: str, **params: object) -> str:
        female = f"{key}.female"
        is_female = self.card.patient.sex is Sex.FEMALE and self.texts.has(female)
        return self.say(female if is_female else key, **params)

    def _status_words(self) -> str:
        check = self.check
        if check is None:
            return self.say("insurance_panel.chip.never")
        if check.status in (_S.INSURED_STATE, _S.INSURED_STATE_LOCAL):
            if check.category and self.texts.has(f"labels.category.{check.category}"):
                return self._gendered(
                    "insurance_panel.chip.insured_state",
                    category=lower_first(category_words(check, self.texts)),
                )
            return self._gendered("insurance_panel.chip.insured_state_plain")
        return self._gendered(f"insurance_panel.chip.{check.status}")

    def _chip_words(self) -> str:
        if self.why:
            return self.say(f"insurance_panel.chip.{self.why}")
        return self._status_words()

    def _sentence(self) -> str:
        check = self.check
        if check is None:
            return self.say("insurance_panel.sentence.never")
        if self.why:
            return self.say(
                f"insurance_panel.sentence.{self.why}",
                day=self._day(check.checked_at),
                status=lower_first(self._status_words()),
                until=check.valid_through or self.card.plan.until or "",
            )
        return self._state_sentence(check)

    def _state_sentence(self, check: InsuranceCheck) -> str:
        match self.state:
            case PanelState.GRACE if check.valid_through:
                return self.say("insurance_panel.sentence.grace_until", day=check.valid_through)
            case PanelState.GRACE:
                return self.say("insurance_panel.sentence.grace")
            case PanelState.STATE if check.category == "child":
                return self.say("insurance_panel.sentence.insured_state_child")
            case PanelState.CONTRIBUTIONS if is_prepaid(check):
                return self.say("insurance_panel.sentence.paid_ahead")
            case PanelState.UNINSURED if check.months:
                return self.say(
                    "insurance_panel.sentence.uninsured_months", paid=paid_words(check, self.texts)
                )
            case _:
                return self.say(f"insurance_panel.sentence.{check.status}")

    def _months(self) -> tuple[tuple[MonthCell, ...], str]:
        check = self.check
        if check is None or self.why or not check.months:
            return (), ""
        if self.state in (PanelState.STATE, PanelState.CONDITIONAL, PanelState.TEMPORARY):
            return (), ""
        if self.state is PanelState.CONTRIBUTIONS and is_prepaid(check):
            return (), ""
        last = self._day(check.checked_at)
        cells, said = [], []
        for number, mark in enumerate(check.months):
            month = (last.month - 12 + number) % 12 + 1
            name = self.texts.month_short(month)
            kind = _MONTH_KINDS[mark]
            cells.append(MonthCell(kind, name))
            full = self.say(f"calendar.month.{month}")
            said.append(self.say(f"insurance_panel.month.{kind}", month=full))
        return tuple(cells), "; ".join(said)

    def _bar(self) -> BarData:
        check = self.check
        say = self.say
        if check is None:
            return BarData(say("insurance_panel.bar.no_months"), Kind.NEUTRAL, dashed=True)
        if self.why:
            what = paid_words(check, self.texts) if check.months else lower_first(self._status_words())
            return BarData(say("insurance_panel.bar.old", what=what), Kind.STALE, dashed=True)
        until = check.valid_through
        match self.state:
            case PanelState.CONTRIBUTIONS | PanelState.STATE if until:
                key = "insurance_panel.bar.until"
                if self.state is PanelState.CONTRIBUTIONS:
                    key = "insurance_panel.bar.paid_ahead"
                elif self._is_eighteenth_birthday(until):
                    key = "insurance_panel.bar.until_18"
                return BarData(say(key, day=until), Kind.OK, dashed=False)
            case PanelState.STATE:
                return BarData(say("insurance_panel.bar.no_end"), Kind.OK, dashed=True)
            case PanelState.CONDITIONAL:
                # Paid to the end of the calendar year: Law No. 206-VIII, category 16.
                last = until or dt.date(self._day(check.checked_at).year, 12, 31)
                return BarData(say("insurance_panel.bar.until", day=last), Kind.INFO, dashed=False)
            case PanelState.TEMPORARY if until:
                text = say("insurance_panel.bar.from_to", first=self._day(check.checked_at), last=until)
                return BarData(text, Kind.INFO, dashed=False)
            case PanelState.TEMPORARY:
                return BarData(say("insurance_panel.bar.month"), Kind.INFO, dashed=False)
            case PanelState.GRACE if until:
                return BarData(say("insurance_panel.bar.until", day=until), Kind.WARN, dashed=False)
            case _:
                return BarData(say("insurance_panel.bar.no_months"), Kind.NEUTRAL, dashed=True)

    def _is_eighteenth_birthday(self, day: dt.date) -> bool:
        born = self.card.patient.birth_date
        if born is None or self.check is None or self.check.category != "child":
            return False
        return abs((day - born).days - 18 * 365.25) < 3

    def _source(self) -> str:
        check = self.check
        if check is None:
            return ""
        params = {
            "channel": self.say(f"labels.channel.{check.channel}"),
            "time": self.texts.time(check.checked_at)
            if self._day(check.checked_at) == self.today
            else self.texts.moment(check.checked_at),
            "by": check.checked_by or "—",
        }
        key = "fresh" if self._is_fresh else "stale"
        return self.say(f"insurance_panel.source.{key}", **params)

    @property
    def _is_fresh(self) -> bool:
        return self.card.freshness is Freshness.FRESH and not self.why

    def _age_chips(self) -> list[ChipData]:
        check = self.check
        if check is None:
            return [ChipData(Kind.NEUTRAL, self.say("insurance_panel.age.not_checked"), "minus")]
        if self._is_fresh:
            return []
        age = self.now - check.checked_at
        days = (self.today - self._day(check.checked_at)).days
        said = (
            self.say("insurance_panel.age.days", n=days)
            if days
            else self.say("insurance_panel.age.hours", n=max(0, int(age.total_seconds()) // 3600))
        )
        moment = self.texts.moment(check.checked_at)
        chips = [ChipData(Kind.STALE, self.say("insurance_panel.age.chip", moment=moment, age=said))]
        if self.card.freshness is Freshness.TOO_OLD:
            chips.append(ChipData(Kind.WARN, self.say("insurance_panel.age.recheck")))
        return chips

    def _act(self) -> Act:
        say = self.say
        check = self.check
        if check is None:
            return Act("check", say("insurance_panel.act.check_now"), "F5")
        if self.why:
            return Act("check", say("insurance_panel.act.check_again"), "F5")
        if self.state is PanelState.TEMPORARY and check.valid_through:
            return Act("check", say("insurance_panel.act.check_on", day=check.valid_through), "F5")
        if self.card.plan.situation in WITH_LEAFLET:
            return Act("leaflet", say(f"insurance_panel.act.leaflet.{self.card.plan.situation}"), "Ctrl+P")
        return Act("refer", say("insurance_panel.act.refer"), "F8")
