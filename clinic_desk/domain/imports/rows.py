"""What comes out of one row: a value, or the reasons why there is none."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from clinic_desk.domain.imports.values import RowValues

SHOWN_CHARACTERS = 200


@dataclasses.dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing about a row. Used for refusals, warnings and notes alike.

    Attributes:
        code: the sentence is `imports.problem.<code>`; advice, where there is any, is
            `imports.advice.<code>`.
        field: ASCII name of the field, or "" for the whole row.
        column: heading of the column as it stands in the file, or "".
        params: plain values for the sentence.
        value: the cell's own text, at most 200 characters, shown literally.
        hint: a value that would be right, or "" when none can be told.
    """

    code: str
    field: str = ""
    column: str = ""
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    value: str = ""
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row after parsing.

    With `problems` the row is refused and `values` is None. Without problems and without `values`
    the row is none of the list's subjects (a range of codes); `notes` say what it is.
    `warnings` are for a person to read, `notes` for the record.
    """

    values: RowValues | None
    problems: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    notes: tuple[RowProblem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """True when the row cannot be applied."""
        return bool(self.problems)

    @property
    def is_passed_over(self) -> bool:
        """True when the row is right but is not something to import."""
        return self.values is None and not self.problems
