"""Finds people by digits: an IIN, a part of it, a phone, its end or a part of it."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.domain.iin import LENGTH
from clinic_desk.storage.search import sql
from clinic_desk.storage.search.reading import NumberQuery
from clinic_desk.storage.search.sql import SEQ, Hit

_LAST: Final = ":"
"""Behind every digit."""
WHOLE_PHONE: Final = 10
_PHONE_PLACES: Final = 10
"""Places kept for ends of phones when many IINs begin with the same digits."""


class NumberSearch:
    """Runs digit queries on one connection of the driver, inside the caller's lock."""

    def __init__(self, connection: Any) -> None:
        self._execute = connection.execute

    def find(self, query: NumberQuery, limit: int) -> list[tuple[Hit, str]]:
        """At most `limit` rows with what matched: iin, iin_part or phone.

        A whole IIN finds one person. Else come IINs that begin with the digits (the birth date),
        in their order, then phones that end with them, IINs and phones that hold them; in each
        people attached here come first.
        """
        digits = query.digits
        if query.is_phone:
            return self._phones(digits, limit)
        if len(digits) == LENGTH:
            return [(row, "iin") for row in self._execute(sql.BY_IIN, (digits,))]
        beginnings = self._stretch(sql.IIN_BEGINNING, digits, limit)
        ends = self._stretch(sql.PHONE_END, digits[::-1], _PHONE_PLACES)
        kept = beginnings[: limit - len(ends)]
        found = {row[SEQ]: (row, "iin_part") for row in kept}
        for row in ends:
            found.setdefault(row[SEQ], (row, "phone"))
        if len(found) < limit:
            rows = self._ranked(sql.DIGITS, (_groups(digits), digits, digits, limit))
            for row in rows:
                found.setdefault(row[SEQ], (row, "iin_part" if digits in (row[sql.IIN] or "") else "phone"))
        return list(found.values())[:limit]

    def _phones(self, digits: str, limit: int) -> list[tuple[Hit, str]]:
        found = {row[SEQ]: row for row in self._stretch(sql.PHONE_END, digits[::-1], limit)}
        if len(found) < limit and len(digits) < WHOLE_PHONE:
            for row in self._ranked(sql.PHONE_DIGITS, (_groups(digits), digits, limit)):
                found.setdefault(row[SEQ], row)
        return [(row, "phone") for row in found.values()][:limit]

    def _stretch(self, statement: str, start: str, limit: int) -> list[Hit]:
        rows: list[Hit] = []
        for is_here in (1, 0):
            if len(rows) < limit:
                values = (start, start + _LAST, is_here, limit - len(rows))
                rows += self._execute(statement, values).fetchall()
        return rows

    def _ranked(self, statement: str, values: tuple[Any, ...]) -> list[Hit]:
        rows: list[Hit] = self._execute(statement, values).fetchall()
        return sorted(rows, key=lambda row: (not row[sql.IS_HERE], row[sql.NAME_KEY], row[SEQ]))


def _groups(digits: str) -> str:
    """Groups of three that make up the digits, the last one overlapping: the fewer, the faster."""
    starts = [*range(0, len(digits) - 3, 3), len(digits) - 3]
    return " AND ".join(f'"{digits[at : at + 3]}"' for at in starts)
