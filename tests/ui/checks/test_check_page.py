"""The list of checks on the screen: filters, keys, from row to row with F5. The day is a Friday."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from clinic_desk.domain.insurance import Channel, InsuranceStatus, WhyNoAnswer
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.check_list import CheckTile
from clinic_desk.texts import Language
from clinic_desk.ui.checks.check_page import CheckPage
from clinic_desk.ui.kit import ChangeNotifier, Jobs, ThemeName, UiText, look
from clinic_desk.ui.kit import Kind as ChipKind
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.kit.table import CELL_ROLE
from tests.assembled import assembled
from tests.services.desk import ACTOR, KEY, PROFILE_ID, DeskOverStore, MovableClock, fill
from tests.services.test_check_list import DAY, MONDAY, NOW, answered, applied, person, referred
from tests.ui import keys
from tests.ui.people_desk import crash, nameless, settle

CTRL = Qt.KeyboardModifier.ControlModifier
ENTER = Qt.Key.Key_Return


class Screen:
    """The page in a window of its own, over a clinic that expects five people."""

    def __init__(self, qtbot: QtBot, desk: DeskOverStore, words: UiText) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.jobs = Jobs(crash)
        self.notifier = ChangeNotifier()
        self.page = CheckPage(assembled(desk.store, desk.clock), self.jobs, words, self.notifier)
        self.heard: list[str] = []
        self.page.patient_wanted.connect(self.heard.append)
        qtbot.addWidget(self.page)
        self.page.resize(1150, 680)
        with qtbot.waitActive(self.page):
            self.page.show()
            self.page.activateWindow()

    def load(self) -> None:
        self.page.reload()
        settle(self.qtbot, self.jobs)
        self.page.view.table.setFocus()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.page, key, modifiers)
        settle(self.qtbot, self.jobs)

    def digit(self, text: str) -> None:
        keys.press(QApplication.focusWidget() or self.page, text)

    @property
    def names(self) -> list[str]:
        return [row.name.split()[0] for row in self.page.model.rows()]

    @property
    def chosen(self) -> str:
        row = self.page.selected()
        return row.name.split()[0] if row else ""

    @property
    def is_asking(self) -> bool:
        return self.page.answers.is_open


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from clinic_desk.storage.database import open_store

    path = tmp_path_factory.mktemp("checks") / "clinic.db"
    store = open_store(path, KEY, create=True, profile_id=PROFILE_ID, now=MovableClock(NOW).now)
    fill(store)
    store.close()
    folder = path.parent
    desk = DeskOverStore.open(folder, MovableClock(NOW))
    referred(desk, person(desk, "Бірінші"), MONDAY)
    referred(desk, person(desk, "Екінші"), MONDAY + dt.timedelta(hours=1))
    old = person(desk, "Үшінші")
    answered(desk, old, 45 * DAY)
    referred(desk, old, MONDAY + 2 * DAY)
    short = person(desk, "Төртінші")
    answered(desk, short, 5 * DAY, until=dt.date(2026, 11, 30))
    referred(desk, short, MONDAY + 3 * DAY)
    applied(desk, person(desk, "Бесінші"), NOW + DAY)
    desk.close()
    return path


@pytest.fixture
def screen(qtbot: QtBot, template: Path, tmp_path: Path, words: UiText) -> Iterator[Screen]:
    shutil.copy2(template, tmp_path / "clinic.db")
    desk = DeskOverStore.open(tmp_path, MovableClock(NOW))
    made = Screen(qtbot, desk, words)
    made.load()
    yield made
    assert made.jobs.shutdown(10)
    desk.close()


def test_everybody_is_there_and_tiles_filter(screen: Screen) -> None:
    assert screen.names == ["Бірінші", "Екінші", "Үшінші", "Төртінші", "Бесінші"]
    tiles = screen.page.view.tiles
    assert [tiles.tile(tile.value).number() for tile in CheckTile] == ["5", "2", "4", "3"]
    assert "30.11.2026" in tiles.tile("tomorrow").accessibleName()
    tiles.tile("tomorrow").click()
    assert screen.names == ["Бірінші", "Екінші"]
    tiles.tile("never").click()
    assert screen.names == ["Бірінші", "Екінші", "Бесінші"]
    assert screen.page.on_escape()
    assert len(screen.names) == 5
    assert not screen.page.on_escape()


def test_a_row_says_when_who_what_for_and_why(screen: Screen) -> None:
    model = screen.page.model

    def cell(row: int, column: int):  # type: ignore[no-untyped-def]
        return model.index(row, column).data(CELL_ROLE)

    assert (cell(0, 0).text, cell(0, 0).second) == ("30.11.2026", "09:00")
    assert "••" in cell(0, 1).second
    assert cell(0, 2).text == "Құрсақ қуысының УДЗ"
    assert (cell(2, 3).text, cell(2, 3).second) == ("Сақтандырылған", "45 күн бұрын")
    assert [cell(row, 4).chip.text for row in range(5)] == [
        "Тексерілмеген",
        "Тексерілмеген",
        "Жауап ескірген",
        "30.11.2026 дейін ғана",
        "Тексерілмеген",
    ]
    assert cell(2, 4).chip.kind is ChipKind.STALE
    assert cell(4, 2).text == "Бекіту туралы өтініш"
    assert cell(0, 5).text == "+7 701 000 00 00"


def test_enter_opens_the_card(screen: Screen) -> None:
    screen.press(Qt.Key.Key_Down)
    screen.press(ENTER)
    assert screen.heard == [screen.page.model.rows()[1].patient_id]


def test_f5_records_in_place_and_goes_on_row_by_row(screen: Screen) -> None:
    for name in ("Бірінші", "Екінші", "Үшінші"):
        assert screen.chosen == name
        screen.press(Qt.Key.Key_F5)
        assert screen.is_asking
        screen.digit("1")
        screen.press(ENTER, CTRL)
        assert not screen.is_asking
        assert name not in screen.names
    assert screen.chosen == "Төртінші"
    assert screen.page.view.table.hasFocus()


def test_a_check_that_brings_nothing_is_kept_and_the_next_row_is_chosen(screen: Screen) -> None:
    screen.press(Qt.Key.Key_F5)
    screen.digit("9")
    screen.press(ENTER, CTRL)
    assert screen.names[0] == "Бірінші"
    assert screen.chosen == "Екінші"
    assert "жауап болмады" in screen.page.model.index(0, 3).data(CELL_ROLE).second


def test_f5_works_on_the_last_row_again_and_again(screen: Screen) -> None:
    screen.page.view.tiles.tile("never").click()
    screen.page.view.table.select_row(2)
    for _ in range(2):
        screen.press(Qt.Key.Key_F5)
        assert screen.is_asking
        screen.digit("9")
        screen.press(ENTER, CTRL)
        assert screen.chosen == "Бесінші"


def test_an_answer_recorded_elsewhere_takes_the_row_away_and_leaves_the_chosen_one(screen: Screen) -> None:
    screen.page.view.table.select_row(2)
    who = screen.page.model.rows()[0].patient_id
    screen.desk.insured(who)
    screen.notifier.announce(Change.of(Kind.INSURANCE, who))
    settle(screen.qtbot, screen.jobs)
    assert screen.names[0] == "Екінші"
    assert screen.chosen == "Үшінші"


def test_nobody_left_says_so_and_the_key_does_nothing(screen: Screen) -> None:
    for row in screen.page.model.rows():
        screen.desk.insured(row.patient_id)
    screen.load()
    assert not screen.page.view.table.isVisible()
    assert "жауабы жарамды" in screen.page.view.empty.label.text()
    screen.press(Qt.Key.Key_F5)
    assert not screen.is_asking


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize(
    ("theme", "scale"), [(ThemeName.LIGHT, 1.0), (ThemeName.DARK, 1.25), (ThemeName.LIGHT, 1.5)]
)
def test_nothing_is_cut_or_nameless(
    screen: Screen, words: UiText, language: Language, theme: ThemeName, scale: float
) -> None:
    look().set(theme, scale)
    words.set_language(language)
    for row in screen.page.model.rows()[:1]:
        screen.desk.insurance.record_failure(row.patient_id, Channel.BOT, WhyNoAnswer.NO_ANSWER, ACTOR)
    screen.load()
    QApplication.processEvents()
    assert clipped_labels(screen.page) == []
    assert untranslated(screen.page, language) == []
    assert nameless(screen.page) == []
    assert InsuranceStatus.UNKNOWN in {row.status for row in screen.page.model.rows()}


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_the_table_needs_no_scrolling_sideways(screen: Screen, scale: float) -> None:
    look().set(ThemeName.LIGHT, scale)
    # What is left beside the rail, the frame of practice and a bar for many rows, of 1366 pixels.
    screen.page.resize(1366 - look().px(64 if scale > 1 else 212) - 6 - look().px(10), 680)
    screen.load()
    QApplication.processEvents()
    assert screen.page.view.table.horizontalScrollBar().maximum() == 0
