"""The page of the rule tables: what is in force, a new table with its preview, undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import atomic_write
from clinic_desk.rule_sentences import rule_error_sentence, table_title
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rule_imports import Candidate, CannotApply, RulePreview, RulesRefused
from clinic_desk.ui.imports.file_chooser import FileChooser, SystemFileChooser
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.dialogs import Dialogs, WindowDialogs
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, space, vertical
from clinic_desk.ui.kit.tokens import Kind as Tone
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.rules.preview_panel import PreviewPanel
from clinic_desk.ui.rules.refused_panel import RefusedPanel
from clinic_desk.ui.rules.tables_panel import TablesPanel


class View(StrEnum):
    """What the page shows."""

    TABLES = "tables"
    PREVIEW = "preview"
    REFUSED = "refused"


class Tell(Protocol):
    """Says at the foot of the window that something is done; `undo` takes it back."""

    def __call__(self, text: str, undo: Callable[[], object] | None = None) -> object:
        """See `MainWindow.show_toast`."""


class RulesPage(Page):
    """Tables, preview, refusal.

    Attributes:
        view: what is shown.
        is_busy: a file is read, compared or applied; the buttons wait for it.

    Args:
        services: the use cases of the open profile.
        jobs: the lanes beside the window.
        words: the language of the window.
        notifier: told what an import changed.
        tell: says that something is done.
        chooser: asks for files; the system's dialog by default.
        dialogs: asks before an import is taken back; over the window by default.
        parent: as in Qt.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        *,
        chooser: FileChooser | None = None,
        dialogs: Dialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rules_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._chooser = chooser or SystemFileChooser(words, "*.json *.csv *.txt *.xlsx")
        self._dialogs = dialogs or WindowDialogs(words)
        self._candidate: Candidate | None = None
        self._preview: RulePreview | None = None
        self._error: ClinicDeskError | None = None
        self._file = ""
        self.is_busy = False
        self.view = View.TABLES
        self.tables_panel = TablesPanel(words)
        self.preview_panel = PreviewPanel(words)
        self.refused_panel = RefusedPanel(words)
        self._panels = QStackedWidget()
        for panel in (self.tables_panel, self.preview_panel, self.refused_panel):
            self._panels.addWidget(panel)
        self.title = PlainLabel(role="title", wraps=True)
        self.title.setObjectName("rules_label_title")
        self.meta = PlainLabel(tone="muted", wraps=True, data=True)
        self.meta.setObjectName("rules_label_meta")
        self.back = SecondaryButton("", "Esc")
        self.back.setObjectName("rules_button_back")
        self.back.clicked.connect(self.on_escape)
        self.choose = PrimaryButton("", "Ctrl+O", "upload-simple")
        self.choose.setObjectName("rules_button_choose")
        self.choose.clicked.connect(self.choose_file)
        self.choose.claim_key(self)
        self.apply = PrimaryButton("", "Ctrl+Enter", "check")
        self.apply.setObjectName("rules_button_apply")
        self.apply.clicked.connect(self._apply)
        self.apply.claim_key(self)
        self.banner = Banner(Tone.ERR, wide=False)
        self.banner.setObjectName("rules_banner")
        self.banner.hide()
        self._arrange()
        self._connect()
        notifier.changed.connect(self._on_changed)
        words.follow(self._retell)

    def on_shown(self) -> None:
        """See `Page`."""
        self._load()
        self._focus()

    def on_escape(self) -> bool:
        """See `Page`."""
        if self.view is View.TABLES or self.is_busy:
            return False
        self._show(View.TABLES)
        return True

    def first_focus(self) -> QWidget | None:
        """See `Page`."""
        match self.view:
            case View.TABLES:
                return self.tables_panel.list
            case View.PREVIEW:
                return self.preview_panel.table if self.preview_panel.table.isVisible() else self.back
            case View.REFUSED:
                return self.refused_panel.table

    def choose_file(self) -> None:
        """A person is asked for the file."""
        if not self.is_busy:
            self._chooser.choose_list(self, self.open_file)

    def open_file(self, path: Path) -> None:
        """The file is read, checked and shown beside the table in force."""
        likely = self.tables_panel.chosen
        self._candidate = None
        self._file = path.name
        self._run(lambda: self._services.rule_imports.read(path, likely=likely), self._on_read, lane="side")

    # What comes back from the lanes --------------------------------------------------------------

    def _load(self) -> None:
        day = self._services.clock.today()
        self._jobs.run(
            lambda: (self._services.rule_imports.tables(day), self._services.rules.set_aside),
            lambda answer: self.tables_panel.show_tables(*answer),
            self._on_error,
            owner=self,
            lane="read",
        )

    def _load_rows(self, table: str) -> None:
        day = self._services.clock.today()

        def show(document: Mapping[str, Any]) -> None:
            # Another table may have been chosen meanwhile.
            if self.tables_panel.chosen == table:
                self.tables_panel.show_rows(document, day)

        service = self._services.rule_imports
        self._jobs.run(lambda: service.document(table, day), show, self._on_error, owner=self, lane="read")

    def _on_read(self, candidate: Candidate) -> None:
        self._candidate = candidate
        if candidate.problems:
            self._refuse(candidate)
        else:
            self.preview_panel.begin()
            today = self._services.clock.today()
            # An old order may name a day that is past: from today is the earliest it can count.
            self._look(max(candidate.takes_effect_on or today, today))

    def _look(self, day: dt.date) -> None:
        """What would change from that day is worked out anew."""
        candidate = self._candidate
        if candidate is not None:
            self._run(
                lambda: self._services.rule_imports.preview(candidate, day), self._on_preview, lane="read"
            )

    def _on_preview(self, preview: RulePreview) -> None:
        self._preview = preview
        self.preview_panel.show_preview(preview)
        self._show(View.PREVIEW)

    def _refuse(self, candidate: Candidate, problems: RulesRefused | None = None) -> None:
        self.refused_panel.show_problems(
            problems.problems if problems else candidate.problems, candidate.file
        )
        self._show(View.REFUSED)

    def _apply(self) -> None:
        preview, panel = self._preview, self.preview_panel
        if self.view is not View.PREVIEW or preview is None or not self.apply.isEnabled():
            return
        if panel.typed_day != preview.takes_effect_on:
            # A day that was typed and not left yet: the changes are shown for it first.
            self.apply.setFocus()
            return
        reason = panel.reason.text()

        def work() -> tuple[RuleDocument, Change]:
            return self._services.rule_imports.apply(preview, self._services.actor(), reason=reason)

        self._run(work, self._on_applied, lane="write")

    def _on_applied(self, answer: tuple[RuleDocument, Change]) -> None:
        document, change = answer
        self.tables_panel.choose(document.table)
        self._show(View.TABLES)
        self._notifier.changed.emit(change)
        table = table_title(self._words.texts, document.table)
        text = self._words.say("rules_screen.done", table=table, day=document.takes_effect_on)
        self._tell(text, lambda: self._undo(document))

    def _undo(self, document: RuleDocument) -> None:
        def work() -> Change:
            return self._services.rule_imports.undo(document.id, self._services.actor())

        def told(change: Change) -> None:
            self._notifier.changed.emit(change)
            table = table_title(self._words.texts, document.table)
            self._tell(self._words.say("rules_screen.undone", table=table))

        self._run(work, told, lane="write")

    def _on_error(self, error: ClinicDeskError) -> None:
        if isinstance(error, RulesRefused) and self._candidate is not None:
            self._refuse(self._candidate, error)
            return
        if isinstance(error, CannotApply) and self.view is View.PREVIEW:
            self.preview_panel.tell_day(rule_error_sentence(self._words.texts, error))
            return
        self._error = error
        self._retell()

    def _on_changed(self, change: Change) -> None:
        if change.touches(Kind.RULES):
            self._load()

    # The page itself -----------------------------------------------------------------------------

    def _arrange(self) -> None:
        head = horizontal(vertical(self.title, self.meta, gap=2), self.back, self.choose, self.apply, gap=10)
        head.setStretch(0, 1)
        for button in (self.back, self.choose, self.apply):
            head.setAlignment(button, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        space(column, (24, 16, 24, 16), 12)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(self._panels, 1)

    def _connect(self) -> None:
        panel = self.tables_panel
        panel.table_chosen.connect(self._load_rows)
        panel.undo_wanted.connect(self._ask_undo)
        panel.csv.claim_key(panel)
        panel.csv_wanted.connect(lambda: self._save("csv"))
        panel.json_wanted.connect(lambda: self._save("json"))
        self.preview_panel.day_chosen.connect(self._look)

    def _save(self, form: str) -> None:
        """The chosen table is written to a file that can be edited and loaded again."""
        table, day, service = (
            self.tables_panel.chosen,
            self._services.clock.today(),
            self._services.rule_imports,
        )
        if not table:
            return

        def write(path: Path) -> None:
            make = service.as_csv if form == "csv" else service.as_json
            self._jobs.run(
                lambda: _written(path, make(table, day)),
                lambda name: self._tell(self._words.say("rules_screen.saved", file=name)),
                self._on_error,
                owner=self,
                lane="side",
            )

        self._chooser.choose_target(self, f"{table}.{form}", write)

    def _ask_undo(self, document: RuleDocument) -> None:
        say, texts = self._words.say, self._words.texts
        self._dialogs.confirm(
            self,
            say("rules_screen.confirm_undo"),
            say(
                "rules_screen.confirm_undo_text",
                table=table_title(texts, document.table),
                day=document.takes_effect_on,
                by=document.by,
            ),
            say("rules_screen.undo"),
            lambda: self._undo(document),
            danger=True,
        )

    def _run(self, work: Callable[[], Any], done: Callable[[Any], object], *, lane: Any) -> None:
        """One piece of work at a time; the buttons wait for it."""
        self.is_busy = True
        self._error = None
        self._retell()

        def settle(call: Callable[[Any], object]) -> Callable[[Any], None]:
            def settled(value: Any) -> None:
                self.is_busy = False
                call(value)
                self._retell()

            return settled

        self._jobs.run(work, settle(done), settle(self._on_error), owner=self, lane=lane)

    def _show(self, view: View) -> None:
        self.view = view
        self._panels.setCurrentIndex(list(View).index(view))
        self._retell()
        self._focus()

    def _focus(self) -> None:
        focus = self.first_focus()
        if focus is not None and self.isVisible():
            # The keys of the page work while the focus is in it.
            focus.setFocus(Qt.FocusReason.TabFocusReason)

    def _retell(self) -> None:
        say = self._words.say
        table = self._table()
        self.title.setText(say(f"rules_screen.title.{self.view}", table=table))
        self.meta.setText(self._meta())
        self.back.setText(say("rules_screen.back"))
        self.back.setVisible(self.view is not View.TABLES)
        self.choose.setText(say(f"rules_screen.choose.{'other' if self.view is View.REFUSED else 'first'}"))
        self.choose.setVisible(self.view is not View.PREVIEW)
        self.apply.setText(say("rules_screen.apply"))
        self.apply.setVisible(self.view is View.PREVIEW)
        can_apply = self._preview is not None and not self._preview.changes.is_nothing
        self.apply.setEnabled(not self.is_busy and can_apply)
        self.choose.setEnabled(not self.is_busy)
        self.banner.setVisible(self._error is not None)
        if self._error is not None:
            self.banner.setText(rule_error_sentence(self._words.texts, self._error))

    def _meta(self) -> str:
        """What the page is for, or which file it shows and in whose place that comes."""
        say, preview = self._words.say, self._preview
        if self.view is View.TABLES:
            return say("rules_screen.subtitle")
        if self.view is View.REFUSED or preview is None:
            return self._file
        before = preview.replaces
        if before is None:
            return f"{self._file} · {say('rules_screen.replaces.shipped')}"
        said = say("rules_screen.replaces.imported", day=before.takes_effect_on, by=before.by)
        return f"{self._file} · {said}"

    def _table(self) -> str:
        """The table of the file that was read."""
        schema = self._candidate.schema if self._candidate is not None else None
        return table_title(self._words.texts, schema.name) if schema is not None else "—"


def _written(path: Path, content: bytes) -> str:
    """The name of the file that was written."""
    try:
        atomic_write(path, content)
    except OSError as error:
        raise ClinicDeskError("rules.file_unwritable") from error
    return path.name
