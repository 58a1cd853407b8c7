"""The steps in which a payer is looked for, one after the other, as the order of the day has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.day_rules import DayRules
from clinic_desk.domain.insurance import Coverage, InsuranceCheck
from clinic_desk.domain.referral import Answer, Payer, PayerReason
from clinic_desk.domain.rule_tables import Dated, DiagnosisGroup
from clinic_desk.domain.rule_tables.verdict import DecisionOrder, Step
from clinic_desk.domain.standing import Standing
from clinic_desk.domain.terms import earliest, months_after
from clinic_desk.domain.verdict_values import Need, PersonFacts, Verdict

SOURCE_PACKAGES: Final = "Government resolutions No. 672 and No. 421, both changed by No. 1086 of 15 Dec 2025"


class Gap(NamedTuple):
    """A step that could not be decided. It turns a later "no" into "could not be told", never a "yes"."""

    reason: PayerReason
    need: Need
    source: str
    group: str = ""
    first_months: int | None = None


@dataclass(slots=True)
class Decision:
    """One question on its way through the steps; `standing` is what `check` says of `day`."""

    rules: DayRules
    order: Dated[DecisionOrder]
    person: PersonFacts
    check: InsuranceCheck | None
    standing: Standing
    service: Service | None
    icd_code: str
    day: dt.date
    onset_on: dt.date | None
    gaps: list[Gap] = field(default_factory=list)

    def verdict(self) -> Verdict:
        """What the first step that has an answer says, in the light of those that could not be decided."""
        for step in self.order.value.steps:
            found = _STEPS[step](self)
            if found is not None:
                found = replace(found, rule=step)
                if step in self._unsettled:
                    found = self._in_either_reading(found)
                break
        else:
            found = self._unknown(PayerReason.RULE_NOT_SETTLED, self.order.source)
        if found.is_covered:
            found = self._with_onset(found)
        elif self.gaps:
            found = self._with_gaps(found)
        is_told = found.answer is not Answer.UNKNOWN
        return replace(found, until=earliest(found.until, self.order.valid_to) if is_told else None)

    @property
    def _unsettled(self) -> tuple[str, ...]:
        """The steps whose outcome no source settles; all of an order that is uncertain as a whole."""
        order = self.order.value
        return order.unsettled or (order.steps if self.order.uncertain else ())

    # Steps: an answer, or None to go on ----------------------------------------------------------

    def socially_significant(self) -> Verdict | None:
        """The guaranteed package pays for the disease, for some groups only in the first months."""
        for row in self.rules.guaranteed.holding(self.icd_code):
            group = row.value
            if group.first_months is None:
                return self._by_group(row, row.valid_to)
            if self.onset_on is None or self.onset_on > self.day:
                reason = PayerReason.ONSET_NOT_KNOWN
                self.gaps.append(Gap(reason, Need.ONSET, row.source, group.code, group.first_months))
                continue
            last = months_after(self.onset_on, group.first_months)
            if self.day <= last:
                return self._by_group(row, earliest(last, row.valid_to))
        return None

    def chronic_guaranteed(self) -> Verdict | None:
        """The guaranteed package pays for a chronic disease under observation, as it did until 2026."""
        row = next(self.rules.observed.holding(self.icd_code), None)
        return None if row is None else self._by_group(row, row.valid_to)

    def service_guaranteed(self) -> Verdict | None:
        """The guaranteed package pays for the kind of service, whoever comes."""
        if self.package is not Package.GUARANTEED:
            self._note_package()
            return None
        reason = PayerReason.GUARANTEED_SERVICE
        return Verdict(
            Answer.COVERED,
            Payer.GUARANTEED,
            reason,
            source=self._package_source(),
            is_settled=not self.is_guess,
        )

    def contract_minimum(self) -> Verdict | None:
        """The insurer of an EAEU worker's contract pays for the minimum list in place of the package."""
        if self.package is not Package.GUARANTEED:
            self._note_package()
            return None
        until, source = self.person.contract_until, self.order.source
        if until is not None and self.day <= until:
            answer, payer = Answer.COVERED_OTHER, Payer.CONTRACT
            return Verdict(answer, payer, PayerReason.CONTRACT, source=source, until=until)
        reason = PayerReason.CONTRACT_NOT_KNOWN if until is None else PayerReason.CONTRACT_ENDED
        self.gaps.append(Gap(reason, Need.CONTRACT, source))
        return None

    def chronic(self) -> Verdict | None:
        """Insurance pays for a chronic disease under observation."""
        row = next(self.rules.observed.holding(self.icd_code), None)
        if row is None:
            return None
        found = self._by_insurance(row.source, is_settled=not row.uncertain)
        return replace(found, group=row.value.code, until=earliest(found.until, row.valid_to))

    def service_insurance(self) -> Verdict | None:
        """Insurance pays for the kind of service."""
        if self.package is not Package.INSURANCE:
            return None
        return self._by_insurance(self._package_source(), is_settled=not self.is_guess)

    # Answers -------------------------------------------------------------------------------------

    def _by_group(self, row: Dated[DiagnosisGroup], until: dt.date | None) -> Verdict:
        # That the guaranteed package comes first for a code in both lists is an interpretation.
        is_in_both = any(other is not row for other in self.rules.observed.holding(self.icd_code))
        return Verdict(
            Answer.COVERED_OTHER if self.package is Package.INSURANCE else Answer.COVERED,
            Payer.GUARANTEED,
            PayerReason.GUARANTEED_DIAGNOSIS,
            source=row.source,
            group=row.value.code,
            first_months=row.value.first_months,
            until=until,
            is_settled=not (row.uncertain or is_in_both),
        )

    def _by_insurance(self, source: str, *, is_settled: bool) -> Verdict:
        why = self.standing.why
        match self.standing.coverage:
            case Coverage.YES:
                answer = Answer.COVERED_OTHER if self.package is Package.GUARANTEED else Answer.COVERED
                found = Verdict(answer, Payer.INSURANCE, why, source=source, is_settled=is_settled)
            case Coverage.NO if is_settled:
                found = Verdict(Answer.NOT_COVERED, Payer.SELF_PAY, why, source=source)
            case Coverage.NO:
                found = self._unknown(PayerReason.RULE_NOT_SETTLED, source)
            case _:
                found = self._unknown(why, source, Need.INSURANCE)
        return self._on_evidence(found)

    def _in_either_reading(self, found: Verdict) -> Verdict:
        """An insured person is covered however the rule is read; for anybody else the readings differ."""
        source = self.order.source
        match self.standing.coverage:
            case Coverage.YES:
                return self._on_evidence(replace(found, is_settled=False))
            case Coverage.NO:
                other = self._unknown(PayerReason.RULE_NOT_SETTLED, source)
            case _:
                other = self._unknown(self.standing.why, source, Need.INSURANCE)
        return self._on_evidence(replace(other, rule=found.rule, group=found.group, is_settled=False))

    def _unknown(self, reason: PayerReason, source: str, *needs: Need) -> Verdict:
        is_settled = reason is not PayerReason.RULE_NOT_SETTLED
        return Verdict(
            Answer.UNKNOWN, Payer.UNKNOWN, reason, source=source, needs=needs, is_settled=is_settled
        )

    def _on_evidence(self, found: Verdict) -> Verdict:
        """The answer with the evidence it rests on and the last day that evidence may be relied on."""
        if self.check is None:
            return found
        until = earliest(found.until, self.standing.until)
        return replace(found, as_of=self.check.checked_at, evidence=self.check.id, until=until)

    # Steps that could not be decided -------------------------------------------------------------

    def _note_package(self) -> None:
        """Without a package the step stays open; a package of its own kind closes it."""
        if self.service is None:
            self.gaps.append(Gap(PayerReason.SERVICE_NOT_TOLD, Need.SERVICE, SOURCE_PACKAGES))
        elif self.package is Package.UNKNOWN:
            self.gaps.append(Gap(PayerReason.PACKAGE_NOT_KNOWN, Need.PACKAGE, SOURCE_PACKAGES))

    def _with_onset(self, found: Verdict) -> Verdict:
        """Insurance pays, and the guaranteed package might have: the group tells for how long."""
        onset = next((gap for gap in self.gaps if gap.need is Need.ONSET), None)
        if onset is None or found.payer is Payer.GUARANTEED:
            return found
        return replace(found, group=found.group or onset.group, first_months=onset.first_months)

    def _with_gaps(self, found: Verdict) -> Verdict:
        """A step before might have said yes: what would settle it comes before what is missing here."""
        needs = tuple(dict.fromkeys([*(gap.need for gap in self.gaps), *found.needs]))
        first = self.gaps[0]
        if Need.INSURANCE in found.needs and first.need in (Need.PACKAGE, Need.SERVICE):
            # Asking is one key, and a "yes" is answer enough whatever the package.
            return replace(found, needs=needs)
        return replace(
            found,
            answer=Answer.UNKNOWN,
            payer=Payer.UNKNOWN,
            reason=first.reason,
            source=first.source,
            group=first.group or found.group,
            first_months=first.first_months,
            needs=needs,
        )

    # The package ---------------------------------------------------------------------------------

    @property
    def package(self) -> Package:
        """The package the service belongs to, by its own list or by its kind."""
        return Package.UNKNOWN if self.service is None else self.rules.package(self.service)

    @property
    def is_guess(self) -> bool:
        """True when only the beginning of the code tells the package: no reason to refuse anybody."""
        return self.service is not None and self.service.package is Package.UNKNOWN

    def _package_source(self) -> str:
        kind = self.rules.kind(self.service) if self.service is not None and self.is_guess else None
        return SOURCE_PACKAGES if kind is None else kind.source


_STEPS: Final[Mapping[str, Callable[[Decision], Verdict | None]]] = {
    Step.SOCIALLY_SIGNIFICANT: Decision.socially_significant,
    Step.CHRONIC_GUARANTEED: Decision.chronic_guaranteed,
    Step.SERVICE_GUARANTEED: Decision.service_guaranteed,
    Step.CONTRACT_MINIMUM: Decision.contract_minimum,
    Step.CHRONIC: Decision.chronic,
    Step.SERVICE_INSURANCE: Decision.service_insurance,
}
