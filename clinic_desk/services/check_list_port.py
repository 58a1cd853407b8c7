"""What the list "check before tomorrow" needs from the store."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import NamedTuple, Protocol

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.names import PersonName


class Errand(StrEnum):
    """What a person is expected for, the most pressing first."""

    APPOINTMENT = "appointment"
    """A referral with an appointment at its supplier."""
    REFERRAL = "referral"
    """A living referral without an appointment: the person may go any day."""
    ATTACHMENT = "attachment"
    """An application for attachment that is not decided yet."""


class Expected(NamedTuple):
    """One thing a person is expected for, with what is known of the insurance; moments are aware UTC.

    `at` is the appointment, or when the answer to an application is due; None without either. `service` is
    empty for an attachment. `iin` and `phone` are "" for a person without.
    """

    errand: Errand
    at: dt.datetime | None
    service: LocalText
    patient_id: PatientId
    name: PersonName
    iin: str
    phone: str
    status: InsuranceStatus
    checked_at: dt.datetime | None
    valid_through: dt.date | None
    failed_at: dt.datetime | None


class CheckListStore(Protocol):
    """Whom the clinic expects."""

    def expected(self, since: dt.datetime, until: dt.datetime, today: dt.date) -> list[Expected]:
        """Everything that hangs on an answer about insurance, in no order.

        Appointments from `since` to `until` (exclusive), referrals without one that are valid on `today`,
        open applications. Not what somebody else pays for whatever the insurance: the guaranteed package,
        an insurer.
        """
