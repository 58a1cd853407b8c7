"""The page that imports a foreign list in four steps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.domain.imports.kinds import ImportKind
from clinic_desk.durable_file import atomic_write
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.imports import ImportService
from clinic_desk.services.ports import ImportRun
from clinic_desk.ui.imports.columns_panel import ColumnsPanel
from clinic_desk.ui.imports.file_chooser import FileChooser, SystemFileChooser
from clinic_desk.ui.imports.file_panel import FilePanel
from clinic_desk.ui.imports.flow import ImportFlow
from clinic_desk.ui.imports.flow_state import STEPS, Notice, Step
from clinic_desk.ui.imports.header import ImportHeader
from clinic_desk.ui.imports.refused_csv import refused_csv, refused_name
from clinic_desk.ui.imports.result_panel import ResultPanel
from clinic_desk.ui.imports.rows_model import shown
from clinic_desk.ui.imports.rows_panel import RowsPanel
from clinic_desk.ui.kit.card import ScrollPage
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.dialogs import Dialogs, WindowDialogs
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.theme import space, vertical
from clinic_desk.ui.kit.words import UiText


class ImportPage(Page):
    """File, columns, rows, load; undo as a whole.

    Args:
        services: the use cases of the open profile.
        imports: those about foreign lists.
        jobs: the lanes beside the window.
        words: the language of the window.
        notifier: told what an import changed.
        chooser: asks for files; the system's dialog by default.
        dialogs: asks before an earlier import is taken back; over the window by default.
        parent: as in Qt.
    """

    def __init__(
        self,
        services: DeskServices,
        imports: ImportService,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        *,
        chooser: FileChooser | None = None,
        dialogs: Dialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("import_page")
        self.setAcceptDrops(True)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._chooser = chooser or SystemFileChooser(words)
        self._dialogs = dialogs or WindowDialogs(words)
        self._shown_step: Step | None = None
        self.flow = ImportFlow(services, imports, jobs, notifier, self)
        self.header = ImportHeader(words, self.flow)
        self.header.back.clicked.connect(self.on_escape)
        self.header.primary.clicked.connect(self._on_primary)
        self.header.primary.claim_key(self)
        self.file_panel = FilePanel(words)
        self.columns_panel = ColumnsPanel(words)
        self.rows_panel = RowsPanel(words)
        self.result_panel = ResultPanel(words)
        self._panels = QStackedWidget()
        self._panels.setObjectName("import_panels")
        for panel in (self.file_panel, self.columns_panel, self.rows_panel, self.result_panel):
            self._panels.addWidget(panel)
        page = ScrollPage(margins=(24, 0, 24, 16), gap=12)
        page.body.addWidget(self.header)
        page.body.addWidget(self._panels, 1)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addLayout(vertical(self.header.head, margins=(24, 16, 24, 2)))
        column.addWidget(page, 1)
        self._connect()
        words.follow(self._refresh)

    def on_shown(self) -> None:
        """See `Page`."""
        self.flow.load_history()
        focus = self.first_focus()
        if focus is not None and self.isVisible():
            # The keys of the page work while the focus is in it.
            focus.setFocus(Qt.FocusReason.TabFocusReason)

    def on_escape(self) -> bool:
        """See `Page`."""
        return self.flow.go_back()

    def on_undo(self) -> bool:
        """See `Page`."""
        return self.flow.take_back()

    def first_focus(self) -> QWidget | None:
        """See `Page`."""
        match self.flow.step:
            case Step.FILE:
                return self.file_panel.zone.button
            case Step.COLUMNS:
                return self.columns_panel.first_field()
            case Step.ROWS:
                return self.rows_panel.table
            case Step.LOADED:
                return self.result_panel.undo if self.flow.can_undo_import else self.header.primary

    def choose_file(self) -> None:
        """A person is asked for the file."""
        if self.flow.busy is None and self.flow.step is Step.FILE:
            self._chooser.choose_list(self, self.flow.open_file)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            self.file_panel.zone.set_hot(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.file_panel.zone.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.file_panel.zone.set_hot(False)
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.flow.open_file(path)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.file_panel.zone.set_hot(False)

    def _connect(self) -> None:
        flow = self.flow
        flow.changed.connect(self._refresh)
        self.file_panel.kind_chosen.connect(flow.choose_kind)
        self.file_panel.undo_wanted.connect(self._ask_undo)
        self.file_panel.zone.button.clicked.connect(self.choose_file)
        self.file_panel.zone.button.claim_key(self)
        self.columns_panel.encoding_chosen.connect(lambda name: flow.read_again(encoding=name))
        self.columns_panel.delimiter_chosen.connect(lambda sign: flow.read_again(delimiter=sign))
        self.columns_panel.sheet_chosen.connect(lambda name: flow.read_again(sheet=name))
        self.columns_panel.mapped.connect(flow.map_field)
        self.rows_panel.corrected.connect(flow.correct)
        self.rows_panel.left_out.connect(flow.leave_out)
        self.rows_panel.skip_bad_changed.connect(flow.set_skips_bad)
        self.rows_panel.csv_wanted.connect(self._save_refused)
        self.rows_panel.emptied.connect(self.header.primary.setFocus)
        self.result_panel.csv_wanted.connect(self._save_refused)
        self.result_panel.undo_wanted.connect(flow.take_back)

    def _on_primary(self) -> None:
        match self.flow.step:
            case Step.FILE:
                self.choose_file()
            case Step.COLUMNS:
                self.flow.compare()
            case Step.ROWS:
                # A cell that is being typed is taken first.
                self.rows_panel.table.setFocus()
                self.flow.load()
            case Step.LOADED:
                self.flow.go_back()

    def _ask_undo(self, run: ImportRun) -> None:
        say = self._words.say
        # Answers about insurance are never removed: undoing withdraws them.
        key = (
            "evidence.undo_text" if run.kind == ImportKind.INSURANCE else "import_screen.history.confirm_text"
        )
        text = say(
            key,
            kind=say(f"imports.kind.{run.kind}"),
            at=self._words.texts.moment(run.at),
        )
        self._dialogs.confirm(
            self,
            say("import_screen.history.confirm"),
            text,
            say("import_screen.undo"),
            lambda: self.flow.undo_import(run.id),
            danger=True,
        )

    def _save_refused(self) -> None:
        preview = self.flow.preview
        if preview is None or not preview.refused:
            return
        data = refused_csv(self._words.texts, preview)

        def save(path: Path) -> None:
            self._jobs.run(
                lambda: atomic_write(path, data),
                lambda _: self.flow.tell(Notice("notice.saved", {"file": shown(path.name)})),
                lambda error: self.flow.tell(error=error),
                owner=self,
                lane="side",
            )

        name = refused_name(preview.kind, self._services.clock.today())
        self._chooser.choose_target(self, name, save)

    def _refresh(self) -> None:
        flow = self.flow
        is_new_step = flow.step is not self._shown_step
        # The button first: it takes the focus when the last bad row is gone.
        self.header.show_flow()
        self._show_step(is_new_step)
        self._panels.setCurrentIndex(STEPS.index(flow.step))
        if flow.busy is None and is_new_step:
            self._shown_step = flow.step
            focus = self.first_focus()
            if focus is not None and self.isVisible():
                focus.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_step(self, is_new_step: bool) -> None:
        flow = self.flow
        if flow.step is Step.FILE:
            self.file_panel.set_kind(flow.kind)
            self.file_panel.set_history(flow.history)
        elif flow.step is Step.COLUMNS and flow.table is not None and flow.columns is not None:
            self.columns_panel.show_table(flow.table, flow.columns)
        elif flow.step is Step.ROWS and flow.preview is not None:
            self.rows_panel.show_preview(
                flow.preview,
                skips_bad=flow.skips_bad,
                corrected=flow.corrected,
                left_out=flow.left_out,
                anew=is_new_step,
            )
        elif flow.step is Step.LOADED and flow.imported is not None:
            self.result_panel.show_result(flow.imported, is_undone=flow.is_undone, kind=flow.kind)

    def _dropped(self, event: QDragEnterEvent | QDropEvent) -> Path | None:
        """The one local file that hangs over the page, while one can be taken."""
        if self.flow.busy is not None or self.flow.step is not Step.FILE:
            return None
        urls = event.mimeData().urls()
        if len(urls) != 1 or not urls[0].isLocalFile():
            return None
        return Path(urls[0].toLocalFile())
