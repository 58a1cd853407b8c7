"""What the settings form holds, and what of it cannot be saved. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from clinic_desk.domain.bin import parse_bin
from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.numbers import normalise_desk_code
from clinic_desk.domain.phone import parse_phone
from clinic_desk.services.desk_settings import DeskSettings, Printing

LONGEST = 200


@dataclass(frozen=True, slots=True)
class FieldError:
    """Why a field cannot be saved: the code and parameters of a sentence of errors."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The values as they stand in the fields."""

    clinic: ClinicProfile
    desk: Desk
    printing: Printing

    @classmethod
    def of(cls, settings: DeskSettings) -> SettingsForm:
        """The form of stored settings."""
        return cls(settings.clinic, settings.desk, settings.printing)

    def cleaned(self) -> SettingsForm:
        """Without blanks around, the desk code in capitals, the BIN as its digits."""
        clinic = ClinicProfile(**{name: _one_line(value) for name, value in _values(self.clinic).items()})
        desk = Desk(**{name: _one_line(value) for name, value in _values(self.desk).items()})
        return SettingsForm(
            replace(clinic, bin="".join(clinic.bin.split())),
            replace(desk, code=desk.code.upper()),
            self.printing,
        )

    def errors(self, stored: SettingsForm) -> dict[str, FieldError]:
        """What is wrong by `<part>_<field>`, only in the parts that differ from what is stored.

        A fresh profile has no clinic yet; that must not keep a person from choosing a printer.
        """
        found: dict[str, FieldError] = {}
        if self.clinic != stored.clinic:
            if not (self.clinic.name_kk or self.clinic.name_ru):
                found["clinic_name_kk"] = FieldError("name_needed")
            if self.clinic.bin:
                _try(found, "clinic_bin", lambda: parse_bin(self.clinic.bin))
            if self.clinic.phone:
                _try(found, "clinic_phone", lambda: parse_phone(self.clinic.phone))
        if self.desk != stored.desk:
            _try(found, "desk_code", lambda: normalise_desk_code(self.desk.code))
            if not self.desk.label:
                found["desk_label"] = FieldError("label_needed")
            if not self.desk.registrar:
                found["desk_registrar"] = FieldError("registrar_needed")
        return found

    def within(self, settings: DeskSettings) -> DeskSettings:
        """These values in the place of the stored ones; the look stays."""
        return replace(settings, clinic=self.clinic, desk=self.desk, printing=self.printing)


def _values(part: ClinicProfile | Desk) -> dict[str, str]:
    return {name: getattr(part, name) for name in part.__dataclass_fields__}


def _one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _try(found: dict[str, FieldError], name: str, parse: object) -> None:
    try:
        parse()  # type: ignore[operator]
    except InvalidValue as error:
        found[name] = FieldError(error.code, error.params)
