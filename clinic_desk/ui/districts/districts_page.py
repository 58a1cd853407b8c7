"""Behaviour of the section "Districts": loads, streets of the chosen district, moving people."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.districts import DistrictMove
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import DistrictId, DistrictMoveId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.district_rows import (
    DistrictOverview,
    DistrictRow,
    DistrictStreets,
    StreetOfDistrict,
)
from clinic_desk.ui.districts.district_columns import district_columns, street_columns
from clinic_desk.ui.districts.district_words import (
    district_words,
    doctor_words,
    norm_words,
    remarks_words,
    total_words,
)
from clinic_desk.ui.districts.districts_view import DistrictsView
from clinic_desk.ui.districts.move_dialog import MoveDialog
from clinic_desk.ui.districts.moves_dialog import MovesDialog
from clinic_desk.ui.districts.undoing import UndoMove
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, RowsModel, UiText, WindowDialogs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.theme import space

Tell = Callable[[str, Callable[[], object] | None], object]
"""Shows a sentence for some seconds, with Undo when there is an act that takes it back."""


class DistrictsPage(Page):
    """The section "Districts".

    Args:
        services: the use cases.
        jobs: the lanes.
        words: the language of the window.
        notifier: told of changes, and tells them.
        tell: shows a sentence, perhaps with Undo: the toast of the window.
        dialogs: asks before somebody is left behind; over the window by default.
        parent: as in Qt.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        *,
        tell: Tell,
        dialogs: Dialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("districts_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._overview: DistrictOverview | None = None
        self._streets: DistrictStreets | None = None
        self._shown_id: DistrictId | None = None
        self._trouble: ClinicDeskError | None = None
        self._is_stale = True
        self._is_filling = False
        self._wants_focus = False
        self._round = 0
        self._last: DistrictMoveId | None = None
        self._dialog: MoveDialog | None = None
        self._moves: MovesDialog | None = None
        self.view = view = DistrictsView(words)
        self.model: RowsModel[DistrictRow] = RowsModel(district_columns(), words, self)
        self.streets_model: RowsModel[StreetOfDistrict] = RowsModel(street_columns(), words, self)
        view.table.set_model(self.model)
        view.streets.set_model(self.streets_model)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        self._undo = UndoMove(
            services,
            jobs,
            words,
            notifier,
            dialogs=dialogs or WindowDialogs(words),
            tell=lambda sentence: tell(sentence, None),
            over=self,
        )
        view.table.row_changed.connect(self._on_row)
        view.table.opened.connect(lambda _row: self.move_people())
        view.streets.opened.connect(lambda _row: self.move_people())
        view.streets.row_changed.connect(lambda _row: self._show_acts())
        view.move_button.clicked.connect(self.move_people)
        view.move_button.claim_key(self)
        view.moves_button.clicked.connect(self.show_moves)
        view.remove_button.clicked.connect(self.remove_street)
        notifier.changed.connect(self._on_change)
        words.follow(self._retell)
        self._show_acts()

    # What the window asks of the page ----------------------------------------------------------

    def on_shown(self) -> None:
        if self._is_stale:
            self.reload()
        # The keys of the page work while the focus is in it.
        self._wants_focus = True
        self._take_focus()

    def on_undo(self) -> bool:
        if self._last is None:
            return False
        self._take_back(self._last)
        return True

    def first_focus(self) -> QWidget | None:
        return self.view.table if self.model.rowCount() else self.view.moves_button

    # Reading -----------------------------------------------------------------------------------

    @property
    def dialog(self) -> MoveDialog:
        """The dialog that moves people, made when first needed."""
        if self._dialog is None:
            self._dialog = MoveDialog(self._services, self._jobs, self._words, self._notifier, self)
            self._dialog.moved.connect(self._on_moved)
            self._dialog.told.connect(lambda sentence: self._tell(sentence, None))
        return self._dialog

    @property
    def moves(self) -> MovesDialog:
        """The list of past moves, made when first needed."""
        if self._moves is None:
            self._moves = MovesDialog(self._words)
            self._moves.undo_wanted.connect(lambda move_id: self._undo.undo(DistrictMoveId(move_id)))
        return self._moves

    def selected(self) -> DistrictRow | None:
        """The chosen district."""
        return self.model.row_at(self.view.table.current_row())

    def reload(self) -> None:
        """The loads are read again; the chosen district stays chosen."""
        self._is_stale = False
        self._jobs.run(self._services.districts.overview, self._on_overview, self._fail, owner=self)

    def _on_overview(self, overview: DistrictOverview) -> None:
        self._overview, self._trouble = overview, None
        ids = [row.district.id for row in overview.rows]
        number = ids.index(self._shown_id) if self._shown_id in ids else 0
        self._is_filling = True
        self.model.set_rows(overview.rows)
        self._is_filling = False
        self.view.table.select_row(number if ids else -1)
        self._read_streets()
        self._retell()
        self._take_focus()

    def _take_focus(self) -> None:
        """The focus is on the districts once they are there."""
        if self._wants_focus and self.isVisible() and self.model.rowCount():
            self._wants_focus = False
            self.view.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_row(self, _row: int) -> None:
        row = self.selected()
        if not self._is_filling and row is not None and row.district.id != self._shown_id:
            self._read_streets()
            self._retell()

    def _read_streets(self) -> None:
        row = self.selected()
        self._round += 1
        if row is None:
            return
        district_id, turn = row.district.id, self._round
        if district_id != self._shown_id:
            self._show_streets(None)
        self._shown_id = district_id
        self._jobs.run(
            lambda: self._services.districts.streets(district_id),
            lambda streets: self._on_streets(turn, streets),
            self._fail,
            owner=self,
        )

    def _on_streets(self, turn: int, streets: DistrictStreets) -> None:
        if turn == self._round:
            self._show_streets(streets)
            self._retell()

    def _show_streets(self, streets: DistrictStreets | None) -> None:
        number = max(self.view.streets.current_row(), 0)
        self._streets = streets
        rows = streets.streets if streets else ()
        self.streets_model.set_rows(rows)
        self.view.streets.select_row(min(number, len(rows) - 1))
        self._show_acts()

    # Acts --------------------------------------------------------------------------------------

    def move_people(self) -> None:
        """The dialog asks who of the chosen district moves; from the streets, the chosen one is marked."""
        row, overview, streets = self.selected(), self._overview, self._streets
        if row is None or overview is None or streets is None:
            return
        street = self.streets_model.row_at(self.view.streets.current_row())
        marked = [street.key] if street is not None and self.view.streets.hasFocus() else []
        self.dialog.open_for(overview, row.district.id, streets, marked)

    def show_moves(self) -> None:
        """The list of past moves is open."""
        self.moves.open_over(self, self.moves.close_button)
        self._read_moves()

    def remove_street(self) -> None:
        """The chosen street is not of the district any more; its people stay. Undo puts it back."""
        street = self.streets_model.row_at(self.view.streets.current_row())
        if street is None or not street.parts:
            return

        def put_back() -> None:
            self._run_street(
                lambda: [self._services.districts.put_street(p, self._services.actor()) for p in street.parts]
            )

        self._run_street(
            lambda: [self._services.districts.remove_street(p, self._services.actor()) for p in street.parts],
            lambda: self._tell(self._words.say("districts.streets.removed", street=street.name), put_back),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.view.streets.hasFocus():
            self.remove_street()
            return
        super().keyPressEvent(event)

    def _run_street(
        self, work: Callable[[], list[Change]], then: Callable[[], object] = lambda: None
    ) -> None:
        def done(_changes: list[Change]) -> None:
            self._notifier.announce(Change.of(Kind.DISTRICT))
            then()

        self._jobs.run(work, done, self._fail, owner=self, lane="write")

    def _read_moves(self) -> None:
        self._jobs.run(self._services.districts.moves, self.moves.show_moves, self._fail, owner=self)

    def _on_moved(self, move: DistrictMove) -> None:
        self._last = move.id
        row = self._overview.row(move.to_id) if self._overview else None
        number = row.district.number if row else ""
        sentence = self._words.say("districts.move.done", n=move.people, district=number)
        self._tell(sentence, lambda: self._take_back(move.id))

    def _take_back(self, move_id: DistrictMoveId) -> None:
        if move_id == self._last:
            self._last = None
        self._undo.undo(move_id)

    def _on_change(self, change: Change) -> None:
        if not any(change.touches(kind) for kind in (Kind.DISTRICT, Kind.PATIENT, Kind.CATALOGUE)):
            return
        if self.isVisible():
            self.reload()
            if self._moves is not None and self._moves.is_open:
                self._read_moves()
        else:
            self._is_stale = True

    def _fail(self, error: ClinicDeskError) -> None:
        self._trouble = error
        self._tell(error_sentence(self._words.texts, error), None)
        self._retell()

    # Words -------------------------------------------------------------------------------------

    def _show_acts(self) -> None:
        view = self.view
        view.move_button.setEnabled(self.selected() is not None and self._streets is not None)
        street = self.streets_model.row_at(view.streets.current_row())
        view.remove_button.setEnabled(street is not None and bool(street.parts))

    def _retell(self) -> None:
        view, say, overview, row = self.view, self._words.say, self._overview, self.selected()
        has_rows = bool(self.model.rowCount())
        view.table.setVisible(has_rows)
        view.empty.setVisible(not has_rows)
        if self._trouble is not None:
            view.empty.setText(error_sentence(self._words.texts, self._trouble))
        else:
            view.empty.setText(say("districts.loading" if overview is None else "districts.empty"))
        view.subtitle.setText(total_words(self._words, overview) if overview else "")
        view.norm.setText(norm_words(self._words, row.norm) if row else "")
        view.norm.setVisible(bool(view.norm.text()))
        view.streets_title.setText(
            district_words(self._words, row.district) if row else say("districts.streets.title")
        )
        view.streets_doctor.setText(doctor_words(self._words, row.doctor) if row else "")
        streets = self._streets
        is_empty = streets is not None and not streets.streets
        view.streets.setVisible(row is not None and not is_empty)
        view.no_streets.setVisible(row is not None and is_empty)
        view.remove_button.setVisible(row is not None and not is_empty)
        remarks = remarks_words(self._words, streets) if streets else []
        view.remarks.setText("\n".join(remarks))
        view.remarks.setVisible(bool(remarks))
