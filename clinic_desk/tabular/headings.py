"""Which row of a file holds the headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

LOOKED_AT: Final = 25


class HeadingRow(NamedTuple):
    """Where the headings are; both count from 0 in the rows looked at, `above` are titles before them."""

    row: int
    above: tuple[int, ...]


def find_headings(rows: Sequence[Sequence[str]]) -> HeadingRow | None:
    """The first row with at least two texts, past the titles people put above a table; None without one.

    `rows` are the first rows of the file, blank ones included.
    """
    above: list[int] = []
    for index, row in enumerate(rows[:LOOKED_AT]):
        filled = sum(1 for cell in row if cell.strip())
        if filled >= 2:
            return HeadingRow(index, tuple(above))
        if filled:
            above.append(index)
    return None


def clean_heading(text: str) -> str:
    """A heading on one line with single blanks."""
    return " ".join(text.replace("\ufeff", "").replace("\u00ad", "").split())


def numbers_columns(cells: Sequence[str]) -> bool:
    """True for the row under the headings that only numbers the columns, from 1 on."""
    return len(cells) >= 3 and all(
        cell.strip().rstrip(".") == str(number) for number, cell in enumerate(cells, start=1)
    )
