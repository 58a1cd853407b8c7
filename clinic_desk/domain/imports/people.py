"""Names of people in cells: three columns or one."""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.imports.cells import Cells, is_absent
from clinic_desk.domain.names import PersonName

# Words of one alphabet, composed letters, single blanks or hyphens: what `PersonName.of` leaves as it is.
_CYRILLIC_WORD: Final = "[А-ЯЁа-яёӘәҒғҚқҢңӨөҰұҮүҺһІі]+"
_CLEAN: Final = re.compile(rf"{_CYRILLIC_WORD}(?:[ -]{_CYRILLIC_WORD})*")
_CLEAN_LENGTH: Final = 100


def name_of(cells: Cells) -> PersonName | None:
    """The name in the row; None, with a problem, when there is none.

    A single column holds surname, first name, and the rest as patronymic, in that order.
    """
    raw = cells.raw("surname"), cells.raw("given_name"), cells.raw("patronymic")
    if _is_clean(raw[0]) and _is_clean(raw[1]) and (not raw[2] or _is_clean(raw[2])):
        return PersonName(raw[0], raw[1], "" if is_absent(raw[2]) else raw[2])
    surname, given_name, patronymic = map(cells.words, ("surname", "given_name", "patronymic"))
    if not surname and not given_name:
        surname, given_name, patronymic = (*cells.words("full_name").split(" ", 2), "", "", "")[:3]
    if is_absent(patronymic):
        patronymic = ""
    try:
        name = PersonName.of(surname, given_name, patronymic)
    except InvalidValue as error:
        field = next((name for name in ("surname", "full_name", "given_name") if cells.has(name)), "")
        if error.code == "name.surname_or_given":
            # A cell that was refused already says why there is no name.
            if not cells.problems:
                cells.problem("name.empty", field)
        else:
            cells.failed(error, field)
        return None
    if not name.surname or not name.given_name:
        cells.warn("name.one_word", "given_name" if cells.has("given_name") else "full_name")
    elif any(character.isdigit() for character in name.full):
        cells.warn("name.digits", "surname" if cells.has("surname") else "full_name")
    return name


def _is_clean(part: str) -> bool:
    return len(part) <= _CLEAN_LENGTH and _CLEAN.fullmatch(part) is not None
