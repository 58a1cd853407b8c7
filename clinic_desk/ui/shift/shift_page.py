"""Behaviour of the sheet of a shift: Space for a call, a new paper for an old one, printing, closing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.sync.recalls import PaperRecall, RecallEnd
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.slips import PrintAnswer, PrintOutcome
from clinic_desk.services.sync.papers.recalls import PaperRow, PaperState
from clinic_desk.services.sync.papers.replacement import Replacement
from clinic_desk.services.sync.papers.shift_values import Left, ShiftSheet
from clinic_desk.ui.kit import CancelToken, ChangeNotifier, Jobs, Modal, RowsModel, UiText, space
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.shift.shift_columns import paper_columns
from clinic_desk.ui.shift.shift_face import ShiftFace
from clinic_desk.ui.shift.shift_preview import ShiftPreview
from clinic_desk.ui.shift.shift_view import ShiftView
from clinic_desk.ui.shift.tell import Tell

_REFRESH_MS: Final = 60_000
_TOUCHING: Final = (Kind.SYNC, Kind.REFERRAL, Kind.ATTACHMENT, Kind.PATIENT, Kind.INSURANCE, Kind.SETTINGS)
_SECTIONS: Final = {
    Left.WAITING: "sync",
    Left.ATTENTION: "sync",
    Left.TO_PRINT: "referrals",
    Left.ATTACHMENTS: "attachment",
}


@dataclass(frozen=True, slots=True)
class _Loaded:
    sheet: ShiftSheet
    recalls: list[PaperRow]
    provisional: list[PaperRow]
    actor: Actor
    clinic: ClinicProfile


class ShiftPage(Page):
    """The section "Shift". Enter opens the card, Space says that the person was called and goes on.

    Signals:
        patient_wanted: id of the person of the row that was opened.
        replace_wanted: the `PatientCard` and the `Replacement` a new referral is to be issued from.
        section_wanted: the section where what passes on is worked at.
    """

    patient_wanted = Signal(str)
    replace_wanted = Signal(object, object)
    section_wanted = Signal(str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("shift_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._loaded: _Loaded | None = None
        self._token = CancelToken()
        self._is_stale = True
        self._shows_all = False
        self._goes_on = False
        self._is_busy = False
        self.view = view = ShiftView(words)
        self.model: RowsModel[PaperRow] = RowsModel(paper_columns(), words, self)
        view.table.set_model(self.model)
        self.face = ShiftFace(view, words)
        self.preview = ShiftPreview(view.pane, services, jobs, words)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        self._connect()
        # A record may wait longer while the page lies open; the clock goes on.
        timer = QTimer(self, interval=_REFRESH_MS)
        timer.timeout.connect(self._on_minute)
        timer.start()
        words.follow(self._retell)

    # What the window asks of the page ----------------------------------------------------------

    def on_shown(self) -> None:
        if self._is_stale:
            self.reload()

    def on_escape(self) -> bool:
        if not self._shows_all:
            return False
        self._show_all(False)
        return True

    def first_focus(self) -> QWidget | None:
        return self.view.table if self.model.rowCount() else None

    @property
    def patient_id(self) -> str:
        """Whose row is chosen, "" when none is: whom F4 speaks of."""
        row = self.selected()
        return row.patient_id if row is not None else ""

    def selected(self) -> PaperRow | None:
        """The chosen row."""
        return self.model.row_at(self.view.table.current_row())

    def reload(self) -> None:
        """Everything is read again; the chosen paper stays chosen."""
        self._is_stale = False
        self._token.cancel()
        services = self._services

        def read() -> _Loaded:
            settings = services.settings.read()
            actor = services.actor(settings)
            sheet = services.shifts.sheet(actor)
            since = sheet.opened_at or services.clock.now()
            recalls, provisional = services.recalls.rows(since), services.recalls.provisional(since)
            return _Loaded(sheet, recalls, provisional, actor, settings.clinic)

        self._token = self._jobs.run(read, self._on_loaded, self._on_failed, owner=self)

    def print_selected(self) -> None:
        """Ctrl+P: the sheet is on its way to the printer; a closed shift's as it was kept."""
        loaded = self._loaded
        if loaded is None or self._is_busy:
            return
        self._is_busy = True
        actor, language = loaded.actor, self._words.language
        self._jobs.run(
            lambda: self._services.shifts.print(actor, language),
            self._on_printed,
            self._on_act_failed,
            owner=self,
            lane="side",
        )

    # Acts --------------------------------------------------------------------------------------

    def call(self) -> None:
        """Space: whoever holds the chosen paper was told; once more takes it back."""
        row, loaded = self.selected(), self._loaded
        if row is None or row.recall is None or not row.recall.is_open or loaded is None:
            return
        recall, actor, recalls = row.recall, loaded.actor, self._services.recalls
        if row.state is PaperState.TOLD:
            self._do(lambda: recalls.not_called(recall.id, actor), self._words.say("shift.untold"))
            return
        told = self._words.say("shift.told", number=row.number)
        self._goes_on = True
        self._do(
            lambda: recalls.called(recall.id, actor),
            told,
            undo=lambda: self._do(lambda: recalls.not_called(recall.id, actor), ""),
        )

    def bring_back(self) -> None:
        """Del: the chosen paper was brought back and is settled."""
        row, loaded = self.selected(), self._loaded
        if row is None or row.recall is None or not row.recall.is_open or loaded is None:
            return
        recall, actor = row.recall, loaded.actor
        self._do(
            lambda: self._services.recalls.settle(recall.id, RecallEnd.RETURNED, actor),
            self._words.say("shift.brought_back", number=row.number),
        )

    def replace(self) -> None:
        """The dialog of a referral in place of the chosen paper's is wanted."""
        row = self.selected()
        if row is None or row.recall is None or not row.recall.is_open or self._is_covered():
            return
        recall, services = row.recall, self._services

        def read() -> tuple[PatientCard, Replacement]:
            old = services.recalls.to_replace(recall.id)
            return services.patients.card(old.patient_id), old

        self._jobs.run(read, lambda found: self.replace_wanted.emit(*found), self._on_act_failed, owner=self)

    def close_shift(self) -> None:
        """Ctrl+Enter: the shift is over; what is open passes on, and is told."""
        loaded = self._loaded
        if loaded is None or self._is_busy or self._is_covered() or loaded.sheet.is_closed:
            return
        self._is_busy = True
        actor = loaded.actor

        def closed(answer: tuple[ShiftSheet, Change]) -> None:
            self._is_busy = False
            sheet, change = answer
            passed = sum(item.n for item in sheet.left)
            key = "shift.closed_open" if passed else "shift.closed_clean"
            self._tell(self._words.say(key, n=passed))
            self._notifier.announce(change)
            self.reload()

        self._jobs.run(
            lambda: self._services.shifts.close(actor), closed, self._on_act_failed, owner=self, lane="write"
        )

    # Inside ------------------------------------------------------------------------------------

    def _connect(self) -> None:
        view = self.view
        view.table.opened.connect(self._on_opened)
        view.table.row_changed.connect(lambda _row: self._show_chosen())
        view.called_button.clicked.connect(self.call)
        view.called_button.claim_key(view.table)
        view.replace_button.clicked.connect(self.replace)
        view.replace_button.claim_key(self)
        view.returned_button.clicked.connect(self.bring_back)
        view.returned_button.claim_key(view.table)
        view.close_button.clicked.connect(self.close_shift)
        view.close_button.claim_key(self)
        view.print_button.clicked.connect(self.print_selected)
        view.all_papers.clicked.connect(lambda: self._show_all(not self._shows_all))
        view.left.wanted.connect(self._on_left)
        shortcut = QShortcut(QKeySequence("F5"), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.reload)
        self._notifier.changed.connect(self._on_change)

    def _is_covered(self) -> bool:
        return any(modal.isVisible() for modal in self.window().findChildren(Modal))

    def _do(
        self,
        act: Callable[[], tuple[PaperRecall, Change]],
        told: str,
        *,
        undo: Callable[[], object] | None = None,
    ) -> None:
        def done(answer: tuple[PaperRecall, Change]) -> None:
            if told:
                self._tell(told, undo)
            self._notifier.announce(answer[1])

        self._jobs.run(act, done, self._on_act_failed, owner=self, lane="write")

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._loaded = loaded
        self.face.show_sheet(loaded.sheet)
        self.preview.show_sheet(loaded.sheet)
        self._show_rows()

    def _show_rows(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        chosen = self.selected()
        rows = loaded.provisional if self._shows_all else loaded.recalls
        self.model.set_rows(rows)
        ids = [row.referral_id for row in rows]
        goes_on, self._goes_on = self._goes_on, False
        if goes_on and rows and rows[0].needs_call:
            # Whom to call next stands at the top.
            self.view.table.select_row(0)
        elif chosen is not None and chosen.referral_id in ids:
            self.view.table.select_row(ids.index(chosen.referral_id))
        elif rows:
            self.view.table.select_row(0)
        self.face.show_papers(loaded.recalls, loaded.provisional, shows_all=self._shows_all)
        self._show_chosen()

    def _show_all(self, shown: bool) -> None:
        self._shows_all = shown
        self._show_rows()

    def _show_chosen(self) -> None:
        if self._loaded is not None:
            self.face.show_chosen(self.selected(), self._loaded.clinic)

    def _on_opened(self, number: int) -> None:
        row = self.model.row_at(number)
        if row is not None:
            self.patient_wanted.emit(row.patient_id)

    def _on_left(self, kind: Left) -> None:
        if kind is Left.RECALLS:
            self._show_all(False)
            self.view.table.setFocus()
        else:
            self.section_wanted.emit(_SECTIONS[kind])

    def _on_printed(self, outcome: PrintOutcome) -> None:
        self._is_busy = False
        if outcome.answer is PrintAnswer.ACCEPTED:
            self._tell(self._words.say("shift.printed"))
        else:
            self._tell(self._words.say(f"shift.print.{outcome.answer}"))

    def _on_change(self, change: Change) -> None:
        if not any(change.touches(kind) for kind in _TOUCHING):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    def _on_minute(self) -> None:
        self._is_stale = True
        if self.isVisible() and not self._is_covered():
            self.reload()

    def _on_failed(self, error: ClinicDeskError) -> None:
        self.face.show_trouble(error)

    def _on_act_failed(self, error: ClinicDeskError) -> None:
        self._is_busy = False
        self._tell(error_sentence(self._words.texts, error))
        self.reload()

    def _retell(self) -> None:
        self.face.retell()
        if self._loaded is not None:
            self.face.show_sheet(self._loaded.sheet)
            self._show_rows()
            self.preview.show_sheet(self._loaded.sheet)


__all__ = ["ShiftPage"]
