"""Which column of a foreign list is which field.

The accepted headings lie in `resources/imports/<kind>.json`; reading the file is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.look_alikes import fold_heading


class InvalidMapping(InvalidValue):
    """A column mapping written by hand cannot be used; the sentence is `imports.map.<code>`.

    Codes: `form`, `unknown_field`, `no_such_heading`, `field_twice`, `heading_twice`.
    """


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of one kind of list; `headings` are the accepted ones, the most exact first.

    `aliases` are other ASCII names a person may write for the field in `--map`.
    """

    name: str
    headings: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindFields:
    """The fields of one kind. Of each group in `required` at least one field must have a column."""

    kind: ImportKind
    fields: tuple[FieldSpec, ...]
    required: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The ASCII names of the fields, in the order a person is shown them."""
        return tuple(spec.name for spec in self.fields)

    def name_of(self, written: str) -> str | None:
        """The field a person means by its name, an alias or an accepted heading; None if none."""
        if written in self.names:
            return written
        for spec in self.fields:
            if written in spec.aliases:
                return spec.name
        key = fold_heading(written)
        for spec in self.fields:
            if key and key in map(fold_heading, spec.headings):
                return spec.name
        return None


def import_fields(kind: ImportKind, content: Mapping[str, Any]) -> KindFields:
    """The fields of a kind from the decoded content of `resources/imports/<kind>.json`."""
    fields = tuple(
        FieldSpec(
            entry["name"],
            tuple(heading for language in ("ru", "kk", "en") for heading in entry[language]),
            tuple(entry.get("aliases", ())),
        )
        for entry in content["fields"]
    )
    return KindFields(kind, fields, tuple(tuple(group) for group in content["required"]))


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """Two columns that could both be `field`; a person has to choose. Indexes count from 0."""

    field: str
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The result of matching.

    Attributes:
        found: index of the column (from 0) by the name of the field.
        missing_required: groups of fields of which one is needed and none was found.
        unknown: headings of columns that are not used, in the order of the file.
        ambiguous: fields that two equally good columns claim; they are not in `found`.
    """

    kind: ImportKind
    headings: tuple[str, ...]
    found: Mapping[str, int]
    missing_required: tuple[tuple[str, ...], ...] = ()
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()

    @property
    def is_usable(self) -> bool:
        """True when rows can be parsed."""
        return not self.missing_required and not self.ambiguous

    def heading_of(self, field: str) -> str:
        """The heading of the field's column as it stands in the file, "" without one."""
        index = self.found.get(field)
        return "" if index is None else self.headings[index]


def match_columns(
    fields: KindFields, headings: Sequence[str], explicit: Mapping[str, str] | None = None
) -> ColumnMap:
    """Columns matched to fields: first `explicit` (field to heading), then by the known headings.

    Headings are compared without case, ё, blanks, points and look-alike letters. Where several
    columns fit one field the heading that stands first in the list of accepted ones wins. An explicit
    heading `#3` means the third column; an empty one leaves the field out. Explicit fields may be
    named as `KindFields.name_of` allows.

    Raises:
        InvalidMapping: for an explicit field or heading that does not exist.
    """
    folded = [fold_heading(heading) for heading in headings]
    found, left_out = _chosen(fields, headings, folded, explicit or {})
    taken = set(found.values())
    claims: dict[int, list[tuple[int, str]]] = {}
    for spec in fields.fields:
        if spec.name in found or spec.name in left_out:
            continue
        for rank, accepted in enumerate(dict.fromkeys(map(fold_heading, spec.headings))):
            for index, heading in enumerate(folded):
                if heading and heading == accepted and index not in taken:
                    claims.setdefault(index, []).append((rank, spec.name))
    ambiguous = []
    for spec in fields.fields:
        ranked = sorted(
            (rank, index) for index, by in claims.items() for rank, name in by if name == spec.name
        )
        ranked = [(rank, index) for rank, index in ranked if index not in taken]
        best = [index for rank, index in ranked if rank == ranked[0][0]]
        if len(best) > 1:
            ambiguous.append(Ambiguity(spec.name, tuple(best)))
        elif best:
            found[spec.name] = best[0]
            taken.add(best[0])
    claimed = {index for ambiguity in ambiguous for index in ambiguity.columns}
    waiting = {ambiguity.field for ambiguity in ambiguous}
    return ColumnMap(
        kind=fields.kind,
        headings=tuple(headings),
        found=found,
        missing_required=tuple(
            group for group in fields.required if not any(name in found or name in waiting for name in group)
        ),
        unknown=tuple(
            heading
            for index, heading in enumerate(headings)
            if heading and index not in taken and index not in claimed
        ),
        ambiguous=tuple(ambiguous),
    )


def _chosen(
    fields: KindFields, headings: Sequence[str], folded: Sequence[str], explicit: Mapping[str, str]
) -> tuple[dict[str, int], set[str]]:
    """The columns a person chose, and the fields they left out."""
    found: dict[str, int] = {}
    left_out: set[str] = set()
    for written, heading in explicit.items():
        name = fields.name_of(written)
        if name is None:
            raise InvalidMapping("unknown_field", field=written, fields=", ".join(fields.names))
        if name in found or name in left_out:
            raise InvalidMapping("field_twice", field=written)
        if not heading.strip():
            left_out.add(name)
            continue
        index = _column_of(heading, headings, folded)
        if index is None:
            raise InvalidMapping("no_such_heading", field=name, heading=heading)
        if index in found.values():
            raise InvalidMapping("heading_twice", field=name, heading=heading)
        found[name] = index
    return found, left_out


def _column_of(wanted: str, headings: Sequence[str], folded: Sequence[str]) -> int | None:
    if wanted in headings:
        return headings.index(wanted)
    key = fold_heading(wanted)
    if key and key in folded:
        return folded.index(key)
    number = wanted.strip().removeprefix("#")
    if wanted.strip().startswith("#") and number.isascii() and number.isdigit():
        index = int(number) - 1 if len(number) < 6 else -1
        return index if 0 <= index < len(headings) else None
    return None
