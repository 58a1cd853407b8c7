"""The columns of the districts one may be attached to."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.services.attachment_rows import DistrictChoice
from clinic_desk.ui.attachment.words import district_name, mark_chip
from clinic_desk.ui.kit import Load, UiText
from clinic_desk.ui.kit.table import Cell, Column


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """A row: the district and whether it is the chosen one."""

    choice: DistrictChoice
    is_chosen: bool


def load_of(words: UiText, choice: DistrictChoice) -> Load:
    """The load of a district with its numbers in words."""
    people = words.texts.number(choice.people)
    if choice.norm is None:
        return Load(choice.people, None, people)
    return Load(choice.people, choice.norm, f"{people} / {words.texts.number(choice.norm)}")


def district_columns() -> list[Column[DistrictLine]]:
    """District, doctor, load against the norm, and a mark."""

    def district(line: DistrictLine, words: UiText) -> Cell:
        name = district_name(words, line.choice.district)
        icon = "check-circle" if line.is_chosen else ""
        sentence = words.say("attachment_screen.district.chosen", district=name) if line.is_chosen else ""
        return Cell(name, icon=icon, icon_colour="accent", strong=line.is_chosen, sentence=sentence)

    def doctor(line: DistrictLine, words: UiText) -> Cell:
        doctor = line.choice.doctor
        if doctor is None:
            return Cell(words.say("attachment_screen.district.no_doctor"), muted=True)
        return Cell(doctor.name.short, strong=line.is_chosen)

    def load(line: DistrictLine, words: UiText) -> Cell:
        return Cell(load=load_of(words, line.choice))

    def mark(line: DistrictLine, words: UiText) -> Cell:
        chip = mark_chip(words, line.choice)
        return Cell(chip=chip) if chip else Cell()

    return [
        Column("attachment_screen.column.district", district, 122, 2),
        Column("attachment_screen.column.doctor", doctor, 122, 2),
        Column("attachment_screen.column.load", load, 218),
        Column("attachment_screen.column.mark", mark, 184, 1),
    ]
