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
_SURE_BEGINNING: Final = 8
_ASKED_DIGITS: Final = 6
"""More digits in a row cost the index more than they save."""
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
            rows = self._execute(sql.BY_IIN, (digits,)).fetchall()
            rows = rows or self._execute(sql.BY_GONE_IIN, (digits,)).fetchall()
            return [(row, "iin") for row in rows]
        beginnings = self._stretch(sql.IIN_BEGINNING, digits, limit)
        ends = self._stretch(sql.PHONE_END, digits[::-1], _PHONE_PLACES)
        kept = beginnings[: limit - len(ends)]
        found = {row[SEQ]: (row, "iin_part") for row in kept}
        for row in ends:
            found.setdefault(row[SEQ], (row, "phone"))
        # That many digits from the beginning of an IIN are not met inside another by chance.
        is_sure = bool(kept) and len(digits) >= _SURE_BEGINNING
        if len(found) < limit and not is_sure:
            for row in self._holding("", digits, limit):
                found.setdefault(row[SEQ], (row, "iin_part" if digits in (row[sql.IIN] or "") else "phone"))
        return list(found.values())[:limit]

    def _phones(self, digits: str, limit: int) -> list[tuple[Hit, str]]:
        found = {row[SEQ]: row for row in self._stretch(sql.PHONE_END, digits[::-1], limit)}
        if len(found) < limit and len(digits) < WHOLE_PHONE:
            for row in self._holding("phone : ", digits, limit):
                found.setdefault(row[SEQ], row)
        return [(row, "phone") for row in found.values()][:limit]

    def _stretch(self, statement: str, start: str, limit: int) -> list[Hit]:
        rows: list[Hit] = []
        for is_here in (1, 0):
            if len(rows) < limit:
                found = self._execute(sql.limited(statement, limit), (start, start + _LAST, is_here))
                rows += found.fetchall()
        return rows[:limit]

    def _holding(self, column: str, digits: str, limit: int) -> list[Hit]:
        match = f'{column}"{digits[:_ASKED_DIGITS]}"'
        rows: list[Hit] = self._execute(sql.limited(sql.DIGITS, limit), (match, digits, digits)).fetchall()
        return sorted(rows, key=lambda row: (not row[sql.IS_HERE], row[sql.NAME_KEY], row[SEQ]))
