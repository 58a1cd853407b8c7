"""The list itself: headings, people, acts and notes, painted; arrows move over what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

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
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from clinic_desk.ui.kit import PaintedText, look, paint_chip, paint_icon, paint_key_cap
from clinic_desk.ui.kit.painting import chip_size, key_cap_size
from clinic_desk.ui.omnibox.entries import Action, Entry, Heading, Note, Person

Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_NAME_ROLE = Qt.ItemDataRole.UserRole


class EntryModel(QAbstractListModel):
    """Entries in the order given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these instead."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def entries(self) -> list[Entry]:
        """What is shown."""
        return list(self._entries)

    def entry(self, row: int) -> Entry | None:
        """The entry of a row, or None outside."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index.row())
        if role == _NAME_ROLE:
            return entry
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        match entry:
            case Person():
                return f"{entry.title}, {entry.second}, {entry.chip_sentence}"
            case Action():
                return ", ".join(part for part in (entry.title, entry.second, entry.key) if part)
            case Heading() | Note():
                return entry.text
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.entry(index.row()), Person | Action):
            return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.NoItemFlags


class EntryDelegate(QStyledItemDelegate):
    """Paints one entry."""

    def sizeHint(self, style: QStyleOptionViewItem, index: Index) -> QSize:
        entry = index.data(_NAME_ROLE)
        px = look().px
        match entry:
            case Heading():
                return QSize(0, px(34) if entry.with_line else px(26))
            case Note():
                return QSize(0, self._note_height(entry, style.widget.width()))
            case _:
                return QSize(0, px(54))

    def paint(self, painter: QPainter, style: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(_NAME_ROLE)
        painter.save()
        match entry:
            case Heading():
                self._paint_heading(painter, style.rect, entry)
            case Note():
                self._paint_note(painter, style.rect, entry)
            case Person() | Action():
                is_current = bool(style.state & QStyle.StateFlag.State_Selected)
                self._paint_row(painter, style.rect, entry, is_current)
        painter.restore()

    def _note_height(self, entry: Note, width: int) -> int:
        room = QRect(0, 0, max(1, width - look().px(66)), 10_000)
        wrap = int(Qt.TextFlag.TextWordWrap)
        return look().metrics().boundingRect(room, wrap, entry.text).height() + look().px(24)

    def _paint_heading(self, painter: QPainter, rect: QRect, entry: Heading) -> None:
        px = look().px
        if entry.with_line:
            painter.setPen(look().colour("line"))
            painter.drawLine(rect.left(), rect.top() + px(4), rect.right(), rect.top() + px(4))
        painter.setFont(look().font(12, 600))
        painter.setPen(look().colour("text2"))
        painter.drawText(rect.adjusted(0, px(8) if entry.with_line else 0, 0, 0), _LEFT, entry.text)

    def _paint_note(self, painter: QPainter, rect: QRect, entry: Note) -> None:
        px = look().px
        token = "err" if entry.is_problem else "text2"
        box = QRect(rect.left() + px(14), rect.top() + px(13), px(18), px(18))
        paint_icon(painter, box, entry.icon, token)
        painter.setFont(look().font())
        painter.setPen(look().colour("err" if entry.is_problem else "text"))
        room = rect.adjusted(px(44), px(12), -px(14), 0)
        painter.drawText(room, int(Qt.TextFlag.TextWordWrap), entry.text)

    def _paint_row(self, painter: QPainter, rect: QRect, entry: Person | Action, is_current: bool) -> None:
        px = look().px
        row = rect.adjusted(0, px(2), 0, -px(2))
        if is_current:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look().colour("info_bg"))
            painter.drawRoundedRect(row, px(6), px(6))
        token = "info" if is_current else "text2"
        icon = "user" if isinstance(entry, Person) else entry.icon
        paint_icon(painter, QRect(row.left() + px(13), row.center().y() - px(9), px(18), px(18)), icon, token)
        right = row.right() - px(12)
        if isinstance(entry, Person):
            size = chip_size(entry.chip)
            right -= size.width()
            paint_chip(painter, QRect(QPoint(right, row.center().y() - size.height() // 2), size), entry.chip)
        elif entry.key:
            size = key_cap_size(entry.key)
            right -= size.width()
            corner = QPoint(right, row.center().y() - size.height() // 2)
            paint_key_cap(painter, QRect(corner, size), entry.key)
        room = QRect(row.left() + px(44), row.top(), right - px(12) - row.left() - px(44), row.height())
        first = room.adjusted(0, px(5), 0, -px(23)) if entry.second else room
        _draw(painter, first, entry.title, look().font(14, 600), "info" if is_current else "text")
        if entry.second:
            second = room.adjusted(0, px(27), 0, -px(5))
            _draw(painter, second, entry.second, look().font(12, 500), token)


class EntryList(QListView):
    """Shows entries; the keys come from the field above.

    Signals:
        picked: an entry was clicked.
    """

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = EntryModel(self)
        self.setModel(self._model)
        self.setItemDelegate(EntryDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._on_clicked)

    def show_entries(self, entries: Sequence[Entry], keep: Entry | None = None) -> None:
        """Show these; the same person or act as before stays current, else the first that can be chosen."""
        self._model.set_entries(entries)
        rows = [row for row, entry in enumerate(entries) if isinstance(entry, Person | Action)]
        kept = [row for row in rows if keep is not None and _same(entries[row], keep)]
        target = next(iter(kept or rows), -1)
        if target >= 0:
            self.setCurrentIndex(self._model.index(target))
            if target == rows[0]:
                self.scrollToTop()

    def entries(self) -> list[Entry]:
        """What is shown."""
        return self._model.entries()

    def current(self) -> Person | Action | None:
        """What Enter would take."""
        entry = self._model.entry(self.currentIndex().row())
        return entry if isinstance(entry, Person | Action) else None

    def move_by(self, rows: int) -> None:
        """Make another entry current; the ends are walls, headings are stepped over."""
        choices = [
            row for row, entry in enumerate(self._model.entries()) if isinstance(entry, Person | Action)
        ]
        if not choices:
            return
        now = self.currentIndex().row()
        place = choices.index(now) if now in choices else 0
        row = choices[min(max(place + rows, 0), len(choices) - 1)]
        self.setCurrentIndex(self._model.index(row))
        if row == choices[0]:
            self.scrollToTop()

    def wanted_height(self) -> int:
        """The height that shows every entry, in pixels."""
        return sum(self.sizeHintForRow(row) for row in range(self._model.rowCount()))

    def painted_texts(self) -> list[PaintedText]:
        """Titles of acts, notes and headings, for the test of cut words; people's names may end with «…»."""
        px = look().px
        found = []
        width = self.viewport().width()
        for entry in self._model.entries():
            match entry:
                case Heading():
                    found.append(PaintedText(entry.text, look().font(12, 600), QSize(width, px(20))))
                case Note():
                    room = QSize(width - px(58), 10_000)
                    found.append(PaintedText(entry.text, look().font(), room, wraps=True))
                case Action() if not entry.argument:
                    room = QSize(width - px(70) - key_cap_size(entry.key).width(), px(30))
                    found.append(PaintedText(entry.title, look().font(14, 600), room))
                case _:
                    pass
        return found

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = self._model.entry(index.row())
        if isinstance(entry, Person | Action):
            self.picked.emit(entry)


def _same(one: Entry, other: Entry) -> bool:
    if isinstance(one, Person) and isinstance(other, Person):
        return one.hit.patient_id == other.hit.patient_id
    return False


def _draw(painter: QPainter, rect: QRect, text: str, font: QFont, token: str) -> None:
    painter.setFont(font)
    painter.setPen(look().colour(token))
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, _LEFT, shown)
