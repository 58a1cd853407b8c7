"""The box of the insurance panel: what is open, what is not, what to do, in two columns."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.ui.kit import Card, PlainLabel, space
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.patients.panel_view import BoxColumn, PlanBox, Sign

_LOOKS = {
    Sign.OPEN: ("check-circle", "ok"),
    Sign.CLOSED: ("x-circle", "err"),
    Sign.NOT_KNOWN: ("question", "text2"),
    Sign.DO: ("arrow-right", "accent"),
    Sign.MIND: ("warning", "warn"),
}
_ROWS = 3


class FreeCare(Card):
    """Two columns side by side; colour comes after the sign and the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(sunken=True, margins=(14, 8, 14, 8), gap=0, parent=parent)
        row = QHBoxLayout()
        space(row, 0, 24)
        self._left, self._right = _Column("left"), _Column("right")
        row.addLayout(self._left.layout, 1)
        row.addLayout(self._right.layout, 1)
        self.body.addLayout(row)

    def show_box(self, box: PlanBox) -> None:
        """Show these columns."""
        self._left.show_column(box.left)
        self._right.show_column(box.right)


class _Column:
    """A heading and lines in one layout: widgets within widgets would find their height a moment later."""

    def __init__(self, name: str) -> None:
        self.layout = QVBoxLayout()
        space(self.layout, 0, 2)
        self._title = PlainLabel(role="strong", wraps=True)
        self._title.setObjectName(f"card_insurance_text_{name}")
        self.layout.addWidget(self._title)
        self._lines: list[tuple[IconLabel, PlainLabel]] = []
        for place in range(_ROWS):
            icon, label = IconLabel("question", "text2", 16), PlainLabel(wraps=True)
            label.setObjectName(f"card_insurance_text_{name}_{place}")
            row = QHBoxLayout()
            space(row, 0, 8)
            row.addWidget(icon)
            row.addWidget(label, 1)
            self.layout.addLayout(row)
            self._lines.append((icon, label))
        self.layout.addStretch(1)

    def show_column(self, shown: BoxColumn) -> None:
        self._title.setText(shown.title)
        for place, (icon, label) in enumerate(self._lines):
            is_there = place < len(shown.lines)
            icon.setVisible(is_there)
            label.setVisible(is_there)
            if is_there:
                line = shown.lines[place]
                icon.set_icon(*_LOOKS[line.sign])
                label.set_role("strong" if line.is_own else "body")
                label.setText(line.text)
