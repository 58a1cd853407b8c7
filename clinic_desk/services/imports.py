"""Importing foreign lists: columns, a preview of what would change, then all of it or nothing.

The file is read by an adapter (`clinic_desk.tabular`) into a `Table`; this module compares it with
the store and writes it in one transaction. The comparison is made again inside that transaction, so
that nothing of what happened since the preview is overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from clinic_desk.domain.clinic import District, DistrictKind
from clinic_desk.domain.errors import Cancelled, ClinicDeskError
from clinic_desk.domain.ids import DistrictId
from clinic_desk.domain.imports.columns import ColumnMap, KindFields, import_fields, match_columns
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.look_alikes import fold_heading
from clinic_desk.domain.imports.parse import Repeats, parse_row
from clinic_desk.domain.imports.rows import ParsedRow
from clinic_desk.domain.imports.table import Limits, SourceRow, Table
from clinic_desk.domain.imports.values import DoctorRow, RowValues
from clinic_desk.resources import read_json
from clinic_desk.services.actor import Actor
from clinic_desk.services.answer_words import answer_setting
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.import_merging import (
    KINDS,
    Surroundings,
    added,
    changed_fields,
    contradiction,
    is_withdrawn,
    merged,
    subject,
)
from clinic_desk.services.ports import (
    AuditEntry,
    BulkKind,
    CancelCheck,
    Clock,
    ImportRun,
    Progress,
    Store,
    UnitOfWork,
)
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.papers.contradictions import note_whole_list

T = TypeVar("T")

_CHUNK = 2_000
_ABOUT_OTHER_ROWS = ("row.contradicts", "street.overlaps")
_CHANGES = {
    ImportKind.PATIENTS: Kind.PATIENT,
    ImportKind.STREETS: Kind.DISTRICT,
    ImportKind.INSURANCE: Kind.INSURANCE,
}
_TOUCHES_PAPERS = frozenset({ImportKind.INSURANCE, ImportKind.SUPPLIERS, ImportKind.OFFERS})


class ListReader(Protocol):
    """Reads a list from a file; `clinic_desk.tabular.reader.read_list` is one."""

    def __call__(
        self,
        path: Path,
        *,
        limits: Limits | None = None,
        progress: Progress,
        stopped: CancelCheck,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
    ) -> tuple[Table, str]:
        """The table and the SHA-256 of the file's bytes; raises `UnusableFile`, `Cancelled`."""


class Outcome(StrEnum):
    """What a row does to the store."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of the file beside the store. `fields` names what would change."""

    source: SourceRow
    outcome: Outcome
    parsed: ParsedRow
    fields: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """The line of the file, from 1."""
        return self.source.line


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, row by row in the order of the file; nothing is written."""

    kind: ImportKind
    table: Table
    columns: ColumnMap
    rows: tuple[ImportRow, ...]
    counts: Mapping[Outcome, int]

    @property
    def refused(self) -> list[ImportRow]:
        """The rows that cannot be applied."""
        return [row for row in self.rows if row.outcome is Outcome.REFUSED]

    @property
    def good(self) -> int:
        """How many rows the store would hold afterwards: new, changed and those that already are there."""
        return self.counts[Outcome.NEW] + self.counts[Outcome.CHANGED] + self.counts[Outcome.SAME]

    @property
    def warned(self) -> list[ImportRow]:
        """The rows that are applied or passed over, about which a person should read something."""
        return [
            row
            for row in self.rows
            if row.outcome is Outcome.PASSED_OVER
            or (row.outcome is not Outcome.REFUSED and row.parsed.warnings)
        ]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, row by row; `import_id` undoes it as a whole."""

    import_id: str
    counts: Mapping[Outcome, int]
    rows: tuple[ImportRow, ...] = ()


class BadRows(ClinicDeskError):
    """Some rows cannot be applied and skipping them was not chosen: nothing was applied."""

    def __init__(self, preview: Preview) -> None:
        super().__init__("import.bad_rows", n=len(preview.refused))
        self.preview = preview


class ColumnsNotClear(ClinicDeskError):
    """A needed column is missing or two claim one field; `columns` says which."""

    def __init__(self, columns: ColumnMap) -> None:
        super().__init__("import.columns")
        self.columns = columns


@cache
def fields_of(kind: ImportKind) -> KindFields:
    """The fields of a kind and the headings they go by."""
    return import_fields(kind, read_json("imports", f"{kind.value}.json"))


@dataclass(slots=True)
class _Sorted:
    new: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    rows: list[ImportRow] = field(default_factory=list)


class ImportService:
    """Use cases about foreign lists."""

    def __init__(self, store: Store, clock: Clock, reader: ListReader, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._reader = reader
        self._rules = rules

    def read(
        self,
        path: Path,
        progress: Progress,
        cancelled: CancelCheck,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
    ) -> tuple[Table, str]:
        """The list in a file, within the limits of an import by hand, and the file's hash for `apply`.

        `encoding`, `delimiter` and `sheet` are what a person chose; None lets the reader find out.

        Raises:
            UnusableFile: nothing of it can be used.
            Cancelled: the person stopped.
        """
        return self._reader(
            path, progress=progress, stopped=cancelled, encoding=encoding, delimiter=delimiter, sheet=sheet
        )

    def columns(
        self, kind: ImportKind, headings: Sequence[str], explicit: Mapping[str, str] | None = None
    ) -> ColumnMap:
        """Which column is which field: by what was chosen now, chosen before, or known headings.

        Raises:
            InvalidMapping: for an explicit field or heading that does not exist.
        """
        fields = fields_of(kind)
        with self._store.read() as work:
            remembered = work.bulk.mapping(kind.value)
        chosen: dict[str, str] = {}
        for heading in headings:
            known = remembered.get(fold_heading(heading))
            if known is not None and known in fields.names:
                chosen.setdefault(known, heading)
        if chosen:
            # What a person says now wins over what was remembered, for its field and its column.
            said = dict(explicit or {})
            taken = {fold_heading(heading) for heading in said.values()}
            named = {fields.name_of(name) for name in said}
            kept = {f: h for f, h in chosen.items() if f not in named and fold_heading(h) not in taken}
            return match_columns(fields, headings, {**kept, **said})
        return match_columns(fields, headings, explicit)

    def preview(
        self, kind: ImportKind, table: Table, columns: ColumnMap, progress: Progress, cancelled: CancelCheck
    ) -> Preview:
        """What the list would do to the store as it is now.

        Raises:
            ColumnsNotClear: rows cannot be read with these columns.
            Cancelled: the person stopped.
        """
        if not columns.is_usable:
            raise ColumnsNotClear(columns)
        rows: list[ImportRow] = []
        with self._store.read() as work:
            for chunk in self._compared(work, kind, table, columns, progress, cancelled):
                rows.extend(chunk.rows)
        return Preview(kind, table, columns, tuple(rows), _counts(rows))

    def unseen(self, kind: ImportKind, table: Table, columns: ColumnMap) -> Preview:
        """What `apply` takes where nobody looks before: a preview without its rows.

        Raises:
            ColumnsNotClear: rows cannot be read with these columns.
        """
        if not columns.is_usable:
            raise ColumnsNotClear(columns)
        return Preview(kind, table, columns, (), dict.fromkeys(Outcome, 0))

    def recheck(self, preview: Preview, edits: Mapping[int, SourceRow | None]) -> Preview:
        """The preview after a person corrected rows, or left rows out, by line of the file.

        Only the rows that speak of the same subjects as the edited ones, before or after the edit,
        are compared again: no other row can be touched by it. None leaves a row out.
        """
        columns = preview.columns
        parse = self._parser(columns)
        kept: list[SourceRow] = []
        edited: dict[int, ParsedRow] = {}
        touched: set[object] = set()
        for row in preview.table.rows:
            if row.line not in edits:
                kept.append(row)
                continue
            before = parse(row)
            if before.values is not None:
                touched.add(before.values.key)
            source = edits[row.line]
            if source is not None:
                kept.append(source)
                after = parse(source)
                edited[row.line] = after
                if after.values is not None:
                    touched.add(after.values.key)
        again = {
            row.line: (kept_row, parsed)
            for row, kept_row in _beside(preview.rows, kept)
            if (parsed := edited.get(row.line) or self._same_subject(row, touched, parse)) is not None
        }
        with self._store.read() as work:
            known = Surroundings.of(preview.kind, work)
            compared = _sort(
                work, KINDS[preview.kind], list(again.values()), known, _repeats(preview.kind, again.values())
            )
        fresh = {row.line: row for row in compared.rows}
        rows = [fresh.get(row.line, row) for row, _ in _beside(preview.rows, kept)]
        return replace(
            preview, table=replace(preview.table, rows=kept), rows=tuple(rows), counts=_counts(rows)
        )

    def _parser(self, columns: ColumnMap) -> Callable[[SourceRow], ParsedRow]:
        """Reads rows against this day and moment."""
        today = self._clock.today()
        is_answers = columns.kind is ImportKind.INSURANCE
        answers = answer_setting(self._clock, self._rules) if is_answers else None
        return lambda row: parse_row(columns, row, today=today, answers=answers)

    def _same_subject(
        self, row: ImportRow, touched: set[object], parse: Callable[[SourceRow], ParsedRow]
    ) -> ParsedRow | None:
        """The row as parsed by itself when it speaks of a touched subject, else None."""
        values = row.parsed.values
        if values is not None and values.key not in touched:
            return None
        if values is None and not any(p.code in _ABOUT_OTHER_ROWS for p in row.parsed.problems):
            return None
        # What an earlier comparison added about other rows is forgotten with this.
        parsed = parse(row.source)
        return parsed if parsed.values is not None and parsed.values.key in touched else None

    def apply(
        self,
        preview: Preview,
        actor: Actor,
        *,
        skip_bad: bool,
        progress: Progress,
        cancelled: CancelCheck,
        file_hash: str = "",
    ) -> tuple[Imported, Change]:
        """The good rows are stored, all of them, in one transaction.

        Raises:
            BadRows: a row is refused and `skip_bad` was not chosen; nothing was applied.
            Cancelled: the person stopped; nothing was applied.
        """
        kind = preview.kind
        run_id = new_id()
        rows: list[ImportRow] = []
        with self._store.write() as work:
            run = ImportRun(run_id, kind.value, self._clock.now(), actor.user, 0, 0, 0, 0)
            work.bulk.begin_import(run)
            for chunk in self._compared(work, kind, preview.table, preview.columns, progress, cancelled):
                new = _signed(kind, chunk.new, actor)
                work.bulk.write(KINDS[kind], new, chunk.changed, import_id=run_id)
                rows.extend(chunk.rows)
            counts = _counts(rows)
            if counts[Outcome.REFUSED] and not skip_bad:
                raise BadRows(replace(preview, rows=tuple(rows), counts=counts))
            if kind is ImportKind.DOCTORS:
                self._districts(work, rows, run_id)
            work.bulk.end_import(
                run._replace(
                    new=counts[Outcome.NEW],
                    changed=counts[Outcome.CHANGED],
                    same=counts[Outcome.SAME],
                    refused=counts[Outcome.REFUSED],
                    file_hash=file_hash,
                    list_date=self._clock.today(),
                )
            )
            work.bulk.remember_mapping(kind.value, _mapping(preview.columns))
            work.audit.write(
                AuditEntry(
                    self._clock.now(), actor.user, actor.desk.code, f"import.{kind.value}", "import", run_id
                )
            )
            if kind in _TOUCHES_PAPERS:
                self._look_at_papers(work, actor)
            work.commit()
        kinds = frozenset({_CHANGES.get(kind, Kind.CATALOGUE)})
        return Imported(run_id, counts, tuple(rows)), Change(kinds)

    def undo(self, import_id: str, actor: Actor) -> Change:
        """The import is taken back as a whole; answers about insurance stay in the store as withdrawn.

        Raises:
            NotFound: there is no such import, or it was taken back before.
            Conflict: a record was changed or used since; nothing is done.
        """
        with self._store.write() as work:
            work.bulk.undo_import(import_id, actor.user)
            work.audit.write(
                AuditEntry(self._clock.now(), actor.user, actor.desk.code, "import.undo", "import", import_id)
            )
            self._look_at_papers(work, actor)
            work.commit()
        return Change(frozenset({Kind.PATIENT, Kind.CATALOGUE, Kind.DISTRICT, Kind.INSURANCE}))

    def _look_at_papers(self, work: UnitOfWork, actor: Actor) -> None:
        """Papers that people hold and the list makes wrong are to be recalled."""
        tables = self._rules.on(self._clock.today())
        note_whole_list(work, tables, actor=actor, at=self._clock.now())

    def history(self, kind: str = "") -> list[ImportRun]:
        """Imports, newest first."""
        with self._store.read() as work:
            return work.bulk.imports(kind)

    def _compared(
        self,
        work: UnitOfWork,
        kind: ImportKind,
        table: Table,
        columns: ColumnMap,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> Iterator[_Sorted]:
        known = Surroundings.of(kind, work)
        parse = self._parser(columns)
        total = len(table.rows)
        parsed: Iterable[tuple[SourceRow, ParsedRow]] = ((row, parse(row)) for row in table.rows)
        if kind is ImportKind.INSURANCE:
            # Two rows that contradict each other are both refused, wherever they stand: all are read first.
            parsed = _unless_stopped(parsed, cancelled)
        repeats = _repeats(kind, parsed)
        source = iter(parsed)
        done = 0
        while chunk := list(islice(source, _CHUNK)):
            if cancelled():
                raise Cancelled
            yield _sort(work, KINDS[kind], chunk, known, repeats)
            done += len(chunk)
            progress(done, total)

    def _districts(self, work: UnitOfWork, rows: Sequence[ImportRow], run_id: str) -> None:
        """Doctors that the list gives a district are its doctors; an unknown district is made."""
        wanted = {
            row.parsed.values.district: row.parsed.values
            for row in rows
            if isinstance(row.parsed.values, DoctorRow)
            and row.parsed.values.district
            and row.outcome is not Outcome.REFUSED
        }
        if not wanted:
            return
        doctors = work.bulk.existing(BulkKind.DOCTORS, [doctor.key for doctor in wanted.values()])
        there = work.bulk.existing(BulkKind.DISTRICTS, list(wanted))
        new, changed = [], []
        for number, row in wanted.items():
            doctor = doctors[row.key]
            stored = there.get(number)
            if stored is None:
                new.append(District(DistrictId(new_id()), number, DistrictKind.GENERAL, doctor.id))
            elif stored.doctor_id != doctor.id:
                changed.append(replace(stored, doctor_id=doctor.id))
        work.bulk.write(BulkKind.DISTRICTS, new, changed, import_id=run_id)


def _sort(
    work: UnitOfWork,
    kind: BulkKind,
    parsed_rows: Sequence[tuple[SourceRow, ParsedRow]],
    known: Surroundings,
    repeats: Repeats,
) -> _Sorted:
    """The rows of a chunk beside the stored records they speak of."""
    found = _Sorted()
    keyed: list[tuple[SourceRow, ParsedRow, RowValues | None, Any]] = []
    known.learn(work, [parsed.values for _, parsed in parsed_rows if parsed.values is not None])
    for source, parsed in parsed_rows:
        values = parsed.values
        if values is None:
            keyed.append((source, parsed, None, None))
            continue
        key, problem = subject(values, known, source.line)
        if problem is None:
            problem = repeats.check(source.line, values)
            if problem is not None and problem.code != "row.contradicts":
                # The same subject again: a warning, and nothing more to write.
                again = replace(parsed, warnings=(*parsed.warnings, problem))
                keyed.append((source, again, None, Outcome.SAME))
                continue
        if problem is not None:
            refused = ParsedRow(None, (problem,), parsed.warnings, parsed.notes)
            keyed.append((source, refused, None, None))
            continue
        keyed.append((source, parsed, values, key))
    stored = work.bulk.existing(kind, [key for _, _, values, key in keyed if values is not None])
    for source, parsed, values, key in keyed:
        if values is None:
            outcome = key or (Outcome.REFUSED if parsed.is_refused else Outcome.PASSED_OVER)
            found.rows.append(ImportRow(source, outcome, parsed))
            continue
        before = stored.get(key)
        if before is None:
            if is_withdrawn(values, before):
                found.rows.append(ImportRow(source, Outcome.PASSED_OVER, parsed))
                continue
            found.new.append(added(values, key))
            found.rows.append(ImportRow(source, Outcome.NEW, parsed))
            continue
        objection = contradiction(before, values)
        if objection is not None:
            refused = ParsedRow(None, (objection,), parsed.warnings, parsed.notes)
            found.rows.append(ImportRow(source, Outcome.REFUSED, refused))
            continue
        after = merged(before, values, key)
        if after == before:
            found.rows.append(ImportRow(source, Outcome.SAME, parsed))
        else:
            found.changed.append(after)
            found.rows.append(ImportRow(source, Outcome.CHANGED, parsed, changed_fields(before, after)))
    return found


def _repeats(kind: ImportKind, rows: Iterable[tuple[SourceRow, ParsedRow]]) -> Repeats:
    """What remembers the rows of a list; of two answers that contradict each other neither is taken."""
    if kind is not ImportKind.INSURANCE:
        return Repeats()
    return Repeats((row.line, parsed.values) for row, parsed in rows if parsed.values is not None)


def _unless_stopped(rows: Iterable[T], cancelled: CancelCheck) -> list[T]:
    """All of it, unless the person stops on the way."""
    found: list[T] = []
    source = iter(rows)
    while chunk := list(islice(source, _CHUNK)):
        found += chunk
        if cancelled():
            raise Cancelled
    return found


def _signed(kind: ImportKind, records: list[Any], actor: Actor) -> list[Any]:
    """Answers carry who brought them in, as those written by hand do."""
    if kind is not ImportKind.INSURANCE:
        return records
    return [replace(check, checked_by=actor.user) for check in records]


def _beside(rows: Iterable[ImportRow], kept: Iterable[SourceRow]) -> Iterator[tuple[ImportRow, SourceRow]]:
    """Each row of the preview that is still in the list, with the list's row of the same line."""
    left = {source.line: source for source in kept}
    return ((row, left[row.line]) for row in rows if row.line in left)


def _counts(rows: Sequence[ImportRow]) -> dict[Outcome, int]:
    counts = dict.fromkeys(Outcome, 0)
    for row in rows:
        counts[row.outcome] += 1
    return counts


def _mapping(columns: ColumnMap) -> dict[str, str]:
    """Folded heading to field, for the columns that have a heading."""
    return {
        fold_heading(columns.headings[index]): name
        for name, index in columns.found.items()
        if columns.headings[index]
    }
