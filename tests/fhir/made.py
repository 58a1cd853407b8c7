"""Made-up values for the tests of the mapping."""

import datetime as dt
from typing import Any

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Sex, check_digit, parse_iin
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    DocumentKind,
    Patient,
    ReminderConsent,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.phone import Phone
from clinic_desk.fhir.stamp import Stamp

AT = dt.datetime(2026, 11, 27, 9, 30, 0, 125000, tzinfo=dt.UTC)
STAMP = Stamp("0190a0b0c0d0e0f00102030405060708", "g.serik", "D1", AT)
LATER = Stamp("0190a0b0c0d0e0f00102030405060709", "a.aru", "D2", AT + dt.timedelta(hours=1))


def an_iin(first_eleven: str = "88021440001") -> str:
    """A number with its check digit; the serial is moved on where none is ever issued."""
    while (digit := check_digit(first_eleven)) is None:
        first_eleven = f"{int(first_eleven) + 1:011d}"
    return f"{first_eleven}{digit}"


def a_patient(**changes: Any) -> Patient:
    """Somebody whose every field is filled."""
    told: dict[str, Any] = {
        "id": PatientId("0190a0b0c0d0e0f00102030405060701"),
        "name": PersonName("Үлгібаева", "Айсұлу", "Маратқызы"),
        "birth_date": dt.date(1988, 2, 14),
        "sex": Sex.FEMALE,
        "iin": parse_iin(an_iin()),
        "phone": Phone("+77000000000"),
        "address": "Алматы қ., Абай д-лы 1, 2-пәтер",
        "document": DocumentKind.IDENTITY_CARD,
        "document_number": "N00000000",
        "slip_language": SlipLanguage.BOTH,
        "kato": "750000000",
        "reminders": ReminderConsent(Reminders.YES, AT, "g.serik"),
    }
    return Patient(**{**told, **changes})
