"""The first view: the tables at the left, the rows of the chosen one at the right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinic_desk.rule_sentences import table_title
from clinic_desk.services.rule_book import RuleDocument
from clinic_desk.services.rule_imports import TableState
from clinic_desk.ui.kit.banner import Banner
from clinic_desk.ui.kit.buttons import LinkButton, SecondaryButton
from clinic_desk.ui.kit.card import Card
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.table import RowsModel
from clinic_desk.ui.kit.tall_table import TallTable
from clinic_desk.ui.kit.theme import horizontal, look, space
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.ui.rules.columns import ROWS, TABLES, RuleRow

Row = Mapping[str, Any]

_LIST_WIDTH: Final = 304


class TablesPanel(QWidget):
    """Shows what is in force.

    Signals:
        table_chosen: the name of the table whose rows are wanted.
        undo_wanted: the import that shall be taken back.
        csv_wanted, json_wanted: the chosen table shall be saved.
    """

    table_chosen = Signal(str)
    undo_wanted = Signal(object)
    csv_wanted = Signal()
    json_wanted = Signal()

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._state: TableState | None = None
        self._aside: tuple[RuleDocument, ...] = ()
        self._tables = RowsModel(TABLES, words, self)
        self._rows = RowsModel(ROWS, words, self)
        self.list = TallTable()
        self.list.setObjectName("rules_tables_list")
        words.bind(self.list.setAccessibleName, "rules_screen.tables")
        self.list.set_model(self._tables)
        self.list.row_changed.connect(self._on_row_changed)
        self.rows = TallTable()
        self.rows.setObjectName("rules_rows_table")
        self.rows.set_model(self._rows)
        self.list.opened.connect(lambda _row: self.rows.setFocus())
        self.title = PlainLabel(role="heading", wraps=True)
        self.title.setObjectName("rules_rows_label_title")
        self.csv = SecondaryButton("CSV", "Ctrl+S", "download-simple")
        self.csv.setObjectName("rules_rows_button_csv")
        self.csv.clicked.connect(self.csv_wanted)
        self.json = SecondaryButton("JSON", "", "download-simple")
        self.json.setObjectName("rules_rows_button_json")
        self.json.clicked.connect(self.json_wanted)
        self.edit_note = PlainLabel(role="caption", tone="muted", wraps=True)
        words.bind(self.edit_note.setText, "rules_screen.edit_note")
        self.origin = PlainLabel(role="small", tone="muted", wraps=True, data=True)
        self.origin.setObjectName("rules_rows_label_origin")
        self.undo = LinkButton("", "", "arrow-counter-clockwise")
        self.undo.setObjectName("rules_rows_button_undo")
        words.bind(self.undo.setText, "rules_screen.undo")
        self.undo.clicked.connect(self._on_undo)
        self.aside = Banner(Kind.WARN, wide=False)
        self.aside.setObjectName("rules_banner_aside")
        self.aside.hide()
        self._arrange()
        look().changed.connect(self._rescale)
        self._rescale()
        words.follow(self._retell)

    def show_tables(self, states: Sequence[TableState], aside: Sequence[RuleDocument]) -> None:
        """Show these tables; the chosen one stays chosen."""
        chosen = self.chosen
        self._aside = tuple(aside)
        self._tables.set_rows(states)
        names = [state.schema.name for state in states]
        self.list.select_row(names.index(chosen) if chosen in names else 0)
        self._choose(self._tables.row_at(self.list.current_row()))
        self._tell_aside()

    def show_rows(self, document: Mapping[str, Any], today: dt.date) -> None:
        """Show the rows of the chosen table; those not in force today are muted."""
        if self._state is None:
            return
        schema = self._state.schema
        rows = [RuleRow(schema, row, _is_in_force(row, today)) for row in document["rows"]]
        self._rows.set_rows(rows)
        self.rows.select_row(0 if rows else -1)
        self.rows.verticalScrollBar().setValue(0)

    def choose(self, table: str) -> None:
        """Show the rows of this table."""
        names = [state.schema.name for state in self._tables.rows()]
        if table in names:
            self.list.select_row(names.index(table))

    @property
    def chosen(self) -> str:
        """The name of the table whose rows are shown, "" for none."""
        return "" if self._state is None else self._state.schema.name

    @property
    def state(self) -> TableState | None:
        """The table whose rows are shown."""
        return self._state

    def _arrange(self) -> None:
        left = Card(margins=(8, 4, 8, 8), gap=4)
        left.body.addWidget(self.list, 1)
        self._left = left
        right = Card(margins=(12, 12, 12, 8), gap=8)
        right.body.addWidget(self.title)
        right.body.addLayout(horizontal(self.origin, self.undo, gap=12))
        right.body.addWidget(self.aside)
        right.body.addWidget(self.rows, 1)
        right.body.addLayout(horizontal(self.edit_note, self.csv, self.json, gap=10))
        row = QHBoxLayout(self)
        space(row, 0, 16)
        row.addWidget(left)
        row.addWidget(right, 1)

    def _rescale(self) -> None:
        self._left.setFixedWidth(look().px(_LIST_WIDTH))

    def _on_row_changed(self, row: int) -> None:
        state = self._tables.row_at(row)
        if state is not None and state.schema.name != self.chosen:
            self._choose(state)

    def _choose(self, state: TableState | None) -> None:
        self._state = state
        self._retell()
        if state is not None:
            self.table_chosen.emit(state.schema.name)

    def _on_undo(self) -> None:
        document = self._undoable()
        if document is not None:
            self.undo_wanted.emit(document)

    def _undoable(self) -> RuleDocument | None:
        """The newest import of the table that still counts."""
        kept = self._state.kept if self._state is not None else ()
        return next((document for document in kept if not document.is_undone), None)

    def _retell(self) -> None:
        state, say = self._state, self._words.say
        if state is None:
            return
        title = table_title(self._words.texts, state.schema.name)
        self.title.setText(title)
        self.rows.setAccessibleName(title)
        for button, kind in ((self.csv, "CSV"), (self.json, "JSON")):
            button.setAccessibleName(say("rules_screen.save_as", table=title, kind=kind))
        self.origin.setText(self._origin(state))
        self.undo.setVisible(self._undoable() is not None)
        self._tell_aside()

    def _origin(self, state: TableState) -> str:
        """Since when the rows are in force and who brought them; what takes effect later."""
        parts = [self._brought("imported", state.imported)] if state.imported else []
        if state.imported is None:
            parts.append(self._words.say("rules_screen.shipped"))
        if state.coming is not None:
            parts.append(self._brought("coming", state.coming))
        return " ".join(parts)

    def _brought(self, key: str, document: RuleDocument) -> str:
        sentence = self._words.say(
            f"rules_screen.origin.{key}",
            day=document.takes_effect_on,
            by=document.by,
            at=document.imported_at,
        )
        return f"{sentence} «{document.reason}»." if document.reason else sentence

    def _tell_aside(self) -> None:
        """A document this version cannot read must not be silent: the rows shown are not the clinic's own."""
        mine = [document for document in self._aside if document.table == self.chosen]
        self.aside.setVisible(bool(mine))
        if mine:
            document = mine[-1]
            self.aside.setText(
                self._words.say(
                    "rules_screen.aside", day=document.takes_effect_on, by=document.by, n=len(mine)
                )
            )


def _is_in_force(row: Row, today: dt.date) -> bool:
    day = today.isoformat()
    return (row.get("valid_from") or day) <= day <= (row.get("valid_to") or day)
