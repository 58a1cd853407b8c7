"""The rule tables in force on a day: the program's own, replaced table by table by imported ones.

An imported document is a whole table, or whole years of the calendar. It takes effect on a day and stays
in force until a later one takes its place, so that yesterday is judged by yesterday's table and next year
already by next year's.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.domain.rule_tables import SCHEMAS, RuleTables, parse_tables
from clinic_desk.domain.rule_tables.checking import check_document
from clinic_desk.domain.rule_tables.layering import laid_over
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.services.calendar_base import base_year


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

    Asked for a day at every use, never kept: an import changes the answer. A kept document this version of
    the program cannot read is set aside, and the table before it stays in force.
    """

    def __init__(self, shipped: Mapping[str, Any], imported: Sequence[RuleDocument] = ()) -> None:
        self._shipped = dict(shipped)
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], tuple[RuleTables, WorkingCalendar]] = {}
        self._imported: tuple[RuleDocument, ...] = ()
        self._set_aside: tuple[RuleDocument, ...] = ()
        self.replace(imported)

    def replace(self, imported: Sequence[RuleDocument]) -> None:
        """These imported documents, in the order of import, are all there are now."""
        standing = [document for document in imported if not document.is_undone]
        self._set_aside = tuple(document for document in standing if not _can_be_read(document))
        self._imported = tuple(document for document in standing if document not in self._set_aside)

    def having(self, imported: Sequence[RuleDocument]) -> RuleBook:
        """Another book of the same shipped tables with these imported documents."""
        return RuleBook(self._shipped, imported)

    @property
    def set_aside(self) -> tuple[RuleDocument, ...]:
        """Kept documents that this version of the program cannot read."""
        return self._set_aside

    def on(self, day: dt.date) -> RuleTables:
        """The tables in force on `day`.

        Raises:
            RuleTableBroken: the program's own tables are damaged.
        """
        return self._on(day)[0]

    def calendar(self, day: dt.date) -> WorkingCalendar:
        """The working calendar as it is known on `day`."""
        return self._on(day)[1]

    def documents_on(self, day: dt.date) -> dict[str, Any]:
        """The documents behind the tables, by the name of the table."""
        documents = dict(self._shipped)
        for imported in self._in_force(day):
            table = imported.table
            documents[table] = laid_over(SCHEMAS[table], documents[table], imported.document)
        return documents

    def imported_on(self, table: str, day: dt.date) -> RuleDocument | None:
        """The imported document that is in force for a table, None while the program's own is."""
        return next((d for d in reversed(self._in_force(day)) if d.table == table), None)

    def coming(self, table: str, day: dt.date) -> RuleDocument | None:
        """The imported document that next takes effect for a table after `day`."""
        later = [d for d in self._imported if d.table == table and d.takes_effect_on > day]
        return min(later, key=lambda document: document.takes_effect_on, default=None)

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
                known = (tables, WorkingCalendar.of(tables, base_year))
                self._known[key] = known
        return known


def _can_be_read(document: RuleDocument) -> bool:
    """A code the program has learnt to ask for since then is no fault: the table below has it."""
    checked = check_document(document.document, document.takes_effect_on)
    is_its_table = checked.schema is not None and checked.schema.name == document.table
    return is_its_table and all(problem.code == "code_missing" for problem in checked.problems)
