"""Values with the days they are in force, and tables of them that answer "as of" a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Generic, TypeVar

from clinic_desk.domain.errors import ClinicDeskError

T = TypeVar("T")


class RuleTableBroken(ClinicDeskError):
    """A rule table cannot be used. Codes: `rules.form`, `rules.no_row`."""


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A value with the days it is in force (inclusive, None is open) and where it comes from.

    `uncertain` values are shown as set by the organisation: no source settles them.
    """

    value: T
    valid_from: dt.date | None
    valid_to: dt.date | None
    source: str
    uncertain: bool = False

    def is_in_force(self, day: dt.date) -> bool:
        """True when the row applies on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class DatedTable(Generic[T]):
    """The rows of one table in the order of the file."""

    name: str
    rows: tuple[Dated[T], ...]

    def on(self, day: dt.date) -> list[Dated[T]]:
        """The rows in force on `day`, in the order of the file."""
        return [row for row in self.rows if row.is_in_force(day)]

    def one_on(self, day: dt.date) -> Dated[T]:
        """The newest row in force on `day`.

        Raises:
            RuleTableBroken: when the table says nothing about that day.
        """
        rows = self.on(day)
        if not rows:
            raise RuleTableBroken("rules.no_row", table=self.name)
        return max(rows, key=lambda row: row.valid_from or dt.date.min)
