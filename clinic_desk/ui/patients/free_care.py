"""For an uninsured patient: what is free now, and what needs insurance."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desk.ui.kit import Card, PlainLabel, UiText, space
from clinic_desk.ui.kit.banner import IconLabel

# Source: Government resolutions No. 672 and No. 421: guaranteed to everybody; planned care of
# specialists needs insurance.
_FREE = ("insurance_panel.free.ambulance", "insurance_panel.free.district_doctor")
_NEEDS = ("insurance_panel.needs.specialists", "insurance_panel.needs.diagnostics")


class FreeCare(Card):
    """Two columns side by side; colour comes after the sign and the words."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(sunken=True, margins=(14, 8, 14, 8), gap=0, parent=parent)
        row = QHBoxLayout()
        space(row, 0, 24)
        row.addLayout(_column(words, "insurance_panel.free.title", _FREE, "check-circle", "ok"), 1)
        row.addLayout(_column(words, "insurance_panel.needs.title", _NEEDS, "x-circle", "err"), 1)
        self.body.addLayout(row)


def _column(words: UiText, title: str, lines: tuple[str, ...], sign: str, colour: str) -> QVBoxLayout:
    column = QVBoxLayout()
    space(column, 0, 2)
    heading = PlainLabel(role="strong", wraps=True)
    words.bind(heading.setText, title)
    column.addWidget(heading)
    for key in lines:
        label = PlainLabel(wraps=True)
        words.bind(label.setText, key)
        line = QHBoxLayout()
        space(line, 0, 8)
        line.addWidget(IconLabel(sign, colour, 16))
        line.addWidget(label, 1)
        column.addLayout(line)
    column.addStretch(1)
    return column
