"""The screens about referrals over a small clinic in a real encrypted store."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.ids import PatientId
from clinic_desk.services.rows import Issued
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.referrals.referral_editor import ReferralEditor
from clinic_desk.ui.referrals.referral_editor_view import ReferralEditorView
from tests.ui import keys
from tests.ui.referrals.small_clinic import Clinic, make_store


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store"))


@pytest.fixture
def clinic(tmp_path: Path, filled_store: Path) -> Iterator[Clinic]:
    shutil.copy(filled_store, tmp_path)
    made = Clinic(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def jobs(qtbot: QtBot, clinic: Clinic) -> Iterator[Jobs]:
    crashes: list[BaseException] = []
    made = Jobs(crashes.append)
    yield made
    gate = getattr(clinic.paper, "gate", None)
    if gate is not None:
        gate.set()
    assert made.shutdown(10)
    assert crashes == []


@dataclass
class Screen:
    """The dialog over a window with an omnibox, a pair of hands, and what the dialog told the program."""

    clinic: Clinic
    qtbot: QtBot
    window: QWidget
    omnibox: QLineEdit
    editor: ReferralEditor
    words: UiText
    jobs: Jobs
    notifier: ChangeNotifier
    told: list[str] = field(default_factory=list)
    issued: list[Issued] = field(default_factory=list)
    closed: list[bool] = field(default_factory=list)
    pressed: int = 0

    @property
    def view(self) -> ReferralEditorView:
        return self.editor.view

    def open(self, patient: PatientId, *, settle: bool = True) -> None:
        self.omnibox.setFocus()
        self.editor.open_for(self.clinic.desk.patients.card(patient))
        if settle:
            self.settle()

    def type(self, text: str) -> None:
        """Each character as a key of its own, to whatever has the focus."""
        for character in text:
            target = QApplication.focusWidget()
            assert target is not None
            keys.press(target, character)
            keys.release(target, character)
            self.pressed += 1

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifiers)
        self.pressed += 1

    def enter(self) -> None:
        self.key(Qt.Key.Key_Return)

    def finish(self) -> None:
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=5000)

    def settle(self) -> None:
        """The pauses of the dialog are over and nothing is under way."""
        for _ in range(2):
            self.qtbot.wait(60)
            self.until(lambda: not self.jobs.busy)
        self.qtbot.wait(1)

    def fill(self, service: str = "кар", icd: str = "i10", reason: str = "3") -> None:
        self.type(service)
        self.enter()
        self.settle()
        self.type(icd)
        self.enter()
        self.settle()
        self.type(reason)
        self.settle()


@pytest.fixture
def make_screen(qtbot: QtBot, clinic: Clinic, jobs: Jobs, words: UiText) -> Callable[[], Screen]:
    def make() -> Screen:
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1366, 768)
        omnibox = QLineEdit(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        notifier = ChangeNotifier(window)
        told: list[str] = []
        editor = ReferralEditor(clinic.desk, jobs, words, notifier, window, tell=told.append)
        screen = Screen(clinic, qtbot, window, omnibox, editor, words, jobs, notifier, told)
        editor.issued.connect(screen.issued.append)
        editor.closed.connect(lambda: screen.closed.append(True))
        return screen

    return make


@pytest.fixture
def screen(make_screen: Callable[[], Screen]) -> Screen:
    return make_screen()
