"""Everything the leaflet for somebody without insurance says, as plain values.

Neither name nor IIN nor diagnosis stands on it: it is read on the way home, and left lying about.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.insurance_plan import InsurancePlan
from clinic_desk.domain.local_text import LocalText
from clinic_desk.texts import CLINIC_ZONE, Language


@dataclass(frozen=True, slots=True)
class LeafletContent:
    """One leaflet: a half page in each of `languages`, in their order.

    `issued_at` and `checked_at` are aware and shown in `zone`. `doctor`, `room` and the `district` number are
    of the person's own district, empty where there is none. `channels` are the names of where a status is
    checked, `links` what the square code opens in each language, `fund_channel` where a paper is sent.
    """

    plan: InsurancePlan
    clinic: LocalText
    issued_at: dt.datetime
    checked_at: dt.datetime | None
    languages: tuple[Language, ...]
    links: tuple[str, ...]
    doctor: str = ""
    room: str = ""
    district: str = ""
    channels: tuple[str, ...] = ()
    fund_channel: str = ""
    fund_phone: str = ""
    fund_phone_former: str = ""
    is_practice: bool = False
    zone: str = CLINIC_ZONE
