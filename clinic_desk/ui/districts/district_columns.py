"""The columns of the districts and of the streets of one district."""

from __future__ import annotations

from clinic_desk.domain.street_parts import Houses
from clinic_desk.services.district_rows import DistrictRow, StreetOfDistrict
from clinic_desk.ui.districts.district_words import (
    ages_words,
    district_words,
    doctor_words,
    houses_words,
    load_of,
    load_sentence,
)
from clinic_desk.ui.kit import Cell, Column, UiText


def district_columns() -> list[Column[DistrictRow]]:
    """Number and kind, doctor, load against the norm, children and adults, streets."""

    def district(row: DistrictRow, words: UiText) -> Cell:
        over = row.norm.over(row.load.people)
        remark = words.say("districts.over_short", n=over) if over else ""
        return Cell(district_words(words, row.district), remark, strong_when_chosen=True)

    def doctor(row: DistrictRow, words: UiText) -> Cell:
        # A long surname gets a line of its own; the initials stay together.
        name = doctor_words(words, row.doctor).replace(". ", ".\N{NO-BREAK SPACE}")
        if row.doctor_districts < 2:
            return Cell(name, muted=row.doctor is None)
        people = words.texts.number(row.doctor_people)
        return Cell(name, words.say("districts.doctor_sum", n=row.doctor_districts, people=people))

    def load(row: DistrictRow, words: UiText) -> Cell:
        people = row.load.people
        return Cell(load=load_of(words, people, row.norm), sentence=load_sentence(words, people, row.norm))

    def ages(row: DistrictRow, words: UiText) -> Cell:
        number = words.texts.number
        text = words.say(
            "districts.ages_cell", children=number(row.load.children), adults=number(row.load.adults)
        )
        return Cell(text, sentence=ages_words(words, row.load))

    def streets(row: DistrictRow, words: UiText) -> Cell:
        return Cell(str(row.streets), muted=not row.streets)

    return [
        Column("districts.column.district", district, 158, 2),
        Column("districts.column.doctor", doctor, 146, 2),
        Column("districts.column.load", load, 228, 1),
        Column("districts.column.ages", ages, 120),
        Column("districts.column.streets", streets, 62),
    ]


def street_columns() -> list[Column[StreetOfDistrict]]:
    """The street, which houses of it, how many people."""

    def street(row: StreetOfDistrict, words: UiText) -> Cell:
        return Cell(row.name, strong_when_chosen=True, muted=not row.parts)

    return [
        Column("districts.streets.street", street, 126, 1),
        Column("districts.streets.houses", houses_cell, 96),
        Column("districts.streets.people", people_cell, 62),
    ]


def houses_cell(row: StreetOfDistrict, words: UiText) -> Cell:
    """All parts of the street that the district has, or that it is not on the list."""
    if not row.parts:
        return Cell(words.say("districts.streets.not_listed"), muted=True)
    return Cell("; ".join(houses_words(words, Houses.of(part)) for part in row.parts))


def people_cell(row: StreetOfDistrict, words: UiText) -> Cell:
    """How many of the district's people live there."""
    return Cell(words.texts.number(row.people), muted=not row.people)
