"""Real key events, as a window gets them: Cyrillic letters too, each with the time it was pressed."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

NONE = Qt.KeyboardModifier.NoModifier

_NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}


def key_of(character: str) -> int:
    if character in _NAMED:
        return _NAMED[character].value
    return ord(character.upper())


def event(
    kind: QEvent.Type,
    character: str,
    *,
    at: int = 0,
    modifiers: Qt.KeyboardModifier = NONE,
    repeat: bool = False,
    scan: int = 0,
) -> QKeyEvent:
    made = QKeyEvent(kind, key_of(character), modifiers, scan, 0, 0, character, repeat, 1)
    made.setTimestamp(at)
    return made


def press(target: QObject, character: str, **how: object) -> None:
    QCoreApplication.sendEvent(target, event(QEvent.Type.KeyPress, character, **how))  # type: ignore[arg-type]


def release(target: QObject, character: str, **how: object) -> None:
    QCoreApplication.sendEvent(target, event(QEvent.Type.KeyRelease, character, **how))  # type: ignore[arg-type]


def click(target: QObject, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QCoreApplication.sendEvent(target, QKeyEvent(kind, key.value, modifiers, text))


def type_text(target: QObject, text: str) -> None:
    for character in text:
        press(target, character)
        release(target, character)
