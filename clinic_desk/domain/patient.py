"""A patient and the ways to know who it is, with and without an IIN."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.ids import DistrictId, PatientId
from clinic_desk.domain.iin import Iin, Sex
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.phone import Phone


class NoIinReason(StrEnum):
    """Why a person is registered without an IIN.

    Source: the hospital bureau's data model knows an "unknown patient"; newborns are known by the
    mother's IIN and the birth certificate, foreigners by their document.
    """

    NEWBORN = "newborn"
    FOREIGNER = "foreigner"
    UNKNOWN_PERSON = "unknown_person"
    DOCUMENT_NOT_AT_HAND = "document_not_at_hand"


class DocumentKind(StrEnum):
    """Identity documents a registrar sees; never copied, only named."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    BIRTH_CERTIFICATE = "birth_certificate"
    RESIDENCE_PERMIT = "residence_permit"
    FOREIGN_PASSPORT = "foreign_passport"
    REFUGEE_CERTIFICATE = "refugee_certificate"
    NONE = "none"


class SlipLanguage(StrEnum):
    """The patient's choice for paper; the window's language is the registrar's."""

    KK = "kk"
    RU = "ru"
    BOTH = "both"


class AttachmentState(StrEnum):
    """Whether the person belongs to this polyclinic today."""

    ATTACHED = "attached"
    PENDING = "pending"
    ELSEWHERE = "elsewhere"
    DETACHED = "detached"
    UNKNOWN = "unknown"


class AttachmentBasis(StrEnum):
    """Why the person is attached here. Source: order ҚР ДСМ-194/2020 as amended."""

    RESIDENCE = "residence"
    FREE_CHOICE = "free_choice"
    FAMILY = "family"
    NEWBORN = "newborn"
    STUDY = "study"
    EAEU_CONTRACT = "eaeu_contract"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Where the person is attached; `district_id` only while the state is attached or pending."""

    state: AttachmentState = AttachmentState.UNKNOWN
    district_id: DistrictId | None = None
    basis: AttachmentBasis | None = None
    since: dt.date | None = None

    @property
    def is_here(self) -> bool:
        """True when this polyclinic answers for the person."""
        return self.state is AttachmentState.ATTACHED


class AgeBand(StrEnum):
    """How old an unknown person looks. Source: the "unknown patient" of the hospital bureau's data model."""

    UNDER_1 = "under_1"
    FROM_1_TO_14 = "from_1_to_14"
    FROM_14_TO_18 = "from_14_to_18"
    FROM_18 = "from_18"


class Reminders(StrEnum):
    """Whether the person wants to be reminded by phone or message."""

    NOT_ASKED = "not_asked"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class ReminderConsent:
    """The person's word on reminders, who wrote it down and when (aware UTC); empty until asked."""

    wish: Reminders = Reminders.NOT_ASKED
    at: dt.datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A person known to the clinic. Birth date and sex are the document's, never the IIN's.

    Exactly one of `iin` and `no_iin_reason` is given. `version` counts saved changes from 1 and
    turns a second writer into a conflict. `birth_date` may be None only for an unknown person, whose
    `age_band` then says how old they look. `kato` is the nine-digit code of the place in `address`,
    `citizenship` the country of a foreigner's document (ISO 3166-1 alpha-3), both may be empty.
    """

    id: PatientId
    name: PersonName
    birth_date: dt.date | None
    sex: Sex
    iin: Iin | None = None
    no_iin_reason: NoIinReason | None = None
    mother_iin: Iin | None = None
    phone: Phone | None = None
    address: str = ""
    document: DocumentKind = DocumentKind.NONE
    document_number: str = ""
    slip_language: SlipLanguage = SlipLanguage.KK
    attachment: Attachment = Attachment()
    version: int = 0
    kato: str = ""
    age_band: AgeBand | None = None
    citizenship: str = ""
    reminders: ReminderConsent = ReminderConsent()

    def age_on(self, day: dt.date) -> int | None:
        """Full years on `day`; None when the birth date is unknown."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)
