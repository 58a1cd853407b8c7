"""A figure of the shift: its name, the number, a remark."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desk.ui.kit import Card, PlainLabel
from clinic_desk.ui.kit.plain_label import Tone


class FigureCard(Card):
    """Reads as one sentence; nothing in it can be pressed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(margins=(16, 10, 12, 10), gap=1, parent=parent)
        self.setObjectName(f"shift_figure_{name}")
        self.caption = PlainLabel(role="small", tone="muted", wraps=True)
        self.number = PlainLabel(role="display", data=True)
        self.number.setObjectName(f"shift_figure_label_{name}")
        self.remark = PlainLabel(role="caption", tone="muted", wraps=True)
        for label in (self.caption, self.number, self.remark):
            self.body.addWidget(label)
        self.body.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_figure(self, caption: str, number: str, remark: str = "", tone: Tone = "text") -> None:
        """Show this."""
        self.caption.setText(caption)
        self.number.setText(number)
        self.number.set_tone(tone)
        self.remark.setText(remark)
        self.setAccessibleName(f"{caption}: {number}. {remark}" if remark else f"{caption}: {number}")
