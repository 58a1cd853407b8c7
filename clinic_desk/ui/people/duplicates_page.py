"""People who may be here twice: of one person, or of the whole store, each pair decided by one key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.sentences import error_sentence
from clinic_desk.services.changes import Change
from clinic_desk.services.changes import Kind as ChangeKind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import Suspect
from clinic_desk.ui.kit import (
    Card,
    Cell,
    ChangeNotifier,
    ChipData,
    ChoiceTiles,
    Column,
    DataTable,
    EmptyState,
    Jobs,
    Kind,
    PlainLabel,
    PrimaryButton,
    RowsModel,
    SecondaryButton,
    UiText,
    space,
)
from clinic_desk.ui.kit.flow_row import FlowRow
from clinic_desk.ui.kit.page import Page
from clinic_desk.ui.register.other_reasons import other_reasons

_SHOWN = 200


class DuplicatesPage(Page):
    """Enter opens both cards side by side, Alt+N says that they are two people, Esc leaves.

    Signals:
        merge_wanted: the ids of the two people.
        closed: the list is left.
    """

    merge_wanted = Signal(str, str)
    closed = Signal()

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("duplicates_page")
        self._services, self._jobs, self._words = services, jobs, words
        self._notifier = notifier
        self._of: Patient | None = None
        self._is_read = False
        self._build()
        notifier.changed.connect(self._on_changed)
        words.follow(self._say)

    def start(self, of: Patient | None = None) -> None:
        """The list of the whole store, or of those who may be `of`."""
        self._of = of
        self._is_read = False
        self.why.hide()
        self._show([])
        self._load()

    def first_focus(self) -> QWidget | None:
        return self.table if self.model.rowCount() else None

    def on_escape(self) -> bool:
        self.closed.emit()
        return True

    def compare(self) -> None:
        """Enter: both cards side by side."""
        row = self._current()
        if row is not None:
            self.merge_wanted.emit(row.one.id, row.other.id)

    def press_other(self) -> None:
        """Alt+N: it is asked why they are two."""
        if self._current() is not None:
            self.why.show()
            self.reasons.focus_first()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        space(column, (24, 20, 24, 20), 12)
        self.title = PlainLabel(role="title")
        self.title.setObjectName("duplicates_text_title")
        self.name = PlainLabel(role="strong", data=True, wraps=True)
        self.name.setObjectName("duplicates_text_name")
        self.subtitle = PlainLabel(tone="muted", wraps=True)
        column.addWidget(self.title)
        column.addWidget(self.name)
        column.addWidget(self.subtitle)
        card = Card(gap=10)
        self.model: RowsModel[Suspect] = RowsModel(_COLUMNS, self._words, self)
        self.table = DataTable(row_height=52)
        self.table.setObjectName("duplicates_table")
        self.table.set_model(self.model)
        self.table.opened.connect(lambda _row: self.compare())
        self._words.bind(self.table.setAccessibleName, "people.duplicates.title")
        card.body.addWidget(self.table, 1)
        self.empty = EmptyState("users")
        self.empty.setObjectName("duplicates_empty")
        card.body.addWidget(self.empty, 1)
        self.why = QWidget()
        why = QVBoxLayout(self.why)
        space(why, 0, 6)
        label = PlainLabel(role="field")
        self._words.bind(label.setText, "people.other.why")
        self.reasons = ChoiceTiles(columns=4)
        self.reasons.setObjectName("duplicates_why")
        self._words.bind(self.reasons.setAccessibleName, "people.other.why")
        self.reasons.chosen.connect(self._on_why)
        why.addWidget(label)
        why.addWidget(self.reasons)
        self.why.hide()
        card.body.addWidget(self.why)
        self.other_button = SecondaryButton("", "Alt+N")
        self.other_button.setObjectName("duplicates_button_other")
        self.other_button.clicked.connect(self.press_other)
        self._words.bind(self.other_button.setText, "register.dup.other")
        self.compare_button = PrimaryButton("", "Enter")
        self.compare_button.setObjectName("duplicates_button_compare")
        self.compare_button.clicked.connect(self.compare)
        self._words.bind(self.compare_button.setText, "register.here.merge")
        self.acts = FlowRow(self.other_button, self.compare_button)
        card.body.addWidget(self.acts)
        column.addWidget(card, 1)
        shortcut = QShortcut(QKeySequence("Alt+N"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.press_other)

    def _current(self) -> Suspect | None:
        return self.model.row_at(self.table.current_row())

    def _load(self) -> None:
        services, of = self._services, self._of

        def read() -> list[Suspect]:
            if of is None:
                return services.patients.suspects(_SHOWN)
            return services.patients.suspects_of(of.id)

        # Not the lane of the searches: a registrar types meanwhile.
        self._jobs.run(read, self._on_read, self._on_error, owner=self, lane="side")

    def _on_read(self, rows: list[Suspect]) -> None:
        self._is_read = True
        self._show(rows)
        if rows and self.isVisible() and not self._is_busy_elsewhere():
            self.table.setFocus()

    def _is_busy_elsewhere(self) -> bool:
        focus = QApplication.focusWidget()
        return (
            focus is not None
            and not self.isAncestorOf(focus)
            and focus.objectName() != "shell_topbar_field_omnibox"
        )

    def _show(self, rows: list[Suspect]) -> None:
        current = max(self.table.current_row(), 0)
        self.model.set_rows(rows)
        if rows:
            self.table.select_row(min(current, len(rows) - 1))
        for widget in (self.table, self.acts):
            widget.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self._say()

    def _on_why(self, reason: object) -> None:
        row = self._current()
        self.why.hide()
        self.reasons.set_value(None)
        self.table.setFocus()
        if row is None:
            return
        services = self._services

        def work() -> Change:
            return services.patients.said_to_differ(row.one.id, row.other.id, str(reason), services.actor())

        self._jobs.run(work, self._notifier.announce, self._on_error, owner=self, lane="write")

    def _on_changed(self, change: object) -> None:
        if isinstance(change, Change) and ChangeKind.PATIENT in change.kinds and self.isVisible():
            self._load()

    def _on_error(self, error: ClinicDeskError) -> None:
        self._show([])
        self.empty.setText(error_sentence(self._words.texts, error))

    def on_shown(self) -> None:
        self._load()

    def _say(self) -> None:
        say = self._words.say
        self.title.setText(say("people.duplicates.title"))
        self.setAccessibleName(self.title.text())
        of = self._of
        self.name.setText(of.name.full if of else "")
        self.name.setVisible(of is not None)
        self.subtitle.setText(say("people.duplicates.of" if of else "people.duplicates.all"))
        self.reasons.set_choices(other_reasons(self._words))
        self.empty.setText(say("people.duplicates.none" if self._is_read else "omnibox.searching"))

    @property
    def of(self) -> PatientId | None:
        """Whose likely doubles are shown; None for the whole store."""
        return self._of.id if self._of else None


def _person(patient: Patient, words: UiText) -> Cell:
    born = words.texts.date(patient.birth_date) if patient.birth_date else words.say("omnibox.no_birth_date")
    number = patient.iin.masked if patient.iin else words.say("labels.no_iin")
    return Cell(patient.name.full, second=f"{born} · {number}", strong=True)


def _one(row: Suspect, words: UiText) -> Cell:
    return _person(row.one, words)


def _other(row: Suspect, words: UiText) -> Cell:
    return _person(row.other, words)


def _likelihood(row: Suspect, words: UiText) -> Cell:
    kind = Kind.WARN if row.likelihood == "maybe" else Kind.ERR
    return Cell(chip=ChipData(kind, words.say(f"register.dup.{row.likelihood}"), "users"))


_COLUMNS = (
    Column("people.duplicates.one", _one, 320, 1),
    Column("people.duplicates.other", _other, 320, 1),
    Column("", _likelihood, 190),
)
