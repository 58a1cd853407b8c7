"""The sheet of keys (F1): only keys that do something in this program now."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from clinic_desk.ui.kit.buttons import SecondaryButton
from clinic_desk.ui.kit.modal import Modal
from clinic_desk.ui.kit.painting import PaintedText, key_cap_size, paint_key_cap
from clinic_desk.ui.kit.plain_label import PlainLabel
from clinic_desk.ui.kit.theme import look, space
from clinic_desk.ui.kit.words import UiText

KeyLine = tuple[str, str]
"""A key as it stands on the keyboard, and the text key of what it does."""

EVERYWHERE: tuple[KeyLine, ...] = (
    ("Ctrl+K", "shell.keys.search"),
    ("F1", "shell.keys.help"),
    ("F2", "shell.keys.register"),
    ("F4", "shell.keys.attach"),
    ("F8", "shell.keys.refer"),
    ("Ctrl+P", "shell.keys.print"),
    ("Ctrl+Enter", "shell.keys.finish"),
    ("Ctrl+Z", "shell.keys.undo"),
)
MOVING: tuple[KeyLine, ...] = (
    ("Enter", "shell.keys.enter"),
    ("Esc", "shell.keys.escape"),
    ("Tab", "shell.keys.tab"),
    ("F6", "shell.keys.pane"),
)


class KeyCap(QWidget):
    """A key as it stands on the keyboard."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look().changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return key_cap_size(self._text) + QSize(0, look().px(4))

    def painted_texts(self) -> list[PaintedText]:
        """What is painted, for the test of cut words."""
        return [PaintedText(self._text, look().font(12, 500), self.size(), data=True)]

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_key_cap(QPainter(self), QRect(QPoint(0, 0), self.size()), self._text)


class KeysSheet(Modal):
    """Two columns of keys over the window; F1 or Esc closes it."""

    def __init__(self, words: UiText, everywhere: Sequence[KeyLine], moving: Sequence[KeyLine]) -> None:
        super().__init__(icon="keyboard", width=860, height=0)
        self.setObjectName("shell_keys")
        words.bind(self.set_title, "shell.keys.title")
        grid = QGridLayout()
        space(grid, 0, 24)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addLayout(_column(words, "shell.keys.everywhere", everywhere), 0, 0)
        grid.addLayout(_column(words, "shell.keys.moving", moving), 0, 1)
        self.body.addLayout(grid)
        scan = PlainLabel(tone="muted", wraps=True)
        words.bind(scan.setText, "shell.keys.scan")
        self.body.addWidget(scan)
        self.body.addStretch(1)
        close = SecondaryButton("", "Esc")
        close.setObjectName("shell_keys_button_close")
        words.bind(close.setText, "shell.close")
        close.clicked.connect(self.dismiss)
        self.foot.addStretch(1)
        self.foot.addWidget(close)
        self.closed.connect(self.deleteLater)


def _column(words: UiText, title_key: str, lines: Sequence[KeyLine]) -> QVBoxLayout:
    column = QVBoxLayout()
    space(column, 0, 10)
    title = PlainLabel(role="strong")
    words.bind(title.setText, title_key)
    column.addWidget(title)
    rows = QGridLayout()
    space(rows, 0, 7)
    rows.setColumnMinimumWidth(0, look().px(92))
    rows.setColumnStretch(1, 1)
    for number, (key, text_key) in enumerate(lines):
        what = PlainLabel(wraps=True)
        words.bind(what.setText, text_key)
        rows.addWidget(KeyCap(key), number, 0)
        rows.addWidget(what, number, 1)
    column.addLayout(rows)
    column.addStretch(1)
    return column
