"""The list under a search field: rows with a code, a title and a remark, painted, moved through by keys."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from clinic_desk.ui.kit.painting import ChipData, chip_size, in_lines, paint_chip
from clinic_desk.ui.kit.theme import look, space

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Option:
    """One row: `key` is what the program keeps, the rest is what a person reads."""

    key: object
    title: str
    code: str = ""
    note: str = ""
    chip: ChipData | None = None

    @property
    def shown(self) -> str:
        """The text of the field once this is chosen."""
        return f"{self.code} {self.title}".strip()


class OptionModel(QAbstractListModel):
    """Options in the order given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: list[Option] = []

    def set_options(self, options: list[Option]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._options = list(options)
        self.endResetModel()

    def option(self, row: int) -> Option | None:
        """The option of a row, or None beyond the end."""
        return self._options[row] if 0 <= row < len(self._options) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._options)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        option = self.option(index.row())
        if option is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return option.shown
            case Qt.ItemDataRole.AccessibleTextRole:
                chip = option.chip.text if option.chip else ""
                return ", ".join(part for part in (option.code, option.title, option.note, chip) if part)
            case Qt.ItemDataRole.UserRole:
                return option
            case _:
                return None


class OptionDelegate(QStyledItemDelegate):
    """Paints the code in front, the title in two lines at most, the remark below, the chip right."""

    def sizeHint(self, style: QStyleOptionViewItem, index: Index) -> QSize:
        option = index.data(Qt.ItemDataRole.UserRole)
        width = style.widget.width() - look().px(4)
        room = self._title_room(QRect(0, 0, width, 0), option).width()
        lines = 2 if look().metrics().horizontalAdvance(option.title) > room else 1
        height = lines * look().metrics().lineSpacing() + (
            look().metrics(12).lineSpacing() if option.note else 0
        )
        return QSize(0, max(look().px(40), height + look().px(14)))

    def paint(self, painter: QPainter, style: QStyleOptionViewItem, index: Index) -> None:
        option: Option = index.data(Qt.ItemDataRole.UserRole)
        px = look().px
        rect: QRect = style.rect
        painter.save()
        if style.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().colour("info_bg"))
            painter.drawRoundedRect(rect.adjusted(px(4), 1, -px(4), -1), px(6), px(6))
        if option.code:
            painter.setFont(look().font(13, 600))
            painter.setPen(look().colour("text2"))
            painter.drawText(rect.adjusted(px(12), 0, 0, 0), _LEFT, option.code)
        room = self._title_room(rect, option)
        note_height = look().metrics(12).lineSpacing() if option.note else 0
        painter.setFont(look().font(14, 400))
        painter.setPen(look().colour("text"))
        title_room = room.adjusted(0, px(4), 0, -px(4) - note_height)
        painter.drawText(title_room, _LEFT, in_lines(option.title, look().font(), title_room.width(), 2))
        if option.note:
            painter.setFont(look().font(12, 400))
            painter.setPen(look().colour("text2"))
            foot = QRect(room.left(), rect.bottom() - note_height - px(5), room.width(), note_height)
            painter.drawText(
                foot,
                _LEFT,
                look().metrics(12).elidedText(option.note, Qt.TextElideMode.ElideRight, room.width()),
            )
        if option.chip:
            size = chip_size(option.chip)
            corner = QPoint(rect.right() - px(12) - size.width(), rect.center().y() - size.height() // 2)
            paint_chip(painter, QRect(corner, size), option.chip)
        painter.restore()

    def _title_room(self, rect: QRect, option: Option) -> QRect:
        px = look().px
        left = px(12)
        if option.code:
            left += max(px(64), look().metrics(13, 600).horizontalAdvance(option.code) + px(12))
        right = px(12) + (chip_size(option.chip).width() + px(8) if option.chip else 0)
        return rect.adjusted(left, 0, -right, 0)


class ChoicePopup(QFrame):
    """A list laid over the window below a field. The focus stays in the field.

    Signals:
        picked: an option was clicked.
    """

    picked = Signal(object)

    def __init__(self, field: QWidget) -> None:
        super().__init__(field.window())
        self._field = field
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.model = OptionModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(OptionDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._on_clicked)
        column = QVBoxLayout(self)
        space(column, 4, 0)
        column.addWidget(self.list)
        self.hide()

    def show_options(self, options: list[Option]) -> None:
        """The list lies open with the first option current; no options close it."""
        self.model.set_options(options)
        if not options:
            self.hide()
            return
        self.list.setCurrentIndex(self.model.index(0))
        self._place(len(options))
        self.show()
        self.raise_()
        self._place(len(options))

    def current(self) -> Option | None:
        """The option Enter would take."""
        return self.model.option(self.list.currentIndex().row())

    def move_by(self, rows: int) -> None:
        """Make another option current; the ends are walls."""
        last = self.model.rowCount() - 1
        row = min(max(self.list.currentIndex().row() + rows, 0), last)
        self.list.setCurrentIndex(self.model.index(row))

    def _place(self, count: int) -> None:
        window = self._field.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        px = look().px
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + px(4)))
        width = min(max(self._field.width(), px(420)), window.width() - px(16))
        left = max(px(8), min(corner.x(), window.width() - width - px(8)))
        self.resize(width, self.height())
        self.list.setFixedWidth(width - px(8))
        rows = sum(self.list.sizeHintForRow(row) for row in range(min(count, 8)))
        wanted = rows + px(10)
        below = window.height() - corner.y() - px(8)
        above = self._field.mapTo(window, QPoint(0, 0)).y() - px(12)
        if below >= min(wanted, px(160)) or below >= above:
            self.setGeometry(left, corner.y(), width, min(wanted, below))
        else:
            height = min(wanted, above)
            self.setGeometry(left, above - height + px(8), width, height)

    def _on_clicked(self, index: QModelIndex) -> None:
        option = self.model.option(index.row())
        if option is not None:
            self.picked.emit(option)


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
