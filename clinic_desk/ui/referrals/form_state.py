"""What stands in the referral dialog, as one frozen value: read from the fields, kept as a draft, checked.

A draft carries the titles of what was chosen too, so that it can be shown again at once; whether the choice
still stands is for the rules to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clinic_desk.domain.catalogue import Package
from clinic_desk.domain.ids import DoctorId, PatientId, ServiceId, SupplierId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.rows import DiagnosisChoice, DoctorChoice, ServiceChoice

Choice = TypeVar("Choice", ServiceChoice, DiagnosisChoice, DoctorChoice)


@dataclass(frozen=True, slots=True)
class Picked:
    """A searching field: what is chosen, or else the text that is still being typed."""

    choice: ServiceChoice | DiagnosisChoice | DoctorChoice | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing is chosen and nothing typed."""
        return self.choice is None and not self.text.strip()


@dataclass(frozen=True, slots=True)
class FormState:
    """Everything a registrar has put into the dialog. `reasons_given`: code of a warning to words."""

    service: Picked = Picked()
    diagnosis: Picked = Picked()
    doctor: Picked = Picked()
    reason: str = ""
    supplier_id: SupplierId | None = None
    evidence: str = ""
    note: str = ""
    reasons_given: Mapping[str, str] = field(default_factory=dict)
    onset_on: dt.date | None = None

    def form(self, patient_id: PatientId, *, wants_paper: bool = True) -> ReferralForm:
        """The form as the use cases take it; a code that was typed but not taken from the list counts."""
        service, diagnosis, doctor = self.service.choice, self.diagnosis.choice, self.doctor.choice
        return ReferralForm(
            patient_id,
            service.service_id if isinstance(service, ServiceChoice) else None,
            diagnosis.code if isinstance(diagnosis, DiagnosisChoice) else self.diagnosis.text,
            doctor.doctor_id if isinstance(doctor, DoctorChoice) else None,
            self.reason,
            self.supplier_id,
            self.evidence,
            self.note,
            reasons_given=dict(self.reasons_given),
            wants_paper=wants_paper,
            onset_on=self.onset_on,
        )

    def is_untouched(self, usual_doctor: DoctorChoice | None) -> bool:
        """True when nobody has put anything in; the doctor who is filled in by itself does not count."""
        return (
            self.service.is_empty
            and self.diagnosis.is_empty
            and (self.doctor.is_empty or self.doctor.choice == usual_doctor)
            and not (self.reason or self.evidence.strip() or self.note.strip() or self.onset_on)
            and not any(words.strip() for words in self.reasons_given.values())
        )

    def filled_from(self, older: FormState, usual_doctor: DoctorChoice | None) -> FormState:
        """This form, with the parts nobody has touched taken from `older`."""
        doctor_is_own = not self.doctor.is_empty and self.doctor.choice != usual_doctor
        keeps_service = not self.service.is_empty
        return FormState(
            self.service if keeps_service else older.service,
            older.diagnosis if self.diagnosis.is_empty else self.diagnosis,
            self.doctor if doctor_is_own or older.doctor.is_empty else older.doctor,
            self.reason or older.reason,
            # A supplier belongs to a service.
            self.supplier_id if keeps_service else older.supplier_id,
            self.evidence or older.evidence,
            self.note or older.note,
            {**older.reasons_given, **{code: w for code, w in self.reasons_given.items() if w}},
            self.onset_on or older.onset_on,
        )

    def to_payload(self) -> dict[str, Any]:
        """The form as JSON-ready values."""
        return {
            "service": _picked_payload(self.service),
            "diagnosis": _picked_payload(self.diagnosis),
            "doctor": _picked_payload(self.doctor),
            "reason": self.reason,
            "supplier": self.supplier_id or "",
            "evidence": self.evidence,
            "note": self.note,
            "reasons_given": dict(self.reasons_given),
            "onset_on": self.onset_on.isoformat() if self.onset_on else "",
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> FormState:
        """The form of a draft; parts that another version wrote in another shape are left empty."""
        words = payload.get("reasons_given")
        supplier = _text(payload, "supplier")
        return cls(
            _picked(payload.get("service"), _service),
            _picked(payload.get("diagnosis"), _diagnosis),
            _picked(payload.get("doctor"), _doctor),
            _text(payload, "reason"),
            SupplierId(supplier) if supplier else None,
            _text(payload, "evidence"),
            _text(payload, "note"),
            {str(k): str(v) for k, v in words.items()} if isinstance(words, dict) else {},
            _day(payload, "onset_on"),
        )


def _picked_payload(picked: Picked) -> dict[str, Any]:
    choice = picked.choice
    match choice:
        case ServiceChoice():
            return {
                "id": choice.service_id,
                "code": choice.code,
                **_titles(choice.title),
                "package": choice.package.value,
            }
        case DiagnosisChoice():
            return {"code": choice.code, **_titles(choice.title)}
        case DoctorChoice():
            return {
                "id": choice.doctor_id,
                "code": choice.code,
                "name": choice.name,
                **_titles(choice.specialty),
            }
        case _:
            return {"text": picked.text}


def _picked(raw: object, make: Any) -> Picked:
    if not isinstance(raw, dict):
        return Picked()
    try:
        return Picked(make(raw)) if "code" in raw else Picked(text=_text(raw, "text"))
    except (KeyError, ValueError):
        return Picked()


def _service(raw: Mapping[str, Any]) -> ServiceChoice:
    return ServiceChoice(
        ServiceId(str(raw["id"])), str(raw["code"]), _title(raw), Package(str(raw["package"]))
    )


def _diagnosis(raw: Mapping[str, Any]) -> DiagnosisChoice:
    return DiagnosisChoice(str(raw["code"]), _title(raw))


def _doctor(raw: Mapping[str, Any]) -> DoctorChoice:
    return DoctorChoice(DoctorId(str(raw["id"])), str(raw["code"]), str(raw["name"]), _title(raw))


def _titles(title: LocalText) -> dict[str, str]:
    return {"kk": title.kk, "ru": title.ru, "en": title.en}


def _title(raw: Mapping[str, Any]) -> LocalText:
    return LocalText(_text(raw, "kk"), _text(raw, "ru"), _text(raw, "en"))


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key, "")
    return value if isinstance(value, str) else ""


def _day(raw: Mapping[str, Any], key: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(_text(raw, key))
    except ValueError:
        return None
