"""Where an import of rules stands, and the work for it in the lanes; the page shows it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import atomic_write
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rule_imports import Candidate, CannotApply, RulePreview, RulesRefused
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs, Lane


class View(StrEnum):
    """What the page shows."""

    TABLES = "tables"
    PREVIEW = "preview"
    REFUSED = "refused"


class RulesFlow(QObject):
    """Reads, previews, applies, takes back.

    Attributes:
        view: what is shown.
        is_busy: a file is read, compared or applied; the buttons wait for it.
        error: what went wrong last, None once something else is begun.
        candidate, preview: the file in hand and what it would change.
        file: the name of that file.

    Signals:
        changed: an attribute is another; show it.
        view_changed: the view is another; show it and put the focus there.
        tables_read: the tables, and the kept documents that cannot be read.
        rows_read: the name of a table and its document.
        previewed: a new preview.
        refused: what is wrong with the file in hand.
        day_refused: why the chosen day cannot be.
        applied, undone: the document.
        saved: the name of the file that was written.
    """

    changed = Signal()
    view_changed = Signal()
    tables_read = Signal(object, object)
    rows_read = Signal(str, object)
    previewed = Signal(object)
    refused = Signal(object)
    day_refused = Signal(object)
    applied = Signal(object)
    undone = Signal(object)
    saved = Signal(str)

    def __init__(
        self, services: DeskServices, jobs: Jobs, notifier: ChangeNotifier, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._rules = services.rule_imports
        self._jobs = jobs
        self._notifier = notifier
        self._last: RuleDocument | None = None
        self.view = View.TABLES
        self.is_busy = False
        self.error: ClinicDeskError | None = None
        self.candidate: Candidate | None = None
        self.preview: RulePreview | None = None
        self.file = ""
        notifier.changed.connect(self._on_changed)

    @property
    def today(self) -> dt.date:
        """The day whose tables are shown."""
        return self._services.clock.today()

    @property
    def can_apply(self) -> bool:
        """Whether there is something to put in force."""
        return not self.is_busy and self.preview is not None and not self.preview.changes.is_nothing

    def load(self) -> None:
        """The tables are read."""
        day = self.today
        self._jobs.run(
            lambda: (self._rules.tables(day), self._services.rules.set_aside),
            lambda answer: self.tables_read.emit(*answer),
            self._fail,
            owner=self,
            lane="read",
        )

    def load_rows(self, table: str) -> None:
        """The rows of a table are read."""
        day = self.today
        self._jobs.run(
            lambda: self._rules.document(table, day),
            lambda document: self.rows_read.emit(table, document),
            self._fail,
            owner=self,
            lane="read",
        )

    def open_file(self, path: Path, likely: str) -> None:
        """The file is read, checked and compared with the table in force."""
        self.candidate = self.preview = None
        self.file = path.name
        self._run(lambda: self._rules.read(path, likely=likely), self._on_read, lane="side")

    def look(self, day: dt.date) -> None:
        """What would change from that day is worked out anew."""
        candidate = self.candidate
        if candidate is not None:
            self._run(lambda: self._rules.preview(candidate, day), self._on_preview, lane="read")

    def apply(self, reason: str) -> None:
        """The table of the preview is in force from its day on."""
        preview = self.preview
        if self.view is not View.PREVIEW or preview is None or not self.can_apply:
            return

        def work() -> tuple[RuleDocument, Change]:
            return self._rules.apply(preview, self._services.actor(), reason=reason)

        self._run(work, self._on_applied, lane="write")

    def undo(self, document: RuleDocument) -> None:
        """The import is taken back."""

        def done(change: Change) -> None:
            if self._last == document:
                self._last = None
            self._notifier.changed.emit(change)
            self.undone.emit(document)

        self._run(lambda: self._rules.undo(document.id, self._services.actor()), done, lane="write")

    def undo_last(self) -> bool:
        """The import of this sitting is taken back, if there was one."""
        if self._last is None or self.view is not View.TABLES or self.is_busy:
            return False
        self.undo(self._last)
        return True

    def go_back(self) -> bool:
        """The tables are in front again; False when they were."""
        if self.view is View.TABLES or self.is_busy:
            return False
        self._show(View.TABLES)
        return True

    def save(self, table: str, form: str, path: Path) -> None:
        """The table is written to a file that can be edited and imported again; `form` is csv or json."""
        make, day = self._rules.as_csv if form == "csv" else self._rules.as_json, self.today
        self._jobs.run(
            lambda: _written(path, make(table, day)), self.saved.emit, self._fail, owner=self, lane="side"
        )

    def _on_read(self, candidate: Candidate) -> None:
        self.candidate = candidate
        if candidate.problems:
            self.refused.emit(candidate.problems)
            self._show(View.REFUSED)
        else:
            # An old order may name a day that is past: from today is the earliest it can count.
            self.look(max(candidate.takes_effect_on or self.today, self.today))

    def _on_preview(self, preview: RulePreview) -> None:
        self.preview = preview
        self.previewed.emit(preview)
        if self.view is not View.PREVIEW:
            self._show(View.PREVIEW)

    def _on_applied(self, answer: tuple[RuleDocument, Change]) -> None:
        document, change = answer
        self._last = document
        self.applied.emit(document)
        self._show(View.TABLES)
        self._notifier.changed.emit(change)

    def _on_changed(self, change: Change) -> None:
        if change.touches(Kind.RULES):
            self.load()

    def _fail(self, error: ClinicDeskError) -> None:
        if isinstance(error, RulesRefused) and self.candidate is not None:
            self.refused.emit(error.problems)
            self._show(View.REFUSED)
        elif isinstance(error, CannotApply) and self.view is View.PREVIEW:
            self.day_refused.emit(error)
        else:
            self.error = error
            # Without a file in hand there is nothing to show but the tables.
            self._show(self.view if self.candidate is not None else View.TABLES)

    def _show(self, view: View) -> None:
        self.view = view
        self.changed.emit()
        self.view_changed.emit()

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object], *, lane: Lane) -> None:
        """One piece of work at a time."""
        self.is_busy = True
        self.error = None
        self.changed.emit()

        def settled(call: Callable[[Any], object]) -> Callable[[Any], None]:
            def settle(value: Any) -> None:
                self.is_busy = False
                call(value)
                self.changed.emit()

            return settle

        self._jobs.run(work, settled(done), settled(self._fail), owner=self, lane=lane)


def _written(path: Path, content: bytes) -> str:
    """The name of the file that was written."""
    try:
        atomic_write(path, content)
    except OSError as error:
        raise ClinicDeskError("rules.file_unwritable") from error
    return path.name
