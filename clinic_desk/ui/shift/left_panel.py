"""What passes to the next shift: a line each, with the way to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.services.sync.papers.shift_values import Left, LeftItem
from clinic_desk.ui.kit import Card, IconLabel, LinkButton, PlainLabel, SectionTitle, UiText, space

_ICONS: Final = {
    Left.WAITING: ("cloud-slash", "text2"),
    Left.ATTENTION: ("warning-circle", "err"),
    Left.RECALLS: ("phone-call", "err"),
    Left.TO_PRINT: ("printer", "warn"),
    Left.ATTACHMENTS: ("hourglass", "warn"),
}


class LeftPanel(Card):
    """Lines are made once and shown as they are needed, so that the focus stays where it was.

    Signals:
        wanted: the kind (`Left`) of the line whose way was chosen.
    """

    wanted = Signal(object)

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(margins=(20, 12, 20, 12), gap=6, parent=parent)
        self.setObjectName("shift_left")
        self._words = words
        self._items: tuple[LeftItem, ...] = ()
        self.title = SectionTitle()
        self.count = PlainLabel(role="caption", tone="muted")
        self.title.trailing.addWidget(self.count)
        self.body.addWidget(self.title)
        self.nothing = PlainLabel(tone="muted", wraps=True)
        self.nothing.setObjectName("shift_left_label_nothing")
        self.body.addWidget(self.nothing)
        self._lines: dict[Left, _Line] = {}
        column = QVBoxLayout()
        space(column, 0, 6)
        for kind in Left:
            line = _Line(kind)
            line.button.clicked.connect(lambda _on=False, kind=kind: self.wanted.emit(kind))
            self._lines[kind] = line
            column.addWidget(line)
        self.body.addLayout(column)
        words.follow(self._retell)

    def line(self, kind: Left) -> _Line:
        """The line of a kind."""
        return self._lines[kind]

    def show_items(self, items: Sequence[LeftItem]) -> None:
        """Show these."""
        self._items = tuple(items)
        self._retell()

    def _retell(self) -> None:
        say = self._words.say
        self.title.setText(say("shift.left.title"))
        self.count.setText(say("shift.left.count", n=len(self._items)) if self._items else "")
        self.nothing.setText(say("shift.left.nothing"))
        self.nothing.setVisible(not self._items)
        known = {item.kind: item.n for item in self._items}
        for kind, line in self._lines.items():
            line.setVisible(kind in known)
            line.text.setText(say(f"shift.left.{kind}", n=known.get(kind, 0)))
            line.button.setText(say(f"shift.left_act.{kind}"))
            line.button.setAccessibleName(f"{line.text.text()}: {line.button.words()}")


class _Line(QWidget):
    def __init__(self, kind: Left) -> None:
        super().__init__()
        self.text = PlainLabel(wraps=True)
        self.text.setObjectName(f"shift_left_label_{kind}")
        self.button = LinkButton()
        self.button.setObjectName(f"shift_left_button_{kind}")
        row = QHBoxLayout(self)
        space(row, 0, 10)
        row.addWidget(IconLabel(*_ICONS[kind], 18), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.text, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
