"""What a channel that can be asked by machine says of one person: an answer, or that there is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.insurance import InsuranceStatus, WhyNoAnswer


@dataclass(frozen=True, slots=True)
class EligibilityAnswer:
    """What the channel said of one person (FHIR: `outcome` complete).

    `answered_at` is aware. `months`, `category`, `reference` and `valid_through` are as in `InsuranceCheck`,
    empty where the channel tells nothing. The status is never `UNKNOWN`: that is a failure.
    """

    status: InsuranceStatus
    answered_at: dt.datetime
    category: str = ""
    reference: str = ""
    valid_through: dt.date | None = None
    months: str = ""


@dataclass(frozen=True, slots=True)
class EligibilityFailure:
    """The channel brought no answer (FHIR: `outcome` error, or nothing came). Says nothing of the person."""

    why: WhyNoAnswer
