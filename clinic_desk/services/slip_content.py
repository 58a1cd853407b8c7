"""Everything a slip says, as plain values: no Qt, no database, no words of the program.

Owns the shape of what is printed; `slip` turns it into paper. Codes (status, payer, channel, reason,
role, document) are those of the domain, their words come from `resources/texts/slip.json`. Every text
here may be a stranger's and is printed letter by letter.

Source of the fields: the printed e-referral of a Kazakhstan hospital system and the export fields of
outpatient registers. The category of insurance (pregnant, convict, disability, …) is left
out on purpose: the status says enough, and the slip is read by strangers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from clinic_desk.domain.local_text import LocalText
from clinic_desk.texts import CLINIC_ZONE, Language

BOTH: Final = (Language.KK, Language.RU)


@dataclass(frozen=True, slots=True)
class SlipIssuer:
    """The polyclinic that issues the slip, and the people and window that did it.

    `desk_label` is a window's number ("2") or its own words ("Тіркеу бөлімі").
    """

    name: LocalText
    address: str = ""
    phone: str = ""
    doctor: str = ""
    head: str = ""
    clerk: str = ""
    desk_label: str = ""


@dataclass(frozen=True, slots=True)
class SlipPatient:
    """The person. `sex` male, female or unknown; without an IIN the document or the mother's IIN tells who.

    `document_key` is a `DocumentKind` ("none" prints nothing).
    """

    name: str
    iin: str | None = None
    birth_date: dt.date | None = None
    sex: str = "unknown"
    phone: str = ""
    district: str = ""
    document_key: str = "none"
    document_number: str = ""
    mother_iin: str | None = None


@dataclass(frozen=True, slots=True)
class SlipInsurance:
    """The evidence as stored with the referral.

    `status_key` is an `InsuranceStatus`, `payer_key` a `Payer`, `channel_key` a `Channel`. `checked_at` is
    aware; None means that nobody ever asked, which is never printed as "no". `is_stale` marks an old answer:
    its age at issue is printed. `not_checked_key` says why there is no fresh one: `no_connection`,
    `service_failed`, `not_asked` or nothing. `answer_key` is an `Answer`, "" without a verdict; `source`
    is where the rule behind it stands, as the rule tables have it.
    """

    status_key: str = "unknown"
    payer_key: str = "unknown"
    checked_at: dt.datetime | None = None
    channel_key: str = ""
    reference: str = ""
    is_stale: bool = False
    not_checked_key: str = ""
    answer_key: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SlipOrder:
    """What is ordered and why. `reason_key` is a code of the table of reasons."""

    service_code: str
    service: LocalText
    reason_key: str
    quantity: int = 1
    icd_code: str = ""
    icd_title: LocalText = field(default_factory=LocalText)
    reason_evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlipDestination:
    """Where the person goes. `role_key` is a `SupplierRole`.

    An appointment is a day, or a day with a time (clinic's zone, wall clock); without a time the clinic
    confirms it.
    """

    name: str
    address: str = ""
    phone: str = ""
    bin: str = ""
    role_key: str = ""
    day: dt.date | None = None
    time: dt.time | None = None
    room: str = ""


@dataclass(frozen=True, slots=True)
class SlipContent:
    """One slip.

    `number` is ASCII and stands in both codes, "" on the preview of a slip that is not issued yet;
    `upstream_number` is printed beside it once it is known. `issued_at` is aware and shown in `zone`.
    `valid_until` is the last day. `void_key` is set on a paper that no longer leads anywhere (`refused`,
    `cancelled`, `expired`, `recalled`, `replaced`, this one with the number `replaced_by`); it is never
    provisional then. `copy_no` is 0 on the original and N on the Nth reprint. `languages`
    are one to three, the first is the leading one.
    """

    number: str
    issued_at: dt.datetime
    valid_until: dt.date
    issuer: SlipIssuer
    patient: SlipPatient
    insurance: SlipInsurance
    order: SlipOrder
    destination: SlipDestination
    upstream_number: str | None = None
    languages: tuple[Language, ...] = (Language.KK,)
    is_provisional: bool = False
    void_key: str = ""
    replaced_by: str = ""
    is_practice: bool = False
    is_free_of_charge: bool = True
    is_term_set_by_organisation: bool = True
    copy_no: int = 0
    fund_phone: str = ""
    fund_phone_former: str = ""
    zone: str = CLINIC_ZONE
