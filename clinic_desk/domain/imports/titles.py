"""Names of organisations as lists write them, and the usual faults in them."""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.imports.cells import Cells

MAX_TITLE_LENGTH: Final = 500
_TEST: Final = re.compile(
    r"(?:^|[^\w])я*(?:тест|test|demo|демо|сынақ)(?:демо|demo)?(?:$|[^\w])|^я+тест", re.I
)
# Renamed since the lists were made. Source: decrees of 2018 (Түркістан) and 2022 (Астана).
_FORMER_PLACES: Final = (
    (re.compile(r"Нур-?\s?Султан|Нұр-?\s?Сұлтан", re.I), "Астана"),
    (re.compile(r"(?<!\w)(?:ЮКО|Южно-Казахстанск\w+)(?!\w)", re.I), "Түркістан облысы"),
    (re.compile(r"(?<!\w)ОҚО(?!\w)|Оңтүстік Қазақстан", re.I), "Түркістан облысы"),
)
_QUOTE_SPACING: Final = re.compile(r'\w"(?=\w)|(?:^|\s)" |« | »')


def organisation_name(cells: Cells, field: str) -> str:
    """The organisation's name on one line, its faults told as warnings and notes.

    Only look-alike letters and blanks are changed: what a quote meant is not known.
    """
    name = cells.words(field)
    if not name:
        return ""
    if len(name) > MAX_TITLE_LENGTH:
        cells.problem("name.too_long", field, limit=MAX_TITLE_LENGTH)
        return ""
    if _TEST.search(name):
        cells.warn("name.looks_like_test", field)
    raw = cells.raw(field).strip()
    if name.count('"') % 2 or name.count("«") != name.count("»"):
        cells.note("name.quotes_unbalanced", field)
    if "  " in raw or "\n" in raw or _QUOTE_SPACING.search(name):
        cells.note("name.spacing", field)
    for pattern, now in _FORMER_PLACES:
        match = pattern.search(name)
        if match:
            cells.note("name.former_place", field, place=match[0], now=now)
    return name


def title(cells: Cells, field: str) -> str:
    """A title of a service or diagnosis on one line; "" when it is empty or, with a problem, too long."""
    text = cells.words(field)
    if len(text) > MAX_TITLE_LENGTH:
        cells.problem("name.too_long", field, limit=MAX_TITLE_LENGTH)
        return ""
    return text
