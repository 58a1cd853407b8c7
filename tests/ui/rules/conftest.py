"""The page of the rules in the real window, over a real encrypted store and real files."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
from clinic_desk.services.rules_of_the_day import shipped_documents
from clinic_desk.storage.database import SqlStore, open_store
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.rules.rules_page import RulesPage
from tests.assembled import assembled
from tests.ui import keys

NOW = dt.datetime(2026, 11, 27, 4, 41, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 27)
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
    """The window with the page and a pair of hands."""

    qtbot: QtBot
    window: MainWindow
    page: RulesPage
    services: DeskServices
    chooser: AnsweringChooser
    words: UiText
    jobs: Jobs
    folder: Path
    changes: list[Change]

    def settle(self) -> None:
        """Wait until nothing is under way."""
        for _ in range(3):
            # An answer that has come may begin the next piece of work.
            self.qtbot.waitUntil(lambda: not (self.jobs.busy or self.page.flow.is_busy), timeout=20_000)
            QTest.qWait(10)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key to whatever has the focus, as the system sends it; then rest."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)
        self.settle()

    def ctrl(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        for character in text:
            target = QApplication.focusWidget()
            assert target is not None
            keys.press(target, character)
            keys.release(target, character)

    def bring(self, document: object, name: str = "limits.json") -> None:
        """The document is chosen as a file."""
        self.chooser.path = self.folder / name
        self.chooser.path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
        self.ctrl(Qt.Key.Key_O)

    def validity(self, day: dt.date = TODAY) -> int:
        return self.services.rules.on(day).validity_days.one_on(day).value

    def toast(self) -> str:
        toast = self.window.toasts.toast
        return "" if toast is None else toast.label.text()


def limits(days: int, **head: Any) -> dict[str, Any]:
    """The table of limits in which a referral is valid that long."""
    document = json.loads(json.dumps(shipped_documents()["limits"]))
    for row in document["rows"]:
        if row["limit"] == "referral_validity_days":
            row["value"] = days
    return {**document, **head}


def cells(table: Any) -> list[list[str]]:
    """What a table shows, row by row: both lines of each cell."""
    model = table.model()
    return [
        [
            " | ".join(part for part in (cell.text, cell.second) if part)
            for cell in (model.cell(row, column) for column in range(model.columnCount()))
        ]
        for row in range(model.rowCount())
    ]


@pytest.fixture(scope="session")
def empty_rules_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "clinic.db"
    open_store(path, KEY, create=True, profile_id="p" * 32).close()
    return path


@pytest.fixture
def store(tmp_path: Path, empty_rules_store: Path) -> Iterator[SqlStore]:
    shutil.copy2(empty_rules_store, tmp_path / "clinic.db")
    opened = open_store(tmp_path / "clinic.db", KEY, create=False, profile_id="p" * 32)
    yield opened
    opened.close()


@pytest.fixture
def screen(qtbot: QtBot, tmp_path: Path, store: SqlStore, words: UiText) -> Iterator[Screen]:
    services = assembled(store, FixedClock(NOW))
    services.settings.change(DeskSettings(desk=Desk("T2", "2", "Сәбитова Г.")), services.actor())
    services.rule_imports.load()
    crashes: list[BaseException] = []
    jobs = Jobs(crashes.append)
    window, chooser, notifier = MainWindow(words), AnsweringChooser(), ChangeNotifier()
    page = RulesPage(services, jobs, words, notifier, window.show_toast, chooser=chooser)
    window.add_section("rules", "scales", "shell.section.rules", lambda: page)
    changes: list[Change] = []
    notifier.changed.connect(changes.append)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.listen_to_keys()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_section("rules")
    made = Screen(qtbot, window, page, services, chooser, words, jobs, tmp_path, changes)
    made.settle()
    yield made
    made.settle()
    assert jobs.shutdown(20)
    assert crashes == []
