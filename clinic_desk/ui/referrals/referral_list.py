"""Behaviour of the list of referrals: filters, printing, cancelling, the way to the patient's card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.referral import MOVES, Referral, ReferralStatus
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.rows import ReferralRow
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, RowsModel, ToastArea, UiText, WindowDialogs
from clinic_desk.ui.kit.jobs import CancelToken
from clinic_desk.ui.kit.keymap import unscramble
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.referrals.answering import AnswerDesk
from clinic_desk.ui.referrals.issuing import PrintDesk, Tell
from clinic_desk.ui.referrals.referral_columns import referral_columns
from clinic_desk.ui.referrals.referral_list_view import TILES, ReferralListView

PAGE_ROWS: Final = 100
_TYPING_PAUSE_MS: Final = 120
_NEAR_END_ROWS: Final = 10


@dataclass(frozen=True, slots=True)
class _Loaded:
    rows: list[ReferralRow]
    counts: dict[str, int]
    actor: Actor


class ReferralListPage(Page):
    """The section "Referrals".

    Args:
        services: the use cases.
        jobs: the lanes.
        words: the language of the window.
        notifier: told of changes, and tells them.
        dialogs: asks why a referral is cancelled; over the window by default.
        tell: shows a sentence for some seconds; a toast of the window by default.
        parent: as in Qt.

    Signals:
        patient_wanted: id of the patient of the row that was opened.
        counted: how many referrals wait to be printed.
    """

    patient_wanted = Signal(str)
    counted = Signal(int)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        *,
        dialogs: Dialogs | None = None,
        tell: Tell | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("referral_list_page")
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._dialogs: Dialogs = dialogs or WindowDialogs(words)
        self._toasts: ToastArea | None = None
        self._tell = tell or self._toast
        self._printing = PrintDesk(services, jobs, words, notifier, self._tell, self)
        self._answering = AnswerDesk(
            services, jobs, words, notifier, self._dialogs, self._tell, self._fail, self
        )
        self._actor: Actor | None = None
        self._wanted: ReferralId | None = None
        self._round = 0
        self._token = CancelToken()
        self._is_stale = True
        self._is_at_end = False
        self._is_loading_more = False
        self._trouble: ClinicDeskError | None = None
        self.view = view = ReferralListView(words)
        self.model: RowsModel[ReferralRow] = RowsModel(referral_columns(), words, self)
        view.table.set_model(self.model)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._typing.timeout.connect(self.reload)
        view.tiles.chosen.connect(lambda _key: self.reload())
        view.number.edited.connect(lambda _text: self._typing.start())
        view.number.submitted.connect(self._on_find_enter)
        view.table.opened.connect(self._on_opened)
        view.table.row_changed.connect(lambda _row: self._show_acts())
        view.table.verticalScrollBar().valueChanged.connect(lambda _value: self._load_more_if_near())
        view.print_button.clicked.connect(self.print_selected)
        view.cancel_button.clicked.connect(self.cancel_selected)
        view.answer_button.clicked.connect(self.answer_selected)
        notifier.changed.connect(self._on_change)
        words.follow(self._retell)
        self._show_acts()

    # What the window asks of the page ----------------------------------------------------------

    def on_shown(self) -> None:
        if self._is_stale:
            self.reload()

    def on_escape(self) -> bool:
        if not (self.view.number.text() or self.view.tiles.value() != "all"):
            return False
        self._clear_filter()
        self.reload()
        return True

    def first_focus(self) -> QWidget | None:
        return self.view.table if self.model.rowCount() else self.view.number.edit

    def show_referral(self, referral_id: ReferralId) -> None:
        """The row of this referral is chosen and in sight; the filter gives way if it must."""
        if self._select(referral_id):
            return

        def found(referral: Referral) -> None:
            self._clear_filter()
            self.view.number.set_text(referral.number)
            self._wanted = referral_id
            self.reload()

        self._jobs.run(lambda: self._services.referrals.get(referral_id), found, self._fail, owner=self)

    def reload(self) -> None:
        """The list and the counts are read again; the chosen row stays chosen."""
        self._typing.stop()
        self._is_stale = False
        self._round += 1
        self._token.cancel()
        turn, wanted = self._round, self._filter(0)
        current = self.selected()
        if self._wanted is None and current is not None:
            self._wanted = current.referral_id

        def read() -> _Loaded:
            referrals = self._services.referrals
            return _Loaded(referrals.rows(wanted), referrals.counts(), self._services.actor())

        self._token = self._jobs.run(
            read, lambda loaded: self._on_loaded(turn, loaded), self._fail, owner=self
        )

    def selected(self) -> ReferralRow | None:
        """The chosen row."""
        return self.model.row_at(self.view.table.current_row())

    @property
    def patient_id(self) -> str:
        """Whose row is chosen, "" when none is: whom F4 speaks of."""
        row = self.selected()
        return row.patient_id if row is not None else ""

    def print_selected(self) -> None:
        """The slip of the chosen row is on its way to the printer: the first paper, or copy N."""
        row, actor = self.selected(), self._actor
        if row is None or actor is None:
            return
        copy = row.copies_printed
        key = "referral_list.printed_copy" if copy else "referral_list.printed"
        if self._printing.print(row.referral_id, row.number, actor, copy=copy, told=key):
            begun = "referral_list.printing" if copy else "referral_list.printing_first"
            self._tell(self._words.say(begun, number=row.number, n=copy))

    def cancel_selected(self) -> None:
        """The person is asked why, then the chosen referral is cancelled."""
        row = self.selected()
        if row is None:
            return
        say = self._words.say
        if ReferralStatus.CANCELLED not in MOVES[row.status]:
            self._tell(say("errors.errors.referral.forbidden_move"))
            return
        service = row.service.said_in(self._words.language)
        self._dialogs.ask(
            self,
            say("referral_list.cancel_title"),
            say("referral_list.cancel_label"),
            lambda reason: self._cancel(row, reason),
            text=say(
                "referral_list.cancel_text", number=row.number, patient=row.patient_name, service=service
            ),
        )

    def answer_selected(self) -> None:
        """The supplier's question about the chosen referral is shown and answered."""
        row = self.selected()
        if row is not None:
            self._answering.answer(row)

    # Keys ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_typing = self.view.number.edit.hasFocus()
        if event.key() == Qt.Key.Key_F5:
            self.reload()
        elif event.key() == Qt.Key.Key_P and control:
            # Only where no window above has taken the key for itself.
            self.print_selected()
        elif event.key() == Qt.Key.Key_F7:
            self.answer_selected()
        elif event.key() == Qt.Key.Key_Delete and not is_typing:
            self.cancel_selected()
        elif event.key() == Qt.Key.Key_Down and is_typing:
            self._go_to_table()
        elif not is_typing and not control and event.text().strip() and event.text().isprintable():
            self.view.number.edit.setFocus()
            self.view.number.edit.insert(event.text())
            self._typing.start()
        else:
            super().keyPressEvent(event)

    def _on_find_enter(self) -> None:
        self.reload()
        self._go_to_table()

    def _go_to_table(self) -> None:
        table = self.view.table
        if self.model.rowCount() and table.current_row() < 0:
            table.select_row(0)
        table.setFocus(Qt.FocusReason.TabFocusReason)

    # Loading ------------------------------------------------------------------------------------

    def _filter(self, offset: int) -> ReferralFilter:
        key = self.view.tiles.value() or "all"
        typed = self.view.number.text().strip()
        return ReferralFilter(
            statuses=frozenset(status.value for status in TILES[key]),
            only_to_print=key == "to_print",
            text=typed if typed.isascii() else unscramble(typed),
            limit=PAGE_ROWS,
            offset=offset,
        )

    def _clear_filter(self) -> None:
        self.view.number.set_text("")
        self.view.tiles.set_value("all")

    def _on_loaded(self, turn: int, loaded: _Loaded) -> None:
        if turn != self._round:
            return
        self._trouble = None
        self._actor = loaded.actor
        self._is_loading_more = False
        self._is_at_end = len(loaded.rows) < PAGE_ROWS
        self.model.set_rows(loaded.rows)
        wanted, self._wanted = self._wanted, None
        if not (wanted is not None and self._select(wanted)):
            self.view.table.select_row(0 if loaded.rows else -1)
        self._show_counts(loaded.counts)
        self._retell()
        self._show_acts()

    def _load_more_if_near(self) -> None:
        bar = self.view.table.verticalScrollBar()
        row_height = self.view.table.verticalHeader().defaultSectionSize()
        if self._is_at_end or self._is_loading_more:
            return
        if bar.value() < bar.maximum() - _NEAR_END_ROWS * row_height:
            return
        self._is_loading_more = True
        turn, wanted = self._round, self._filter(self.model.rowCount())
        self._jobs.run(
            lambda: self._services.referrals.rows(wanted),
            lambda rows: self._on_more(turn, rows),
            self._fail,
            owner=self,
        )

    def _on_more(self, turn: int, rows: list[ReferralRow]) -> None:
        if turn != self._round:
            return
        self._is_loading_more = False
        self._is_at_end = len(rows) < PAGE_ROWS
        # A referral issued meanwhile moves the rest down: nobody is shown twice.
        known = {row.referral_id for row in self.model.rows()}
        self.model.add_rows([row for row in rows if row.referral_id not in known])
        self._retell()

    def _show_counts(self, counts: dict[str, int]) -> None:
        total = sum(counts.get(status.value, 0) for status in ReferralStatus)
        numbers = {"all": total, "to_print": counts.get("to_print", 0)}
        for key, statuses in TILES.items():
            if statuses:
                numbers[key] = sum(counts.get(status.value, 0) for status in statuses)
            self.view.tiles.tile(key).set_number(self._words.texts.number(numbers[key]))
        self.counted.emit(numbers["to_print"])

    def _select(self, referral_id: ReferralId) -> bool:
        for number, row in enumerate(self.model.rows()):
            if row.referral_id == referral_id:
                self.view.table.select_row(number)
                self.view.table.scrollTo(self.model.index(number, 0))
                return True
        return False

    # Acts ---------------------------------------------------------------------------------------

    def _on_opened(self, number: int) -> None:
        row = self.model.row_at(number)
        if row is not None:
            self.patient_wanted.emit(row.patient_id)

    def _cancel(self, row: ReferralRow, reason: str) -> None:
        def done(answer: tuple[Referral, Change]) -> None:
            self._notifier.announce(answer[1])
            self._tell(self._words.say("referral_list.cancelled", number=row.number))

        self._jobs.run(
            lambda: self._services.referrals.move(
                row.referral_id, ReferralStatus.CANCELLED, self._services.actor(), reason
            ),
            done,
            self._fail,
            owner=self,
            lane="write",
        )

    def _on_change(self, change: Change) -> None:
        if not (change.touches(Kind.REFERRAL) or change.touches(Kind.PATIENT)):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    def _show_acts(self) -> None:
        row = self.selected()
        self.view.print_button.setEnabled(row is not None)
        self.view.answer_button.setVisible(row is not None and row.status is ReferralStatus.RETURNED)
        self.view.cancel_button.setEnabled(row is not None and ReferralStatus.CANCELLED in MOVES[row.status])

    def _fail(self, error: ClinicDeskError) -> None:
        self._is_loading_more = False
        self._trouble = error
        self._tell(error_sentence(self._words.texts, error))
        self._retell()

    def _toast(self, sentence: str) -> None:
        if self._toasts is None:
            self._toasts = ToastArea(self.window())
        self._toasts.show(sentence)

    def _retell(self) -> None:
        view, count = self.view, self.model.rowCount()
        is_empty = count == 0
        view.table.setVisible(not is_empty)
        view.empty.setVisible(is_empty)
        is_filtered = bool(view.number.text()) or view.tiles.value() != "all"
        if self._trouble is not None:
            view.empty.setText(error_sentence(self._words.texts, self._trouble))
        elif self._actor is None:
            view.empty.setText(self._words.say("referral_list.loading"))
        else:
            key = "referral_list.empty_filtered" if is_filtered else "referral_list.empty"
            view.empty.setText(self._words.say(key))
        view.shown.setText(self._words.say("referral_list.shown", n=count) if count else "")
