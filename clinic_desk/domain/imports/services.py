"""A row of a list of services."""

from __future__ import annotations

from clinic_desk.domain.catalogue import Package
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.identifiers import service_code_of
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.titles import title
from clinic_desk.domain.imports.values import ServiceRow
from clinic_desk.domain.imports.words import packages_of


def parse_service(cells: Cells) -> ParsedRow:
    """A service; without a code or without any title it is refused."""
    code = service_code_of(cells, "code")
    if not code and not cells.problems:
        cells.problem("code.missing", "code")
    titles = (title(cells, "name"), title(cells, "title_kk"), title(cells, "title_en"))
    if not any(titles) and not cells.problems:
        cells.problem("name.empty", "name" if cells.has("name") else "title_kk")
    return cells.result(
        ServiceRow(
            code,
            *titles,
            price=cells.amount("price"),
            coefficient=cells.amount("coefficient", separator_is_decimal=True),
            package=_package(cells),
            specialty=cells.words("specialty"),
        )
    )


def _package(cells: Cells) -> Package:
    text = cells.text("package")
    if not text:
        return Package.UNKNOWN
    packages = packages_of(text)
    if packages is None:
        cells.problem("package.unknown", "package")
        return Package.UNKNOWN
    if len(packages) > 1:
        cells.warn("package.several", "package")
        return Package.UNKNOWN
    return packages[0]
