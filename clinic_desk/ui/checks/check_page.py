"""Behaviour of the list of checks: from row to row with F5, each answer written down in place."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.check_list import CheckList, CheckRow, CheckTile
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.checks.check_columns import check_columns
from clinic_desk.ui.checks.check_view import CheckView
from clinic_desk.ui.kit import ChangeNotifier, Jobs, Modal, RowsModel, UiText
from clinic_desk.ui.kit.jobs import CancelToken
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.patients.answer_desk import AnswerDesk

_REFRESH_MS = 60_000
_TOUCHING = (Kind.INSURANCE, Kind.REFERRAL, Kind.PATIENT)


class CheckPage(Page):
    """The section "Check before tomorrow". Enter opens the card, F5 records an answer and goes on.

    Signals:
        patient_wanted: id of the person of the row that was opened.
    """

    patient_wanted = Signal(str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("checks_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._list: CheckList | None = None
        self._trouble: ClinicDeskError | None = None
        self._token = CancelToken()
        self._is_stale = True
        self._place = 0
        self._goes_on_from: PatientId | None = None
        self.answers = AnswerDesk(services, jobs, words, notifier, self)
        self.answers.kept.connect(self._on_kept)
        self.view = view = CheckView(words)
        columns = check_columns(services.clock.now, services.clock.zone)
        self.model: RowsModel[CheckRow] = RowsModel(columns, words, self)
        view.table.set_model(self.model)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        view.tiles.chosen.connect(lambda _key: self._show_rows())
        view.table.opened.connect(self._on_opened)
        view.answer_button.clicked.connect(self.record_answer)
        shortcut = QShortcut(QKeySequence("F5"), self)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.record_answer)
        notifier.changed.connect(self._on_change)
        # Answers grow old and tomorrow comes nearer while the list lies open.
        timer = QTimer(self, interval=_REFRESH_MS)
        timer.timeout.connect(self._on_minute)
        timer.start()
        words.follow(self._retell)

    def on_shown(self) -> None:
        if self._is_stale:
            self.reload()

    def on_escape(self) -> bool:
        if self.view.tiles.value() == CheckTile.ALL.value:
            return False
        self.view.tiles.set_value(CheckTile.ALL.value)
        self._show_rows()
        return True

    def first_focus(self) -> QWidget | None:
        return self.view.table if self.model.rowCount() else None

    @property
    def patient_id(self) -> str:
        """Whose row is chosen, "" when none is: whom F4 speaks of."""
        row = self.selected()
        return row.patient_id if row is not None else ""

    def selected(self) -> CheckRow | None:
        """The chosen row."""
        return self.model.row_at(self.view.table.current_row())

    def reload(self) -> None:
        """The list is read again; the chosen person stays chosen."""
        self._is_stale = False
        self._token.cancel()
        self._token = self._jobs.run(self._services.checks.read, self._on_loaded, self._on_failed, owner=self)

    def record_answer(self) -> None:
        """F5: the panel for an answer about the person of the chosen row lies over the window."""
        row = self.selected()
        if row is None or self._is_covered():
            return

        def ask(card: PatientCard) -> None:
            if not self._is_covered() and self.isVisible():
                self.answers.ask(card, self)

        self._jobs.run(lambda: self._services.patients.card(row.patient_id), ask, self._on_failed, owner=self)

    def _is_covered(self) -> bool:
        return any(modal.isVisible() for modal in self.window().findChildren(Modal))

    def _on_kept(self, patient_id: str) -> None:
        # The row goes when the answer will do now; the one below is next either way.
        self._goes_on_from = PatientId(patient_id)

    def _on_loaded(self, found: CheckList) -> None:
        self._trouble = None
        self._list = found
        self._show_rows()

    def _show_rows(self) -> None:
        found = self._list
        if found is None:
            return
        chosen = self.selected()
        self._place = max(self.view.table.current_row(), 0)
        tile = CheckTile(self.view.tiles.value() or CheckTile.ALL.value)
        rows = found.of(tile)
        self.model.set_rows(rows)
        ids = [row.patient_id for row in rows]
        self.view.table.select_row(self._next_place(ids, chosen))
        for each in CheckTile:
            self.view.tiles.tile(each.value).set_number(self._words.texts.number(len(found.of(each))))
        self._retell()

    def _next_place(self, ids: list[PatientId], chosen: CheckRow | None) -> int:
        """Which row is chosen now: the next after an answer, else the same person, else the same place."""
        done, self._goes_on_from = self._goes_on_from, None
        last = len(ids) - 1
        if done is not None and done in ids:
            return min(ids.index(done) + 1, last)
        if done is None and chosen is not None and chosen.patient_id in ids:
            return ids.index(chosen.patient_id)
        return min(self._place, last)

    def _on_opened(self, number: int) -> None:
        row = self.model.row_at(number)
        if row is not None:
            self.patient_wanted.emit(row.patient_id)

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
        self._trouble = error
        self._retell()

    def _retell(self) -> None:
        view, say, count = self.view, self._words.say, self.model.rowCount()
        is_empty = count == 0 or self._trouble is not None
        view.table.setVisible(not is_empty)
        view.empty.setVisible(is_empty)
        view.answer_button.setVisible(not is_empty)
        if self._trouble is not None:
            view.empty.setText(error_sentence(self._words.texts, self._trouble))
        elif self._list is None:
            view.empty.setText(say("checks.loading"))
        else:
            is_all = view.tiles.value() == CheckTile.ALL.value
            view.empty.setText(say("checks.empty" if is_all else "checks.empty_tile"))
        view.shown.setText(say("checks.shown", n=count) if count else "")
        if self._list is not None:
            tomorrow = view.tiles.tile(CheckTile.TOMORROW.value)
            tomorrow.set_caption(say("checks.tile.tomorrow_by", day=self._list.next_day))


__all__ = ["CheckPage"]
