"""A field for a day, typed in whatever way is quickest."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit import TextField, look
from clinic_desk.ui.kit.keymap import digit, latin_by_place, scan_code
from clinic_desk.ui.patients.typed_dates import typed_day

_NOT_PLAIN = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
    | Qt.KeyboardModifier.ShiftModifier
)


class DateField(TextField):
    """A day: 14.02.1988, 14021988 or 1988-02-14; written out as 14.02.1988 when the field is left.

    Digits work by the place of the key, so the Kazakh layout types them too.

    Signals:
        left: the focus has gone and the text is tidied.
    """

    left = Signal()

    def __init__(self, label: str = "", *, required: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(label, required=required, trailing_icon="calendar-blank", parent=parent)
        self._is_kazakh = False
        self.edit.setMaxLength(24)
        self.edit.installEventFilter(self)
        self.edit.editingFinished.connect(self._tidy)
        look().changed.connect(self._give_room)
        self._give_room()

    def day(self) -> dt.date | None:
        """The day that is typed, None when it is empty or no day."""
        return typed_day(self.text())

    @property
    def is_bad(self) -> bool:
        """Whether something is typed that is no day."""
        return bool(self.text().strip()) and self.day() is None

    def set_day(self, day: dt.date | None) -> None:
        """Let the field hold this day."""
        self.set_text("" if day is None else _shown(day))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            found = self._kazakh_digit(event)
            if found:
                self.edit.insert(found)
                self.edit.textEdited.emit(self.edit.text())
                return True
        return super().eventFilter(watched, event)

    def _kazakh_digit(self, event: QKeyEvent) -> str:
        """The digit of a digit key that types a letter or a sign; "" for every other key."""
        typed = event.text()
        if not typed or typed.isdigit() or event.modifiers() & _NOT_PLAIN:
            return ""
        placed = latin_by_place(scan_code(event), shifted=False)
        if placed:
            return placed if placed.isdigit() else ""
        if typed in ",.":
            # Without the place of the key: 6 and 7 under the Kazakh layout, else the dot of a date.
            return digit(typed) if self._is_kazakh else ""
        found = digit(typed)
        self._is_kazakh = self._is_kazakh or bool(found)
        return found

    def _give_room(self) -> None:
        give_room(self, "00.00.0000")

    def _tidy(self) -> None:
        self._is_kazakh = False
        day = self.day()
        if day is not None and self.text() != _shown(day):
            self.set_text(_shown(day))
        self.left.emit()


def give_room(field: TextField, longest: str) -> None:
    """Keep a field wide enough to show such a text beside its icon."""
    margins = field.edit.textMargins()
    width = look().metrics().horizontalAdvance(longest) + margins.left() + margins.right()
    field.edit.setMinimumWidth(width + look().px(32))


def _shown(day: dt.date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"
