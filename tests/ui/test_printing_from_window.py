"""The main job at the whole window with real print queues: one that prints, and four that do not."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer

from clinic_desk.bootstrap import make_practice_clinic, open_profile
from clinic_desk.domain.referral import PrintState
from clinic_desk.practice.population import people
from clinic_desk.profile.directory import ProfileChoice
from clinic_desk.profile.kind import ProfileKind
from clinic_desk.services.clock import FixedClock
from clinic_desk.texts import Language
from clinic_desk.ui.program import Program, make_program
from clinic_desk.ui.tour.hands import Hands
from tests.printing.cups import CupsServer
from tests.printing.samples import words

pytestmark = pytest.mark.cups

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
PEOPLE = 300
DEADLINE_S = 3
MOST_SILENCE_MS = 200


class Kept:
    def read(self) -> dict[str, Any]:
        return {}

    def write(self, language: str, theme: str, scale: int) -> None:
        pass


class Opener:
    """The practice clinic with this machine's own printing, set to one queue."""

    def __init__(self, folder: Path, queue: str) -> None:
        self._folder = folder
        self._queue = queue

    def open(self, ask: object) -> Any:
        choice = ProfileChoice(self._folder / "practice", ProfileKind.PRACTICE)
        return open_profile(choice, clock=FixedClock(NOW), state=self._folder / "state")

    def prepare(self, profile: Any, progress: Any, cancelled: Any) -> None:
        make_practice_clinic(profile, PEOPLE, progress, cancelled)
        settings = profile.desk.settings.read()
        printing = replace(settings.printing, printer=self._queue, deadline_s=DEADLINE_S)
        profile.desk.settings.change(replace(settings, printing=printing), profile.desk.actor(settings))


class Pulse:
    """The longest time the window's thread answered nothing."""

    def __init__(self) -> None:
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=10)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now

    def restart(self) -> None:
        self._last = time.perf_counter()
        self.longest_ms = 0.0


@pytest.fixture
def silent_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{server.getsockname()[1]}")
        yield


def issue(folder: Path, queue: str) -> tuple[Any, bytes, float, list[str]]:
    """One referral by keys; then the referral as stored, its slip, the longest silence, and what was told."""
    program = make_program(Opener(folder, queue), language=Language.RU, is_practice=True, kept=Kept())
    program.window.show()
    hands = Hands(program.window, program.jobs)
    try:
        return _issue(program, hands)
    finally:
        program.end()


def _issue(program: Program, hands: Hands) -> tuple[Any, bytes, float, list[str]]:
    hands.wait_for("clinic", lambda: program.clinic is not None, patience_s=60)
    clinic: Any = program.clinic
    person = next(
        row
        for row in people(PEOPLE, today=NOW.date())
        if row.insurance_status == "insured_contributions" and row.attached
    )
    told: list[str] = []
    show = program.window.show_toast
    issued: list[Any] = []
    editor = clinic.editor()
    editor.issued.connect(issued.append)
    editor._desk._printing._tell = lambda text: (told.append(text), show(text))
    hands.scan(person.iin)
    hands.press("F8")
    hands.type("кар")
    hands.press("Enter")
    hands.type("i10")
    hands.press("Enter")
    hands.press("3")
    pulse = Pulse()
    pulse.restart()
    hands.press("Ctrl+Enter")
    hands.wait_for("told", lambda: bool(told))
    longest = pulse.longest_ms
    assert program.profile is not None
    desk = program.profile.desk
    stored = desk.referrals.get(issued[0].referral_id)
    return stored, desk.slips.pdf(stored.id, copy_no=0), longest, told


def test_the_slip_comes_out_of_a_real_queue(cups: CupsServer, tmp_path: Path) -> None:
    out = cups.add_queue("desk")
    referral, slip, silence, _ = issue(tmp_path, "desk")
    printed = cups.wait_for(out)
    assert printed == slip
    assert referral.number in words(printed)
    assert referral.print_state is PrintState.PRINTED
    assert referral.copies_printed == 1
    assert silence < MOST_SILENCE_MS


@pytest.mark.parametrize("trouble", ["paused", "absent"])
def test_a_queue_that_does_not_print_keeps_the_referral_and_the_window(
    cups: CupsServer, tmp_path: Path, trouble: str
) -> None:
    if trouble == "paused":
        cups.add_queue("paused")
        cups.run("cupsdisable", "paused")
    referral, _, silence, told = issue(tmp_path, trouble)
    assert referral.print_state is PrintState.TO_PRINT
    assert referral.copies_printed == 0
    assert referral.number in told[-1]
    assert cups.waiting_jobs() == []
    assert silence < MOST_SILENCE_MS


def test_a_print_server_that_never_answers_keeps_the_referral_and_the_window(
    silent_server: None, tmp_path: Path
) -> None:
    referral, _, silence, told = issue(tmp_path, "desk")
    assert referral.print_state is PrintState.TO_PRINT
    assert referral.number in told[-1]
    assert silence < MOST_SILENCE_MS
