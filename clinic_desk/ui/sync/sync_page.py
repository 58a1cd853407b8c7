"""Behaviour of the screen of the exchange: what waits, what needs a person, what is decided about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.places import PlaceBook
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow, ConflictRow, ItemAct, ItemFilter
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.ui.imports.file_chooser import FileChooser, SystemFileChooser
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, RowsModel, UiText, WindowDialogs
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.kit.theme import space
from clinic_desk.ui.people.person_words import Districts, value_words
from clinic_desk.ui.sync.item_words import offered
from clinic_desk.ui.sync.page_words import EmptyWords, empty_words, subtitle
from clinic_desk.ui.sync.sync_acts import SyncActs
from clinic_desk.ui.sync.sync_columns import sync_columns
from clinic_desk.ui.sync.sync_reading import SyncReading, read_exchange
from clinic_desk.ui.sync.sync_view import RECEIVED, SyncView

_REFRESH_MS = 15_000
_TOUCHING = (Kind.SYNC, Kind.PATIENT, Kind.REFERRAL, Kind.ATTACHMENT, Kind.INSURANCE)
_PAUSABLE = frozenset({SyncState.ONLINE, SyncState.OFFLINE, SyncState.STALE, SyncState.FIRST_DOWNLOAD})


class Exchange(Protocol):
    """The worker behind the window, as this page needs it; each call returns at once."""

    def now(self) -> None:
        """A round begins now."""

    def pause(self) -> None:
        """No round begins by itself."""

    def resume(self) -> None:
        """Rounds begin by themselves again."""


class SyncPage(Page):
    """Enter does what the row offers, F5 sends now, Del withdraws, digits decide a difference.

    Signals:
        patient_wanted: the id of a person whose card is to be opened.
        mend_wanted: the `AttentionRow` whose record is to be corrected.
        renew_wanted: a restored upstream is to be read anew.
    """

    patient_wanted = Signal(str)
    mend_wanted = Signal(object)
    renew_wanted = Signal()

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        exchange: Exchange | None,
        tell: Callable[[str], object],
        *,
        chooser: FileChooser | None = None,
        dialogs: Dialogs | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("sync_page")
        self._services, self._jobs, self._words, self._notifier = services, jobs, words, notifier
        self._exchange, self._tell = exchange, tell
        self._places = PlaceBook(services.rules, services.clock)
        self.acts = SyncActs(
            self,
            services,
            jobs,
            words,
            dialogs or WindowDialogs(words),
            chooser or SystemFileChooser(words, "*.json"),
            tell,
        )
        self.acts.wrote.connect(self._on_wrote)
        self.acts.failed.connect(self._on_act_failed)
        self._districts: Districts = {}
        self._is_read = False
        self._is_stale = True
        self._trouble: ClinicDeskError | None = None
        self.view = view = SyncView(words, self._value_words)
        self.model: RowsModel[AttentionRow] = RowsModel(
            sync_columns(services.clock.now, services.clock.zone), words, self
        )
        view.table.set_model(self.model)
        column = QVBoxLayout(self)
        space(column, 0, 0)
        column.addWidget(view)
        self._connect()
        notifier.changed.connect(self._on_change)
        notifier.exchange_changed.connect(self._on_status)
        # What is tried again by itself, and the time of the next round, move on while the list lies open.
        timer = QTimer(self, interval=_REFRESH_MS)
        timer.timeout.connect(self._on_timer)
        timer.start()
        words.follow(self._retell)

    # Page ----------------------------------------------------------------------------------------

    def on_shown(self) -> None:
        """See `Page`."""
        if self._is_stale:
            self.reload()
        self._retell()

    def on_escape(self) -> bool:
        """See `Page`."""
        if not self.view.conflict.isHidden():
            self._close_conflict()
            self.view.table.setFocus()
            return True
        if self._filter() is not ItemFilter.OPEN:
            self.view.tiles.clear_choice()
            self.reload()
            return True
        return False

    def first_focus(self) -> QWidget | None:
        """See `Page`."""
        return self.view.table if self.model.rowCount() else self.view.send_button

    @property
    def patient_id(self) -> str:
        """Whose row is chosen, "" when none is: whom F4 speaks of."""
        row = self.selected()
        return row.patient_id if row is not None else ""

    def selected(self) -> AttentionRow | None:
        """The chosen row."""
        return self.model.row_at(self.view.table.current_row())

    def show_filter(self, wanted: ItemFilter) -> None:
        """The list shows these."""
        if wanted is ItemFilter.OPEN:
            self.view.tiles.clear_choice()
        else:
            self.view.tiles.set_value(wanted.value)
        self.reload()

    # Acts ----------------------------------------------------------------------------------------

    def reload(self) -> None:
        """The list is read again; the chosen operation stays chosen."""
        self._is_stale = False
        services, wanted = self._services, self._filter()

        self._jobs.run(lambda: read_exchange(services, wanted), self._on_read, self._on_failed, owner=self)

    def send_now(self) -> None:
        """F5."""
        if self._exchange is not None:
            self._exchange.now()

    def act(self, wanted: ItemAct) -> None:
        """One act on the chosen operation."""
        row = self.selected()
        if row is None or wanted not in row.acts:
            return
        match wanted:
            case ItemAct.DECIDE:
                self._open_conflict(row)
            case ItemAct.MEND:
                self.mend_wanted.emit(row)
            case ItemAct.RETRY:
                self.acts.retry(row)
            case ItemAct.WITHDRAW:
                self.acts.withdraw(row)
            case ItemAct.EXPORT:
                self.acts.export(row)

    def decide(self) -> None:
        """Ctrl+Enter: what was chosen in the difference is kept."""
        card = self.view.conflict
        if card.row is not None and card.save_button.isEnabled():
            self.acts.decide(card.row, dict(card.grid.choice()))

    # Inside --------------------------------------------------------------------------------------

    def _connect(self) -> None:
        view = self.view
        view.tiles.chosen.connect(lambda _key: self.reload())
        view.table.opened.connect(lambda _row: self._on_opened())
        view.table.row_changed.connect(lambda _row: self._show_item())
        view.send_button.clicked.connect(self.send_now)
        view.pause_button.clicked.connect(self._turn_pause)
        view.renew_button.clicked.connect(lambda: self.acts.renew(self.renew_wanted.emit))
        view.unread_button.clicked.connect(self._press_unread)
        view.item.act_wanted.connect(self.act)
        view.item.card_wanted.connect(self._open_card)
        view.conflict.saved.connect(self.decide)
        view.conflict.refused.connect(self._press_refuse)
        view.conflict.left.connect(self.on_escape)
        for keys, act in (
            ("F5", self.send_now),
            ("Ctrl+R", lambda: self.act(ItemAct.RETRY)),
            ("Del", lambda: self.act(ItemAct.WITHDRAW)),
            ("Ctrl+S", lambda: self.act(ItemAct.EXPORT)),
            ("Ctrl+Shift+S", self._press_unread),
            ("Ctrl+Return", self.decide),
            ("Alt+N", self._press_refuse),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def _press_refuse(self) -> None:
        card = self.view.conflict
        if card.row is not None and card.refuse_button.isVisible():
            self.acts.refuse(card.row)

    def _press_unread(self) -> None:
        if self.view.unread_button.isVisible():
            self.acts.export_unread()

    def _filter(self) -> ItemFilter:
        return ItemFilter(self.view.tiles.value() or ItemFilter.OPEN.value)

    def _value_words(self, field: str, value: str) -> str:
        return value_words(self._words, self._places(), self._districts, field, value)

    def _turn_pause(self) -> None:
        if self._exchange is None:
            return
        if self._notifier.exchange.state is SyncState.PAUSED:
            self._exchange.resume()
        else:
            self._exchange.pause()

    def _on_opened(self) -> None:
        row = self.selected()
        if row is None:
            return
        wanted = offered(row)
        if wanted is not None:
            self.act(wanted)
        else:
            self._open_card()

    def _open_card(self) -> None:
        row = self.selected()
        if row is not None and row.patient_id:
            self.patient_wanted.emit(row.patient_id)

    def _open_conflict(self, row: AttentionRow) -> None:
        conflict_id, services = row.conflict_id, self._services
        if conflict_id is None:
            return

        def show(conflict: ConflictRow) -> None:
            chosen = self.selected()
            if chosen is None or chosen.conflict_id != conflict.id:
                return
            self.view.conflict.show_conflict(conflict)
            self.view.item.hide()
            self.view.conflict.show()
            self.view.make_room()
            self.view.conflict.grid.focus_first()
            if not conflict.fields:
                self.view.conflict.save_button.setFocus()

        self._jobs.run(lambda: services.conflicts.get(conflict_id), show, self._on_act_failed, owner=self)

    def _close_conflict(self) -> None:
        self.view.conflict.hide()
        self._show_item()

    def _on_wrote(self, change: Change) -> None:
        self.view.conflict.hide()
        self._notifier.announce(change)
        self.send_now()

    def _on_read(self, found: SyncReading) -> None:
        self._trouble, self._is_read = None, True
        self._districts = found.districts
        chosen = self.selected()
        place = max(self.view.table.current_row(), 0)
        self.model.set_rows(found.rows)
        ids = [row.op_id for row in found.rows]
        if chosen is not None and chosen.op_id in ids:
            place = ids.index(chosen.op_id)
        self.view.table.select_row(min(place, len(ids) - 1))
        day, figure = found.day, self.view.show_figure
        figure(ItemFilter.WAITING.value, found.waiting)
        figure(ItemFilter.ATTENTION.value, found.attention)
        figure(RECEIVED, day.pulled)
        figure(ItemFilter.ACCEPTED_TODAY.value, day.accepted)
        self.view.show_unread(found.unread)
        if not self.view.conflict.isHidden() and (chosen is None or chosen.op_id not in ids):
            self.view.conflict.hide()
        self._retell()

    def _show_item(self) -> None:
        row = self.selected()
        shown = self.view.conflict.row
        if not self.view.conflict.isHidden() and (
            row is None or shown is None or row.conflict_id != shown.id
        ):
            self.view.conflict.hide()
        if row is not None:
            self.view.item.show_row(row, self._services.clock.now())
        self.view.item.setVisible(row is not None and self.view.conflict.isHidden())
        self.view.make_room()

    def _on_change(self, change: Change) -> None:
        if not any(change.touches(kind) for kind in _TOUCHING):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    def _on_status(self, _status: object) -> None:
        if self.isVisible():
            self._retell_state()

    def _on_timer(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self.reload()

    def _on_failed(self, error: ClinicDeskError) -> None:
        self._trouble = error
        self._retell()

    def _on_act_failed(self, error: ClinicDeskError) -> None:
        self._tell(error_sentence(self._words.texts, error))
        self.reload()

    def _retell(self) -> None:
        view, say, count = self.view, self._words.say, self.model.rowCount()
        is_empty = count == 0 or self._trouble is not None
        view.table.setVisible(not is_empty)
        view.empty.setVisible(is_empty)
        view.shown.setText(say("sync_screen.shown", n=count) if count else "")
        self._show_item()
        self._retell_state()

    def _retell_state(self) -> None:
        status, view, say = self._notifier.exchange, self.view, self._words.say
        view.subtitle.setText(subtitle(status, self._words.texts))
        sign, text = self._empty_words(status)
        view.empty.set_icon(sign)
        view.empty.setText(text)
        view.pause_button.setVisible(status.state in _PAUSABLE or status.state is SyncState.PAUSED)
        is_paused = status.state is SyncState.PAUSED
        view.pause_button.setText(say("sync_screen.resume" if is_paused else "sync_screen.pause"))
        view.renew_button.setVisible(status.state is SyncState.RESTORED)
        view.send_button.setVisible(status.state not in (SyncState.NOT_SET, SyncState.RESTORED))

    def _empty_words(self, status: SyncStatus) -> EmptyWords:
        texts = self._words.texts
        if self._trouble is not None:
            return EmptyWords("warning-circle", error_sentence(texts, self._trouble))
        if not self._is_read:
            return EmptyWords("hourglass", texts.say("sync_screen.loading"))
        return empty_words(self._filter(), status, texts)
