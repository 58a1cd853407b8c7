import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from clinic_desk.ui.kit import keymap


def event(text: str, scan: int = 0) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, scan, 0, 0, text)


def test_kazakh_digit_row() -> None:
    assert keymap.digits('"әіңғ,.үұқ') == "1234567890"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("880214400000", "880214400000"),
        ('үү"ә', "8812"),
        ("CD1|A-7", "CD1|A-7"),
        ("", ""),
        ("СВ1/Ф-7", "CD1|A-7"),
        ('СВ"/Фө.', "CD1|A-7"),
        ("Иванов", "Bdfyjd"),
    ],
)
def test_unscramble(text: str, meant: str) -> None:
    assert keymap.unscramble(text) == meant


def test_place_wins_where_the_system_gives_it(monkeypatch: pytest.MonkeyPatch, qapp) -> None:
    monkeypatch.setattr(keymap.QGuiApplication, "platformName", staticmethod(lambda: "xcb"))
    # evdev numbers keys eight higher: 11 is the key of digit 2.
    assert keymap.digit_of(event("ә", scan=11)) == "2"
    assert keymap.digit_of(event("é", scan=11)) == "2"
    # A letter key is no digit, whatever it types.
    assert keymap.digit_of(event("й", scan=24)) == ""
    monkeypatch.setattr(keymap.QGuiApplication, "platformName", staticmethod(lambda: "windows"))
    assert keymap.digit_of(event("қ", scan=11)) == "0"


def test_place_of_letters_and_signs() -> None:
    assert keymap.latin_by_place(46, shifted=True) == "C"
    assert keymap.latin_by_place(43, shifted=True) == "|"
    assert keymap.latin_by_place(12, shifted=False) == "-"
    assert keymap.latin_by_place(200, shifted=False) == ""
