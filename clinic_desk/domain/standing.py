"""What the last answer about a person's insurance says of a day: yes, no, or nothing, and until when.

The same rule online and offline: an answer that has run out or is too old to act on says nothing, whether
it was a yes or a no. How old is too old, which statuses cover and how long they last are dated tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from clinic_desk.domain.day_rules import DayRules, day_rules
from clinic_desk.domain.insurance import Coverage, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.referral import PayerReason
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.terms import birthday, clinic_day, earliest, months_after


@dataclass(frozen=True, slots=True)
class Standing:
    """The person's standing on a day; `until` is the last day the answer says the same, None without one."""

    coverage: Coverage
    why: PayerReason
    until: dt.date | None = None


_NEVER = Standing(Coverage.UNKNOWN, PayerReason.NEVER_CHECKED)


def last_answer(checks: Iterable[InsuranceCheck]) -> InsuranceCheck | None:
    """The newest answer that says something, of answers newest first."""
    return next((check for check in checks if check.status is not InsuranceStatus.UNKNOWN), None)


def standing(
    check: InsuranceCheck | None, born: dt.date | None, day: dt.date, tables: RuleTables
) -> Standing:
    """What `check` says of `day` about somebody born on `born`.

    Source: Law No. 405-V of 16 Nov 2015 as changed by No. 206-VIII of 14 Jul 2025.
    """
    if check is None or check.status is InsuranceStatus.UNKNOWN:
        return _NEVER
    rules = day_rules(tables, day)
    checked_on = clinic_day(check.checked_at)
    if day < checked_on:
        return Standing(Coverage.UNKNOWN, PayerReason.CHECKED_LATER)
    end = answer_ends(check, born, rules)
    if end is not None and end < day:
        return Standing(Coverage.UNKNOWN, PayerReason.EVIDENCE_RAN_OUT)
    trusted = None if rules.limits is None else rules.limits.last_day(check.checked_at)
    if trusted is None or trusted < day:
        return Standing(Coverage.UNKNOWN, PayerReason.EVIDENCE_TOO_OLD)
    until = earliest(end, trusted)
    status = rules.status(check.status)
    if status is None:
        return Standing(Coverage.UNKNOWN, PayerReason.RULE_NOT_SETTLED)
    if status.covers == Coverage.UNKNOWN:
        return _NEVER
    if status.covers == Coverage.YES:
        return Standing(Coverage.YES, PayerReason.INSURED, until)
    return Standing(Coverage.NO, PayerReason.UNINSURED, until)


def answer_ends(check: InsuranceCheck, born: dt.date | None, rules: DayRules) -> dt.date | None:
    """The last day the answer itself speaks of, however old it is by then; None when it has no end.

    The day it names, or else the end of a status that lasts some months or until the new year; and at the
    latest the day before a child comes of age.
    """
    checked_on, named = clinic_day(check.checked_at), check.valid_through
    status = rules.status(check.status)
    if named is None and status is not None:
        named = earliest(
            months_after(checked_on, status.keeps_months) if status.keeps_months else None,
            dt.date(checked_on.year, 12, 31) if status.to_year_end else None,
        )
    age = rules.until_age(check.category) if check.category and born is not None else None
    if age is None or born is None:
        return named
    return earliest(named, birthday(born, age) - dt.timedelta(days=1))
