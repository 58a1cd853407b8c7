"""The strips over every page: who may have one, which lies above which, and how many are shown."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desk.ui.kit.theme import space

_MOST: Final = 2
"""More would leave too little of the page; the least urgent ones wait until a place is free."""


class StripPlace(IntEnum):
    """One strip each; the more urgent, the higher it lies."""

    START = 0
    """While the clinic is made nothing else is shown anyway."""
    DAMAGED = 1
    SYNC = 2
    CLOCK = 3
    RULES = 4


class StripStack(QWidget):
    """Shows at most two strips, the most urgent first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strips: dict[StripPlace, QWidget] = {}
        self._column = QVBoxLayout(self)
        space(self._column, 0, 0)
        self.hide()

    def put(self, place: StripPlace, strip: QWidget | None) -> None:
        """This strip, or none, is in the place; what was there before is gone."""
        old = self._strips.pop(place, None)
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        if strip is not None:
            self._strips[place] = strip
            above = sum(other < place for other in self._strips if other is not place)
            self._column.insertWidget(above, strip)
        self._arrange()

    def at(self, place: StripPlace) -> QWidget | None:
        """The strip of that place, shown or waiting."""
        return self._strips.get(place)

    def _arrange(self) -> None:
        for number, place in enumerate(sorted(self._strips)):
            self._strips[place].setVisible(number < _MOST)
        self.setVisible(bool(self._strips))


__all__ = ["StripPlace", "StripStack"]
