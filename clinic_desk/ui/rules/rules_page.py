"""The page of the rule tables: what is in force, a new table with its preview, undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.domain.rule_tables import RuleProblem
from clinic_desk.rule_sentences import rule_error_sentence, table_title
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rule_imports import CannotApply, RulePreview
from clinic_desk.ui.imports.file_chooser import FileChooser, SystemFileChooser
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.dialogs import Dialogs, WindowDialogs
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import horizontal, space, vertical
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.rules.preview_panel import PreviewPanel
from clinic_desk.ui.rules.refused_panel import RefusedPanel
from clinic_desk.ui.rules.rules_flow import RulesFlow, View
from clinic_desk.ui.rules.tables_panel import TablesPanel


class Tell(Protocol):
    """Says at the foot of the window that something is done; `undo` takes it back."""

    def __call__(self, text: str, undo: Callable[[], object] | None = None) -> object:
        """See `MainWindow.show_toast`."""


class RulesPage(Page):
    """Tables, preview, refusal.

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
        self._words = words
        self._tell = tell
        self._chooser = chooser or SystemFileChooser(words, "*.json *.csv *.txt *.xlsx")
        self._dialogs = dialogs or WindowDialogs(words)
        self.flow = RulesFlow(services, jobs, notifier, self)
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
        self.choose = PrimaryButton("", "Ctrl+O", "upload-simple")
        self.choose.setObjectName("rules_button_choose")
        self.apply = PrimaryButton("", "Ctrl+Enter", "check")
        self.apply.setObjectName("rules_button_apply")
        self.banner = Banner(Kind.ERR, wide=False)
        self.banner.setObjectName("rules_banner")
        self.banner.hide()
        self._arrange()
        self._connect()
        words.follow(self._retell)

    def on_shown(self) -> None:
        """See `Page`."""
        self.flow.load()
        self._focus()

    def on_escape(self) -> bool:
        """See `Page`."""
        return self.flow.go_back()

    def on_undo(self) -> bool:
        """See `Page`."""
        return self.flow.undo_last()

    def first_focus(self) -> QWidget | None:
        """See `Page`."""
        match self.flow.view:
            case View.TABLES:
                return self.tables_panel.list
            case View.PREVIEW:
                return self.preview_panel.table if self.preview_panel.table.isVisible() else self.back
            case View.REFUSED:
                return self.refused_panel.table

    def choose_file(self) -> None:
        """A person is asked for the file."""
        if not self.flow.is_busy:
            self._chooser.choose_list(self, self.open_file)

    def open_file(self, path: Path) -> None:
        """The file is read, checked and shown beside the table in force."""
        self.preview_panel.begin()
        self.flow.open_file(path, self.tables_panel.chosen)

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
        flow, panel = self.flow, self.tables_panel
        self.back.clicked.connect(self.on_escape)
        self.choose.clicked.connect(self.choose_file)
        self.choose.claim_key(self)
        self.apply.clicked.connect(self._apply)
        self.apply.claim_key(self)
        panel.table_chosen.connect(flow.load_rows)
        panel.undo_wanted.connect(self._ask_undo)
        panel.csv.claim_key(panel)
        panel.csv_wanted.connect(lambda: self._save("csv"))
        panel.json_wanted.connect(lambda: self._save("json"))
        self.preview_panel.day_chosen.connect(flow.look)
        flow.changed.connect(self._retell)
        flow.view_changed.connect(self._focus)
        flow.tables_read.connect(panel.show_tables)
        flow.rows_read.connect(self._show_rows)
        flow.previewed.connect(self._show_preview)
        flow.refused.connect(self._show_problems)
        flow.day_refused.connect(self._tell_day)
        flow.applied.connect(self._tell_applied)
        flow.undone.connect(self._tell_undone)
        flow.saved.connect(lambda name: self._tell(self._words.say("rules_screen.saved", file=name)))

    # What the flow brings ------------------------------------------------------------------------

    def _show_rows(self, table: str, document: Mapping[str, Any]) -> None:
        # Another table may have been chosen meanwhile.
        if self.tables_panel.chosen == table:
            self.tables_panel.show_rows(document, self.flow.today)

    def _show_preview(self, preview: RulePreview) -> None:
        self.preview_panel.show_preview(preview)

    def _show_problems(self, problems: Sequence[RuleProblem]) -> None:
        if self.flow.candidate is not None:
            self.refused_panel.show_problems(problems, self.flow.candidate.file)

    def _tell_day(self, error: CannotApply) -> None:
        self.preview_panel.tell_day(rule_error_sentence(self._words.texts, error))

    def _tell_applied(self, document: RuleDocument) -> None:
        self.tables_panel.choose(document.table)
        table = table_title(self._words.texts, document.table)
        text = self._words.say("rules_screen.done", table=table, day=document.takes_effect_on)
        self._tell(text, lambda: self.flow.undo(document))

    def _tell_undone(self, document: RuleDocument) -> None:
        table = table_title(self._words.texts, document.table)
        self._tell(self._words.say("rules_screen.undone", table=table))

    # What a person does --------------------------------------------------------------------------

    def _apply(self) -> None:
        flow, panel = self.flow, self.preview_panel
        if flow.view is not View.PREVIEW or flow.preview is None:
            return
        if panel.typed_day != flow.preview.takes_effect_on:
            # A day that was typed and not left yet: the changes are shown for it first.
            self.apply.setFocus()
            return
        flow.apply(panel.reason.text())

    def _save(self, form: str) -> None:
        table = self.tables_panel.chosen
        if table:
            self._chooser.choose_target(
                self, f"{table}.{form}", lambda path: self.flow.save(table, form, path)
            )

    def _ask_undo(self, document: RuleDocument) -> None:
        say = self._words.say
        text = say(
            "rules_screen.confirm_undo_text",
            table=table_title(self._words.texts, document.table),
            day=document.takes_effect_on,
            by=document.by,
        )
        self._dialogs.confirm(
            self,
            say("rules_screen.confirm_undo"),
            text,
            say("rules_screen.undo"),
            lambda: self.flow.undo(document),
            danger=True,
        )

    # Words ---------------------------------------------------------------------------------------

    def _focus(self) -> None:
        focus = self.first_focus()
        if focus is not None and self.isVisible():
            # The keys of the page work while the focus is in it.
            focus.setFocus(Qt.FocusReason.TabFocusReason)

    def _retell(self) -> None:
        flow, say = self.flow, self._words.say
        view = flow.view
        self._panels.setCurrentIndex(list(View).index(view))
        self.title.setText(say(f"rules_screen.title.{view}", table=self._table()))
        self.meta.setText(self._meta())
        self.back.setText(say("rules_screen.back"))
        self.back.setVisible(view is not View.TABLES)
        self.choose.setText(say(f"rules_screen.choose.{'other' if view is View.REFUSED else 'first'}"))
        self.choose.setVisible(view is not View.PREVIEW)
        self.choose.setEnabled(not flow.is_busy)
        self.apply.setText(say("rules_screen.apply"))
        self.apply.setVisible(view is View.PREVIEW)
        self.apply.setEnabled(flow.can_apply)
        self.banner.setVisible(flow.error is not None)
        if flow.error is not None:
            self.banner.setText(rule_error_sentence(self._words.texts, flow.error))

    def _meta(self) -> str:
        """What the page is for, or which file it shows and in whose place that comes."""
        say, file, preview = self._words.say, self.flow.file, self.flow.preview
        if self.flow.view is View.TABLES:
            return say("rules_screen.subtitle")
        if self.flow.view is View.REFUSED or preview is None:
            return file
        before = preview.replaces
        if before is None:
            return f"{file} · {say('rules_screen.replaces.shipped')}"
        said = say("rules_screen.replaces.imported", day=before.takes_effect_on, by=before.by)
        return f"{file} · {said}"

    def _table(self) -> str:
        """The table of the file that was read."""
        schema = self.flow.candidate.schema if self.flow.candidate is not None else None
        return table_title(self._words.texts, schema.name) if schema is not None else "—"
