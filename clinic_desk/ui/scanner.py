"""Tells a barcode scanner from a person by the tempo of the keys, on any screen and under any layout.

A scanner that plugs in as a keyboard types a dozen characters a few milliseconds apart and ends with Enter
or Tab. Keys are therefore held back for a moment: those of a scan never reach the field that has the focus,
those of a person do, in order, not later than `HOLD_MS` after the last of them.
"""

import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from clinic_desk.ui.kit.keymap import latin_by_place, scan_code, unscramble

GAP_MS: Final = 35
"""The longest pause between two keys of a scan. Fast typists keep 60 ms; only pairs come closer."""

HOLD_MS: Final = 40
"""How long a key is held after the last one before it counts as a person's."""

LEAST_CHARACTERS: Final = 8
"""A shorter burst is a person's: two hands can roll three or four keys within the gap."""

PASSES_SCANS_BY: Final = "takes_raw_keys"
"""Dynamic property of a field that wants every key at once, scans included."""

_ALLOWED: Final = frozenset(string.ascii_letters + string.digits + "-|_/.:")
_ENDS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SILENT: Final = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Mode_switch,
)
_COMMANDS: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


@dataclass(frozen=True, slots=True)
class _Held:
    """One key event put aside, with all that makes it what it was."""

    kind: QEvent.Type
    key: int
    modifiers: Qt.KeyboardModifier
    text: str
    scan: int
    virtual: int
    native_modifiers: int
    latin: str

    @classmethod
    def of(cls, event: QKeyEvent) -> "_Held":
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return cls(
            event.type(),
            event.key(),
            event.modifiers(),
            event.text(),
            event.nativeScanCode(),
            event.nativeVirtualKey(),
            event.nativeModifiers(),
            latin_by_place(scan_code(event), shifted),
        )

    def event(self) -> QKeyEvent:
        return QKeyEvent(
            self.kind,
            self.key,
            self.modifiers,
            self.scan,
            self.virtual,
            self.native_modifiers,
            self.text,
            False,
            1,
        )


class Scanner(QObject):
    """Listens to the windows it watches.

    It sits on the window, before any field: a scan leaks nowhere. Keys of a password field,
    of a field with the property `takes_raw_keys`, repeated keys, commands with Ctrl or Alt and everything an
    input method composes pass untouched.

    Args:
        clock: milliseconds that only grow; used where an event carries no time of its own.
        parent: as in Qt.

    Signals:
        scanned: the text of the code, read back to the characters of a US keyboard, without Enter.
    """

    scanned = Signal(str)

    def __init__(self, clock: Callable[[], float] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock or (lambda: time.monotonic() * 1000)
        self._held: list[_Held] = []
        self._window: QWindow | None = None
        self._last_ms = 0.0
        self._swallowed: set[int] = set()
        self._replaying = False
        self._timer = QTimer(self, singleShot=True, interval=HOLD_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_pause)
        self._second_look = QTimer(self, singleShot=True, interval=0)
        self._second_look.timeout.connect(self.release)

    def watch(self, window: QWidget) -> None:
        """Keys of this top-level window are looked at from now on."""
        window.winId()
        handle = window.windowHandle()
        if handle is None:
            raise ValueError("only a top-level window receives keys")
        handle.installEventFilter(self)

    @property
    def is_holding(self) -> bool:
        """Whether keys are held back at the moment."""
        return bool(self._held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._replaying or not isinstance(watched, QWindow):
            return False
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._before_shortcut(event)
            return False
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._on_press(watched, event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._on_release(event)
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusOut, QEvent.Type.Close):
            self.release()
        return False

    def release(self) -> None:
        """What is held was a person's: it is typed now, in order."""
        self._timer.stop()
        self._second_look.stop()
        held, self._held = self._held, []
        window, self._window = self._window, None
        if window is None or not shiboken6.isValid(window):
            return
        self._replaying = True
        try:
            for key in held:
                if shiboken6.isValid(window):
                    QCoreApplication.sendEvent(window, key.event())
        finally:
            self._replaying = False

    def _before_shortcut(self, event: QKeyEvent) -> None:
        # A shortcut takes its key before anybody sees a press: what was typed first has to arrive first.
        types = bool(event.text()) and event.text().isprintable() and not event.modifiers() & _COMMANDS
        if not types and event.key() not in (*_SILENT, *_ENDS):
            self.release()

    def _on_press(self, window: QWindow, event: QKeyEvent) -> bool:
        if event.isAutoRepeat() or event.modifiers() & _COMMANDS or _wants_raw_keys():
            self.release()
            return False
        if event.key() in _SILENT and not event.text():
            return False
        now = self._time(event)
        if self._held and (now - self._last_ms > GAP_MS or window is not self._window):
            self.release()
        if event.key() in _ENDS:
            return self._on_end(event)
        if len(event.text()) != 1 or not event.text().isprintable():
            self.release()
            return False
        self._held.append(_Held.of(event))
        self._window = window
        self._last_ms = now
        self._second_look.stop()
        self._timer.start()
        return True

    def _on_end(self, event: QKeyEvent) -> bool:
        code = self._code()
        if code is None:
            self.release()
            return False
        self._timer.stop()
        self._second_look.stop()
        # Their releases come after this; nobody saw the presses.
        self._swallowed = {key.key for key in self._held} | {event.key()}
        self._held = []
        self._window = None
        self.scanned.emit(code)
        return True

    def _on_release(self, event: QKeyEvent) -> bool:
        if event.key() in self._swallowed:
            if not event.isAutoRepeat():
                self._swallowed.discard(event.key())
            return True
        if any(held.key == event.key() and held.kind == QEvent.Type.KeyPress for held in self._held):
            self._held.append(_Held.of(event))
            return True
        return False

    def _code(self) -> str | None:
        """What was scanned, or None if the keys that are held are not a scan."""
        presses = [key for key in self._held if key.kind == QEvent.Type.KeyPress]
        if len(presses) < LEAST_CHARACTERS:
            return None
        if all(key.latin for key in presses):
            # Digits of the number pad have no place in the main block: then the text decides for all.
            code = "".join(key.latin for key in presses)
        else:
            code = unscramble("".join(key.text for key in presses))
        plausible = set(code) <= _ALLOWED and any(character.isdigit() for character in code)
        return code if plausible and len(set(code)) > 1 else None

    def _on_pause(self) -> None:
        # The window may have been busy while keys came in: let those that wait be seen first, they carry the
        # time at which they were pressed.
        self._second_look.start()

    def _time(self, event: QKeyEvent) -> float:
        stamp = event.timestamp()
        return float(stamp) if stamp else self._clock()


def _wants_raw_keys() -> bool:
    field = QApplication.focusWidget()
    if field is None:
        return False
    if isinstance(field, QLineEdit) and field.echoMode() != QLineEdit.EchoMode.Normal:
        return True
    return bool(field.property(PASSES_SCANS_BY))
