"""The state over every page: chip and strips in all states, languages and sizes; keys; no cut word."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from clinic_desk.services.clock import FixedClock
from clinic_desk.services.sync.exchange.promises import Act, Worth, promise_of
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.texts import Language
from clinic_desk.ui.kit import ChangeNotifier, Jobs, Page, PlainLabel, ThemeName, UiText, look
from clinic_desk.ui.kit.measure import clipped_labels, untranslated
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.strips import StripPlace, StripStack
from clinic_desk.ui.sync.exchange_desk import ExchangeDesk
from clinic_desk.ui.sync.promise_line import PromiseLine
from clinic_desk.ui.sync.sync_strip import SyncStrip
from tests.ui.sync.test_state_words import CUT, NOW, STATES, WELL


class Worker:
    """Counts what is asked of it."""

    def __init__(self) -> None:
        self.asked = 0
        self.reconnected = 0

    def now(self) -> None:
        self.asked += 1

    def reconnect(self) -> None:
        self.reconnected += 1


class Bench:
    """A window with the exchange, whose status a test announces."""

    def __init__(self, qtbot, words: UiText) -> None:
        self.words = words
        self.window = MainWindow(words)
        qtbot.addWidget(self.window)
        for key in ("patient", "referrals"):
            self.window.add_section(key, "user", f"shell.section.{key}", Page)
        self.window.add_page("sync", Page)
        self.window.top_bar.set_user("Сәбитова Г.", "2-терезе")
        self.notifier = ChangeNotifier(self.window)
        self.worker = Worker()
        jobs = Jobs(lambda error: None, inline=True, parent=self.window)
        clock = FixedClock(NOW)
        self.desk = ExchangeDesk(self.window, clock, words, jobs, self.notifier, self.worker)
        self.window.show()
        self.window.activateWindow()
        self.window.show_section("patient")
        qtbot.waitUntil(self.window.isActiveWindow)

    def say(self, status: SyncStatus) -> None:
        self.notifier.announce_exchange(status)
        QTest.qWait(0)

    @property
    def strip(self) -> SyncStrip | None:
        found = self.window.strips.at(StripPlace.SYNC)
        assert found is None or isinstance(found, SyncStrip)
        return found


@pytest.fixture
def bench(qtbot, words: UiText) -> Bench:
    return Bench(qtbot, words)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("language", list(Language))
def test_every_state_is_readable_in_every_size(bench: Bench, language: Language, scale: float) -> None:
    bench.words.set_language(language)
    look().set(ThemeName.DARK, scale)
    for name, status in STATES.items():
        bench.say(replace(status, skew_s=840.0, is_skewed=True))
        assert clipped_labels(bench.window) == [], name
        assert untranslated(bench.window, language) == [], name
        assert bench.window.width() == 1366


def test_the_chip_speaks_in_a_whole_sentence_and_follows_the_language(bench: Bench) -> None:
    bench.say(CUT)
    chip = bench.window.top_bar.state_chip
    assert chip.chip.text == "Офлайн · 7 кезекте"
    assert "7 әрекет жіберілуін күтуде." in chip.accessibleName() == chip.toolTip()
    bench.words.set_language(Language.RU)
    assert chip.chip.text == "Офлайн · 7 в очереди"
    assert bench.strip.strong.text() == "Нет связи с 09:12."


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_chip_is_reached_and_pressed_by_keys(bench: Bench, key: Qt.Key) -> None:
    bench.say(CUT)
    chip = bench.window.top_bar.state_chip
    bench.window.omnibox.setFocus()
    QTest.keyClick(bench.window.windowHandle(), Qt.Key.Key_Tab)
    assert chip.hasFocus()
    QTest.keyClick(bench.window.windowHandle(), key)
    assert bench.window.current_section == "sync"
    # Not on the rail, so nothing on the rail says that it is shown.
    assert bench.window.rail.current_item() is None
    bench.window.show_section("referrals")
    assert bench.window.rail.current_item() is bench.window.rail.item("referrals")


def test_without_an_upstream_the_chip_says_so_in_a_sentence(bench: Bench) -> None:
    bench.window.top_bar.state_chip.click()
    assert bench.window.current_section == "patient"
    assert bench.window.toasts.toast is not None
    bench.window.toasts.toast.leave()
    QTest.keyClick(bench.window.windowHandle(), Qt.Key.Key_F5)
    assert bench.worker.asked == 0


def test_f5_and_the_strip_ask_again_and_show_the_queue(bench: Bench) -> None:
    bench.say(CUT)
    QTest.keyClick(bench.window.windowHandle(), Qt.Key.Key_F5)
    assert bench.worker.asked == 1
    bench.strip.button("retry").click()
    assert bench.worker.asked == 2
    bench.strip.button("queue").click()
    assert bench.window.current_section == "sync"


def test_a_strip_keeps_the_focus_while_its_numbers_change(bench: Bench) -> None:
    bench.say(CUT)
    button = bench.strip.button("retry")
    button.setFocus()
    bench.say(replace(CUT, waiting=8))
    assert "8 әрекет" in bench.strip.label.text()
    assert button.hasFocus()
    bench.say(WELL)
    assert bench.strip is None
    assert not bench.window.strips.isVisible()


def test_only_the_most_urgent_strips_take_room(qtbot) -> None:
    stack = StripStack()
    qtbot.addWidget(stack)
    stack.show()
    strips: dict[StripPlace, QWidget] = {}
    for place in (StripPlace.RULES, StripPlace.CLOCK, StripPlace.SYNC):
        strips[place] = PlainLabel(place.name, data=True)
        stack.put(place, strips[place])
    assert [place for place in strips if strips[place].isVisible()] == [StripPlace.CLOCK, StripPlace.SYNC]
    assert strips[StripPlace.SYNC].y() <= strips[StripPlace.CLOCK].y()
    # What had to wait comes back when a place is free.
    stack.put(StripPlace.SYNC, None)
    assert strips[StripPlace.RULES].isVisible()
    for place in (StripPlace.RULES, StripPlace.CLOCK):
        stack.put(place, None)
    assert not stack.isVisible()


@pytest.mark.parametrize(
    ("act", "connected", "cut_off"),
    [
        (Act.REFER, Worth.FINAL, Worth.PROVISIONAL),
        (Act.ATTACH, Worth.FINAL, Worth.PROVISIONAL),
        (Act.REGISTER, Worth.FINAL, Worth.PROVISIONAL),
        (Act.CHECK, Worth.FINAL, Worth.NOT_POSSIBLE),
    ],
)
def test_an_act_says_what_it_is_worth_now(
    qtbot, words: UiText, act: Act, connected: Worth, cut_off: Worth
) -> None:
    notifier = ChangeNotifier()
    line = PromiseLine(act, words, notifier)
    qtbot.addWidget(line)
    assert line.promise is None
    assert not line.isVisibleTo(None)
    for state in SyncState:
        if state is SyncState.NOT_SET:
            continue
        notifier.announce_exchange(SyncStatus(state))
        worth = connected if state in (SyncState.ONLINE, SyncState.FIRST_DOWNLOAD) else cut_off
        assert promise_of(act, SyncStatus(state)) == (act, worth)
        assert line.label.text() == words.say(f"sync_state.promise.{act}.{worth}")
    notifier.announce_exchange(SyncStatus())
    assert line.promise is None
