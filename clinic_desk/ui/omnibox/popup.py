"""The panel below the omnibox: the list and, at its foot, the keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.ui.kit import PaintedText, UiText, look, paint_box, paint_key_cap, space
from clinic_desk.ui.kit.card import HeaderLine
from clinic_desk.ui.kit.painting import key_cap_size
from clinic_desk.ui.omnibox.entries import Entry, Person
from clinic_desk.ui.omnibox.entry_list import EntryList

_KEYS = (
    ("↑ ↓", "omnibox.key.choose"),
    ("Enter", "omnibox.key.open"),
    ("F8", "omnibox.key.refer"),
    ("F4", "omnibox.key.attach"),
    ("Esc", "omnibox.key.close"),
)


class KeyFoot(QWidget):
    """The keys in one line; the last stands at the right. Where there is no room the last but one goes."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._keys: tuple[tuple[str, str], ...] = _KEYS
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        words.follow(self._retell)
        look().changed.connect(self.updateGeometry)

    def show_keys(self, *, can_open: bool, can_refer: bool) -> None:
        """Name only the keys that do something with what is listed."""
        useless = set() if can_open else {"↑ ↓", "Enter"}
        useless |= set() if can_refer else {"F8", "F4"}
        self._keys = tuple(pair for pair in _KEYS if pair[0] not in useless)
        self._retell()

    def sizeHint(self) -> QSize:
        return QSize(0, look().px(28))

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        return [
            PaintedText(self._words.say(key), look().font(12, 500), room.size())
            for _cap, _key, key, room in self._places()
        ]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for cap, key, text_key, room in self._places():
            paint_key_cap(painter, cap, key)
            painter.setFont(look().font(12, 500))
            painter.setPen(look().colour("text2"))
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._words.say(text_key))

    def _places(self) -> list[tuple[QRect, str, str, QRect]]:
        px = look().px
        keys = list(self._keys)
        while len(keys) > 2 and sum(self._width(*key) for key in keys) > self.width():
            keys.pop(-2)
        places = []
        left = 0
        for number, (key, text_key) in enumerate(keys):
            cap = key_cap_size(key)
            words = look().metrics(12, 500).horizontalAdvance(self._words.say(text_key))
            if number == len(keys) - 1:
                left = self.width() - cap.width() - px(9) - words
            top = (self.height() - cap.height()) // 2
            room = QRect(left + cap.width() + px(8), 0, words + px(1), self.height())
            places.append((QRect(QPoint(left, top), cap), key, text_key, room))
            left = room.right() + px(14)
        return places

    def _width(self, key: str, text_key: str) -> int:
        words = look().metrics(12, 500).horizontalAdvance(self._words.say(text_key))
        return key_cap_size(key).width() + words + look().px(24)

    def _retell(self) -> None:
        self.setAccessibleName(
            ", ".join(f"{key}: {self._words.say(text_key)}" for key, text_key in self._keys)
        )
        self.update()


class OmniboxPopup(QFrame):
    """Lies over the window below the field; the focus stays in the field."""

    def __init__(self, field: QWidget, words: UiText) -> None:
        super().__init__(field.window())
        self._field = field
        self.setObjectName("omnibox_popup")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = EntryList()
        self.list.setObjectName("omnibox_popup_list")
        words.bind(self.list.setAccessibleName, "omnibox.list")
        self.foot = KeyFoot(words)
        self.foot.setObjectName("omnibox_popup_keys")
        column = QVBoxLayout(self)
        space(column, (12, 8, 12, 8), 4)
        column.addWidget(self.list, 1)
        column.addWidget(HeaderLine())
        column.addWidget(self.foot)
        look().changed.connect(self.place)
        self.hide()

    def show_entries(self, entries: Sequence[Entry], keep: Entry | None = None) -> None:
        """The panel lies open with these entries; none closes it."""
        if not entries:
            self.hide()
            return
        self.place()
        self.list.show_entries(entries, keep)
        self.foot.show_keys(
            can_open=self.list.current() is not None,
            can_refer=any(isinstance(entry, Person) for entry in entries),
        )
        self.place()
        self.show()
        self.raise_()
        self.list.scrollTo(self.list.currentIndex())

    def place(self) -> None:
        """As wide as the field, as tall as its list, but inside the window."""
        window = self._field.window()
        if self.parentWidget() is not window:
            shown = self.isVisible()
            self.setParent(window)
            self.setVisible(shown)
        px = look().px
        corner = self._field.mapTo(window, QPoint(0, self._field.height() + px(6)))
        width = min(max(self._field.width(), px(560)), window.width() - corner.x() - px(16))
        self.list.setFixedWidth(width - px(24))
        chrome = self.foot.sizeHint().height() + px(8) * 2 + px(4) * 2 + 3
        room = window.height() - corner.y() - px(16)
        height = min(self.list.wanted_height() + chrome, room)
        self.setGeometry(corner.x(), corner.y(), width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_box(painter, self.rect(), "surface", "border", radius=8)
