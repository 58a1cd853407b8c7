"""Between the thread of the exchange and the window: what is saved counts at once, news refresh screens."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QThread
from pytestqt.qtbot import QtBot

from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.clock import SystemClock
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.exchange.rounds import Rounds
from clinic_desk.services.sync.exchange.status import SyncState
from clinic_desk.services.sync.exchange.worker import SyncWorker
from clinic_desk.ui.kit import ChangeNotifier, Jobs
from clinic_desk.ui.sync.sync_link import SyncLink
from tests.sync.halves import ScriptedHalves, put_op
from tests.ui.people_desk import PeopleDesk
from tests.upstream.fake_upstream import FakeUpstream


class Linked:
    """A worker, a notifier, and the link between them."""

    def __init__(self, people: PeopleDesk, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.store = people.store
        self.upstream = FakeUpstream()
        self.halves = ScriptedHalves()
        rounds = Rounds(people.store, SystemClock(), self.connect, self.halves.join)
        self.worker = SyncWorker(people.store, rounds, SystemClock(), shipped_book())
        self.notifier = ChangeNotifier()
        self.jobs = Jobs(lambda error: None)
        self.owner = QObject()
        self.link = SyncLink(self.worker, self.jobs, self.notifier, self.owner)
        self.threads: set[object] = set()
        self.notifier.exchange_changed.connect(lambda _: self.threads.add(QThread.currentThread()))
        self.changes: list[Change] = []
        self.notifier.changed.connect(self.changes.append)

    def connect(self) -> FakeUpstream:
        self.upstream.is_closed = False
        return self.upstream

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=10_000)

    def online(self) -> None:
        self.link.begin()
        self.until(lambda: self.notifier.exchange.state is SyncState.ONLINE)
        self.until(lambda: not self.notifier.exchange.is_running)

    def close(self) -> None:
        assert self.worker.stop(10)
        assert self.jobs.shutdown(10)


@pytest.fixture
def linked(qtbot: QtBot, tmp_path: Path) -> Iterator[Linked]:
    people = PeopleDesk.open(tmp_path)
    made = Linked(people, qtbot)
    yield made
    made.close()
    people.close()


def test_the_window_hears_of_the_exchange_on_its_own_thread(linked: Linked) -> None:
    linked.online()
    assert linked.threads == {QCoreApplication.instance().thread()}


def test_what_is_saved_is_counted_and_sent_by_itself(linked: Linked) -> None:
    linked.online()
    hold = threading.Event()
    linked.halves.on_send = lambda: hold.wait(10)
    put_op(linked.store, 1)
    linked.notifier.announce(Change.of(Kind.REFERRAL, "1"))
    linked.until(lambda: linked.notifier.exchange.waiting == 1)
    linked.until(lambda: linked.halves.heard.count("send") == 2)
    hold.set()


def test_the_clinics_own_affairs_wake_nobody(linked: Linked) -> None:
    linked.online()
    put_op(linked.store, 1)
    for kind in (Kind.DRAFT, Kind.SETTINGS, Kind.RULES, Kind.DISTRICT, Kind.CATALOGUE):
        linked.notifier.announce(Change.of(kind))
    linked.qtbot.wait(50)
    assert linked.halves.heard.count("send") == 1


def test_news_refresh_open_screens_and_are_not_sent_back(linked: Linked) -> None:
    news = Change.of(Kind.PATIENT, "7")
    linked.halves.on_receive = lambda progress, cancelled: None
    linked.halves.got = linked.halves.got._replace(pulled=1, change=news)
    put_op(linked.store, 1)
    linked.online()
    linked.until(lambda: news in linked.changes)
    linked.qtbot.wait(50)
    # An operation waits, and still the news that came in woke nobody to send it once more.
    assert linked.halves.heard == ["join", "send", "receive"]


def test_the_window_never_waits_for_a_reply_that_does_not_come(linked: Linked) -> None:
    linked.online()
    hold = threading.Event()
    linked.halves.on_receive = lambda progress, cancelled: hold.wait(10)
    linked.worker.now()
    linked.until(lambda: linked.halves.heard.count("receive") == 2)
    put_op(linked.store, 1)
    linked.notifier.announce(Change.of(Kind.PATIENT, "1"))
    linked.link.look()
    # The reply is still held back, and the window has counted all the same.
    linked.until(lambda: linked.notifier.exchange.waiting == 1)
    assert not hold.is_set()
    hold.set()
