"""A row of the Fund's list of suppliers, in its own 16 columns or in a plainer form."""

from __future__ import annotations

import re
from typing import Final

from clinic_desk.domain.catalogue import Care, ListState, SupplierRole
from clinic_desk.domain.imports.cells import Cells
from clinic_desk.domain.imports.identifiers import bin_of
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.titles import organisation_name
from clinic_desk.domain.imports.values import SupplierRow
from clinic_desk.domain.imports.words import roles_of, state_of

_BETWEEN_KINDS: Final = re.compile(r"\s*[\n;|]+\s*")
_BULLET: Final = re.compile(r"^(?:\d{1,2}[.)]\s+|[-–—•*·]\s*)")
_BY_ROLE: Final = (
    (SupplierRole.SUPPLIER, "kinds_supplier", "subkinds_supplier"),
    (SupplierRole.CO_EXECUTOR, "kinds_coexecutor", "subkinds_coexecutor"),
)


def parse_supplier(cells: Cells) -> ParsedRow:
    """An organisation. One without a BIN is kept as incomplete, since the Fund's real list has such."""
    name = organisation_name(cells, "name")
    if not name and not cells.problems:
        cells.problem("name.empty", "name")
    number = bin_of(cells, "bin")
    incomplete: list[str] = []
    if number is None and not cells.problems:
        incomplete.append("bin.missing")
        cells.warn("bin.missing", "bin")
    listed_from, listed_to = cells.day("listed_from"), cells.day("listed_to")
    if listed_from and listed_to and listed_to < listed_from:
        cells.problem("date.order", "listed_to", first=listed_from, last=listed_to)
    state = _state(cells, has_begun=listed_from is not None, has_ended=listed_to is not None)
    if state is ListState.UNKNOWN:
        incomplete.append("state.missing")
    cares = _cares(cells)
    if not cares:
        incomplete.append("role.missing")
        cells.note("role.missing", "role")
    return cells.result(
        SupplierRow(
            name=name,
            bin=number,
            region=cells.words("region"),
            address=cells.text("address"),
            phone=cells.text("phone"),
            ownership=cells.text("ownership"),
            state=state,
            subject_status=cells.text("subject_status"),
            listed_from=listed_from,
            listed_to=listed_to,
            changed_on=cells.day("changed_on"),
            long_term=cells.text("long_term"),
            cares=cares,
            distance_km=cells.amount("distance_km", separator_is_decimal=True),
            incomplete=tuple(incomplete),
        )
    )


def _state(cells: Cells, *, has_begun: bool, has_ended: bool) -> ListState:
    """The state as written; a list without such a column tells it by its days."""
    text = cells.text("state")
    # The Fund's form has two columns of status; which of them holds «включ…» is not said anywhere.
    state = state_of(text) or state_of(cells.text("subject_status"))
    if state is not None:
        return state
    if text:
        cells.warn("state.unknown", "state")
    elif not cells.has("state") and not has_ended and has_begun:
        cells.note("state.from_dates", "listed_from")
        return ListState.INCLUDED
    else:
        cells.note("state.missing", "state")
    return ListState.UNKNOWN


def _cares(cells: Cells) -> tuple[Care, ...]:
    cares: list[Care] = []
    for role, kinds, subkinds in _BY_ROLE:
        cares += _paired(cells, role, kinds, subkinds)
    roles = _roles(cells)
    plain = _several(cells, "kind")
    if plain and not roles:
        if not cells.problems:
            cells.warn("role.assumed", "role")
        roles = (SupplierRole.SUPPLIER,)
    for role in roles:
        if plain or not any(care.role is role for care in cares):
            cares += [Care(role, kind) for kind in plain or [""]]
    return tuple(dict.fromkeys(cares))


def _roles(cells: Cells) -> tuple[SupplierRole, ...]:
    text = cells.text("role")
    if not text:
        return ()
    roles = roles_of(text)
    if roles is None:
        cells.problem("role.unknown", "role")
        return ()
    return roles


def _paired(cells: Cells, role: SupplierRole, kinds_field: str, subkinds_field: str) -> list[Care]:
    """Kinds with their subkinds: line by line where there are as many of both, else one to all."""
    kinds, subkinds = _several(cells, kinds_field), _several(cells, subkinds_field)
    if not subkinds:
        return [Care(role, kind) for kind in kinds]
    if len(kinds) == len(subkinds):
        return [Care(role, kind, subkind) for kind, subkind in zip(kinds, subkinds, strict=True)]
    if len(kinds) <= 1:
        kind = kinds[0] if kinds else ""
        return [Care(role, kind, subkind) for subkind in subkinds]
    cells.warn("kind.unpaired", subkinds_field, kinds=len(kinds), subkinds=len(subkinds))
    return [Care(role, kind) for kind in kinds] + [Care(role, "", subkind) for subkind in subkinds]


def _several(cells: Cells, field: str) -> list[str]:
    """The entries of a cell with several lines, without bullets and blanks, each once."""
    text = cells.lines(field)
    if not text:
        return []
    parts = [" ".join(_BULLET.sub("", part.strip()).split()) for part in _BETWEEN_KINDS.split(text)]
    kept = [part for part in parts if part]
    if field.startswith("kind"):
        kept = list(dict.fromkeys(kept))
    if len(kept) > 1:
        cells.note("kind.several", field, n=len(kept))
    return kept
