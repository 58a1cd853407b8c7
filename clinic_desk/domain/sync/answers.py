"""What an answer of the upstream means for an operation, and when to try again.

Source: SYNC design, table "Retry". Nothing here knows more of HTTP than the number of a status, and nothing
looks at a clock: moments are handed in.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from clinic_desk.domain.rule_tables import RuleTables


class Step(StrEnum):
    """What an answer asks for."""

    DONE = "done"
    RETRY = "retry"
    """By itself, later: the server or the way to it has a bad moment."""
    SLOW_DOWN = "slow_down"
    """As `RETRY`, and for the whole queue: the server is asked too much or is being mended."""
    SIGN_IN = "sign_in"
    """The whole queue waits until somebody signs in anew; no attempt is counted."""
    COMPARE = "compare"
    """Somebody was there before: what stands upstream decides."""
    GONE = "gone"
    """What is to be changed is no longer there."""
    REJECT = "reject"
    """The same thing sent again would be refused again: a person looks at it."""


class AnswerCode(StrEnum):
    """What came of the last try; stored values with words under `sync.answer.<value>`."""

    ACCEPTED = "accepted"
    ALREADY_THERE = "already_there"
    """An earlier reply was lost: the upstream had it all along."""
    NOTHING_TO_SEND = "nothing_to_send"
    """The upstream says the same already."""
    NO_REPLY = "no_reply"
    NOT_FHIR = "not_fhir"
    SERVER_BUSY = "server_busy"
    SERVER_FAULT = "server_fault"
    SIGN_IN = "sign_in"
    REFUSED = "refused"
    REFUSED_TOGETHER = "refused_together"
    """A transaction was refused and the server does not say which part is to blame."""
    CHANGED_THERE = "changed_there"
    DUPLICATE = "duplicate"
    TWO_THERE = "two_there"
    """More than one resource upstream has the key of this one."""
    GONE = "gone"
    PERSON_NOT_SENT = "person_not_sent"
    """The person's own registration was taken back: nothing about them can be sent."""
    RECORD_NOT_SENT = "record_not_sent"
    """What is to be changed there never came there."""
    RECORD_MISSING = "record_missing"
    """The record is no longer here, so nothing can be sent."""
    EXPIRED = "expired"
    """A question that nobody answered in time."""


_RETRY: Final = frozenset({407, 408, 409, 425})
_SLOW: Final = frozenset({429, 503})
_SIGN_IN: Final = frozenset({401, 403})


def step_for(status: int, *, is_update: bool) -> Step:
    """What an HTTP status asks for; `is_update` when an existing resource was to be changed."""
    if 200 <= status < 300:
        return Step.DONE
    if status in _SLOW:
        return Step.SLOW_DOWN
    if status in _SIGN_IN:
        return Step.SIGN_IN
    if status == 412 or (status == 409 and is_update):
        # HAPI FHIR says 409 where another version stands than the one in If-Match, and 409 of a deleted one.
        return Step.COMPARE
    if status in (404, 410) and is_update:
        return Step.GONE
    if status in _RETRY or status >= 500 or status < 400:
        return Step.RETRY
    return Step.REJECT


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """The written limits of a day: first and longest wait, when it is shown, entries of a transaction."""

    first_s: int
    longest_s: int
    visible_min: int
    most_entries: int

    @classmethod
    def on(cls, tables: RuleTables, day: dt.date) -> RetryLimits:
        """The limits in force on `day`."""

        def one(name: str) -> int:
            return tables.limit(name).one_on(day).value

        return cls(
            one("sync_retry_first_s"),
            one("sync_retry_longest_s"),
            one("sync_visible_after_min"),
            one("sync_transaction_entries"),
        )

    def wait_s(self, attempts: int, retry_after_s: float | None = None) -> float:
        """Seconds until the next try after so many tries (from 1): full jitter, never before Retry-After.

        Full jitter: any moment up to the doubled wait, so that a hundred desks do not come back together.
        """
        most = min(float(self.longest_s), self.first_s * 2.0 ** min(max(attempts, 1) - 1, 30))
        # Spreads clients over time; nothing secret depends on it.
        return max(random.uniform(0.0, most), retry_after_s or 0.0)  # noqa: S311

    def is_late(self, first_sent_at: dt.datetime | None, now: dt.datetime) -> bool:
        """Whether something that is tried again and again is worth a person's look (aware moments)."""
        return first_sent_at is not None and now - first_sent_at >= dt.timedelta(minutes=self.visible_min)
