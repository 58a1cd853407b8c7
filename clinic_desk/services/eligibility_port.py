"""What the program asks of a channel that can be asked by machine: is this person insured on this day?

The shape fits FHIR's CoverageEligibilityRequest and CoverageEligibilityResponse: a request names the person
and the day served, a response carries an outcome, the coverage in force, its period and the reference of
the answer. Answers are also written down by hand or come as a file, and then no channel is asked.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.insurance import Channel

__all__ = ["EligibilityAnswer", "EligibilityChannel", "EligibilityFailure"]


class EligibilityChannel(Protocol):
    """One way to ask by machine. Every adapter passes `tests/services/eligibility_suite.py`."""

    @property
    def channel(self) -> Channel:
        """Under which name its answers are kept."""

    def ask(self, iin: str, day: dt.date) -> EligibilityAnswer | EligibilityFailure:
        """The answer for the person with that IIN (12 digits) about `day`, the day of the visit.

        Returns within the adapter's own time limit and never raises for what can be expected: no network,
        no answer, a refusal, an answer that is none. Safe to call from any thread, one call at a time.
        """
