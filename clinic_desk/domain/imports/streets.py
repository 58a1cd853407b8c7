"""A row of a list of streets: which houses of a street belong to which district."""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.address import street_key
from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.houses import houses_of
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.values import StreetRow
from clinic_desk.domain.street_parts import WHOLE_STREET

_LONGEST: Final = 120
_DISTRICT_WORDS: Final = re.compile(
    r"№|\b(?:участ\w*|уч|учаске\w*|district|no|номер|воп|жпд|терапевт\w*|педиатр\w*)\b\.?", re.IGNORECASE
)


def parse_street(cells: Cells) -> ParsedRow:
    """A part of a street. Which districts there are, and whose the houses are, is for the store to say."""
    name = cells.words("street")
    key = street_key(name)
    if not name:
        if not cells.problems:
            cells.problem("street.missing", "street")
    elif not key:
        cells.problem("street.no_name", "street")
    elif len(name) > _LONGEST:
        cells.problem("cell.too_long", "street")
    houses = WHOLE_STREET
    try:
        houses = houses_of(cells.text("houses"))
    except InvalidValue as error:
        cells.failed(error, "houses")
    district = " ".join(_DISTRICT_WORDS.sub(" ", cells.text("district")).split())
    if not district and not any(problem.field == "district" for problem in cells.problems):
        cells.problem("street.no_district", "district")
    return cells.result(StreetRow(name, key, houses, district))
