"""A row of a list of offers: which supplier gives which service."""

from __future__ import annotations

from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.identifiers import bin_of, service_code_of
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.titles import title
from clinic_desk.domain.imports.values import OfferRow


def parse_offer(cells: Cells) -> ParsedRow:
    """An offer. Whether supplier and service are known is for the store to say."""
    supplier = bin_of(cells, "supplier_bin")
    if supplier is None and not cells.problems:
        cells.problem("bin.empty", "supplier_bin")
    before = len(cells.problems)
    code = service_code_of(cells, "service_code")
    if not code and len(cells.problems) == before:
        cells.problem("code.missing", "service_code")
    first, last = cells.day("from"), cells.day("to")
    if first and last and last < first:
        cells.problem("date.order", "to", first=first, last=last)
    wait_days = cells.whole("wait_days")
    distance_km = cells.amount("distance_km", separator_is_decimal=True)
    price = cells.amount("price")
    service_title = title(cells, "service_title")
    if supplier is None:
        return cells.result(None)
    return cells.result(OfferRow(supplier, code, service_title, first, last, wait_days, distance_km, price))
