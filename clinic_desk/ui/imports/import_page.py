"""The page that imports a foreign list in four steps."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.imports.table import Table
from clinic_desk.durable_file import atomic_write
from clinic_desk.import_sentences import delimiter_name, encoding_name, import_error_sentence
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.imports import ImportService, Outcome
from clinic_desk.services.ports import ImportRun
from clinic_desk.ui.imports.columns_panel import ColumnsPanel
from clinic_desk.ui.imports.file_chooser import FileChooser, SystemFileChooser
from clinic_desk.ui.imports.file_panel import FilePanel
from clinic_desk.ui.imports.flow import ImportFlow, Notice, Step
from clinic_desk.ui.imports.refused_csv import refused_csv, refused_name
from clinic_desk.ui.imports.result_panel import ResultPanel
from clinic_desk.ui.imports.rows_model import shown
from clinic_desk.ui.imports.rows_panel import RowsPanel
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.card import Card, ScrollPage
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.dialogs import Dialogs, WindowDialogs
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.progress import Progress
from clinic_desk.ui.kit.step_line import Step as LineStep
from clinic_desk.ui.kit.step_line import StepLine, StepState
from clinic_desk.ui.kit.theme import space, vertical
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_LOOK_EVERY_MS = 80
_SHOW_PROGRESS_AFTER_MS = 300
_STEPS = (Step.FILE, Step.COLUMNS, Step.ROWS, Step.LOADED)


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
        self._build_head()
        self.file_panel = FilePanel(words)
        self.columns_panel = ColumnsPanel(words)
        self.rows_panel = RowsPanel(words)
        self.result_panel = ResultPanel(words)
        self._panels = QStackedWidget()
        self._panels.setObjectName("import_panels")
        for panel in (self.file_panel, self.columns_panel, self.rows_panel, self.result_panel):
            self._panels.addWidget(panel)
        steps = Card(margins=(16, 12, 16, 8))
        self.steps = StepLine()
        self.steps.setObjectName("import_steps")
        steps.body.addWidget(self.steps)
        page = ScrollPage(margins=(24, 16, 24, 16), gap=12)
        page.body.addLayout(self._head)
        page.body.addWidget(steps)
        page.body.addWidget(self.banner)
        page.body.addWidget(self.progress)
        page.body.addWidget(self._panels, 1)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(page)
        self._patience = QTimer(self, singleShot=True, interval=_SHOW_PROGRESS_AFTER_MS)
        self._patience.timeout.connect(self._show_progress)
        self._watch = QTimer(self, interval=_LOOK_EVERY_MS)
        self._watch.timeout.connect(self._look_at_progress)
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
                return self.result_panel.undo if self.flow.can_undo_import else self.primary

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

    def _build_head(self) -> None:
        self.title = PlainLabel(role="title")
        self.title.setObjectName("import_label_title")
        self.title.set_eliding(True)
        self.meta = PlainLabel(tone="muted", data=True)
        self.meta.setObjectName("import_label_meta")
        self.meta.set_eliding(True)
        self.back = SecondaryButton("", "Esc")
        self.back.setObjectName("import_button_back")
        self._words.bind(self.back.setText, "import_screen.back")
        self.back.clicked.connect(self.on_escape)
        self.primary = PrimaryButton("", "Ctrl+Enter", "check")
        self.primary.setObjectName("import_button_primary")
        self.primary.clicked.connect(self._on_primary)
        self.primary.claim_key(self)
        self._head = QHBoxLayout()
        space(self._head, 0, 10)
        self._head.addLayout(vertical(self.title, self.meta, gap=2), 1)
        self._head.addWidget(self.back)
        self._head.addWidget(self.primary)
        self.banner = Banner(Kind.ERR, wide=False)
        self.banner.setObjectName("import_banner")
        self.banner.hide()
        self.progress = Progress()
        self.progress.setObjectName("import_progress")
        self.progress.button.setObjectName("import_progress_button_stop")
        self.progress.hide()

    def _connect(self) -> None:
        flow = self.flow
        flow.changed.connect(self._refresh)
        self.progress.cancelled.connect(flow.cancel)
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
        self.rows_panel.emptied.connect(self.primary.setFocus)
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
        text = say(
            "import_screen.history.confirm_text",
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
        self._tell_head()
        self._show_step(is_new_step)
        self._panels.setCurrentIndex(_STEPS.index(flow.step))
        self._tell_banner(flow.error, flow.notice)
        self._tell_busy()
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
            self.result_panel.show_result(flow.imported, is_undone=flow.is_undone)

    def _tell_head(self) -> None:
        flow, say = self.flow, self._words.say
        is_start = flow.step is Step.FILE
        self.title.setText(say(f"import_screen.title.{'start' if is_start else flow.kind}"))
        self.meta.setText(self._meta(flow.table))
        self.back.setVisible(flow.step in (Step.COLUMNS, Step.ROWS))
        match flow.step:
            case Step.FILE:
                self.primary.setText(say("import_screen.file.choose"))
            case Step.COLUMNS:
                self.primary.setText(say("import_screen.check"))
            case Step.ROWS:
                self.primary.setText(say("import_screen.load", n=flow.preview.good if flow.preview else 0))
            case Step.LOADED:
                self.primary.setText(say("import_screen.another"))
        nothing = flow.step is Step.ROWS and (flow.preview is None or not flow.preview.good)
        self.primary.setVisible(not is_start)
        self.primary.setEnabled(flow.busy is None and not nothing)
        self.back.setEnabled(flow.busy is None)
        self.steps.set_steps(self._line())

    def _meta(self, table: Table | None) -> str:
        flow, say, texts = self.flow, self._words.say, self._words.texts
        if table is None or flow.path is None or flow.step is Step.FILE:
            return say("import_screen.meta.start")
        rows = say("import_screen.rows_count", n=len(table.rows))
        file = shown(flow.path.name)
        if table.encoding is None or table.delimiter is None:
            return say("import_screen.meta.sheet", file=file, sheet=shown(table.sheet or ""), rows=rows)
        return say(
            "import_screen.meta.text",
            file=file,
            encoding=encoding_name(texts, table.encoding),
            delimiter=delimiter_name(texts, table.delimiter),
            rows=rows,
        )

    def _line(self) -> list[LineStep]:
        flow, say = self.flow, self._words.say
        here = _STEPS.index(flow.step)

        def state(place: int) -> StepState:
            if place < here or flow.step is Step.LOADED:
                return "done"
            return "now" if place == here else "next"

        columns, preview = flow.columns, flow.preview
        columns_note = rows_note = ""
        if columns is not None and here >= 1:
            headings = [heading for heading in columns.headings if heading]
            columns_note = say("import_screen.note.columns", found=len(columns.found), all=len(headings))
        if preview is not None and here >= 2:
            bad = preview.counts[Outcome.REFUSED]
            rows_note = say("import_screen.note.bad", n=bad) if bad else say("import_screen.note.clean")
        file_note = say("import_screen.note.ready" if here else "import_screen.note.choose")
        load_note = say("import_screen.note.undone" if flow.is_undone else "import_screen.note.undoable")
        return [
            LineStep(say("import_screen.step.file"), file_note, state(0)),
            LineStep(say("import_screen.step.columns"), columns_note, state(1)),
            LineStep(say("import_screen.step.rows"), rows_note, state(2)),
            LineStep(say("import_screen.step.load"), load_note, state(3)),
        ]

    def _tell_banner(self, error: ClinicDeskError | None, notice: Notice | None) -> None:
        self.banner.setVisible(error is not None or notice is not None)
        if error is not None:
            self.banner.set_kind(Kind.ERR)
            self.banner.set_text(
                import_error_sentence(self._words.texts, error), self._words.say("import_screen.error.strong")
            )
        elif notice is not None:
            self.banner.set_kind(Kind.INFO, "info")
            self.banner.set_text(self._words.say(f"import_screen.{notice.key}", **notice.params))

    def _tell_busy(self) -> None:
        busy = self.flow.busy
        if busy is None:
            self._patience.stop()
            self._watch.stop()
            self.progress.hide()
            return
        self.progress.setText(self._words.say(f"import_screen.busy.{busy.phase}"))
        can_stop = busy.phase.value in ("reading", "comparing", "loading")
        self.progress.set_cancel_text(self._words.say("import_screen.stop") if can_stop else "")
        if not self._watch.isActive():
            self.progress.button.setEnabled(True)
            self.progress.set_progress(0, 0)
            self._patience.start()
            self._watch.start()

    def _show_progress(self) -> None:
        self.progress.setVisible(self.flow.busy is not None)

    def _look_at_progress(self) -> None:
        busy = self.flow.busy
        if busy is not None:
            self.progress.set_progress(busy.done, busy.total)
        self.flow.free_if_broken()

    def _dropped(self, event: QDragEnterEvent | QDropEvent) -> Path | None:
        """The one local file that hangs over the page, while one can be taken."""
        if self.flow.busy is not None or self.flow.step is not Step.FILE:
            return None
        urls = event.mimeData().urls()
        if len(urls) != 1 or not urls[0].isLocalFile():
            return None
        return Path(urls[0].toLocalFile())
