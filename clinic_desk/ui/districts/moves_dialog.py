"""Past moves between districts, newest first; one that stands can be taken back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.services.district_rows import MoveRow
from clinic_desk.ui.districts.district_words import selection_words
from clinic_desk.ui.kit import (
    Cell,
    ChipData,
    Column,
    DataTable,
    EmptyState,
    Kind,
    Modal,
    PrimaryButton,
    RowsModel,
    SecondaryButton,
    UiText,
    look,
)
from clinic_desk.ui.kit.tokens import ROW_HEIGHT_TALL


class MovesDialog(Modal):
    """The list.

    Signals:
        undo_wanted: the id of the move to be taken back.
    """

    undo_wanted = Signal(str)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(icon="clock-counter-clockwise", width=1000, height=560, parent=parent)
        self._words = words
        self.model: RowsModel[MoveRow] = RowsModel(_columns(), words, self)
        self.table = DataTable(row_height=ROW_HEIGHT_TALL)
        self.table.setObjectName("district_moves_table")
        self.table.set_model(self.model)
        self.empty = EmptyState("clock-counter-clockwise")
        self.empty.label.setObjectName("district_moves_label_empty")
        self.close_button = SecondaryButton(key="Esc")
        self.close_button.setObjectName("district_moves_button_close")
        self.undo_button = PrimaryButton(key="Ctrl+Enter", icon="arrow-u-up-left")
        self.undo_button.setObjectName("district_moves_button_undo")
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.foot.addWidget(self.close_button)
        self.foot.addStretch(1)
        self.foot.addWidget(self.undo_button)
        self.close_button.clicked.connect(self.dismiss)
        self.undo_button.clicked.connect(self._undo)
        self.undo_button.claim_key(self)
        self.table.row_changed.connect(lambda _row: self._show_act())
        look().changed.connect(self._fit)
        self._fit()
        words.follow(self._retell)
        self.show_moves([])

    def show_moves(self, rows: list[MoveRow]) -> None:
        """Show these; the one that was chosen stays chosen."""
        number = self.table.current_row()
        self.model.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.table.select_row(min(max(number, 0), len(rows) - 1))
        self._show_act()
        if rows and self.is_open and not self.table.hasFocus():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def chosen(self) -> MoveRow | None:
        """The chosen move."""
        return self.model.row_at(self.table.current_row())

    def _undo(self) -> None:
        row = self.chosen()
        if row is not None and not row.move.is_undone:
            self.undo_wanted.emit(row.move.id)

    def _show_act(self) -> None:
        row = self.chosen()
        self.undo_button.setEnabled(row is not None and not row.move.is_undone)

    def _fit(self) -> None:
        self.table.setMinimumHeight(look().px(200))

    def _retell(self) -> None:
        say = self._words.say
        self.set_title(say("districts.moves.title"))
        self.table.setAccessibleName(say("districts.moves.title"))
        self.empty.setText(say("districts.moves.none"))
        self.close_button.setText(say("shell.close"))
        self.undo_button.setText(say("districts.moves.undo"))


def _columns() -> list[Column[MoveRow]]:
    def when(row: MoveRow, words: UiText) -> Cell:
        return Cell(words.texts.moment(row.move.at), row.move.by)

    def what(row: MoveRow, words: UiText) -> Cell:
        why = " · ".join(part for part in (row.move.reason, row.move.allowed_by) if part)
        return Cell(selection_words(words, row.move.selection, row.streets), why, strong_when_chosen=True)

    def way(row: MoveRow, words: UiText) -> Cell:
        numbers = {"from": row.source.number, "to": row.target.number}
        return Cell(words.say("districts.moves.way_cell", **numbers))

    def people(row: MoveRow, words: UiText) -> Cell:
        return Cell(words.texts.number(row.move.people))

    def state(row: MoveRow, words: UiText) -> Cell:
        if not row.move.is_undone:
            return Cell(chip=ChipData(Kind.OK, words.say("districts.moves.in_force")))
        return Cell(chip=ChipData(Kind.NEUTRAL, words.say("districts.moves.undone"), "arrow-u-up-left"))

    return [
        Column("districts.moves.when", when, 168),
        Column("districts.moves.what", what, 300, 1),
        Column("districts.moves.way", way, 132),
        Column("districts.moves.people", people, 70),
        Column("districts.moves.state", state, 140),
    ]
