"""A row of a list of patients."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import Iin, Sex, compare_with_document
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.identifiers import iin_of
from clinic_desk.domain.imports.people import name_of
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import PatientRow
from clinic_desk.domain.imports.words import sex_of
from clinic_desk.domain.phone import Phone, parse_phone

# The whole number of a Kazakhstan subscriber (zone +7 6, +7 7). Its length is all the library would check,
# at fifty times the cost; every other form is left to the library.
_COMPLETE: Final = re.compile(r"(?:\+7|8)([67]\d{9})", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{3}")
_PLACE: Final = re.compile(r"\d{9}", re.ASCII)
MAX_DOCUMENT_LENGTH: Final = 60
_GROUPING: Final = str.maketrans("", "", " -()")


def parse_patient(cells: Cells, today: dt.date | None) -> ParsedRow:
    """A patient; `today` (clinic's zone) bounds the birth date.

    A birth date or sex that disagrees with the IIN is a warning and the list wins (Ministry of
    Justice, 5 Apr 2019). What the list does not say is taken from the IIN with a note.
    """
    name = name_of(cells)
    iin = iin_of(cells, "iin")
    birth_date = cells.day("birth_date")
    sex = _sex(cells)
    if birth_date is not None and today is not None and birth_date > today:
        cells.problem("birth_date.future", "birth_date")
    if iin is not None:
        birth_date, sex = _compared(cells, iin, birth_date, sex)
    elif not cells.problems:
        cells.warn("iin.missing", "iin")
        if birth_date is None:
            cells.problem("birth_date.missing", "birth_date")
    address = cells.known("address")
    phone = _phone(cells)
    mother = iin_of(cells, "mother_iin")
    number = cells.known("document_number")[:MAX_DOCUMENT_LENGTH]
    citizenship = _code(cells, "citizenship", _COUNTRY)
    kato = _code(cells, "kato", _PLACE)
    if name is None:
        return cells.result(None)
    return cells.result(
        PatientRow(name, iin, birth_date, sex, phone, address, mother, number, citizenship, kato)
    )


def _code(cells: Cells, field: str, form: re.Pattern[str]) -> str:
    """A code of a classifier; what is none is left out with a warning, the person is kept."""
    text = cells.known(field).upper()
    if text and not form.fullmatch(text):
        cells.warn("kato.unknown" if field == "kato" else "citizenship.unknown", field)
        return ""
    return text


def _compared(cells: Cells, iin: Iin, birth_date: dt.date | None, sex: Sex) -> tuple[dt.date | None, Sex]:
    if iin.is_unusual:
        cells.warn("iin.unusual", "iin")
    differs = compare_with_document(iin, birth_date, sex)
    if differs.number_birth_date is not None:
        cells.warn("birth_date.differs_from_iin", "birth_date", iin_date=differs.number_birth_date)
    if differs.number_sex is not None:
        cells.warn("sex.differs_from_iin", "sex")
    if birth_date is None:
        birth_date = iin.birth_date
        if birth_date is None:
            cells.problem("birth_date.missing", "birth_date")
        else:
            cells.note("birth_date.from_iin", "birth_date", hint=f"{birth_date:%d.%m.%Y}")
    if sex is Sex.UNKNOWN and iin.sex is not None:
        sex = iin.sex
        cells.note("sex.from_iin", "sex")
    return birth_date, sex


def _sex(cells: Cells) -> Sex:
    text = cells.known("sex")
    if not text:
        return Sex.UNKNOWN
    sex = sex_of(text)
    if sex is None:
        cells.problem("sex.unknown", "sex")
        return Sex.UNKNOWN
    return sex


def _phone(cells: Cells) -> Phone | None:
    complete = _COMPLETE.fullmatch(cells.raw("phone").translate(_GROUPING))
    if complete:
        return Phone(f"+7{complete[1]}")
    text = cells.known("phone")
    if not text:
        return None
    # Several numbers stand in one cell often; the first that can be read is kept.
    for part in re.split(r"[,;/\n]", text):
        try:
            phone = parse_phone(part)
        except InvalidValue:
            continue
        if part.strip() != text:
            cells.note("phone.several", "phone", hint=phone.shown)
        return phone
    cells.warn("phone.invalid", "phone")
    return None
