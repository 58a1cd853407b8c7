"""One line of what was seen or agreed to: a box to tick, and a way to its details."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinic_desk.ui.attachment.noted_box import NotedBox
from clinic_desk.ui.kit import IconButton, space


class SeenRow(QWidget):
    """A `NotedBox` with a pencil beside it once it is ticked.

    Signals:
        ticked: whether the box is on now, after a person changed it.
        details_wanted: the pencil was pressed.
        passed: the box was ticked; the next step may have the focus.
    """

    ticked = Signal(bool)
    details_wanted = Signal()
    passed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = NotedBox()
        self.box.setObjectName(f"attachment_seen_check_{name}")
        self.pencil = IconButton("pencil-simple")
        self.pencil.setObjectName(f"attachment_seen_button_{name}")
        self.pencil.setVisible(False)
        row = QHBoxLayout(self)
        space(row, 0, 4)
        row.addWidget(self.box, 1)
        row.addWidget(self.pencil, 0, Qt.AlignmentFlag.AlignVCenter)
        self.box.clicked.connect(self._on_clicked)
        self.pencil.clicked.connect(self.details_wanted)

    def show_state(self, is_on: bool, words: str, note: str, change: str, *, data: bool = False) -> None:
        """Show the box ticked or not with these lines; `change` names the pencil, "" hides it."""
        self.box.setChecked(is_on)
        self.box.set_words(words, note, data=data)
        self.pencil.setText(change)
        self.pencil.setVisible(is_on and bool(change))

    def _on_clicked(self, is_on: bool) -> None:
        self.ticked.emit(is_on)
        if is_on:
            self.passed.emit()


__all__ = ["SeenRow"]
