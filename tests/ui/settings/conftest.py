"""The settings page in the real window, over a real encrypted store; printers are told by the test."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.printing.adapters import PdfSlips
from clinic_desk.services.changes import Change
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings, Look
from clinic_desk.services.slips import PrintAnswer, PrinterList, PrintOutcome
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.settings.settings_page import SettingsPage
from tests.assembled import assembled
from tests.ui import keys
from tests.ui.imports.conftest import KEY, NOW

FILLED = DeskSettings(
    clinic=ClinicProfile(
        "№ 7 қалалық емхана", "Городская поликлиника № 7", "Астана, Мысал көшесі, 1", "+7 700 000 00 00"
    ),
    desk=Desk("T2", "2", "Сәбитова Г."),
)


@dataclass
class ToldPrinter:
    """A printing system that answers what the test says; `gate` holds it back."""

    known: PrinterList = field(default_factory=lambda: PrinterList(("HP_LaserJet", "Kyocera"), "Kyocera"))
    answer: PrintAnswer = PrintAnswer.ACCEPTED
    gate: threading.Event = field(default_factory=threading.Event)
    printed: list[tuple[bytes, str, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def printers(self) -> PrinterList:
        assert self.gate.wait(20)
        return self.known

    def print_pdf(
        self, pdf: bytes, printer: str, *, copies: int, title: str, deadline_s: int, paper: str
    ) -> PrintOutcome:
        assert self.gate.wait(20)
        self.printed.append((pdf, printer, copies, paper))
        return PrintOutcome(self.answer)


@dataclass
class Screen:
    """The window with the settings page and a pair of hands."""

    qtbot: QtBot
    window: MainWindow
    page: SettingsPage
    services: DeskServices
    printer: ToldPrinter
    words: UiText
    jobs: Jobs
    told: list[Change]
    saved: list[bool]
    looks: list[Look]

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.jobs.busy, timeout=20_000)
        QTest.qWait(30)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def fill(self, name: str, text: str) -> None:
        """The field is emptied and typed anew, key by key."""
        part, _, field_name = name.partition("_")
        card = self.page.clinic if part == "clinic" else self.page.desk
        card.fields[field_name].setFocus(Qt.FocusReason.TabFocusReason)
        self.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.press(Qt.Key.Key_Delete)
        for character in text:
            target = QApplication.focusWidget()
            assert target is not None
            keys.press(target, character)
            keys.release(target, character)

    def save(self) -> None:
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.settle()

    @property
    def stored(self) -> DeskSettings:
        return self.services.settings.read()


@pytest.fixture(scope="session")
def empty_settings_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "clinic.db"
    open_store(path, KEY, create=True, profile_id="p" * 32).close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_settings_store: Path) -> Iterator[SqlStore]:
    shutil.copy2(empty_settings_store, tmp_path / "clinic.db")
    opened = open_store(tmp_path / "clinic.db", KEY, create=False, profile_id="p" * 32)
    yield opened
    opened.close()


@pytest.fixture
def is_fresh() -> bool:
    """Whether nothing was ever set."""
    return False


@pytest.fixture
def screen(qtbot: QtBot, store: SqlStore, words: UiText, is_fresh: bool) -> Iterator[Screen]:
    printer = ToldPrinter()
    services = assembled(store, FixedClock(NOW), renderer=PdfSlips(), printer=printer)
    if not is_fresh:
        services.settings.change(FILLED, services.actor())
    crashes: list[BaseException] = []
    jobs = Jobs(crashes.append)
    window, notifier = MainWindow(words), ChangeNotifier()
    page = SettingsPage(services, jobs, words, notifier)
    window.add_section("settings", "gear", "shell.section.settings", lambda: page)
    told: list[Change] = []
    saved: list[bool] = []
    looks: list[Look] = []
    notifier.changed.connect(told.append)
    page.settings_changed.connect(lambda: saved.append(True))
    page.look_changed.connect(looks.append)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.listen_to_keys()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_section("settings")
    made = Screen(qtbot, window, page, services, printer, words, jobs, told, saved, looks)
    made.settle()
    yield made
    printer.gate.set()
    assert jobs.shutdown(20)
    assert crashes == []
