"""A registration form as a registrar filled it in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import AgeBand, DocumentKind, NoIinReason, Reminders, SlipLanguage


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A registration form as typed; texts are raw, the service parses them."""

    iin: str = ""
    no_iin_reason: NoIinReason | None = None
    mother_iin: str = ""
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    birth_date: dt.date | None = None
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    address: str = ""
    document: DocumentKind = DocumentKind.NONE
    document_number: str = ""
    slip_language: SlipLanguage = SlipLanguage.KK
    age_band: AgeBand | None = None
    citizenship: str = ""
    kato: str = ""
    reminders: Reminders = Reminders.NOT_ASKED
