"""The rule tables in force on a day: the program's own, replaced table by table by imported ones.

An imported document is a whole table. It takes effect on a day and stays in force until a later one takes
its place, so that yesterday is judged by yesterday's table and next year already by next year's.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.domain.rule_tables import RuleTables, parse_tables
from clinic_desk.domain.working_days import WorkingCalendar


class RuleDocument(NamedTuple):
    """An imported table. `document` is what the file held, JSON-ready; `imported_at` is aware UTC."""

    id: RuleDocumentId
    table: str
    document: Mapping[str, Any]
    takes_effect_on: dt.date
    imported_at: dt.datetime
    by: str
    reason: str = ""
    file_hash: str = ""
    is_undone: bool = False


class RuleBook:
    """Answers "which tables on that day?"; safe to share between threads.

    Asked for a day at every use, never kept: an import changes the answer.
    """

    def __init__(self, shipped: Mapping[str, Any], imported: Sequence[RuleDocument] = ()) -> None:
        self._shipped = dict(shipped)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], tuple[RuleTables, WorkingCalendar]] = {}
        self._imported: tuple[RuleDocument, ...] = ()
        self.replace(imported)

    def replace(self, imported: Sequence[RuleDocument]) -> None:
        """These imported documents, in the order of import, are all there are now."""
        self._imported = tuple(document for document in imported if not document.is_undone)

    def on(self, day: dt.date) -> RuleTables:
        """The tables in force on `day`.

        Raises:
            RuleTableBroken: a document that was let in cannot be used.
        """
        return self._on(day)[0]

    def calendar(self, day: dt.date) -> WorkingCalendar:
        """The working calendar as it is known on `day`."""
        return self._on(day)[1]

    def documents_on(self, day: dt.date) -> dict[str, Any]:
        """The documents behind the tables, by the name of the table."""
        documents = dict(self._shipped)
        for imported in self._in_force(day):
            documents[imported.table] = imported.document
        return documents

    def imported_on(self, table: str, day: dt.date) -> RuleDocument | None:
        """The imported document that is in force for a table, None while the program's own is."""
        return next((d for d in reversed(self._in_force(day)) if d.table == table), None)

    def _in_force(self, day: dt.date) -> list[RuleDocument]:
        # The later day wins; of two for one day, the one imported later.
        standing = [document for document in self._imported if document.takes_effect_on <= day]
        return sorted(standing, key=lambda document: document.takes_effect_on)

    def _on(self, day: dt.date) -> tuple[RuleTables, WorkingCalendar]:
        key = tuple(document.id for document in self._in_force(day))
        known = self._known.get(key)
        if known is None:
            with self._lock:
                tables = parse_tables(self.documents_on(day))
                known = (tables, WorkingCalendar.of(tables))
                self._known[key] = known
        return known
