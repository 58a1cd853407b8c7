"""What stands in the form, as typed: kept in drafts, turned into a `PersonForm` for the use cases."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from clinic_desk.domain.iin import Sex
from clinic_desk.domain.patient import (
    AgeBand,
    DocumentKind,
    NoIinReason,
    Patient,
    Reminders,
    SlipLanguage,
)
from clinic_desk.services.person_form import PersonForm
from clinic_desk.ui.omnibox.intent import Meaning, read
from clinic_desk.ui.patients.typed_dates import typed_day

E = TypeVar("E", bound=StrEnum)
_NAME_PARTS = 3


@dataclass(frozen=True, slots=True)
class FormState:
    """Texts are raw; a birth date that is no day yet is kept as it was typed."""

    iin: str = ""
    no_iin_reason: NoIinReason | None = None
    mother_iin: str = ""
    surname: str = ""
    given_name: str = ""
    patronymic: str = ""
    birth_date: str = ""
    sex: Sex = Sex.UNKNOWN
    phone: str = ""
    address: str = ""
    document: DocumentKind | None = None
    document_number: str = ""
    slip_language: SlipLanguage = SlipLanguage.KK
    kato: str = ""
    age_band: AgeBand | None = None
    citizenship: str = ""
    reminders: Reminders = Reminders.NOT_ASKED

    @classmethod
    def of(cls, patient: Patient) -> FormState:
        """The stored values of a person."""
        born = patient.birth_date
        return cls(
            patient.iin.digits if patient.iin else "",
            patient.no_iin_reason,
            patient.mother_iin.digits if patient.mother_iin else "",
            patient.name.surname,
            patient.name.given_name,
            patient.name.patronymic,
            f"{born:%d.%m.}{born.year:04}" if born else "",
            patient.sex,
            patient.phone.shown if patient.phone else "",
            patient.address,
            patient.document,
            patient.document_number,
            patient.slip_language,
            patient.kato,
            patient.age_band,
            patient.citizenship,
            patient.reminders.wish,
        )

    @classmethod
    def of_text(cls, text: str) -> FormState:
        """The beginning of a form from what was typed in the omnibox: a number or the parts of a name."""
        intent = read(text)
        match intent.meaning:
            case Meaning.IIN | Meaning.BAD_IIN | Meaning.DIGITS:
                return cls(iin=intent.text[:12])
            case Meaning.PHONE:
                return cls(phone=intent.text)
            case Meaning.NAME:
                parts = intent.text.split(maxsplit=_NAME_PARTS - 1)
                parts = [part[:1].upper() + part[1:] for part in parts] + ["", ""]
                return cls(surname=parts[0], given_name=parts[1], patronymic=parts[2])
            case _:
                return cls()

    @classmethod
    def of_payload(cls, payload: dict[str, Any]) -> FormState:
        """A draft's form; values that this program does not know are left out."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in payload.items() if key in known and isinstance(value, str)}
        texts: dict[str, Any] = {key: value for key, value in values.items() if key not in _ENUMS}
        state = cls(**texts)
        return replace(
            state,
            no_iin_reason=_member(NoIinReason, values.get("no_iin_reason")),
            sex=_member(Sex, values.get("sex")) or Sex.UNKNOWN,
            document=_member(DocumentKind, values.get("document")),
            slip_language=_member(SlipLanguage, values.get("slip_language")) or SlipLanguage.KK,
            age_band=_member(AgeBand, values.get("age_band")),
            reminders=_member(Reminders, values.get("reminders")) or Reminders.NOT_ASKED,
        )

    def payload(self) -> dict[str, Any]:
        """JSON-ready; the other way of `of_payload`."""
        return {key: None if value is None else str(value) for key, value in asdict(self).items()}

    def form(self) -> PersonForm:
        """The form for the use cases."""
        return PersonForm(
            self.iin,
            None if self.iin.strip() else self.no_iin_reason,
            self.mother_iin if self.wants_mother else "",
            self.surname,
            self.given_name,
            self.patronymic,
            typed_day(self.birth_date),
            self.sex,
            self.phone,
            self.address,
            self.document or DocumentKind.NONE,
            self.document_number,
            self.slip_language,
            self.age_band if self.is_unknown_person else None,
            self.citizenship,
            self.kato,
            self.reminders,
        )

    @property
    def wants_mother(self) -> bool:
        """Whether the mother's IIN belongs on the form: a newborn without a number of its own."""
        return not self.iin.strip() and self.no_iin_reason is NoIinReason.NEWBORN

    @property
    def is_unknown_person(self) -> bool:
        """Whether birth date and sex may stay unknown."""
        return not self.iin.strip() and self.no_iin_reason is NoIinReason.UNKNOWN_PERSON

    @property
    def is_foreigner(self) -> bool:
        """Whether the person is known by a foreign document."""
        return not self.iin.strip() and self.no_iin_reason is NoIinReason.FOREIGNER

    @property
    def is_empty(self) -> bool:
        """Whether nothing worth keeping was typed; the place is the clinic's own until somebody says more."""
        return replace(self, slip_language=SlipLanguage.KK, kato="") == FormState()

    @property
    def name(self) -> str:
        """The name as far as it is typed."""
        return " ".join(part for part in (self.surname, self.given_name) if part.strip())

    def altered_from(self, other: FormState) -> list[str]:
        """The names of the fields that differ."""
        return [f.name for f in fields(self) if getattr(self, f.name) != getattr(other, f.name)]


_ENUMS = frozenset({"no_iin_reason", "sex", "document", "slip_language", "age_band", "reminders"})


def _member(kind: type[E], value: object) -> E | None:
    return next((member for member in kind if member == value), None)
