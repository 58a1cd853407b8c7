"""Tables: rows of frozen values, cells painted by one delegate, no widgets inside.

`RowsModel` turns a row into `Cell`s by a function per column; `DataTable` shows them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.load_bar import Load, paint_load
from clinic_desk.ui.kit.painting import ChipData, chip_size, in_lines, paint_chip
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import ROW_HEIGHT
from clinic_desk.ui.kit.words import UiText

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

CELL_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows: text, a chip or a load, an icon before it, a second line below it.

    Attributes:
        text: the first line; broken into two where it does not fit and there is no second.
        second: a small line below.
        chip: painted instead of the text.
        load: a bar with its numbers, painted instead of the text.
        icon: Phosphor name of the icon in front.
        icon_colour: its colour.
        strong, muted, link: how the text is drawn.
        strong_when_chosen: drawn strong while its row is the chosen one.
        sentence: what a screen reader says; the shown words if empty.
    """

    text: str = ""
    second: str = ""
    chip: ChipData | None = None
    icon: str = ""
    icon_colour: str = "text2"
    strong: bool = False
    muted: bool = False
    link: bool = False
    strong_when_chosen: bool = False
    sentence: str = ""
    load: Load | None = None

    @property
    def spoken(self) -> str:
        """What a screen reader says."""
        first = self.chip.text if self.chip else self.load.text if self.load else self.text
        shown = (first, self.second)
        return self.sentence or ", ".join(part for part in shown if part)


@dataclass(frozen=True)  # slots break a generic frozen dataclass when it is made as Column[Row](...)
class Column(Generic[Row]):
    """One column.

    Attributes:
        title_key: text key of the heading; "" for a column without one.
        cell: what a row shows here, in the language of the moment.
        width: pixels at scale 1; the least width of a stretching column.
        stretch: share of the room that is left over; 0 keeps the width.
    """

    title_key: str
    cell: Callable[[Row, UiText], Cell]
    width: int = 120
    stretch: int = 0


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Frozen rows as a table model; words follow the language."""

    def __init__(self, columns: Sequence[Column[Row]], words: UiText, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._words = words
        self._rows: list[Row] = []
        self._cells: dict[tuple[int, int], Cell] = {}
        words.language_changed.connect(self._on_language)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = list(rows)
        self._cells.clear()
        self.endResetModel()

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Show these below; what is current and how far it is scrolled stay."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def rows(self) -> list[Row]:
        """The rows in the order shown."""
        return list(self._rows)

    def row_at(self, index: Index | int) -> Row | None:
        """The row of an index or a number, or None outside."""
        number = index if isinstance(index, int) else index.row()
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def cell(self, row: int, column: int) -> Cell:
        """What stands in a cell."""
        key = (row, column)
        if key not in self._cells:
            self._cells[key] = self.columns[column].cell(self._rows[row], self._words)
        return self._cells[key]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self.cell(index.row(), index.column())
        if role == CELL_ROLE:
            return cell
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return cell.spoken
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                key = self.columns[section].title_key
                return self._words.say(key) if key else ""
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(_LEFT)
        return None

    def _on_language(self) -> None:
        self._cells.clear()
        if self.columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.columns) - 1))


class CellDelegate(QStyledItemDelegate):
    """Paints a `Cell`: selection over the whole row, a thin line below it."""

    def paint(self, painter: QPainter, style: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(CELL_ROLE)
        rect: QRect = style.rect
        painter.save()
        is_chosen = bool(style.state & QStyle.StateFlag.State_Selected)
        if is_chosen:
            painter.fillRect(rect, look().colour("info_bg"))
        painter.setPen(look().colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if isinstance(cell, Cell):
            if is_chosen and cell.strong_when_chosen:
                cell = replace(cell, strong=True)
            self._paint_cell(painter, rect.adjusted(look().px(8), 0, -look().px(8), -1), cell)
        painter.restore()

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        px = look().px
        if cell.chip is not None:
            size = chip_size(cell.chip)
            top = rect.center().y() - size.height() // 2
            paint_chip(
                painter,
                QRect(QPoint(rect.left(), top), QSize(min(size.width(), rect.width()), size.height())),
                cell.chip,
            )
            return
        if cell.load is not None:
            paint_load(painter, rect, cell.load)
            return
        if cell.icon:
            box = QRect(rect.left(), rect.center().y() - px(9), px(18), px(18))
            paint_icon(painter, box, cell.icon, cell.icon_colour)
            rect = rect.adjusted(px(26), 0, 0, 0)
        token = "accent" if cell.link else "text2" if cell.muted else "text"
        font = look().font(14, 600 if cell.strong else 500 if cell.link else 400)
        painter.setFont(font)
        painter.setPen(look().colour(token))
        if not cell.second:
            _draw_lines(painter, rect, cell.text, font)
            return
        middle = rect.center().y()
        first = QRect(rect.left(), middle - px(18), rect.width(), px(20))
        painter.drawText(first, _LEFT, _elided(cell.text, font, rect.width()))
        small = look().font(12, 500)
        painter.setFont(small)
        painter.setPen(look().colour("text2"))
        second = QRect(rect.left(), middle + px(1), rect.width(), px(18))
        painter.drawText(second, _LEFT, _elided(cell.second, small, rect.width()))


class DataTable(QTableView):
    """A table moved through by keys, whole rows chosen.

    Signals:
        opened: the row number a person opened with Enter or a double click.
        row_changed: the row number that is current now, -1 for none.
    """

    opened = Signal(int)
    row_changed = Signal(int)

    def __init__(self, *, row_height: int = ROW_HEIGHT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row_height = row_height
        self._columns: tuple[Column[object], ...] = ()
        self.setItemDelegate(CellDelegate(self))
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setDefaultAlignment(_LEFT)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(20)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        look().changed.connect(self._rescale)
        self._rescale()

    def set_model(self, model: RowsModel[Row]) -> None:
        """Show this model; it is not owned by the table."""
        self._columns = model.columns  # type: ignore[assignment]
        self.setModel(model)
        self.selectionModel().currentRowChanged.connect(lambda now, _before: self.row_changed.emit(now.row()))
        self._spread()

    def current_row(self) -> int:
        """The number of the current row, -1 for none."""
        return self.currentIndex().row()

    def select_row(self, row: int) -> None:
        """Make this row current and scroll to it; -1 chooses nothing."""
        if row < 0:
            self.clearSelection()
            return
        self.setCurrentIndex(self.model().index(row, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.current_row() >= 0:
            self.opened.emit(self.current_row())
            return
        if event.text().isprintable() and event.text() and event.key() != Qt.Key.Key_Space:
            # Typing is not a search inside the table: it belongs to whoever is above.
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()

    def _rescale(self) -> None:
        self.horizontalHeader().setFont(look().font(12, 600))
        self.verticalHeader().setMinimumSectionSize(look().px(24))
        self.verticalHeader().setDefaultSectionSize(look().px(self._row_height))
        self._spread()

    def _spread(self) -> None:
        if not self._columns or self.model() is None:
            return
        px = look().px
        widths = [px(column.width) for column in self._columns]
        spare = self.viewport().width() - sum(widths)
        shares = sum(column.stretch for column in self._columns)
        for index, column in enumerate(self._columns):
            extra = spare * column.stretch // shares if spare > 0 and shares else 0
            self.setColumnWidth(index, widths[index] + extra)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _elided(text: str, font: QFont, width: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def _draw_lines(painter: QPainter, rect: QRect, text: str, font: QFont) -> None:
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= rect.width():
        painter.drawText(rect, _LEFT, text)
        return
    lines = 2 if rect.height() >= 2 * metrics.lineSpacing() else 1
    painter.drawText(rect, _LEFT, in_lines(text, font, rect.width(), lines))
