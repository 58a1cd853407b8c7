"""Who pays for a service, a diagnosis and a day: why, by which rule, on which evidence, until when.

Four answers, never two. "Not covered" follows only from a valid answer that says "not insured", and only by
a rule that is settled; whatever else is missing (an answer, the first day of the disease, the package of the
service) gives "could not be told" and names what would settle it.

Source: orders ҚР ДСМ-108/2020 and 109/2020; Government resolutions No. 672 and No. 421. The order of the
questions, the lists and the terms are dated tables.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final, NamedTuple

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.day_rules import day_rules
from clinic_desk.domain.decision import Decision
from clinic_desk.domain.ids import ServiceId
from clinic_desk.domain.insurance import InsuranceCheck, InsuranceStatus
from clinic_desk.domain.referral import Answer, InsuranceEvidence, Payer, PayerReason
from clinic_desk.domain.rule_tables import DiagnosisGroup, RuleTables
from clinic_desk.domain.standing import standing
from clinic_desk.domain.verdict_values import Need, PersonFacts, Verdict

__all__ = [
    "Need",
    "PackageVerdicts",
    "PersonFacts",
    "Verdict",
    "evidence",
    "onset_group",
    "package_verdicts",
    "verdict",
]

_ANY_OF: Final = {package: Service(ServiceId(package), "", "", package=package) for package in Package}
"""A service that is nothing but its package."""


class PackageVerdicts(NamedTuple):
    """What the two packages mean for a person as a whole."""

    guaranteed: Verdict
    insurance: Verdict


def verdict(
    person: PersonFacts,
    check: InsuranceCheck | None,
    service: Service | None,
    icd_code: str,
    day: dt.date,
    tables: RuleTables,
    *,
    onset_on: dt.date | None = None,
) -> Verdict:
    """Who pays on `day`; never raises, whatever is missing.

    `check` is the last answer about the insurance, `icd_code` may be empty, `onset_on` is the first day of
    the disease as the doctor gave it.
    """
    rules = day_rules(tables, day)
    order = rules.order(person.basis)
    if order is None:
        return Verdict(Answer.UNKNOWN, Payer.UNKNOWN, PayerReason.RULE_NOT_SETTLED, is_settled=False)
    return Decision(
        rules=rules,
        order=order,
        person=person,
        check=check,
        standing=standing(check, person.birth_date, day, tables),
        service=service,
        icd_code=icd_code,
        day=day,
        onset_on=onset_on,
    ).verdict()


def package_verdicts(
    person: PersonFacts, check: InsuranceCheck | None, day: dt.date, tables: RuleTables
) -> PackageVerdicts:
    """The answers for a guaranteed and for an insurance service without a diagnosis."""
    guaranteed, insurance = (
        verdict(person, check, _ANY_OF[package], "", day, tables)
        for package in (Package.GUARANTEED, Package.INSURANCE)
    )
    return PackageVerdicts(guaranteed, insurance)


def onset_group(icd_code: str, day: dt.date, tables: RuleTables) -> DiagnosisGroup | None:
    """The group the guaranteed package pays for only in the first months of the disease, if any."""
    rows = day_rules(tables, day).guaranteed.holding(icd_code)
    return next((row.value for row in rows if row.value.first_months is not None), None)


def evidence(
    found: Verdict, check: InsuranceCheck | None, onset_on: dt.date | None = None
) -> InsuranceEvidence:
    """What the referral keeps, unchanged, of the verdict and of the last answer about the insurance."""
    kept = InsuranceEvidence(
        InsuranceStatus.UNKNOWN,
        found.payer,
        found.reason,
        answer=found.answer,
        group=found.group,
        source=found.source,
        until=found.until,
        onset_on=onset_on,
    )
    if check is None:
        return kept
    return replace(
        kept,
        status=check.status,
        check_id=check.id,
        checked_at=check.checked_at,
        channel=check.channel,
        reference=check.reference,
        category=check.category,
    )
