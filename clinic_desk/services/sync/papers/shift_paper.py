"""Everything the printed sheet of a shift says, as plain values. No patient is named on it."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.sync.papers.shift_values import ShiftSheet
from clinic_desk.texts import CLINIC_ZONE, Language


@dataclass(frozen=True, slots=True)
class ShiftPaper:
    """One sheet; its moments are shown in `zone`."""

    sheet: ShiftSheet
    clinic: LocalText
    language: Language
    is_practice: bool = False
    zone: str = CLINIC_ZONE
