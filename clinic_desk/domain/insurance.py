"""Insurance evidence: what was answered, by whom, when, through which channel.

Source: Law No. 405-V of 16 Nov 2015 as changed by No. 206-VIII of 14 Jul 2025.
An answer is never "no" because nobody asked: `UNKNOWN` and an answer that has run out are not
`UNINSURED`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from clinic_desk.domain.ids import CheckId, PatientId
from clinic_desk.domain.terms import clinic_day, days_after

if TYPE_CHECKING:
    from clinic_desk.domain.rule_tables import RuleTables


class InsuranceStatus(StrEnum):
    """What the Fund's channels can answer, grace and conditional states kept apart."""

    INSURED_CONTRIBUTIONS = "insured_contributions"
    INSURED_STATE = "insured_state"
    INSURED_STATE_LOCAL = "insured_state_local"
    GRACE_3M = "grace_3m"
    GRACE_6M = "grace_6m"
    CONDITIONAL_DE = "conditional_de"
    TEMPORARY_1M = "temporary_1m"
    UNINSURED = "uninsured"
    UNKNOWN = "unknown"


COVERED: Final = frozenset(InsuranceStatus) - {InsuranceStatus.UNINSURED, InsuranceStatus.UNKNOWN}


class Channel(StrEnum):
    """How the answer reached the desk; the public channels are named on the Fund's pages."""

    SERVICE = "service"
    EGOV = "egov"
    FUND_SITE = "fund_site"
    QOLDAU = "qoldau"
    BOT = "bot"
    BANK_APP = "bank_app"
    CALL_CENTRE = "call_centre"
    PAPER = "paper"


class WhyNoAnswer(StrEnum):
    """Why a check brought no answer. A failed check says nothing of the person."""

    NO_ANSWER = "no_answer"
    NO_CONNECTION = "no_connection"
    REFUSED = "refused"
    """The channel does not know the desk or the question."""
    NOT_UNDERSTOOD = "not_understood"
    """Something came back that is no answer."""


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that brought no answer; it is kept beside the answers and never in place of one."""

    patient_id: PatientId
    at: dt.datetime
    channel: Channel
    by: str
    why: WhyNoAnswer = WhyNoAnswer.NO_ANSWER


class Coverage(StrEnum):
    """Whether insurance covers the person on a day: three answers, never two."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InsuranceCheck:
    """One answer, append only.

    `checked_at` is aware UTC. `months` has twelve characters, oldest first, ending with the month
    of the check: `p` paid, `-` not paid, `g` grace, `?` not told; empty when the channel gave none.
    `valid_through` is the last day the answer itself names, if it names one.
    """

    id: CheckId
    patient_id: PatientId
    status: InsuranceStatus
    checked_at: dt.datetime
    channel: Channel
    checked_by: str
    category: str = ""
    reference: str = ""
    valid_through: dt.date | None = None
    months: str = ""

    @property
    def paid_months(self) -> int | None:
        """How many of the twelve months are paid; None when the channel gave no months."""
        return self.months.count("p") if self.months else None


def unanswered(failure: FailedCheck | None, check: InsuranceCheck | None) -> FailedCheck | None:
    """The failed check that is worth showing: the newest, unless somebody was answered since."""
    if failure is None or (check is not None and check.checked_at >= failure.at):
        return None
    return failure


class Freshness(StrEnum):
    """How far an answer may be trusted by its age; the limits are dated settings."""

    FRESH = "fresh"
    STALE = "stale"
    TOO_OLD = "too_old"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class AgeLimits:
    """The written thresholds of a day: how long an answer is fresh, and when it has to be asked for again.

    Freshness is counted in hours; `recheck_days` are days of the clinic's calendar, so that an answer does
    not grow too old in the middle of a day, and the verdict of a day agrees with the age on a screen.
    The card, the search, the referral, the list of checks and the slip all ask here; online and offline are
    no different.
    """

    fresh_hours: int
    recheck_days: int

    @classmethod
    def on(cls, tables: RuleTables, day: dt.date) -> AgeLimits:
        """The thresholds in force on `day`."""
        return cls(tables.fresh_hours.one_on(day).value, tables.recheck_days.one_on(day).value)

    def freshness(self, checked_at: dt.datetime | None, now: dt.datetime) -> Freshness:
        """The age class at `now` of an answer given at `checked_at`, both aware; None was never asked."""
        if checked_at is None:
            return Freshness.NEVER
        if self.is_fresh(checked_at, now):
            return Freshness.FRESH
        return Freshness.STALE if clinic_day(now) <= self.last_day(checked_at) else Freshness.TOO_OLD

    def is_fresh(self, checked_at: dt.datetime, now: dt.datetime) -> bool:
        """Whether asking again at `now` would tell nothing new; both are aware."""
        return now - checked_at <= dt.timedelta(hours=self.fresh_hours)

    def last_day(self, checked_at: dt.datetime) -> dt.date:
        """The last day on which an answer given at `checked_at` (aware) may be acted on, yes or no alike."""
        return days_after(clinic_day(checked_at), self.recheck_days)


class AskAgain(StrEnum):
    """Why the channel has to be asked again before a day."""

    NEVER = "never"
    RUNS_OUT = "runs_out"
    """The answer names a last day that lies before."""
    TOO_OLD = "too_old"


def ask_again_before(
    day: dt.date,
    now: dt.datetime,
    limits: AgeLimits,
    *,
    checked_at: dt.datetime | None,
    valid_through: dt.date | None = None,
) -> AskAgain | None:
    """Why an answer will not do on `day` (clinic's zone, today at the earliest); None when it will.

    An answer that is fresh `now` will do: nobody could know more by asking once more today.
    """
    if checked_at is None:
        return AskAgain.NEVER
    if limits.is_fresh(checked_at, now):
        return None
    needed_on = max(day, clinic_day(now))
    if valid_through is not None and valid_through < needed_on:
        return AskAgain.RUNS_OUT
    return AskAgain.TOO_OLD if needed_on > limits.last_day(checked_at) else None
