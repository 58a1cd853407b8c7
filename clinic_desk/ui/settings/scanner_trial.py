"""A field that shows what a scanner really sends, and how fast."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.slip_code import parse_slip_code
from clinic_desk.ui.kit.fields import FieldLine
from clinic_desk.ui.kit.keymap import latin_by_place, scan_code, unscramble
from clinic_desk.ui.scanner import GAP_MS, LEAST_CHARACTERS, PASSES_SCANS_BY

_ENDS = {
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Tab: "Tab",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """What came in.

    Attributes:
        typed: the characters as the layout of the moment made them.
        meant: the characters as the scanner meant them.
        longest_gap_ms: the longest pause between two keys, milliseconds.
        total_ms: from the first key to the last, milliseconds.
        end: the key that ended it, "Enter" or "Tab".
    """

    typed: str
    meant: str
    longest_gap_ms: float
    total_ms: float
    end: str

    @property
    def is_fast(self) -> bool:
        """Whether the program takes it for a scan on any screen."""
        return len(self.typed) >= LEAST_CHARACTERS and self.longest_gap_ms <= GAP_MS

    @property
    def was_converted(self) -> bool:
        """Whether another layout was on and the text had to be read back."""
        return self.typed != self.meant

    @property
    def subject(self) -> str:
        """`iin`, `slip` or `other`."""
        try:
            parse_iin(self.meant)
        except InvalidValue:
            return "slip" if parse_slip_code(self.meant) else "other"
        return "iin"


class ScanTestLine(FieldLine):
    """Takes every key at once; Enter or Tab after characters ends a scan.

    Args:
        clock: milliseconds that only grow, where an event carries no time of its own.
        parent: as in Qt.

    Signals:
        scanned: the `Scan` that came in.
    """

    scanned = Signal(object)

    def __init__(self, clock: Callable[[], float] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty(PASSES_SCANS_BY, True)
        self._clock = clock or (lambda: time.monotonic() * 1000)
        self._times: list[float] = []
        self._typed: list[str] = []
        self._placed: list[str] = []

    def event(self, event: QEvent) -> bool:
        is_press = event.type() == QEvent.Type.KeyPress
        # Tab would leave the field before keyPressEvent sees it.
        if is_press and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab and self._typed:
            self._finish("Tab")
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        end = _ENDS.get(Qt.Key(event.key()))
        if end is not None:
            if self._typed:
                self._finish(end)
            return
        text = event.text()
        if (
            len(text) == 1
            and text.isprintable()
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if not self._typed:
                self.clear()
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._typed.append(text)
            self._placed.append(latin_by_place(scan_code(event), shifted))
            self._times.append(float(event.timestamp()) or self._clock())
        super().keyPressEvent(event)

    def _finish(self, end: str) -> None:
        typed = "".join(self._typed)
        # As the listener for scans does: by the place of the keys where all are known, else by the letters.
        meant = "".join(self._placed) if all(self._placed) else unscramble(typed)
        gaps = [later - earlier for earlier, later in zip(self._times, self._times[1:], strict=False)]
        scan = Scan(typed, meant, max(gaps, default=0.0), self._times[-1] - self._times[0], end)
        self._typed, self._placed, self._times = [], [], []
        self.setText(scan.meant)
        self.selectAll()
        self.scanned.emit(scan)
