"""Where the person is attached now and where they will be, side by side with an arrow between."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from clinic_desk.ui.kit import PlainLabel, UiText, look, paint_box, space
from clinic_desk.ui.kit.banner import IconLabel
from clinic_desk.ui.kit.theme import horizontal, vertical

_BESIDE_FROM = 520
"""Below this width, in pixels at scale 1, the two stand below each other."""


@dataclass(frozen=True, slots=True)
class Place:
    """What one side says: the organisation, district with doctor, and a remark; "" is left out.

    `title_is_data` when the title is what the person said and not our words.
    """

    title: str
    district: str = ""
    remark: str = ""
    title_is_data: bool = False


class PlaceCard(QWidget):
    """One side; the chosen one is blue with a thick border. `row` takes a button at the right."""

    def __init__(self, name: str, icon: str, *, chosen: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = chosen
        self.caption = PlainLabel(role="caption", tone="muted")
        self.title = PlainLabel(role="strong", wraps=True)
        self.title.setObjectName(f"attachment_{name}_text_title")
        self.district = PlainLabel(wraps=True, tone="muted", data=True)
        self.district.setObjectName(f"attachment_{name}_text_district")
        self.remark = PlainLabel(role="caption", tone="muted", wraps=True)
        self.remark.setObjectName(f"attachment_{name}_text_remark")
        mark = IconLabel(icon, "accent" if chosen else "text2", 22)
        lines = vertical(self.caption, self.title, self.district, self.remark, None, gap=1)
        self.row = horizontal(mark, lines, margins=(15, 9, 14, 9), gap=13)
        self.row.setStretch(1, 1)
        self.row.setAlignment(mark, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(self.row)

    def show_place(self, place: Place) -> None:
        """Show this place."""
        self.title.setProperty("data", place.title_is_data)
        self.title.setText(place.title)
        for label, text in ((self.district, place.district), (self.remark, place.remark)):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(
            f"{self.caption.text()}: "
            + ", ".join(part for part in (place.title, place.district, place.remark) if part)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, border = ("info_bg", "accent") if self._chosen else ("sunken", "sunken")
        paint_box(QPainter(self), self.rect(), fill, border, width=2 if self._chosen else 1, radius=10)


class ChangeCards(QWidget):
    """Now and new."""

    def __init__(self, words: UiText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.now = PlaceCard("now", "buildings", chosen=False)
        self.new = PlaceCard("new", "first-aid", chosen=True)
        words.bind(self.now.caption.setText, "attachment_screen.now")
        words.bind(self.new.caption.setText, "attachment_screen.new")
        self._arrow = IconLabel("arrow-right", "accent", 20)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        space(self._row, 0, 14)
        self._row.addWidget(self.now, 1)
        self._row.addWidget(self._arrow, 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addWidget(self.new, 1)
        look().changed.connect(self._arrange)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        beside = self.width() >= look().px(_BESIDE_FROM)
        self._arrow.setVisible(beside)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if direction is not self._row.direction():
            self._row.setDirection(direction)


__all__ = ["ChangeCards", "Place", "PlaceCard"]
