"""Lets Ctrl and Alt shortcuts work when a Cyrillic layout is on and the system offers no Latin one.

Qt finds shortcuts by the Latin letter of a key only where a Latin layout is installed as well. A key that
came through as Ctrl+Л is looked up again as Ctrl+K, the key it is.
"""

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QWidget

from clinic_desk.ui.kit.keymap import digit, latin_by_place, latin_letter, scan_code

_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class LayoutShortcuts(QObject):
    """Watches one top-level window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.winId()
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWindow) or not event.modifiers() & _COMMANDS:
            return False
        latin = _latin(event)
        if not latin:
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        wanted = QKeySequence(QKeyCombination(modifiers, Qt.Key(ord(latin))))
        for shortcut in self._window.findChildren(QShortcut):
            if shortcut.isEnabled() and shortcut.key() == wanted and _reaches(shortcut, self._window):
                shortcut.activated.emit()
                return True
        return False


def _latin(event: QKeyEvent) -> str:
    """The Latin letter or digit of a key that typed something else, or ""."""
    if Qt.Key.Key_Space < event.key() < 0x80 and chr(event.key()).isalnum():
        return ""
    placed = latin_by_place(scan_code(event), shifted=False)
    if placed.isalnum():
        return placed.upper()
    typed = chr(event.key()) if 0x80 <= event.key() < 0x10000 else event.text()
    found = digit(typed.lower()) or latin_letter(typed.lower())
    return found.upper() if found.isascii() and found.isalnum() else ""


def _reaches(shortcut: QShortcut, window: QWidget) -> bool:
    owner = shortcut.parent()
    if not isinstance(owner, QWidget) or not owner.isVisible() or not owner.isEnabled():
        return False
    focus: QWidget | None = window.focusWidget()
    match shortcut.context():
        case Qt.ShortcutContext.WidgetShortcut:
            return owner is focus
        case Qt.ShortcutContext.WidgetWithChildrenShortcut:
            return focus is not None and (owner is focus or owner.isAncestorOf(focus))
        case _:
            return True
