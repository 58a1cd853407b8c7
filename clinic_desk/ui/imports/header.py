"""The head of the import page: title, what was read, the steps, what is wrong, how far the work is."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.imports.table import Table
from clinic_desk.import_sentences import delimiter_name, encoding_name, import_error_sentence
from clinic_desk.services.imports import Outcome
from clinic_desk.ui.imports.flow import ImportFlow
from clinic_desk.ui.imports.flow_state import STEPS, Notice, Phase, Step
from clinic_desk.ui.imports.rows_model import shown
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import PrimaryButton, SecondaryButton
from clinic_desk.ui.kit.card import Card
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.progress import Progress
from clinic_desk.ui.kit.step_line import Step as LineStep
from clinic_desk.ui.kit.step_line import StepLine, StepState
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_LOOK_EVERY_MS = 80
_SHOW_PROGRESS_AFTER_MS = 300
_CAN_STOP = (Phase.READING, Phase.COMPARING, Phase.LOADING)


class ImportHeader(QWidget):
    """Shows where an import stands; its buttons act on the page.

    `head`, the title with the buttons, is put above it by the page.
    """

    def __init__(self, words: UiText, flow: ImportFlow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self.flow = flow
        self.title = PlainLabel(role="title", wraps=True)
        self.title.setObjectName("import_label_title")
        self.meta = PlainLabel(tone="muted", wraps=True, data=True)
        self.meta.setObjectName("import_label_meta")
        self.back = SecondaryButton("", "Esc")
        self.back.setObjectName("import_button_back")
        self._words.bind(self.back.setText, "import_screen.back")
        self.primary = PrimaryButton("", "Ctrl+Enter", "check")
        self.primary.setObjectName("import_button_primary")
        steps = Card(margins=(16, 12, 16, 8))
        self.steps = StepLine()
        self.steps.setObjectName("import_steps")
        steps.body.addWidget(self.steps)
        self.banner = Banner(Kind.ERR, wide=False)
        self.banner.setObjectName("import_banner")
        self.banner.hide()
        self.progress = Progress()
        self.progress.setObjectName("import_progress")
        self.progress.button.setObjectName("import_progress_button_stop")
        self.progress.hide()
        self.progress.cancelled.connect(flow.cancel)
        self._patience = QTimer(self, singleShot=True, interval=_SHOW_PROGRESS_AFTER_MS)
        self._patience.timeout.connect(self._show_progress)
        self._watch = QTimer(self, interval=_LOOK_EVERY_MS)
        self._watch.timeout.connect(self._look_at_progress)
        # Stays in sight while the page scrolls.
        self.head = QWidget()
        top = QHBoxLayout(self.head)
        space(top, 0, 10)
        top.addWidget(self.title, 1)
        top.addWidget(self.back)
        top.addWidget(self.primary)
        column = QVBoxLayout(self)
        space(column, 0, 12)
        for widget in (self.meta, steps, self.banner, self.progress):
            column.addWidget(widget)

    def show_flow(self) -> None:
        """Show the state of the moment in the language of the moment."""
        self._tell_head()
        self._tell_banner(self.flow.error, self.flow.notice)
        self._tell_busy()

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
        here = STEPS.index(flow.step)

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
        can_stop = busy.phase in _CAN_STOP
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
