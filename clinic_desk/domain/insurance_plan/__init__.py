"""What a person can do about their insurance: what is free now, what is missing, which ways are open.

A pure function of the person, the last answer, the diagnoses on record and the tables of the day. It never
guesses: a year without a known sum says so, months the channel did not tell are not counted as missing, and
an answer nobody has given is no "no", so that it opens no ways but asks for a check.

Source: Law No. 405-V of 16 Nov 2015 as changed by No. 206-VIII of 14 Jul 2025; Government resolutions No. 672
and No. 421; orders ҚР ДСМ-108/2020 and 109/2020.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from clinic_desk.domain.day_rules import day_rules
from clinic_desk.domain.insurance import Coverage, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.insurance_plan.diagnoses import notes_on
from clinic_desk.domain.insurance_plan.values import (
    CareLine,
    Cost,
    DiagnosisNote,
    InsurancePlan,
    KeptRight,
    KnownDiagnosis,
    PlanPerson,
    Situation,
    WayOffer,
)
from clinic_desk.domain.insurance_plan.ways import WayFinder
from clinic_desk.domain.rule_tables import Dated, RuleTables
from clinic_desk.domain.rule_tables.becoming_insured import PACKAGE_LINES, CarePackage, PackageLine
from clinic_desk.domain.standing import answer_ends, standing

__all__ = [
    "CareLine",
    "Cost",
    "DiagnosisNote",
    "InsurancePlan",
    "KeptRight",
    "KnownDiagnosis",
    "PlanPerson",
    "Situation",
    "WayOffer",
    "insurance_plan",
]

_SITUATIONS: Final = {
    InsuranceStatus.GRACE_3M: Situation.GRACE,
    InsuranceStatus.GRACE_6M: Situation.GRACE,
    InsuranceStatus.CONDITIONAL_DE: Situation.CONDITIONAL,
    InsuranceStatus.TEMPORARY_1M: Situation.TEMPORARY,
}


def insurance_plan(
    person: PlanPerson,
    check: InsuranceCheck | None,
    diagnoses: Iterable[KnownDiagnosis],
    day: dt.date,
    tables: RuleTables,
) -> InsurancePlan:
    """The plan on `day`; never raises, whatever is missing.

    `check` is the last answer that says something (`standing.last_answer`).
    """
    now = standing(check, person.birth_date, day, tables)
    situation = _situation(check, now.coverage)
    rules, lines = day_rules(tables, day), tables[PACKAGE_LINES].on(day)
    finder = WayFinder(person, check, situation, day, tables, rules)
    return InsurancePlan(
        day,
        situation,
        now.coverage,
        answer_ends(check, person.birth_date, rules) if check is not None else None,
        check.paid_months if check is not None else None,
        finder.missing,
        finder.not_told,
        _lines(lines, CarePackage.GUARANTEED),
        _lines(lines, CarePackage.INSURANCE),
        notes_on(diagnoses, day, rules, lines),
        finder.open_ways(),
        finder.kept_right() if situation is Situation.GRACE else None,
        check.category if check is not None else "",
        finder.is_state_paid,
        finder.state_categories,
        tuple(row.value for row in tables.guaranteed_diagnoses.on(day)),
        person.is_on_contract,
        finder.silent_months,
    )


def _situation(check: InsuranceCheck | None, coverage: Coverage) -> Situation:
    if coverage is Coverage.NO:
        return Situation.UNINSURED
    if coverage is Coverage.UNKNOWN or check is None:
        return Situation.NOT_KNOWN
    return _SITUATIONS.get(check.status, Situation.INSURED)


def _lines(rows: Iterable[Dated[PackageLine]], package: CarePackage) -> tuple[CareLine, ...]:
    return tuple(
        CareLine(row.value.code, row.source, row.value.is_short, not row.uncertain)
        for row in rows
        if row.value.package is package
    )
