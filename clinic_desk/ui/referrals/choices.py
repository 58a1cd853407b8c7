"""The lists under the searching fields: what the store finds, what this desk uses most in front."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.referrals import ReferralService
from clinic_desk.services.rows import DiagnosisChoice, DoctorChoice, ServiceChoice
from clinic_desk.texts import Language
from clinic_desk.ui.kit.choice_popup import Option
from clinic_desk.ui.referrals.typed_text import first_found

SHOWN: Final = 20
_ASKED: Final = 60
_FAMILIAR: Final = 8
_RECENT: Final = 200


@dataclass(frozen=True, slots=True)
class Usual:
    """What this desk has referred to lately: how often, and the most frequent to begin with."""

    service_uses: Mapping[LocalText, int] = field(default_factory=dict)
    diagnosis_uses: Mapping[str, int] = field(default_factory=dict)
    services: tuple[ServiceChoice, ...] = ()
    diagnoses: tuple[DiagnosisChoice, ...] = ()


def learn_usual(referrals: ReferralService) -> Usual:
    """The habits of the last 200 referrals; a few small reads."""
    rows = referrals.rows(ReferralFilter(limit=_RECENT))
    services = Counter(row.service for row in rows)
    diagnoses = Counter(row.icd_code for row in rows)
    familiar_services = []
    for title, _ in services.most_common(_FAMILIAR):
        same = [c for c in referrals.services(title.said_in("ru"), 5) if c.title == title]
        familiar_services += same[:1]
    familiar_diagnoses = []
    for code, _ in diagnoses.most_common(_FAMILIAR):
        same_code = [c for c in referrals.diagnoses(code, 5) if c.code == code]
        familiar_diagnoses += same_code[:1]
    return Usual(services, diagnoses, tuple(familiar_services), tuple(familiar_diagnoses))


def find_services(referrals: ReferralService, usual: Usual, text: str) -> list[ServiceChoice]:
    """Services for the field: the exact code first, then those of this desk, then the rest in their order."""
    if not text.strip() and usual.services:
        return list(usual.services)
    found = first_found(lambda words: referrals.services(words, _ASKED), text)
    uses = usual.service_uses
    ranked = sorted(
        found, key=lambda c: (c.code.casefold() != text.strip().casefold(), -uses.get(c.title, 0))
    )
    return ranked[:SHOWN]


def find_diagnoses(referrals: ReferralService, usual: Usual, text: str) -> list[DiagnosisChoice]:
    """Diagnoses for the field.

    A code typed in full stays in front of its subcodes, however often those are used: the doctor wrote it.
    """
    if not text.strip() and usual.diagnoses:
        return list(usual.diagnoses)
    found = first_found(lambda words: referrals.diagnoses(words, _ASKED), text)
    if any(character.isdigit() for character in text):
        return found[:SHOWN]
    return sorted(found, key=lambda c: -usual.diagnosis_uses.get(c.code, 0))[:SHOWN]


def find_doctors(referrals: ReferralService, text: str) -> list[DoctorChoice]:
    """Doctors working today for the field."""
    return first_found(lambda words: referrals.doctors(words, SHOWN), text)


def option_of(choice: ServiceChoice | DiagnosisChoice | DoctorChoice, language: Language) -> Option:
    """The choice as a row of the list, in the reader's language."""
    match choice:
        case ServiceChoice():
            return Option(choice, choice.title.said_in(language), note=choice.code)
        case DiagnosisChoice():
            return Option(choice, choice.title.said_in(language), code=choice.code)
        case DoctorChoice():
            return Option(choice, choice.name, note=choice.specialty.said_in(language))


def options_of(
    choices: Sequence[ServiceChoice] | Sequence[DiagnosisChoice] | Sequence[DoctorChoice],
    language: Language,
) -> list[Option]:
    """The rows of a list."""
    return [option_of(choice, language) for choice in choices]
