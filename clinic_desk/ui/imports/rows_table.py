"""The table of rows with its own keys: F2 corrects a cell, Del leaves a row out."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStyleOptionViewItem, QWidget

from clinic_desk.services.imports import Outcome
from clinic_desk.ui.imports.rows_model import ImportRowsModel, is_formula, main_problem
from clinic_desk.ui.kit.table import DataTable
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.whole_words import WholeWordsDelegate, cell_height
from clinic_desk.ui.kit.words import UiText

Index = QModelIndex | QPersistentModelIndex

_ROW_HEIGHT = 54
_OWN_KEYS = (Qt.Key.Key_F2, Qt.Key.Key_Delete)


class _EditingDelegate(WholeWordsDelegate):
    """Edits a cell in its place; a value that would be right is offered, selected."""

    def __init__(self, words: UiText, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = words

    def createEditor(self, parent: QWidget, style: QStyleOptionViewItem, index: Index) -> QWidget:
        edit = QLineEdit(parent)
        edit.setObjectName("import_rows_field_cell")
        heading = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        edit.setAccessibleName(self._words.say("import_screen.edit_cell", heading=heading))
        return edit

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        model = index.model()
        if not (isinstance(editor, QLineEdit) and isinstance(model, ImportRowsModel)):
            return
        row = model.row_at(index)
        problem = main_problem(row) if row is not None else None
        here = problem is not None and model.table_column(problem.field) == index.column()
        hint = problem.hint if problem is not None and here and row and row.parsed.problems else ""
        editor.setText(hint or str(index.data(Qt.ItemDataRole.EditRole)))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)


class ImportTable(DataTable):
    """Rows of a list.

    Signals:
        left_out: the line of the file that a person does not want.
    """

    left_out = Signal(int)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(row_height=_ROW_HEIGHT, parent=parent)
        self.setItemDelegate(_EditingDelegate(words, self))
        self.opened.connect(lambda _row: self.correct_current())
        self.clicked.connect(self._on_clicked)

    def rows_model(self) -> ImportRowsModel | None:
        """The rows that are shown."""
        model = self.model()
        return model if isinstance(model, ImportRowsModel) else None

    def _spread(self) -> None:
        """The rows are as high as the longest remark needs in its column: all alike, as there are many."""
        super()._spread()
        model = self.rows_model()
        if model is None:
            return
        column = model.remark_column()
        width = self.columnWidth(column)
        heights = [cell_height(model.cell(row, column), width) for row in model.telling_rows()]
        height = max([look().px(_ROW_HEIGHT), *heights])
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)

    def correct_current(self) -> None:
        """The bad cell of the current row can be typed anew; without one, the current cell."""
        model = self.rows_model()
        row = model.row_at(self.current_row()) if model is not None else None
        if model is None or row is None:
            return
        column = self.currentIndex().column()
        if model.source_column(column) is None or not self._was_moved_to(column):
            problem = main_problem(row)
            found = model.table_column(problem.field) if problem is not None else None
            column = found if found is not None else max(1, min(column, len(model.fields)))
        index = model.index(self.current_row(), column)
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            return
        self.scrollTo(index)
        self.edit(index)

    def leave_out_current(self) -> None:
        """The current row is not wanted."""
        model = self.rows_model()
        row = model.row_at(self.current_row()) if model is not None else None
        if row is not None:
            self.left_out.emit(row.line)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            if plain and event.key() in _OWN_KEYS and self.state() != self.State.EditingState:
                # F2 registers a patient elsewhere; here it corrects a cell.
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() == self.State.EditingState:
            # Enter that ends the typing comes by here too.
            event.accept()
            return
        if event.modifiers() == Qt.KeyboardModifier.NoModifier:
            if event.key() == Qt.Key.Key_F2:
                self.correct_current()
                return
            if event.key() == Qt.Key.Key_Delete:
                self.leave_out_current()
                return
        super().keyPressEvent(event)

    def _was_moved_to(self, column: int) -> bool:
        """Whether a person chose the column; the first one is where a row is entered."""
        return column > 0

    def _on_clicked(self, index: QModelIndex) -> None:
        model = self.rows_model()
        row = model.row_at(index) if model is not None else None
        if model is None or row is None or index.column() != model.action_column():
            return
        if row.outcome is Outcome.REFUSED and not is_formula(row):
            self.correct_current()
        else:
            self.left_out.emit(row.line)
