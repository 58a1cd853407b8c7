"""Importing a rule table: checked as a whole, previewed beside the one in force, applied from a day on.

A document with any fault changes nothing and the table before it stays in force. What an import or its
undoing means for records already kept (a due day under a corrected calendar) is done by followers in the
same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from clinic_desk.domain.errors import ClinicDeskError, NotFound
from clinic_desk.domain.ids import RuleDocumentId
from clinic_desk.domain.rule_tables import SCHEMAS, RuleProblem, TableSchema
from clinic_desk.domain.rule_tables.checking import check_document
from clinic_desk.domain.rule_tables.comparing import TableChanges, compare
from clinic_desk.domain.rule_tables.layering import laid_over
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.imports import ListReader
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook, RuleDocument
from clinic_desk.services.rule_files import RuleFile, as_csv, as_json, read_rule_file

Follower = Callable[[UnitOfWork, RuleBook, Actor], None]
"""Told inside the transaction of an import or undo which rules are in force once it is committed."""

# What followers touch: the due days of open cases.
_CHANGED: Final = frozenset({Kind.RULES, Kind.ATTACHMENT})


class RulesRefused(ClinicDeskError):
    """The document cannot become a table; `problems` says why, row by row. Code: `rules.refused`."""

    def __init__(self, problems: Sequence[RuleProblem]) -> None:
        super().__init__("rules.refused", n=len(problems))
        self.problems = tuple(problems)


class CannotApply(ClinicDeskError):
    """A good document changes nothing from that day. Codes: `rules.in_the_past`, `rules.nothing_new`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that was read and checked. `schema` is None when its table is not known.

    `takes_effect_on` is the day the file names, None when it names none.
    """

    file: RuleFile
    schema: TableSchema[Any] | None
    problems: tuple[RuleProblem, ...]
    takes_effect_on: dt.date | None


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What a good document would change from `takes_effect_on` on; nothing is written.

    `replaces` is the imported document in force on that day, None while it is the program's own.
    """

    schema: TableSchema[Any]
    document: Mapping[str, Any]
    file_hash: str
    takes_effect_on: dt.date
    changes: TableChanges
    replaces: RuleDocument | None


@dataclass(frozen=True, slots=True)
class TableState:
    """A table as the screen lists it. `coming` takes effect later, `kept` are its imports, newest first."""

    schema: TableSchema[Any]
    in_force: int
    uncertain: int
    sources: tuple[str, ...]
    imported: RuleDocument | None
    coming: RuleDocument | None
    kept: tuple[RuleDocument, ...]


class RuleImportService:
    """Use cases about the rule tables."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        book: RuleBook,
        reader: ListReader,
        followers: Sequence[Follower] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._book = book
        self._reader = reader
        self._followers = tuple(followers)

    def load(self) -> None:
        """The book has the documents of the store; done once, when the profile opens."""
        with self._store.read() as work:
            self._book.replace(work.rule_documents.all())

    def read(self, path: Path, *, likely: str = "") -> Candidate:
        """The document of a file and all that is wrong with it; `likely` is the table a list may belong to.

        Raises:
            RuleFileUnusable, UnusableFile: the file cannot be read at all.
        """
        return self.check(read_rule_file(path, self._reader, likely=likely))

    def check(self, file: RuleFile) -> Candidate:
        """What was read, with all that is wrong with it."""
        checked = check_document(file.document, self._clock.today())
        return Candidate(file, checked.schema, checked.problems, checked.takes_effect_on)

    def preview(self, candidate: Candidate, takes_effect_on: dt.date | None = None) -> RulePreview:
        """What would change from the day on: the one given, else the file's, else today.

        Raises:
            RulesRefused: the document has faults, those that only this day brings out among them.
            CannotApply: `rules.in_the_past`.
        """
        today = self._clock.today()
        day = takes_effect_on or candidate.takes_effect_on or today
        schema, said = candidate.schema, candidate.file.document
        if candidate.problems or schema is None or not isinstance(said, Mapping):
            raise RulesRefused(candidate.problems)
        if day < today:
            raise CannotApply("rules.in_the_past", day=day)
        # The day is kept beside the document: the one in the file is only what it proposes.
        document = {name: value for name, value in said.items() if name != "takes_effect_on"}
        if problems := check_document(document, day).problems:
            raise RulesRefused(problems)
        before = self._book.documents_on(day)[schema.name]
        changes = compare(schema, before, laid_over(schema, before, document))
        replaces = self._book.imported_on(schema.name, day)
        return RulePreview(schema, document, candidate.file.file_hash, day, changes, replaces)

    def apply(self, preview: RulePreview, actor: Actor, *, reason: str = "") -> tuple[RuleDocument, Change]:
        """The document is kept and in force from its day on, for the open program too.

        Raises:
            CannotApply: `rules.nothing_new`.
        """
        if preview.changes.is_nothing:
            raise CannotApply("rules.nothing_new")
        kept = RuleDocument(
            RuleDocumentId(new_id()),
            preview.schema.name,
            preview.document,
            preview.takes_effect_on,
            self._clock.now(),
            actor.user,
            reason.strip(),
            preview.file_hash,
        )
        with self._store.write() as work:
            work.rule_documents.add(kept)
            self._finish(work, kept, "rules.import", kept.reason, actor)
        return kept, Change(_CHANGED)

    def undo(self, document_id: RuleDocumentId, actor: Actor, *, reason: str = "") -> Change:
        """The import counts no more, and what was in force without it is again; the document is kept.

        Raises:
            NotFound: `rules.no_such_import`, also when it was taken back before.
        """
        with self._store.write() as work:
            known = next((one for one in work.rule_documents.all() if one.id == document_id), None)
            if known is None:
                raise NotFound("rules.no_such_import")
            work.rule_documents.undo(document_id)
            self._finish(work, known, "rules.undo", reason.strip(), actor)
        return Change(_CHANGED)

    def kept(self) -> list[RuleDocument]:
        """Every import, newest first, undone ones too."""
        with self._store.read() as work:
            return work.rule_documents.all()[::-1]

    def tables(self, day: dt.date) -> list[TableState]:
        """Every table as it stands on `day`, in the order of the screen."""
        tables, kept = self._book.on(day), self.kept()
        return [self._state(schema, tables[schema].on(day), kept, day) for schema in SCHEMAS.values()]

    def document(self, table: str, day: dt.date) -> Mapping[str, Any]:
        """The document behind a table on `day`."""
        found: Mapping[str, Any] = self._book.documents_on(day)[table]
        return found

    def as_json(self, table: str, day: dt.date) -> bytes:
        """The table of `day` as a file to edit and import again."""
        return as_json(self.document(table, day))

    def as_csv(self, table: str, day: dt.date) -> bytes:
        """The table of `day` as a list to edit in a spreadsheet and import again."""
        return as_csv(SCHEMAS[table], self.document(table, day))

    def _state(
        self, schema: TableSchema[Any], rows: Sequence[Any], kept: Sequence[RuleDocument], day: dt.date
    ) -> TableState:
        return TableState(
            schema,
            len(rows),
            sum(row.uncertain for row in rows),
            tuple(dict.fromkeys(row.source for row in rows)),
            self._book.imported_on(schema.name, day),
            self._book.coming(schema.name, day),
            tuple(one for one in kept if one.table == schema.name),
        )

    def _finish(
        self, work: UnitOfWork, document: RuleDocument, action: str, reason: str, actor: Actor
    ) -> None:
        """Log, followers and commit; the open program has the new rules only once they are durable."""
        documents = work.rule_documents.all()
        work.audit.write(
            AuditEntry(
                self._clock.now(),
                actor.user,
                actor.desk.code,
                action,
                "rules",
                document.id,
                (document.table, document.takes_effect_on.isoformat()),
                reason,
            )
        )
        book = self._book.having(documents)
        for follower in self._followers:
            follower(work, book, actor)
        work.commit()
        self._book.replace(documents)
