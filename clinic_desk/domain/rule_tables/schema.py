"""What a rule table is: its fields, the type of its rows and how rows of one code follow each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, NamedTuple, TypeVar

from clinic_desk.domain.rule_tables.dated import Dated
from clinic_desk.domain.rule_tables.fields import BadField, Day, Field, Flag, Text

T = TypeVar("T")

FORMAT: Final = 1
"""The format of documents this version of the program reads."""

DATED: Final[Mapping[str, Field]] = {
    "valid_from": Day(optional=True),
    "valid_to": Day(optional=True),
    "source": Text(),
    "uncertain": Flag(optional=True),
    "note": Text(optional=True),
}
"""Fields every row of every table has; the first two may be null and must stand there."""
_MUST_STAND: Final = frozenset({"valid_from", "valid_to"})


class Continuity(StrEnum):
    """How the rows with one key follow each other in time."""

    TIMELINE = "timeline"
    """One row at a time: no overlap, no gap."""
    NO_OVERLAP = "no_overlap"
    """At most one row at a time, as for campaigns."""
    SET = "set"
    """Any rows, as long as no two say the same."""


class RuleProblem(NamedTuple):
    """One thing that is wrong with a document.

    `code` is the end of a key `rules.problem.<code>`; `row` counts from 1, 0 is the document itself; `field`
    is a name as in the file, "" for the whole row. `params` are plain values for the sentence.
    """

    code: str
    row: int = 0
    field: str = ""
    params: Mapping[str, object] = {}


class ReadRow(NamedTuple):
    """A row as it was read: `raw` as in the file, `values` by field as far as each was good."""

    number: int
    raw: Mapping[str, Any]
    values: Mapping[str, Any]
    dated: Dated[Any] | None
    """None while anything is wrong with the row."""


@dataclass(frozen=True, slots=True)
class TableSchema(Generic[T]):
    """A table of the rules.

    Attributes:
        name: also the name of its file, `resources/rules/<name>.json`.
        make: the type of a row, called with the fields by name; an absent optional field is left out.
        fields: its own fields, beside those of `DATED`.
        key: the fields that make the code of which one row is in force at a time.
        required: keys that must not be absent, since the program asks for each of them.
        part_of: names the part of the table a good row (as in the file) belongs to, where a document replaces
            only the parts it has rows of; None where it replaces the whole table.
    """

    name: str
    make: Callable[..., T]
    fields: Mapping[str, Field]
    key: tuple[str, ...]
    continuity: Continuity = Continuity.TIMELINE
    required: tuple[tuple[str, ...], ...] = ()
    part_of: Callable[[Mapping[str, Any]], str] | None = None

    @property
    def all_fields(self) -> dict[str, Field]:
        """Own fields first, then those of every table."""
        return {**self.fields, **DATED}

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The code of a row, None when a part of it could not be read."""
        known = tuple(values.get(name) for name in self.key)
        missing = any(
            value is None and not self.fields[name].optional
            for name, value in zip(self.key, known, strict=True)
        )
        return None if missing else known

    def read_row(self, number: int, raw: object) -> tuple[ReadRow, list[RuleProblem]]:
        """The row and what is wrong with it."""
        if not isinstance(raw, dict):
            return ReadRow(number, {}, {}, None), [RuleProblem("not_a_row", number)]
        problems = [
            RuleProblem("unknown_field", number, str(name)[:40])
            for name in raw
            if name not in self.fields and name not in DATED
        ]
        values: dict[str, Any] = {}
        for name, field in self.all_fields.items():
            found = raw.get(name)
            if found is None:
                if not field.optional or (name in _MUST_STAND and name not in raw):
                    problems.append(RuleProblem("missing", number, name))
                continue
            try:
                values[name] = field.read(found)
            except BadField as error:
                problems.append(RuleProblem(error.code, number, name, error.params))
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and first > last:
            problems.append(RuleProblem("days_reversed", number, "valid_to"))
        return ReadRow(number, raw, values, None if problems else self._dated(values)), problems

    def read_rows(self, document: object) -> Iterator[tuple[ReadRow, list[RuleProblem]]]:
        """Every row with its problems; nothing when the document has no list of rows."""
        rows = document.get("rows") if isinstance(document, dict) else None
        for number, raw in enumerate(rows if isinstance(rows, list) else (), 1):
            yield self.read_row(number, raw)

    def _dated(self, values: Mapping[str, Any]) -> Dated[T]:
        own = {name: value for name, value in values.items() if name in self.fields}
        return Dated(
            self.make(**own),
            values.get("valid_from"),
            values.get("valid_to"),
            values["source"],
            values.get("uncertain", False),
        )
