"""A registrar's hands: key events to whatever has the focus, and patience until the window is at rest."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.ui.kit import Jobs

_REST_MS = 90
"""The window is at rest when no lane has worked for that long; longer than any pause it waits on typing."""
_PATIENCE_S = 20.0
_NAMED = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Down": Qt.Key.Key_Down,
    "Up": Qt.Key.Key_Up,
    "Tab": Qt.Key.Key_Tab,
    "Space": Qt.Key.Key_Space,
}


class TourFailed(ClinicDeskError):
    """Something that should have appeared did not. Code: `tour.failed`, param `step`."""


class Hands:
    """Presses keys in the window and counts them. A scan is one act and counts no key."""

    def __init__(self, window: QWidget, jobs: Jobs) -> None:
        self._window = window
        self._jobs = jobs
        self.pressed: list[str] = []

    def press(self, keys: str) -> None:
        """One key, perhaps with Ctrl or Alt, such as `F8` or `Ctrl+Enter`; then rest."""
        *held, last = keys.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for word in held:
            modifiers |= {
                "Ctrl": Qt.KeyboardModifier.ControlModifier,
                "Alt": Qt.KeyboardModifier.AltModifier,
            }[word]
        key = _NAMED.get(last) or Qt.Key[f"Key_{last.upper()}"]
        text = "\r" if key == Qt.Key.Key_Return else last.lower() if len(last) == 1 and not held else ""
        self._send(key, modifiers, text)
        self.pressed.append(keys)
        self.rest()

    def type(self, text: str) -> None:
        """Letter by letter at a person's pace, which a scanner is told apart by; then rest."""
        for letter in text:
            self._send(_key_of(letter), Qt.KeyboardModifier.NoModifier, letter)
            self.pressed.append(letter)
            self._turn(0.05)
        self.rest()

    def scan(self, text: str) -> None:
        """A scanner's burst of keys and its Enter; then rest."""
        for letter in text:
            self._send(_key_of(letter), Qt.KeyboardModifier.NoModifier, letter)
        self._send(Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
        self.rest()

    def rest(self) -> None:
        """Returns once nothing has worked for a moment.

        Raises:
            TourFailed: the lanes never came to rest.
        """
        quiet_since = time.perf_counter()
        deadline = quiet_since + _PATIENCE_S
        while time.perf_counter() - quiet_since < _REST_MS / 1000:
            self._turn(0.005)
            if self._jobs.busy:
                quiet_since = time.perf_counter()
            if time.perf_counter() > deadline:
                raise TourFailed("tour.failed", step="rest")

    def wait_for(self, what: str, there: Callable[[], bool], *, patience_s: float = _PATIENCE_S) -> None:
        """Returns once `there` is true.

        Raises:
            TourFailed: it never was; `what` names it.
        """
        deadline = time.perf_counter() + patience_s
        while not there():
            self._turn(0.005)
            if time.perf_counter() > deadline:
                raise TourFailed("tour.failed", step=what)
        self.rest()

    def _send(self, key: Qt.Key, modifiers: Qt.KeyboardModifier, text: str) -> None:
        # To the window itself, as the system does it: the scanner's filter and shortcuts come first.
        QTest.sendKeyEvent(QTest.KeyAction.Click, self._window.windowHandle(), key, text, modifiers)

    def _turn(self, seconds: float) -> None:
        QApplication.processEvents()
        time.sleep(seconds)
        QApplication.processEvents()


def _key_of(letter: str) -> Qt.Key:
    """The key that types the letter; letters beyond ASCII have none and come as text alone."""
    if letter.isascii():
        return Qt.Key(ord(letter.upper()))
    return Qt.Key(0)
