"""The rail at the left: the sections of the program, icons alone where the window is narrow."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import PaintedText, paint_box
from clinic_desk.ui.kit.theme import look, space
from clinic_desk.ui.kit.tokens import RAIL_WIDTH, RAIL_WIDTH_NARROW
from clinic_desk.ui.kit.words import UiText

_MOST = 99
"""The badge on an icon says no more than this, with a plus; the accessible name says all of it."""

_LEAST_HEIGHT = 28

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RailItem(QPushButton):
    """One section: icon, name, and how much waits there."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._count = 0
        self._narrow = False
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Lower where the window is too low for all of them at the size of the text.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        look().changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._say()

    def set_count(self, count: int) -> None:
        """Show how much waits in the section; 0 shows nothing."""
        self._count = count
        self._say()
        self.update()

    def set_narrow(self, narrow: bool) -> None:
        """Show the icon alone; the name becomes the tooltip."""
        self._narrow = narrow
        self._say()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(40), look().px(40))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(40), look().px(_LEAST_HEIGHT))

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        texts = [] if self._narrow else [PaintedText(self.text(), self._font(), self._text_room().size())]
        if self._count:
            pad = look().px(4) if self._narrow else 0
            room = self._count_box().intersected(self.rect()).adjusted(pad, 0, -pad, 0)
            texts.append(PaintedText(self._count_text(), self._count_font(), room.size(), data=True))
        return texts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        px = look().px
        here = self.isChecked()
        if here or self.underMouse():
            fill = "info_bg" if here else "sunken"
            paint_box(painter, self.rect(), fill, fill)
        side = px(18)
        left = (self.width() - side) // 2 if self._narrow else px(11)
        box = QRect(left, (self.height() - side) // 2, side, side)
        paint_icon(painter, box, self._icon_name, "accent" if here else "text2")
        painter.setPen(look().colour("accent" if here else "text"))
        if not self._narrow:
            painter.setFont(self._font())
            painter.drawText(self._text_room(), _LEFT, self.text())
        if self._count:
            self._paint_count(painter, "accent" if here else "text2")

    def _paint_count(self, painter: QPainter, colour: str) -> None:
        box = self._count_box()
        painter.setFont(self._count_font())
        if self._narrow:
            paint_box(painter, box, "accent", "surface", radius=7)
            colour = "on_accent"
        painter.setPen(look().colour(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._count_text())

    def _count_text(self) -> str:
        return f"{_MOST}+" if self._narrow and self._count > _MOST else str(self._count)

    def _count_font(self) -> QFont:
        return look().font(11 if self._narrow else 12, 600)

    def _count_box(self) -> QRect:
        """On the upper right corner of the icon where it stands alone, else at the end of the line."""
        px = look().px
        width = look().metrics(11 if self._narrow else 12, 600).horizontalAdvance(self._count_text())
        if not self._narrow:
            return QRect(self.width() - px(8) - width, 0, width, self.height())
        height = px(16)
        width = max(height, width + 2 * px(4))
        # Grows to both sides of the corner, never over the edge.
        left = min(self.width() // 2 + px(9) - width // 2, self.width() - px(1) - width)
        return QRect(left, px(2), width, height)

    def _font(self) -> QFont:
        return look().font(14, 600 if self.isChecked() else 400)

    def _text_room(self) -> QRect:
        count = (
            look().metrics(12, 600).horizontalAdvance(str(self._count)) + look().px(12) if self._count else 0
        )
        return self.rect().adjusted(look().px(39), 0, -max(look().px(6), count), 0)

    def _say(self) -> None:
        self.setAccessibleName(f"{self.text()}: {self._count}" if self._count else self.text())
        self.setToolTip(self.text() if self._narrow else "")


class Rail(QFrame):
    """The sections above, what is needed rarely below.

    Signals:
        chosen: the key of the section a person chose.
    """

    chosen = Signal(str)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        self._narrow = False
        self._items: dict[str, RailItem] = {}
        self.setObjectName("shell_rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        words.bind(self.setAccessibleName, "shell.rail.name")
        self._group = QButtonGroup(self)
        self._above = QVBoxLayout()
        space(self._above, 0, 3)
        self._below = QVBoxLayout()
        space(self._below, 0, 1)
        column = QVBoxLayout(self)
        space(column, (12, 14, 13, 14), 0)
        column.addLayout(self._above)
        column.addStretch(1)
        column.addLayout(self._below)
        look().changed.connect(self._rescale)
        self._rescale()

    def add(
        self, key: str, icon: str, text_key: str, *, below: bool = False, checkable: bool = True
    ) -> RailItem:
        """Add a section, or with `checkable=False` an act, at the end of the upper or the lower part."""
        item = RailItem(icon)
        item.setObjectName(f"shell_rail_button_{key}")
        item.setCheckable(checkable)
        item.set_narrow(self._narrow)
        self._words.bind(item.setText, text_key)
        item.clicked.connect(self._on_clicked)
        if checkable:
            self._group.addButton(item)
        self._items[key] = item
        if below and checkable:
            # Acts, such as the sheet of keys, stay last.
            acts = sum(not other.isCheckable() for other in self._items.values())
            self._below.insertWidget(self._below.count() - acts, item)
        else:
            (self._below if below else self._above).addWidget(item)
        return item

    def item(self, key: str) -> RailItem:
        """The item of a section."""
        return self._items[key]

    def set_current(self, key: str) -> None:
        """Mark this section as the one that is shown; none where it is not on the rail."""
        item = self._items.get(key)
        if item is not None:
            item.setChecked(True)
            return
        checked = self._group.checkedButton()
        if checked is not None:
            # The group lets go of its last one only for that moment.
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)

    def current_item(self) -> QAbstractButton | None:
        """The item of the section that is shown."""
        return self._group.checkedButton()

    def set_narrow(self, narrow: bool) -> None:
        """Show icons alone."""
        if narrow != self._narrow:
            self._narrow = narrow
            for item in self._items.values():
                item.set_narrow(narrow)
            self._rescale()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        items = list(self._items.values())
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        focused = next((number for number, item in enumerate(items) if item.hasFocus()), None)
        if event.key() in steps and focused is not None:
            items[(focused + steps[Qt.Key(event.key())]) % len(items)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _on_clicked(self) -> None:
        sender = self.sender()
        for key, item in self._items.items():
            if item is sender:
                self.chosen.emit(key)

    def _rescale(self) -> None:
        self.setFixedWidth(look().px(RAIL_WIDTH_NARROW if self._narrow else RAIL_WIDTH))
