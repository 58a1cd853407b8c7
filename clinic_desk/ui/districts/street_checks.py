"""The streets of a district to be marked, as a table whose rows Space or a click marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.services.district_rows import StreetOfDistrict
from clinic_desk.ui.districts.district_columns import houses_cell, people_cell
from clinic_desk.ui.kit import Cell, Column, DataTable, RowsModel, UiText


@dataclass(frozen=True, slots=True)
class MarkedStreet:
    """A street and whether it is marked."""

    street: StreetOfDistrict
    is_marked: bool = False


class StreetChecks(DataTable):
    """Marks streets.

    Signals:
        marked: which streets are marked has changed.
    """

    marked = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(row_height=36, parent=parent)
        self._rows: RowsModel[MarkedStreet] = RowsModel(_columns(), words, self)
        self.set_model(self._rows)
        self.clicked.connect(self._on_clicked)

    def set_streets(self, streets: Sequence[StreetOfDistrict], marked: Iterable[str] = ()) -> None:
        """Show these; those with the keys `marked` are marked."""
        keys = set(marked)
        self._rows.set_rows([MarkedStreet(street, street.key in keys) for street in streets])
        if streets:
            self.select_row(0)

    def keys(self) -> tuple[str, ...]:
        """The keys of the marked streets in the order shown."""
        return tuple(row.street.key for row in self._rows.rows() if row.is_marked)

    def toggle(self, number: int) -> None:
        """The row of that number is marked, or not any more."""
        rows = self._rows.rows()
        if not 0 <= number < len(rows):
            return
        rows[number] = MarkedStreet(rows[number].street, not rows[number].is_marked)
        place = self.verticalScrollBar().value()
        self._rows.set_rows(rows)
        self.select_row(number)
        self.verticalScrollBar().setValue(place)
        self.marked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.toggle(self.current_row())
            return
        super().keyPressEvent(event)

    def _on_clicked(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self.toggle(index.row())


def _columns() -> list[Column[MarkedStreet]]:
    def street(row: MarkedStreet, words: UiText) -> Cell:
        name = row.street.name
        icon, colour = ("check-square", "accent") if row.is_marked else ("square", "text2")
        key = "districts.move.chosen" if row.is_marked else "districts.move.not_chosen"
        return Cell(
            name,
            icon=icon,
            icon_colour=colour,
            strong=row.is_marked,
            sentence=words.say(key, street=name),
        )

    return [
        Column("districts.streets.street", street, 170, 1),
        Column("districts.streets.houses", lambda row, words: houses_cell(row.street, words), 116),
        Column("districts.streets.people", lambda row, words: people_cell(row.street, words), 64),
    ]
