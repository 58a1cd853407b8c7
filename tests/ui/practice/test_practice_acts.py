"""The practice banner cuts and mends the line, and tells when there is no authority."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.practice_authority.rules import rule_lines
from clinic_desk.services.sync.practice_switches import Push, Switch
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit import Page, ThemeName, UiText, look
from clinic_desk.ui.kit.jobs import Jobs
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.practice.practice_acts import PracticeActs
from clinic_desk.ui.practice.practice_panel import PracticePanel

CONTROL = Qt.KeyboardModifier.ControlModifier


class Authority:
    """Keeps what was turned; may be missing."""

    def __init__(self) -> None:
        self.on: set[Switch] = set()
        self.pushed: list[Push] = []
        self.is_missing = False

    def positions(self) -> frozenset[Switch]:
        if self.is_missing:
            raise ClinicDeskError("practice_server.not_installed")
        return frozenset(self.on)

    def turn(self, switch: Switch, *, is_on: bool) -> None:
        self.positions()
        (self.on.add if is_on else self.on.discard)(switch)

    def push(self, what: Push) -> int:
        self.positions()
        self.pushed.append(what)
        return 3

    def rules(self, language: str) -> list[tuple[str, str, str]]:
        return rule_lines(Texts(Language(language)))


def crash(error: BaseException) -> None:
    raise AssertionError(repr(error))


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def acts(words: UiText, qtbot, authority: Authority, asked: list[str]) -> Iterator[PracticeActs]:
    window = MainWindow(words, practice=True)
    qtbot.addWidget(window)
    window.add_section("patient", "user", "shell.section.patient", Page)
    window.resize(1366, 768)
    window.show()
    window.show_section("patient")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    jobs = Jobs(crash, inline=True)
    made = PracticeActs(window, words, jobs, authority, lambda: asked.append("now"))
    yield made
    jobs.shutdown(1)


def window_of(acts: PracticeActs) -> MainWindow:
    window = acts.parent()
    assert isinstance(window, MainWindow)
    return window


def told(acts: PracticeActs) -> str:
    banner = window_of(acts).practice_banner
    assert banner is not None
    return banner.accessibleName()


def test_f9_cuts_the_line_and_mends_it(acts: PracticeActs, authority: Authority, asked: list[str]) -> None:
    assert not acts.cut_button.isEnabled()
    acts.begin()
    QTest.keyClick(window_of(acts), Qt.Key.Key_F9)
    assert authority.on == {Switch.OUTAGE}
    assert asked == ["now"]
    assert "әдейі үзілген" in told(acts)
    assert acts.cut_button.words() == "Байланысты қалпына келтіру"
    QTest.keyClick(window_of(acts), Qt.Key.Key_F9)
    assert (authority.on, asked) == (set(), ["now", "now"])
    assert "ойдан шығарылған" in told(acts)
    assert acts.cut_button.words() == "Байланысты үзу"


def test_what_was_cut_elsewhere_is_seen(acts: PracticeActs, authority: Authority) -> None:
    authority.on.add(Switch.OUTAGE)
    acts.begin()
    assert acts.is_cut


def test_missing_authority_is_said_and_nothing_can_be_pressed(
    acts: PracticeActs, authority: Authority, words: UiText
) -> None:
    authority.is_missing = True
    acts.begin()
    assert "Емхана онсыз да жұмыс істейді" in told(acts)
    assert not acts.cut_button.isVisible()
    assert not acts.more_button.isVisible()
    words.set_language(Language.RU)
    assert "Поликлиника работает и без него" in told(acts)


def test_panel_turns_and_pushes_and_shows_the_rules(
    acts: PracticeActs, authority: Authority, asked: list[str]
) -> None:
    authority.on.add(Switch.SLOW)
    acts.begin()
    window = window_of(acts)
    QTest.keyClick(window, Qt.Key.Key_F9, CONTROL)
    (panel,) = window.findChildren(PracticePanel)
    assert {switch for switch, box in panel.boxes.items() if box.isChecked()} == {Switch.SLOW}
    panel.boxes[Switch.GARBAGE].click()
    panel.boxes[Switch.SLOW].click()
    assert authority.on == {Switch.GARBAGE}
    for push in Push:
        panel.buttons[push].click()
        assert panel.result.isVisible()
        assert panel.result.accessibleName()
    assert authority.pushed == list(Push)
    assert len(asked) == 2 + len(Push)
    authority.is_missing = True
    panel.buttons[Push.DECIDE].click()
    assert "орнатылмаған" in panel.result.accessibleName()
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.is_open


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_no_word_is_cut(
    acts: PracticeActs, authority: Authority, words: UiText, qtbot, language: Language, scale: float
) -> None:
    authority.on.add(Switch.OUTAGE)
    words.set_language(language)
    look().set(ThemeName.LIGHT, scale)
    acts.begin()
    window = window_of(acts)
    QTest.keyClick(window, Qt.Key.Key_F9, CONTROL)
    qtbot.waitUntil(lambda: clipped_labels(window) == [])
    assert untranslated(window, language) == []
