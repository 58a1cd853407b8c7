"""The import page in the real window, over a real encrypted store and real files."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clinic_desk.domain.clinic import Desk
from clinic_desk.services.changes import Change
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.desk_settings import DeskSettings
from clinic_desk.services.imports import ImportService
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.tabular.reader import read_list
from clinic_desk.ui.imports.import_page import ImportPage
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from tests.assembled import assembled
from tests.ui import keys

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
KEY = bytes(range(32))


@dataclass
class AnsweringChooser:
    """A person who knows the file already."""

    path: Path | None = None
    offered: list[str] = field(default_factory=list)

    def choose_list(self, over: QWidget, on_path: Callable[[Path], object]) -> None:
        if self.path is not None:
            on_path(self.path)

    def choose_target(self, over: QWidget, name: str, on_path: Callable[[Path], object]) -> None:
        self.offered.append(name)
        if self.path is not None:
            on_path(self.path)


@dataclass
class Screen:
    """The window with the import page and a pair of hands."""

    qtbot: QtBot
    window: MainWindow
    page: ImportPage
    store: SqlStore
    chooser: AnsweringChooser
    words: UiText
    jobs: Jobs
    imports: ImportService
    told: list[Change]
    registered: list[bool]

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.qtbot.waitUntil(lambda: self.page.flow.busy is None and not self.jobs.busy, timeout=20_000)
        QTest.qWait(20)
        self.qtbot.waitUntil(lambda: self.page.flow.busy is None and not self.jobs.busy, timeout=20_000)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key to whatever has the focus, as the system sends it."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def ctrl(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        for character in text:
            target = QApplication.focusWidget()
            assert target is not None
            keys.press(target, character)
            keys.release(target, character)

    def open(self, path: Path) -> None:
        self.chooser.path = path
        self.ctrl(Qt.Key.Key_O)
        self.settle()

    def suppliers(self) -> dict[str, str]:
        with self.store.read() as work:
            return {s.bin: s.name for s in work.catalogue.suppliers()}

    def cells(self, row: int) -> list[str]:
        model = self.page.rows_panel.table.rows_model()
        assert model is not None
        return [model.cell(row, column).text for column in range(model.columnCount())]

    def lines(self) -> list[int]:
        model = self.page.rows_panel.table.rows_model()
        assert model is not None
        return [row.line for row in model.rows()]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "clinic.db"
    open_store(path, KEY, create=True, profile_id="p" * 32).close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator[SqlStore]:
    shutil.copy2(empty_store, tmp_path / "clinic.db")
    opened = open_store(tmp_path / "clinic.db", KEY, create=False, profile_id="p" * 32)
    yield opened
    opened.close()


@pytest.fixture
def jobs(qtbot: QtBot, store: SqlStore) -> Iterator[Jobs]:
    crashes: list[BaseException] = []
    made = Jobs(crashes.append)
    yield made
    assert made.shutdown(20)
    assert crashes == []


def services_over(store: SqlStore) -> DeskServices:
    services = assembled(store, FixedClock(NOW))
    services.settings.change(DeskSettings(desk=Desk("T2", "2", "Сәбитова Г.")), services.actor())
    return services


@pytest.fixture
def screen(qtbot: QtBot, store: SqlStore, jobs: Jobs, words: UiText) -> Iterator[Screen]:
    services = services_over(store)
    imports = ImportService(store, services.clock, read_list, services.rules)
    window = MainWindow(words)
    chooser, notifier = AnsweringChooser(), ChangeNotifier(window)
    page = ImportPage(services, imports, jobs, words, notifier, chooser=chooser)
    window.add_section("import", "tray", "shell.section.import", lambda: page)
    told: list[Change] = []
    registered: list[bool] = []
    notifier.changed.connect(told.append)
    window.register_requested.connect(lambda: registered.append(True))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.listen_to_keys()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_section("import")
    made = Screen(qtbot, window, page, store, chooser, words, jobs, imports, told, registered)
    made.settle()
    yield made
    made.settle()
