"""A row of a list of ICD-10 titles."""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.catalogue import InvalidIcdCode, normalise_icd
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.look_alikes import latin_code
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.titles import title
from clinic_desk.domain.imports.values import IcdRow
from clinic_desk.domain.imports.words import yes_no_of

_CLASS: Final = re.compile(r"[IVX]{1,5}")
_BLOCK: Final = re.compile(r"[A-Z]\d{2}(?:\.\d{1,2})?\s*[-–—]\s*[A-Z]\d{2}(?:\.\d{1,2})?")
_MARK: Final = re.compile(r"[+*†]$")


def parse_icd(cells: Cells) -> ParsedRow:
    """A code with its titles. Classes (`XIV`) and blocks (`A00-A09`) are passed over with a note."""
    text = cells.text("code")
    written = latin_code(text)
    if _CLASS.fullmatch(written) or _BLOCK.fullmatch(written):
        cells.note("icd.class" if _CLASS.fullmatch(written) else "icd.block", "code")
        return cells.result(None)
    code = _code(cells, text)
    titles = (title(cells, "title_ru"), title(cells, "title_kk"), title(cells, "title_en"))
    if not any(titles) and not cells.problems:
        cells.problem("name.empty", "title_ru" if cells.has("title_ru") else "title_kk")
    return cells.result(IcdRow(code, *titles, is_actual=_is_actual(cells)))


def _code(cells: Cells, text: str) -> str:
    if not text:
        if not cells.problems:
            cells.problem("icd.missing", "code")
        return ""
    if _MARK.search(text):
        cells.note("icd.mark", "code")
    bare = _MARK.sub("", text).strip()
    try:
        code = normalise_icd(bare)
    except InvalidIcdCode as error:
        cells.failed(error, "code")
        return ""
    if bare[:1].upper() != code[:1]:
        cells.warn("code.look_alike", "code", hint=code, letter=bare[:1])
    elif bare != code:
        cells.note("icd.rewritten", "code", hint=code)
    return code


def _is_actual(cells: Cells) -> bool:
    text = cells.text("actual")
    if not text:
        return True
    actual = yes_no_of(text)
    if actual is None:
        cells.warn("icd.actual_unknown", "actual")
        return True
    if not actual:
        cells.note("icd.not_actual", "actual")
    return actual
