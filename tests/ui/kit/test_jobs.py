import threading
import time

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread

from clinic_desk.domain.errors import Cancelled, NotFound
from clinic_desk.ui.kit import CancelToken, Jobs


@pytest.fixture
def crashes() -> list[BaseException]:
    return []


@pytest.fixture
def jobs(qapp, crashes):
    made = Jobs(crashes.append)
    yield made
    assert made.shutdown(5)


@pytest.fixture
def owner(qapp) -> QObject:
    return QObject()


def test_work_runs_beside_the_window_and_answers_on_its_thread(jobs: Jobs, owner: QObject, qtbot) -> None:
    seen: dict[str, object] = {}

    def work() -> int:
        seen["work"] = threading.current_thread().name
        return 7

    def done(value: int) -> None:
        seen["answer"] = value
        seen["thread"] = QThread.currentThread() is QCoreApplication.instance().thread()

    jobs.run(work, done, owner=owner, lane="write")
    qtbot.waitUntil(lambda: "answer" in seen)
    assert str(seen["work"]).startswith("lane-write")
    assert (seen["answer"], seen["thread"]) == (7, True)


def test_a_lane_keeps_the_order(jobs: Jobs, owner: QObject, qtbot) -> None:
    order: list[int] = []
    for number in range(50):
        jobs.run(lambda number=number: number, order.append, owner=owner, lane="write")
    qtbot.waitUntil(lambda: len(order) == 50)
    assert order == list(range(50))


def test_reading_goes_on_while_writing_waits(jobs: Jobs, owner: QObject, qtbot) -> None:
    gate = threading.Event()
    read: list[str] = []
    jobs.run(lambda: gate.wait(5), lambda _answer: read.append("written"), owner=owner, lane="write")
    jobs.run(lambda: "read", read.append, owner=owner, lane="read")
    qtbot.waitUntil(lambda: read == ["read"])
    gate.set()
    qtbot.waitUntil(lambda: read == ["read", "written"])


def test_expected_error_goes_to_its_handler(jobs: Jobs, owner: QObject, qtbot, crashes) -> None:
    errors: list[str] = []

    def work() -> None:
        raise NotFound("patient.not_found")

    jobs.run(
        work, lambda _answer: errors.append("done"), lambda error: errors.append(error.code), owner=owner
    )
    qtbot.waitUntil(lambda: bool(errors))
    assert errors == ["patient.not_found"]
    assert crashes == []


def test_mistake_goes_to_the_crash_handler(jobs: Jobs, owner: QObject, qtbot, crashes) -> None:
    errors: list[object] = []
    jobs.run(lambda: 1 // 0, errors.append, errors.append, owner=owner)
    qtbot.waitUntil(lambda: bool(crashes))
    assert isinstance(crashes[0], ZeroDivisionError)
    assert errors == []


def test_answer_for_a_closed_page_is_dropped(jobs: Jobs, qtbot) -> None:
    gate = threading.Event()
    answers: list[bool] = []
    page = QObject()
    jobs.run(lambda: gate.wait(5), answers.append, owner=page)
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    later: list[int] = []
    jobs.run(lambda: 1, later.append, owner=jobs)
    qtbot.waitUntil(lambda: later == [1])
    assert answers == []


def test_cancelled_work_stops_and_says_nothing(jobs: Jobs, owner: QObject, qtbot, crashes) -> None:
    token = CancelToken()
    stopped = threading.Event()
    answers: list[object] = []

    def work() -> None:
        try:
            while True:
                token.raise_if_cancelled()
                time.sleep(0.001)
        except Cancelled:
            stopped.set()
            raise

    jobs.run(work, answers.append, answers.append, owner=owner, lane="side", cancel=token)
    token.cancel()
    assert stopped.wait(5)
    qtbot.waitUntil(lambda: not jobs.busy)
    QCoreApplication.processEvents()
    assert answers == []
    assert crashes == []


def test_many_answers_lose_no_reference(jobs: Jobs, owner: QObject, qtbot) -> None:
    answers: list[None] = []
    for _ in range(3_000):
        jobs.run(lambda: None, answers.append, owner=owner)
    qtbot.waitUntil(lambda: len(answers) == 3_000, timeout=20_000)


def test_inline_answers_at_once(qapp, owner: QObject, crashes) -> None:
    jobs = Jobs(crashes.append, inline=True)
    answers: list[int] = []
    jobs.run(lambda: 5, answers.append, owner=owner)
    jobs.run(lambda: 1 // 0, answers.append, owner=owner)
    assert answers == [5]
    assert isinstance(crashes[0], ZeroDivisionError)


def test_shutdown_waits_for_writing_and_then_takes_nothing(qapp, owner: QObject) -> None:
    jobs = Jobs(lambda error: None)
    written: list[int] = []
    for number in range(5):
        jobs.run(
            lambda number=number: (time.sleep(0.01), written.append(number)), print, owner=owner, lane="write"
        )
    assert jobs.shutdown(5)
    assert written == [0, 1, 2, 3, 4]
    jobs.run(lambda: written.append(9), print, owner=owner)
    assert written == [0, 1, 2, 3, 4]


def test_shutdown_does_not_wait_for_ever(qapp, owner: QObject) -> None:
    jobs = Jobs(lambda error: None)
    gate = threading.Event()
    jobs.run(gate.wait, print, owner=owner, lane="side")
    started = time.monotonic()
    assert not jobs.shutdown(0.1)
    assert time.monotonic() - started < 2
    gate.set()
