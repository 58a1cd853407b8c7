"""From an insurance plan to sentences, for the card, the whole list and the leaflet alike.

The words lie in `resources/texts/insurance_plan.json`; the names of lines, diseases and categories are those
of the rule tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.insurance_plan import (
    CareLine,
    Cost,
    DiagnosisNote,
    InsurancePlan,
    Situation,
    WayOffer,
)
from clinic_desk.domain.insurance_plan.values import SIGNIFICANT
from clinic_desk.domain.rule_tables.becoming_insured import Begins, CarePackage, Way
from clinic_desk.sentences import source_words
from clinic_desk.texts import NBSP, Texts

_AREA: Final = "insurance_plan"
_BEST_KNOWN: Final = ("child", "pregnant", "pensioner", "student", "disability", "unemployed")
"""Categories a reader recognises at once; the rest is "and others"."""
_BEST_KNOWN_DISEASES: Final = ("tuberculosis", "hiv", "malignant", "mental", "epilepsy")
"""Socially significant diseases a reader recognises at once, none of them for a term only."""


@dataclass(frozen=True, slots=True)
class WayWords:
    """A way in words: `lead` stands out, `text` goes on with it, the rest are sentences of their own.

    Empty sentences have nothing to say.
    """

    way: Way
    lead: str
    text: str
    begins: str
    needs: str
    mistakes: str
    source: str


class PlanWords:
    """Says a plan in one language. `fund_channel` is where a paper is sent to the Fund."""

    def __init__(self, texts: Texts, plan: InsurancePlan, fund_channel: str = "") -> None:
        self._texts = texts
        self._plan = plan
        self._fund_channel = fund_channel

    # Where the person stands ---------------------------------------------------------------------

    def situation(self) -> str:
        """One sentence to the patient."""
        kept = self._plan.kept
        if kept is not None and kept.until is not None:
            return self._say("situation.grace_until", day=kept.until)
        return self._say(f"situation.{self._plan.situation}")

    def missing(self) -> str:
        """How many months are unpaid, and which; empty when none is known to be."""
        months = self._plan.missing
        return self._say("missing", n=len(months), months=self.months(months)) if months else ""

    def not_told(self) -> str:
        """How many months nobody told; empty when all are."""
        n = self._plan.not_told
        return self._say("not_told", n=n) if n else ""

    def months(self, months: Iterable[dt.date]) -> str:
        """«наурыз, сәуір 2026; қаңтар 2027»: the year stands after the last of its months."""
        years: dict[int, list[str]] = {}
        for month in months:
            years.setdefault(month.year, []).append(self._texts.say(f"calendar.month_alone.{month.month}"))
        parts = [self._say("month", month=", ".join(names), year=year) for year, names in years.items()]
        return "; ".join(parts)

    def month(self, month: dt.date) -> str:
        """«тамыз 2026»."""
        name = self._texts.say(f"calendar.month_alone.{month.month}")
        return self._say("one_month", month=name, year=month.year)

    # What the packages have ----------------------------------------------------------------------

    def free_title(self) -> str:
        """What stands above the lines that are free."""
        return self._say("free.contract" if self._plan.is_on_contract else "free")

    def insured_title(self) -> str:
        """What stands above the lines of the insurance: a "no" only where one was said."""
        key = {
            Coverage.YES: "insured_only.open",
            Coverage.NO: "insured_only",
            Coverage.UNKNOWN: "insured_only.not_known",
        }
        return self._say(key[self._plan.coverage])

    def line(self, line: CareLine, *, with_examples: bool = False) -> str:
        """A line of a package, beginning small; with examples of what it means where it has some."""
        said = self._texts.say(f"rule_tables.care.{line.code}")
        if with_examples and line.code == SIGNIFICANT and self._plan.significant:
            codes = {group.code for group in self._plan.significant}
            names = [self._disease(code) for code in _BEST_KNOWN_DISEASES if code in codes]
            examples = self._say("and_others", list=", ".join(names))
            said = self._say("line_with", line=said, list=examples) if names else said
        return said

    def diseases(self) -> str:
        """The socially significant diseases of the day, with their terms."""
        return ", ".join(
            self._disease(group.code)
            if group.first_months is None
            else self._say(
                "line_with",
                line=self._disease(group.code),
                list=self._say("term", n=group.first_months),
            )
            for group in self._plan.significant
        )

    def _disease(self, code: str) -> str:
        return lower_first(self._texts.say(f"rule_tables.group.{code}"))

    def note(self, note: DiagnosisNote) -> str:
        """What a diagnosis on record means, by the name of its group."""
        group = self._texts.say(f"rule_tables.group.{note.group}")
        if note.package is CarePackage.INSURANCE:
            key = {
                Coverage.YES: "note.insurance_open",
                Coverage.NO: "note.insurance",
                Coverage.UNKNOWN: "note.insurance_not_known",
            }
            return self._say(key[self._plan.coverage], group=group)
        if note.asks_onset:
            return self._say("note.asks_onset", group=group, n=note.first_months)
        if note.until is not None:
            return self._say("note.free_until", group=group, day=note.until)
        return self._say("note.free", group=group)

    def record(self, note: DiagnosisNote) -> str:
        """Where the diagnosis stands: «E11.9, 08.06.2026 жолдамасынан»."""
        known = note.diagnosis
        return self._say("note.record", icd=known.icd_code, day=known.recorded_on)

    # Ways ----------------------------------------------------------------------------------------

    def ways(self) -> list[WayWords]:
        """The ways that are open, in their order."""
        return [self._way(offer) for offer in self._plan.ways]

    def ways_title(self) -> str:
        """What stands above the ways."""
        return self._say("ways" if self._plan.situation is Situation.UNINSURED else "ways.grace")

    def why_no_ways(self) -> str:
        """What is said in their place when none is open."""
        key = "ways.check_first" if self._plan.situation is Situation.NOT_KNOWN else "ways.none"
        return self._say(key)

    def tenge(self, amount: int) -> str:
        """«51 000 ₸», never broken at its blanks."""
        return f"{self._texts.number(amount)}{NBSP}₸"

    def sum(self, cost: Cost) -> str:
        """«12 × 4 250 ₸ = 51 000 ₸ (2026 ж. сомасы)», and to ask the Fund where the sum may differ."""
        said = self._say(
            "sum", n=cost.months, monthly=self.tenge(cost.monthly), total=self.tenge(cost.total)
        ).replace(" ", NBSP)
        note = self._say("sum.ask" if cost.asks_fund else "sum.year", year=cost.year)
        return self._say("sum.with_note", sum=said, note=note)

    def _way(self, offer: WayOffer) -> WayWords:
        lead, text = self._lead_and_text(offer)
        return WayWords(
            offer.way,
            lead,
            text,
            self._begins(offer),
            self._list("needs", "need", offer.needs),
            self._list("mistakes", "mistake", offer.mistakes),
            self._say("source", source=source_words(self._texts, offer.source))
            + ("" if offer.is_settled else f" ({self._say('not_settled')})"),
        )

    def _lead_and_text(self, offer: WayOffer) -> tuple[str, str]:
        way = f"way.{offer.way}"
        match offer.way:
            case Way.PRIVILEGED_CATEGORY:
                return self._privilege(offer)
            case Way.ONE_MONTH_BY_DOCUMENTS:
                params = {"n": offer.lasts_months or 1, "channel": self._fund_channel}
                return self._say(f"{way}.lead"), self._say(f"{way}.text", **params)
            case Way.PAY_DEBT | Way.PREPAY_12_MONTHS if offer.cost is not None:
                return self._say(f"{way}.lead"), self._say(f"{way}.text", sum=self.sum(offer.cost))
            case Way.PAY_DEBT | Way.PREPAY_12_MONTHS:
                return self._say(f"{way}.lead"), self._say(f"{way}.not_told")
            case Way.GRACE:
                return self._grace()
            case _:
                return self._say(f"{way}.lead"), self._say(f"{way}.text")

    def _privilege(self, offer: WayOffer) -> tuple[str, str]:
        plan, way = self._plan, f"way.{offer.way}"
        if plan.situation is Situation.TEMPORARY and plan.until is not None:
            return self._say(f"{way}.temporary.lead"), self._say(f"{way}.temporary.text", day=plan.until)
        own = (
            plan.category if plan.category in plan.state_categories else "child" if plan.is_state_paid else ""
        )
        if own:
            category = lower_first(self._texts.say(f"labels.category.{own}"))
            return self._say(f"{way}.known.lead"), self._say(f"{way}.known.text", category=category)
        known = [code for code in _BEST_KNOWN if code in plan.state_categories]
        names = ", ".join(self._say(f"people.{code}") for code in known)
        return self._say(f"{way}.lead"), self._say(f"{way}.text", n=len(plan.state_categories), list=names)

    def _grace(self) -> tuple[str, str]:
        kept = self._plan.kept
        if kept is None:
            return self._say("way.grace.lead"), ""
        lead = (
            self._say("way.grace.lead_until", day=kept.until)
            if kept.until is not None
            else self._say("way.grace.lead")
        )
        parts = [self._say("way.grace.text")]
        if kept.longer_months is not None:
            parts.append(
                self._say("way.grace.longer", paid=kept.continuous_months, months=kept.longer_months)
            )
        return lead, " ".join(parts)

    def _begins(self, offer: WayOffer) -> str:
        # Who still has the right does not wait for it.
        if self._plan.situation is Situation.GRACE and offer.begins is not Begins.NEXT_MONTH:
            return ""
        key = f"begins.{offer.begins}"
        return self._say(key, day=offer.begins_on) if offer.begins is Begins.NEXT_MONTH else self._say(key)

    def _list(self, key: str, group: str, codes: tuple[str, ...]) -> str:
        if not codes:
            return ""
        return self._say(
            key, list=", ".join(self._texts.say(f"rule_tables.{group}.{code}") for code in codes)
        )

    def _say(self, key: str, **params: object) -> str:
        return self._texts.say(f"{_AREA}.{key}", **params)


def lower_first(text: str) -> str:
    """A word in the middle of a sentence; abbreviations and lone capitals stay: «ТМККК», «D, E деңгейі»."""
    if len(text) > 1 and (text[1].isupper() or not text[1].isalpha()):
        return text
    return text[:1].lower() + text[1:]
