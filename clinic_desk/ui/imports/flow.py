"""The course of one import: what is chosen, what was read, what would change, what was done. No widgets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from clinic_desk.domain.errors import Cancelled, ClinicDeskError
from clinic_desk.domain.imports.columns import ColumnMap, InvalidMapping
from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.domain.imports.table import SourceRow, Table
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.imports import BadRows, ColumnsNotClear, Imported, ImportService, Preview
from clinic_desk.services.ports import ImportRun
from clinic_desk.ui.imports.flow_state import Busy, Notice, Phase, Step
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs, Lane

T = TypeVar("T")


Edits = dict[int, SourceRow | None]


class ImportFlow(QObject):
    """Holds the state of the import page and runs its work beside the window.

    Signals:
        changed: the state is another one; look at it again.
    """

    changed = Signal()

    def __init__(
        self,
        services: DeskServices,
        imports: ImportService,
        jobs: Jobs,
        notifier: ChangeNotifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._imports = imports
        self._jobs = jobs
        self._notifier = notifier
        self.step = Step.FILE
        self.busy: Busy | None = None
        self.error: ClinicDeskError | None = None
        self.notice: Notice | None = None
        self.kind = ImportKind.SUPPLIERS
        self.path: Path | None = None
        self.table: Table | None = None
        self.columns: ColumnMap | None = None
        self.preview: Preview | None = None
        self.imported: Imported | None = None
        self.is_undone = False
        self.skips_bad = False
        self.history: list[ImportRun] = []
        self._file_hash = ""
        self._base: Preview | None = None
        self._edits: Edits = {}
        self._past: list[Edits] = []
        self._explicit: dict[str, str] = {}

    @property
    def corrected(self) -> int:
        """How many rows a person corrected."""
        return sum(row is not None for row in self._edits.values())

    @property
    def left_out(self) -> int:
        """How many rows a person left out."""
        return sum(row is None for row in self._edits.values())

    @property
    def can_take_back(self) -> bool:
        """Whether a correction or the whole import can be taken back."""
        if self.busy is not None:
            return False
        return bool(self._past) if self.step is Step.ROWS else self.can_undo_import

    @property
    def can_undo_import(self) -> bool:
        """Whether the import that was just made can be taken back."""
        return self.step is Step.LOADED and self.imported is not None and not self.is_undone

    def load_history(self) -> None:
        """The earlier imports are read; nothing waits for it."""
        self._jobs.run(self._imports.history, self._set_history, owner=self)

    def choose_kind(self, kind: ImportKind) -> None:
        """The next file is a list of this kind."""
        if self.busy is None and kind is not self.kind:
            self.kind = kind
            self._fresh()
            self.changed.emit()

    def open_file(self, path: Path) -> None:
        """The file is read; then its columns or, where nothing is to be asked, its rows are shown."""
        if self.busy is None:
            self.path = path
            self._explicit = {}
            self._read()

    def read_again(
        self, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
    ) -> None:
        """The same file is read as a person says it is written."""
        if self.busy is None and self.table is not None:
            table = self.table
            self._read(
                encoding=encoding or table.encoding,
                delimiter=delimiter or table.delimiter,
                sheet=sheet or table.sheet,
                stay=True,
            )

    def map_field(self, name: str, column: int | None) -> None:
        """A person says which column (from 0) is the field, or that none is."""
        if self.busy is not None or self.table is None or self.columns is None:
            return
        taken = next((f for f, index in self.columns.found.items() if index == column and f != name), None)
        if taken is not None:
            # A column is one field: who takes it takes it away from the other.
            self._explicit[taken] = ""
        self._explicit[name] = "" if column is None else f"#{column + 1}"
        kind, headings, explicit = self.kind, self.table.headings, dict(self._explicit)

        def matched(columns: ColumnMap) -> None:
            self.columns = columns
            self._go(Step.COLUMNS)

        self._jobs.run(lambda: self._imports.columns(kind, headings, explicit), matched, owner=self)

    def compare(self) -> None:
        """The rows are compared with the store; then they are shown."""
        if self.busy is not None or self.table is None or self.columns is None:
            return
        if not self.columns.is_usable:
            self.error = ColumnsNotClear(self.columns)
            self.changed.emit()
            return
        kind, table, columns = self.kind, self.table, self.columns

        def work(busy: Busy) -> Preview:
            return self._imports.preview(kind, table, columns, busy.progress, lambda: busy.stop.cancelled)

        self._run(Phase.COMPARING, work, self._show_rows)

    def correct(self, line: int, column: int, text: str) -> None:
        """The cell of a line holds `text` instead; the row is checked again."""
        row = self._row(line)
        if row is None or row.cells[column] == text:
            return
        cells = list(row.cells)
        cells[column] = text
        # What the reader noticed about the old text is not true of the new one.
        remarks = tuple(remark for remark in row.remarks if remark.column != column)
        numbers = tuple(index for index in row.numbers if index != column)
        self._edit(
            {line: SourceRow(line, cells, remarks, numbers)}, Notice("notice.corrected", {"line": line})
        )

    def leave_out(self, line: int) -> None:
        """The row is not imported."""
        if self._row(line) is not None:
            self._edit({line: None}, Notice("notice.left_out", {"line": line}))

    def take_back(self) -> bool:
        """The last correction, or the import just made, is taken back; False if there is nothing."""
        if not self.can_take_back:
            return False
        if self.step is Step.LOADED and self.imported is not None:
            self.undo_import(self.imported.import_id)
            return True
        self._recheck(self._past[-1], self._past[:-1], Notice("notice.taken_back"))
        return True

    def set_skips_bad(self, skips: bool) -> None:
        """Whether the good rows are loaded although others are bad."""
        if skips != self.skips_bad:
            self.skips_bad = skips
            if isinstance(self.error, BadRows):
                self.error = None
            self.changed.emit()

    def load(self) -> None:
        """All good rows are stored in one transaction, or none."""
        if self.busy is not None or self.preview is None or self.step is not Step.ROWS:
            return
        preview, skips_bad = self.preview, self.skips_bad
        if preview.refused and not skips_bad:
            self.error = BadRows(preview)
            self.changed.emit()
            return
        if not preview.good:
            return

        def work(busy: Busy) -> tuple[Imported, Change]:
            return self._imports.apply(
                preview,
                self._services.actor(),
                skip_bad=skips_bad,
                progress=busy.progress,
                cancelled=lambda: busy.stop.cancelled,
                file_hash=self._file_hash,
            )

        self._run(Phase.LOADING, work, self._show_loaded, lane="write")

    def undo_import(self, import_id: str) -> None:
        """An import is taken back as a whole."""
        if self.busy is not None:
            return

        def work(_busy: Busy) -> Change:
            return self._imports.undo(import_id, self._services.actor())

        def done(change: Change) -> None:
            if self.imported is not None and self.imported.import_id == import_id:
                self.is_undone = True
            self.notice = Notice("notice.undone")
            self._notifier.announce(change)
            self.load_history()

        self._run(Phase.UNDOING, work, done, lane="write")

    def cancel(self) -> None:
        """The work is asked to stop. Until it has stopped, or turns out to be finished, we stay busy."""
        if self.busy is not None:
            self.busy.stop.cancel()

    def free_if_broken(self) -> None:
        """The page can be used again after a mistake of the program in the work."""
        if self.busy is not None and self.busy.is_broken:
            self.busy = None
            self.changed.emit()

    def go_back(self) -> bool:
        """One step back, or the work stops; False at the first step."""
        if self.busy is not None:
            self.cancel()
            return True
        match self.step:
            case Step.ROWS:
                self._go(Step.COLUMNS)
            case Step.COLUMNS | Step.LOADED:
                self._fresh()
                self.changed.emit()
            case Step.FILE:
                return False
        return True

    def tell(self, notice: Notice | None = None, error: ClinicDeskError | None = None) -> None:
        """Show a remark or an error."""
        self.notice, self.error = notice, error
        self.changed.emit()

    def _fresh(self) -> None:
        self.step = Step.FILE
        self.error = self.notice = None
        self.path = self.table = self.columns = self.preview = self.imported = self._base = None
        self.is_undone = self.skips_bad = False
        self._edits, self._past, self._explicit = {}, [], {}

    def _go(self, step: Step) -> None:
        self.step = step
        self.error = self.notice = None
        self.changed.emit()

    def _read(
        self,
        *,
        encoding: str | None = None,
        delimiter: str | None = None,
        sheet: str | None = None,
        stay: bool = False,
    ) -> None:
        path, kind, explicit = self.path, self.kind, dict(self._explicit)
        if path is None:
            return

        def work(busy: Busy) -> tuple[Table, str, ColumnMap]:
            table, file_hash = self._imports.read(
                path,
                busy.progress,
                lambda: busy.stop.cancelled,
                encoding=encoding,
                delimiter=delimiter,
                sheet=sheet,
            )
            try:
                columns = self._imports.columns(kind, table.headings, explicit)
            except InvalidMapping:
                # Read in another way the file has other columns: what was chosen does not fit them.
                columns = self._imports.columns(kind, table.headings)
            return table, file_hash, columns

        def done(answer: tuple[Table, str, ColumnMap]) -> None:
            self.table, self._file_hash, self.columns = answer
            self._edits, self._past = {}, []
            if not stay and self.columns.is_usable and not self.columns.unknown:
                self.compare()
            else:
                self.step = Step.COLUMNS

        self._run(Phase.READING, work, done)

    def _show_rows(self, preview: Preview) -> None:
        self._base = self.preview = preview
        self.step = Step.ROWS
        if self._edits:
            self._recheck(self._edits, self._past, None)

    def _show_loaded(self, answer: tuple[Imported, Change]) -> None:
        self.imported, change = answer
        self.is_undone = False
        self.step = Step.LOADED
        self._notifier.announce(change)
        self.load_history()

    def _row(self, line: int) -> SourceRow | None:
        if self.busy is not None or self.preview is None:
            return None
        return next((row.source for row in self.preview.rows if row.line == line), None)

    def _edit(self, edits: Edits, notice: Notice) -> None:
        self._recheck({**self._edits, **edits}, [*self._past, self._edits], notice)

    def _recheck(self, edits: Edits, past: list[Edits], notice: Notice | None) -> None:
        base = self._base
        if base is None:
            return

        def done(preview: Preview) -> None:
            self._edits, self._past = edits, past
            self.preview = preview
            self.notice = notice

        self._run(Phase.CORRECTING, lambda _busy: self._imports.recheck(base, edits), done)

    def _set_history(self, runs: list[ImportRun]) -> None:
        self.history = runs
        self.changed.emit()

    def _run(
        self, phase: Phase, work: Callable[[Busy], T], on_done: Callable[[T], object], lane: Lane = "side"
    ) -> None:
        """Do `work` beside the window. Comparing has a lane of its own, so that searches need not wait."""
        busy = self.busy = Busy(phase)
        self.error = self.notice = None

        def attempt() -> tuple[T] | None:
            try:
                return (work(busy),)
            except Cancelled:
                return None
            except ClinicDeskError:
                raise
            except Exception:
                busy.is_broken = True
                raise

        def settle(answer: tuple[T] | None) -> None:
            self.busy = None
            if answer is None:
                self.notice = Notice("notice.cancelled")
            else:
                on_done(answer[0])
            self.changed.emit()

        def failed(error: ClinicDeskError) -> None:
            self.busy = None
            self.error = error
            if isinstance(error, BadRows):
                # The store has changed since the preview: this is what it would do now.
                self._base = self.preview = error.preview
                self._edits, self._past = {}, []
            self.changed.emit()

        self.changed.emit()
        # Cancelling is ours to settle: an import that was finished before it stopped has to be shown.
        self._jobs.run(attempt, settle, failed, owner=self, lane=lane)
