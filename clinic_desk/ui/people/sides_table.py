"""Two records beside each other, a row a field; what is chosen is strong and ticked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.merging import MergeField
from clinic_desk.ui.kit import Cell, Column, DataTable, RowsModel, UiText, look
from clinic_desk.ui.kit.keymap import digit_of


@dataclass(frozen=True, slots=True)
class SideRow:
    """One field that differs: both values as words, and whether the other record's is taken."""

    number: int
    field: MergeField
    kept: str
    gone: str
    is_taken: bool


class SidesTable(DataTable):
    """The digit of a row, Space, Enter or a double click takes the other value.

    Signals:
        turned: the `MergeField` whose other value is wanted.
    """

    turned = Signal(object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(row_height=46, parent=parent)
        self.setObjectName("merge_table_sides")
        words.bind(self.setAccessibleName, "people.merge.table")
        self._rows: RowsModel[SideRow] = RowsModel(_COLUMNS, words, self)
        self.set_model(self._rows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.opened.connect(self._turn)
        look().changed.connect(self._fit)

    def show_rows(self, rows: list[SideRow]) -> None:
        """Show these; the current row stays."""
        current = max(self.current_row(), 0)
        self._rows.set_rows(rows)
        self._fit()
        if rows:
            self.select_row(min(current, len(rows) - 1))

    def rows(self) -> list[SideRow]:
        """What is shown."""
        return self._rows.rows()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = digit_of(event)
        if digit and digit != "0" and int(digit) <= len(self.rows()):
            self.select_row(int(digit) - 1)
            self._turn(int(digit) - 1)
        elif event.key() == Qt.Key.Key_Space and self.current_row() >= 0:
            self._turn(self.current_row())
        else:
            super().keyPressEvent(event)

    def _turn(self, number: int) -> None:
        row = self._rows.row_at(number)
        if row is not None:
            self.turned.emit(row.field)

    def _fit(self) -> None:
        self.setFixedHeight(look().px(40 + 46 * max(1, len(self.rows()))) + 2)


def _field(row: SideRow, words: UiText) -> Cell:
    name = words.say(f"people.field.{row.field}")
    return Cell(f"{row.number}. {name}" if row.number <= 9 else name, muted=True)


def _value(text: str, words: UiText, *, is_chosen: bool) -> Cell:
    cell = Cell(text or "—", strong=is_chosen, muted=not is_chosen)
    if not is_chosen:
        return cell
    return replace(
        cell,
        icon="check-circle",
        icon_colour="ok",
        sentence=words.say("people.merge.chosen", value=text or words.say("people.merge.nothing")),
    )


def _kept(row: SideRow, words: UiText) -> Cell:
    return _value(row.kept, words, is_chosen=not row.is_taken)


def _gone(row: SideRow, words: UiText) -> Cell:
    return _value(row.gone, words, is_chosen=row.is_taken)


_COLUMNS = (
    Column("people.merge.field", _field, 190),
    Column("people.merge.kept", _kept, 300, 1),
    Column("people.merge.gone", _gone, 300, 1),
)
