"""A row of a list of doctors."""

from __future__ import annotations

from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.people import name_of
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import DoctorRow

MAX_CODE_LENGTH = 32


def parse_doctor(cells: Cells) -> ParsedRow:
    """A doctor. Lists of staff often have no code: that is a warning, the name is the key then."""
    name = name_of(cells)
    code = cells.text("code")
    if len(code) > MAX_CODE_LENGTH:
        cells.problem("code.too_long", "code", limit=MAX_CODE_LENGTH)
    elif not code and not cells.problems:
        cells.warn("doctor.code_missing", "code")
    first, last = cells.day("active_from"), cells.day("active_to")
    if first and last and last < first:
        cells.problem("date.order", "active_to", first=first, last=last)
    specialty, specialty_kk = cells.words("specialty"), cells.words("specialty_kk")
    district, room = cells.text("district"), cells.text("room")
    if name is None:
        return cells.result(None)
    return cells.result(DoctorRow(name, code, specialty, specialty_kk, district, room, first, last))
