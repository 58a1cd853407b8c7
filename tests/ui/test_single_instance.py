"""The second start raises the first window; strangers' messages change nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.profile.directory import open_or_create_profile
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.profile.lock import ProfileLock
from clinic_desk.profile.raise_address import raise_address
from clinic_desk.ui.single_instance import SingleInstance, ask_running_window, bring_to_front

SECOND_START = """
import sys
from clinic_desk.ui.single_instance import ask_running_window
sys.exit(0 if ask_running_window(sys.argv[1], int(sys.argv[2])) else 3)
"""

FIRST_PROGRAM = """
import sys
from PySide6.QtCore import QCoreApplication
from clinic_desk.ui.single_instance import SingleInstance
app = QCoreApplication([])
first = SingleInstance(sys.argv[1])
print("listening" if first.listen() else "refused", flush=True)
app.exec()
"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    return raise_address(open_or_create_profile(tmp_path / "p", ProfileKind.PRACTICE))


@pytest.fixture
def first(qtbot: QtBot, address: str) -> Iterator[SingleInstance]:
    instance = SingleInstance(address)
    assert instance.listen()
    yield instance
    instance.close()


def second_start(address: str, patience_ms: int = 5_000) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SECOND_START, address, str(patience_ms)])


def test_a_second_process_raises_the_first_and_ends(
    qtbot: QtBot, first: SingleInstance, address: str
) -> None:
    for _ in range(3):
        with qtbot.waitSignal(first.raise_requested, timeout=20_000):
            second = second_start(address)
        assert second.wait(20) == 0


def test_nobody_listening_is_said_within_the_patience(address: str) -> None:
    begin = time.monotonic()
    assert ask_running_window(address, 300) is False
    assert time.monotonic() - begin < 1.5


def test_a_first_program_that_is_still_starting_is_waited_for(qtbot: QtBot, address: str) -> None:
    second = second_start(address, 20_000)
    qtbot.wait(400)
    late = SingleInstance(address)
    with qtbot.waitSignal(late.raise_requested, timeout=20_000):
        assert late.listen()
    assert second.wait(20) == 0
    late.close()


def test_the_socket_of_a_killed_program_is_replaced(qtbot: QtBot, address: str) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", FIRST_PROGRAM, address], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    with killed.stdout:
        assert killed.stdout.readline() == "listening\n"
        killed.send_signal(signal.SIGKILL)
        killed.wait(20)
    assert Path(address).is_socket()
    assert ask_running_window(address, 200) is False

    heir = SingleInstance(address)
    assert heir.listen()
    with qtbot.waitSignal(heir.raise_requested, timeout=20_000):
        second = second_start(address)
    assert second.wait(20) == 0
    heir.close()
    assert not Path(address).exists()


def test_two_starts_on_one_profile_end_in_one_window(qtbot: QtBot, tmp_path: Path) -> None:
    profile = open_or_create_profile(tmp_path / "p", ProfileKind.PRACTICE)
    lock, later = ProfileLock(profile), ProfileLock(profile)
    assert lock.acquire()
    instance = SingleInstance(raise_address(profile))
    assert instance.listen()
    assert not later.acquire()
    with qtbot.waitSignal(instance.raise_requested, timeout=20_000):
        second = second_start(raise_address(profile))
    assert second.wait(20) == 0
    instance.close()
    lock.release()


@pytest.mark.parametrize(
    "message",
    [
        b"RAISE\n",
        b"raise",
        b"raise\nraise\n",
        b"raise\nx",
        b"\x00" * 6,
        b"x" * 100_000,
        b"quit\n",
        b"\xff\xfe",
    ],
    ids=["capitals", "cut", "twice", "more", "nul", "long", "other", "binary"],
)
def test_other_messages_are_ignored_and_the_next_request_is_heard(
    qtbot: QtBot, first: SingleInstance, address: str, message: bytes
) -> None:
    heard: list[bool] = []
    first.raise_requested.connect(lambda: heard.append(True))
    stranger = QLocalSocket()
    stranger.connectToServer(address)
    assert stranger.waitForConnected(5_000)
    stranger.write(message)
    stranger.flush()
    qtbot.waitUntil(
        lambda: stranger.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=10_000
    )
    assert heard == []
    with qtbot.waitSignal(first.raise_requested, timeout=20_000):
        second = second_start(address)
    assert second.wait(20) == 0


def test_a_crowd_of_silent_strangers_does_not_shut_the_door_for_good(
    qtbot: QtBot, first: SingleInstance, address: str
) -> None:
    strangers = [QLocalSocket() for _ in range(40)]
    for stranger in strangers:
        stranger.connectToServer(address)
    qtbot.waitUntil(
        lambda: all(s.state() == QLocalSocket.LocalSocketState.UnconnectedState for s in strangers),
        timeout=15_000,
    )
    with qtbot.waitSignal(first.raise_requested, timeout=20_000):
        second = second_start(address)
    assert second.wait(20) == 0


def test_another_user_is_not_heard(
    qtbot: QtBot, first: SingleInstance, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bool] = []
    first.raise_requested.connect(lambda: heard.append(True))
    real_user = os.getuid()
    monkeypatch.setattr("clinic_desk.ui.single_instance.os.getuid", lambda: real_user + 1)
    stranger = QLocalSocket()
    stranger.connectToServer(address)
    assert stranger.waitForConnected(5_000)
    stranger.write(b"raise\n")
    stranger.flush()
    qtbot.waitUntil(
        lambda: stranger.state() == QLocalSocket.LocalSocketState.UnconnectedState, timeout=10_000
    )
    assert heard == []
    # Nor is an answer of another user's program believed.
    assert ask_running_window(address, 300) is False


def test_only_the_owner_may_use_the_socket(first: SingleInstance, address: str) -> None:
    assert Path(address).stat().st_mode & 0o077 == 0


def test_a_liar_that_answers_otherwise_is_not_believed(qtbot: QtBot, address: str) -> None:
    liar = QLocalServer()
    assert liar.listen(address)

    def answer() -> None:
        connection = liar.nextPendingConnection()
        connection.write(b"raised it, trust me" * 1000)
        connection.flush()

    liar.newConnection.connect(answer)
    second = second_start(address, 3_000)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 3
    liar.close()


def test_a_place_without_sockets_is_said(tmp_path: Path) -> None:
    assert SingleInstance(str(tmp_path / "absent" / "raise.sock")).listen() is False


def test_a_minimised_window_comes_back(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    assert window.windowState() & Qt.WindowState.WindowMinimized
    bring_to_front(window)
    assert not window.windowState() & Qt.WindowState.WindowMinimized
    assert window.isVisible()
