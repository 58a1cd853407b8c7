"""A scan is recognised anywhere and leaks nowhere; a person's keys all arrive, in order."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from clinic_desk.ui.scanner import GAP_MS, HOLD_MS, Scanner
from tests.ui.keys import click, press, release

IIN = "880214400000"
KAZAKH = dict(zip("1234567890", '"әіңғ,.үұқ', strict=True))


class Desk(QObject):
    """A window with two fields and a scanner listening to it; `at` is the time of the next key."""

    heard = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.window = QWidget()
        self.field = QLineEdit()
        self.secret = QLineEdit()
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.button = QPushButton("x")
        column = QVBoxLayout(self.window)
        for widget in (self.field, self.secret, self.button):
            column.addWidget(widget)
        self.at = 1_000
        self.scans: list[str] = []
        self.scanner = Scanner(clock=lambda: self.at)
        self.scanner.scanned.connect(self.scans.append)
        self.scanner.watch(self.window)

    @property
    def handle(self) -> QWindow:
        handle = self.window.windowHandle()
        assert handle is not None
        return handle

    def keys(self, text: str, gap: int, *, stamped: bool = True, hold: int = 3) -> None:
        for character in text:
            self.at += gap
            stamp = self.at if stamped else 0
            press(self.handle, character, at=stamp)
            release(self.handle, character, at=stamp + hold if stamped else 0)


@pytest.fixture
def desk(qtbot) -> Iterator[Desk]:
    desk = Desk()
    qtbot.addWidget(desk.window)
    desk.window.show()
    desk.window.activateWindow()
    desk.field.setFocus()
    qtbot.waitUntil(desk.field.hasFocus)
    yield desk
    desk.scanner.release()


@pytest.mark.parametrize("gap", [0, 1, 5, 12, 25, GAP_MS])
@pytest.mark.parametrize("end", ["\r", "\t"])
def test_scan_is_heard_and_does_not_leak(desk: Desk, gap: int, end: str) -> None:
    desk.field.setText("Иванов Ив")
    desk.keys(IIN + end, gap)
    assert desk.scans == [IIN]
    assert desk.field.text() == "Иванов Ив"
    assert desk.field.hasFocus()
    assert not desk.scanner.is_holding


def test_scan_without_times_of_its_own_is_timed_by_the_clock(desk: Desk) -> None:
    desk.keys(IIN + "\r", 8, stamped=False)
    assert desk.scans == [IIN]
    assert desk.field.text() == ""


def test_scan_under_the_kazakh_layout(desk: Desk) -> None:
    desk.keys("".join(KAZAKH[digit] for digit in IIN) + "\r", 5)
    assert desk.scans == [IIN]
    assert desk.field.text() == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CD1|12A-000123-7|K", "CD1|12A-000123-7|K"),
        # The same keys under the Russian layout: digits and the dash stay, letters and the bar do not.
        ("СВ1/12Ф-000123-7/Л", "CD1|12A-000123-7|K"),
        # And under the Kazakh one, where the digit row and the dash are letters.
        ('СВ"/"әФөқққ"әіө./Л', "CD1|12A-000123-7|K"),
    ],
)
def test_slip_code_is_read_back_under_every_layout(desk: Desk, typed: str, meant: str) -> None:
    desk.keys(typed + "\r", 6)
    assert desk.scans == [meant]
    assert desk.field.text() == ""


def test_two_scans_one_after_the_other(desk: Desk) -> None:
    desk.keys(IIN + "\r", 4)
    desk.keys("990101500000\r", 4)
    assert desk.scans == [IIN, "990101500000"]


def test_scan_right_after_typing_keeps_what_was_typed(desk: Desk) -> None:
    desk.keys("Ахметова", 90)
    desk.at += 200
    desk.keys(IIN + "\r", 5)
    assert desk.scans == [IIN]
    assert desk.field.text() == "Ахметова"


def test_enter_of_a_scan_presses_no_button(desk: Desk) -> None:
    pressed: list[bool] = []
    desk.button.clicked.connect(lambda: pressed.append(True))
    desk.button.setFocus()
    desk.keys(IIN + "\r", 5)
    assert desk.scans == [IIN]
    assert not pressed


@pytest.mark.parametrize("gap", [GAP_MS + 1, 45, 60, 120, 400])
def test_a_person_types_everything(desk: Desk, gap: int) -> None:
    desk.keys(IIN, gap)
    desk.scanner.release()
    assert desk.field.text() == IIN
    assert desk.scans == []


def test_a_person_finishing_a_typed_iin_with_enter_is_no_scan(desk: Desk) -> None:
    entered: list[str] = []
    desk.field.returnPressed.connect(lambda: entered.append(desk.field.text()))
    desk.keys(IIN + "\r", 80)
    assert entered == [IIN]
    assert desk.scans == []


def test_held_key_arrives_by_itself(desk: Desk, qtbot) -> None:
    press(desk.handle, "ә", at=5_000)
    assert desk.field.text() == ""
    qtbot.waitUntil(lambda: desk.field.text() == "ә", timeout=HOLD_MS * 25)
    assert not desk.scanner.is_holding


def test_fast_rollover_typing_is_kept_in_order(desk: Desk) -> None:
    """Two hands roll over: the next key goes down before the last is up, pairs come 10 to 30 ms apart."""
    typed = "Қаржаубаева Ұлжан 2-терезе"
    pauses = [10, 95, 30, 70, 15, 120, 28, 60]
    for number, character in enumerate(typed):
        desk.at += pauses[number % len(pauses)]
        press(desk.handle, character, at=desk.at)
        if number:
            release(desk.handle, typed[number - 1], at=desk.at + 4)
    desk.scanner.release()
    assert desk.field.text() == typed
    assert desk.scans == []


def test_short_burst_with_enter_is_typing(desk: Desk) -> None:
    entered: list[str] = []
    desk.field.returnPressed.connect(lambda: entered.append(desk.field.text()))
    desk.keys("1234567\r", 5)
    assert entered == ["1234567"]
    assert desk.scans == []


@pytest.mark.parametrize(
    "burst", ["Сыздыкова Айгуль 1988", "aaaaaaaaaaaa", "111111111111", "abcdefghij", "?88021440000"]
)
def test_burst_that_is_no_code_is_typed(desk: Desk, burst: str) -> None:
    desk.keys(burst + "\r", 4)
    assert desk.field.text() == burst
    assert desk.scans == []


def test_repeated_key_passes_at_once(desk: Desk) -> None:
    press(desk.handle, "5", at=1_000)
    for number in range(20):
        press(desk.handle, "5", at=1_500 + 30 * number, repeat=True)
    release(desk.handle, "5", at=2_200)
    press(desk.handle, "\r", at=2_210)
    assert desk.field.text() == "5" * 21
    assert desk.scans == []


def test_password_is_never_held(desk: Desk) -> None:
    desk.secret.setFocus()
    for character in IIN:
        press(desk.handle, character, at=desk.at)
        assert not desk.scanner.is_holding
    press(desk.handle, "\r", at=desk.at)
    assert desk.secret.text() == IIN
    assert desk.scans == []


def test_field_may_opt_out(desk: Desk) -> None:
    desk.field.setProperty("takes_raw_keys", True)
    desk.keys(IIN + "\r", 3)
    assert desk.field.text() == IIN
    assert desk.scans == []


def test_backspace_comes_after_the_keys_before_it(desk: Desk) -> None:
    desk.keys("аб", 10)
    click(desk.handle, Qt.Key.Key_Backspace)
    desk.scanner.release()
    assert desk.field.text() == "а"


def test_shift_between_letters_does_not_break_a_scan(desk: Desk) -> None:
    for character in "AB12345678":
        desk.at += 4
        click(desk.handle, Qt.Key.Key_Shift)
        press(desk.handle, character, at=desk.at, modifiers=Qt.KeyboardModifier.ShiftModifier)
    press(desk.handle, "\r", at=desk.at + 4)
    assert desk.scans == ["AB12345678"]
    assert desk.field.text() == ""


def test_keys_that_waited_behind_a_busy_window_are_judged_by_their_own_times(desk: Desk) -> None:
    """All events come in one go after a pause of the window: their times tell a person from a scanner."""
    at = 9_000
    for character in IIN:
        at += 110
        press(desk.handle, character, at=at)
    press(desk.handle, "\r", at=at + 110)
    assert desk.scans == []
    assert desk.field.text() == IIN


def test_release_of_the_last_key_reaches_nobody(desk: Desk) -> None:
    released: list[int] = []

    class Ear(QLineEdit):
        def keyReleaseEvent(self, event: object) -> None:
            released.append(event.key())  # type: ignore[attr-defined]

    ear = Ear(desk.window)
    ear.show()
    ear.setFocus()
    for character in IIN + "\r":
        desk.at += 4
        press(desk.handle, character, at=desk.at)
    for character in "0\r":
        release(desk.handle, character, at=desk.at)
    assert desk.scans == [IIN]
    assert released == []


def test_replay_follows_the_focus(desk: Desk) -> None:
    """A key that opens another field sends the next keys there, as it would without the delay."""
    other = QLineEdit(desk.window)
    other.show()
    desk.field.textEdited.connect(lambda _text: other.setFocus())
    desk.keys("аб", 20)
    desk.scanner.release()
    assert (desk.field.text(), other.text()) == ("а", "б")
    assert QApplication.focusWidget() is other


def test_shortcut_acts_after_the_keys_typed_before_it(desk: Desk) -> None:
    seen: list[str] = []
    shortcut = QShortcut(QKeySequence("F8"), desk.window)
    shortcut.activated.connect(lambda: seen.append(desk.field.text()))
    desk.keys("аб", 10)
    QTest.keyClick(desk.handle, Qt.Key.Key_F8)
    assert seen == ["аб"]
