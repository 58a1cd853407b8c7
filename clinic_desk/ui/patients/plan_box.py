"""What the card says of a plan at once: two columns, the whole of it lies one key away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.insurance_plan import CareLine, InsurancePlan, Situation
from clinic_desk.domain.rule_tables.becoming_insured import CarePackage, Way
from clinic_desk.plan_sentences import PlanWords
from clinic_desk.texts import Texts
from clinic_desk.ui.patients.panel_view import BoxColumn, BoxLine, PlanBox, Sign

_LINES: Final = 3
"""There is room for so many beside the months of contributions."""
_SIGNS: Final = {Coverage.YES: Sign.OPEN, Coverage.NO: Sign.CLOSED, Coverage.UNKNOWN: Sign.NOT_KNOWN}


def plan_box(plan: InsurancePlan, texts: Texts, guaranteed: Coverage = Coverage.YES) -> PlanBox | None:
    """The box of a plan; None for somebody insured, of whom nothing is asked.

    `guaranteed` says whether somebody pays for the guaranteed package: for a worker on a contract it may end.
    """
    maker = _Maker(plan, texts, guaranteed)
    match plan.situation:
        case Situation.INSURED:
            return None
        case Situation.GRACE:
            return maker.grace()
        case Situation.TEMPORARY:
            return maker.temporary()
        case Situation.CONDITIONAL:
            return maker.conditional()
        case _:
            return maker.packages()


class _Maker:
    def __init__(self, plan: InsurancePlan, texts: Texts, guaranteed: Coverage) -> None:
        self._plan, self._texts, self._guaranteed = plan, texts, guaranteed
        self._words = PlanWords(texts, plan)

    def packages(self) -> PlanBox:
        """What is free beside what needs insurance, what concerns the person's own diseases first."""
        plan = self._plan
        title = "insurance_panel.free.title"
        if plan.is_on_contract:
            title = "insurance_plan.free.contract"
        needs = "insurance_panel.needs.title"
        if plan.coverage is not Coverage.NO:
            needs = "insurance_plan.card.needs_check"
        say = self._texts.say
        return PlanBox(
            BoxColumn(say(title), self._lines(plan.free, CarePackage.GUARANTEED, _SIGNS[self._guaranteed])),
            BoxColumn(
                say(needs), self._lines(plan.insured_only, CarePackage.INSURANCE, _SIGNS[plan.coverage])
            ),
        )

    def grace(self) -> PlanBox:
        """What to pay now beside what happens when the right ends."""
        plan, kept = self._plan, self._plan.kept
        debt = plan.way(Way.PAY_DEBT)
        now = []
        if debt is not None and debt.cost is not None:
            now.append(self._line(Sign.DO, "pay_debt", total=self._words.tenge(debt.cost.total)))
        elif debt is not None:
            now.append(self._line(Sign.DO, "pay_debt_not_told"))
        if plan.way(Way.EMPLOYER_DEBT) is not None:
            now.append(self._line(Sign.DO, "new_work"))
        after = [self._line(Sign.MIND, "closes")]
        if kept is not None and kept.longer_months is not None:
            longer = {"paid": kept.continuous_months, "months": kept.longer_months}
            after.append(self._line(Sign.MIND, "longer", **longer))
        return PlanBox(BoxColumn(self._say("now"), tuple(now)), self._after(after))

    def temporary(self) -> PlanBox:
        """The paper to be sent beside the end of the month."""
        now = (self._line(Sign.DO, "send_paper"),)
        return PlanBox(
            BoxColumn(self._say("now"), now),
            self._after([self._line(Sign.MIND, "closes"), self._line(Sign.DO, "check_again")]),
        )

    def conditional(self) -> PlanBox:
        """Nothing to do beside the end of the year."""
        now = (self._line(Sign.OPEN, "nothing"), self._line(Sign.OPEN, "paid_by_akimat"))
        return PlanBox(BoxColumn(self._say("now"), now), self._after([self._line(Sign.DO, "check_again")]))

    def _after(self, lines: Iterable[BoxLine]) -> BoxColumn:
        """What comes after the last day of the right."""
        until = self._plan.kept.until if self._plan.kept is not None else self._plan.until
        title = self._say("after", day=until) if until is not None else self._say("then")
        return BoxColumn(title, tuple(lines))

    def _lines(self, care: Iterable[CareLine], package: CarePackage, sign: Sign) -> tuple[BoxLine, ...]:
        own = []
        for note in self._plan.notes_of(package):
            asked = Sign.NOT_KNOWN if note.asks_onset else sign
            own.append(BoxLine(asked, self._words.note(note), is_own=True))
        short = [BoxLine(sign, _upper_first(self._words.line(line))) for line in care if line.is_short]
        return (*own, *short)[:_LINES]

    def _line(self, sign: Sign, key: str, **params: object) -> BoxLine:
        return BoxLine(sign, self._say(key, **params))

    def _say(self, key: str, **params: object) -> str:
        return self._texts.say(f"insurance_plan.card.{key}", **params)


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
