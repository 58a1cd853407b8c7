"""The PySide6 in use keeps count of None, True and False.

PySide6 6.12.0 on Python 3.11 loses a reference at nearly every call of a void method, until the interpreter
aborts with `none_dealloc`. Short tests do not see that, a long working day does. From Python 3.12 on these
objects are immortal and their count never moves.
"""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 10_000
STRAY = 200  # other code may take or give back a few references meanwhile


class _Switch(QObject):
    toggled = Signal(bool)


@pytest.mark.parametrize("single", [None, True, False])
def test_void_methods_do_not_lose_references(qtbot: QtBot, single: bool | None) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    switch = _Switch()
    switch.toggled.connect(label.setEnabled)
    before = sys.getrefcount(single)
    for _ in range(CALLS):
        label.setText("Жолдама")
        switch.toggled.emit(True)
        switch.toggled.emit(False)
        label.isEnabled()
    assert abs(sys.getrefcount(single) - before) < STRAY
