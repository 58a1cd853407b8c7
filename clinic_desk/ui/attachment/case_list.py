"""Behaviour of the section of attachment: lists, filters, and the way to a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.attachment import OPEN_CASES, CaseState, EndReason
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.folding import fold_words
from clinic_desk.sentences import error_sentence
from clinic_desk.services.attachment_rows import (
    AttachmentFilter,
    AttachmentRow,
    EndingContract,
    GrowingChild,
)
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.ui.attachment.case_acts import CaseActs, may_withdraw, paper_of
from clinic_desk.ui.attachment.case_columns import case_columns, child_columns, contract_columns
from clinic_desk.ui.attachment.case_list_view import (
    ACCEPTED,
    CHILDREN,
    CONTRACTS,
    LATE,
    OPEN,
    TODAY,
    CaseListView,
)
from clinic_desk.ui.attachment.due_words import DueReader
from clinic_desk.ui.kit import (
    ChangeNotifier,
    DataTable,
    Dialogs,
    Jobs,
    RowsModel,
    UiText,
    WindowDialogs,
    space,
)
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.omnibox.intent import read as read_intent
from clinic_desk.ui.referrals.issuing import Tell

Named = TypeVar("Named", EndingContract, GrowingChild)
_TYPING_PAUSE_MS: Final = 120
_MOST_ROWS: Final = 500
_STATES: Final = {
    OPEN: OPEN_CASES,
    TODAY: frozenset({CaseState.SENT}),
    LATE: frozenset({CaseState.SENT}),
    ACCEPTED: frozenset({CaseState.ACCEPTED}),
}


@dataclass(frozen=True, slots=True)
class _Loaded:
    cases: list[AttachmentRow]
    contracts: list[EndingContract]
    children: list[GrowingChild]
    counts: dict[str, int]


class CaseListPage(Page):
    """Cases with their terms, contracts that end, children who come of age.

    Signals:
        case_wanted: id of the case that was opened.
        attach_wanted: id of the patient for whom an application is wanted.
        counted: how many answers are due today or late.
    """

    case_wanted = Signal(str)
    attach_wanted = Signal(str)
    counted = Signal(int)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        *,
        dialogs: Dialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("attachments_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._tell = tell
        self._round = 0
        self._is_loaded = False
        self._trouble: ClinicDeskError | None = None
        self.view = view = CaseListView(words)
        due = DueReader(services.rules, services.clock)
        self.cases: RowsModel[AttachmentRow] = RowsModel(case_columns(due), words, self)
        self.contracts: RowsModel[EndingContract] = RowsModel(contract_columns(), words, self)
        self.growing: RowsModel[GrowingChild] = RowsModel(child_columns(), words, self)
        view.cases.set_model(self.cases)
        view.contracts.set_model(self.contracts)
        view.children_table.set_model(self.growing)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        self.acts = CaseActs(services, jobs, words, notifier, tell, dialogs or WindowDialogs(words), self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self.reload)
        view.tiles.chosen.connect(lambda _key: self._on_tile())
        view.search.edited.connect(lambda _text: self._typing.start())
        view.search.submitted.connect(self._go_to_table)
        view.act.clicked.connect(self.act_on_selected)
        view.print_button.clicked.connect(self.print_selected)
        for table in (view.cases, view.contracts, view.children_table):
            table.opened.connect(lambda _row: self._open())
            table.row_changed.connect(lambda _row: self._show_acts())
        notifier.changed.connect(self._on_change)
        words.follow(self._retell)
        self._show_acts()

    # What the window asks of the page ----------------------------------------------------------

    def on_shown(self) -> None:
        # Terms grow near without anybody's act.
        self.reload()

    def on_escape(self) -> bool:
        if not self.view.search.text() and self._tile() == OPEN:
            return False
        self.view.search.set_text("")
        self.view.tiles.set_value(OPEN)
        self._on_tile()
        return True

    def first_focus(self) -> QWidget | None:
        table = self._table()
        return table if table.model().rowCount() else self.view.search.edit

    @property
    def patient_id(self) -> str:
        """Whose row is chosen, "" when none is."""
        row = self._selected()
        return row.patient_id if row is not None else ""

    def print_selected(self) -> None:
        """Ctrl+P: the paper that the state of the chosen case calls for."""
        row = self._selected()
        if isinstance(row, AttachmentRow):
            self.acts.print(row.case_id, paper_of(row.state))
        elif isinstance(row, EndingContract):
            self.acts.print(row.case_id, paper_of(CaseState.IN_FORCE))

    def act_on_selected(self) -> None:
        """What belongs to the list: taking an application back, ending, an adult district."""
        row = self._selected()
        if isinstance(row, EndingContract):
            self.acts.end(row.case_id, row.name, EndReason.CONTRACT_ENDED)
        elif isinstance(row, GrowingChild):
            self._to_an_adult_district(row)
        elif isinstance(row, AttachmentRow) and may_withdraw(row.state):
            self.acts.withdraw(row.case_id, row.name)
        elif row is not None:
            self._tell(self._words.say("attachment_screen.list.cannot_withdraw"))

    def reload(self) -> None:
        """All lists and counts are read again; the chosen row stays chosen."""
        self._typing.stop()
        self._round += 1
        turn, wanted, services = self._round, self._filter(), self._services

        def read() -> _Loaded:
            lists = services.attachment_lists
            return _Loaded(
                lists.rows(wanted), lists.contracts_ending(), lists.children_growing(), lists.counts()
            )

        self._jobs.run(read, lambda loaded: self._on_loaded(turn, loaded), self._fail, owner=self)

    # Keys --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        is_typing = self.view.search.edit.hasFocus()
        if event.key() == Qt.Key.Key_F5:
            self.reload()
        elif event.key() == Qt.Key.Key_Delete and not is_typing:
            if self._tile() != CHILDREN:
                self.act_on_selected()
        elif event.key() == Qt.Key.Key_Down and is_typing:
            self._go_to_table()
        elif not is_typing and not held and event.text().strip() and event.text().isprintable():
            self.view.search.edit.setFocus()
            self.view.search.edit.insert(event.text())
            self._typing.start()
        else:
            super().keyPressEvent(event)

    # Inside ------------------------------------------------------------------------------------

    def _tile(self) -> str:
        return self.view.tiles.value() or OPEN

    def _table(self) -> DataTable:
        return self.view.table_of(self._tile())

    def _selected(self) -> AttachmentRow | EndingContract | GrowingChild | None:
        number = self._table().current_row()
        match self._tile():
            case "contracts":
                return self.contracts.row_at(number)
            case "children":
                return self.growing.row_at(number)
        return self.cases.row_at(number)

    def _filter(self) -> AttachmentFilter:
        tile, typed = self._tile(), self._typed()
        # Whoever types a name looks for the person, whatever became of the application.
        states = frozenset() if typed and tile == OPEN else _STATES.get(tile, OPEN_CASES)
        return AttachmentFilter(states, typed, None, _MOST_ROWS)

    def _typed(self) -> str:
        """What is looked for; an IIN typed under the Kazakh layout is an IIN all the same."""
        return read_intent(self.view.search.text()).text

    def _on_tile(self) -> None:
        self.view.show_table(self._tile())
        self.reload()

    def _on_loaded(self, turn: int, loaded: _Loaded) -> None:
        if turn != self._round:
            return
        self._trouble, self._is_loaded = None, True
        now, today = self._services.clock.now(), self._services.clock.today()
        zone = self._services.clock.zone
        tile = self._tile()
        cases = loaded.cases
        if tile == TODAY:
            waiting = [row for row in cases if row.due_at is not None and row.due_at >= now]
            cases = [r for r in waiting if r.due_at and r.due_at.astimezone(zone).date() == today]
        elif tile == LATE:
            cases = [r for r in cases if r.due_at and r.due_at < now]
        self._put(self.cases, cases, self.view.cases)
        self._put(self.contracts, self._named(loaded.contracts), self.view.contracts)
        self._put(self.growing, self._named(loaded.children), self.view.children_table)
        self._show_counts(loaded)
        self._retell()
        self._show_acts()

    def _named(self, rows: list[Named]) -> list[Named]:
        """The rows whose name or IIN begins as typed; the store filters only cases."""
        typed = self._typed()
        wanted = fold_words(typed)

        def fits(row: Named) -> bool:
            names = fold_words(row.name)
            by_name = all(any(name.startswith(part) for name in names) for part in wanted)
            return by_name or (typed.isdigit() and row.iin.startswith(typed))

        return [row for row in rows if fits(row)]

    def _put(self, model: RowsModel[Any], rows: list[Any], table: DataTable) -> None:
        before = model.row_at(table.current_row())
        model.set_rows(rows)
        same = (n for n, row in enumerate(rows) if before is not None and _key(row) == _key(before))
        table.select_row(next(same, 0 if rows else -1))

    def _show_counts(self, loaded: _Loaded) -> None:
        counts, number = loaded.counts, self._words.texts.number
        numbers = {
            OPEN: sum(counts.get(state, 0) for state in OPEN_CASES),
            TODAY: counts.get("due_today", 0),
            LATE: counts.get("overdue", 0),
            ACCEPTED: counts.get(CaseState.ACCEPTED, 0),
            CONTRACTS: len(loaded.contracts),
            CHILDREN: len(loaded.children),
        }
        for key, value in numbers.items():
            self.view.tiles.tile(key).set_number(number(value))
        self.counted.emit(numbers[TODAY] + numbers[LATE])

    def _open(self) -> None:
        row = self._selected()
        if isinstance(row, GrowingChild):
            self._to_an_adult_district(row)
        elif row is not None:
            self.case_wanted.emit(row.case_id)

    def _to_an_adult_district(self, row: GrowingChild) -> None:
        """Adult districts take nobody before the day; then they are offered."""
        if row.days_left > 0:
            self._tell(self._words.say("attachment_screen.list.not_yet", day=row.turns_on))
        else:
            self.attach_wanted.emit(row.patient_id)

    def _go_to_table(self) -> None:
        table = self._table()
        if table.model().rowCount():
            if table.current_row() < 0:
                table.select_row(0)
            table.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_change(self, change: Change) -> None:
        if not (change.touches(Kind.ATTACHMENT) or change.touches(Kind.PATIENT)):
            return
        if self.isVisible():
            self.reload()

    def _show_acts(self) -> None:
        row = self._selected()
        self.view.print_button.setEnabled(row is not None)
        is_possible = not isinstance(row, AttachmentRow) or may_withdraw(row.state)
        self.view.act.setEnabled(row is not None and is_possible)

    def _fail(self, error: ClinicDeskError) -> None:
        self._trouble = error
        self._tell(error_sentence(self._words.texts, error))
        self._retell()

    def _retell(self) -> None:
        view, say = self.view, self._words.say
        count = self._table().model().rowCount()
        view.show_table(self._tile())
        view.tables.setVisible(count > 0)
        view.empty.setVisible(count == 0)
        tile = self._tile()
        kind = tile if tile in (CONTRACTS, CHILDREN) else "cases"
        if self._trouble is not None:
            view.empty.setText(error_sentence(self._words.texts, self._trouble))
        elif not self._is_loaded:
            view.empty.setText(say("attachment_screen.list.loading"))
        elif view.search.text() or tile in (TODAY, LATE, ACCEPTED):
            view.empty.setText(say("attachment_screen.list.empty_filtered"))
        else:
            view.empty.setText(say(f"attachment_screen.list.empty.{kind}"))
        view.shown.setText(say("attachment_screen.list.shown", n=count) if count else "")


def _key(row: AttachmentRow | EndingContract | GrowingChild) -> str:
    return row.patient_id if isinstance(row, GrowingChild) else row.case_id


__all__ = ["CaseListPage"]
