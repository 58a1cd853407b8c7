"""SIGKILL while referrals are issued: what was acknowledged is there, and there once.

`./test faults` kills 300 times; the ordinary suite a few. Each child goes on with the store its predecessor
was killed over, so damage that builds up would show.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic_desk.domain.numbers import parse_number
from clinic_desk.domain.referral import PrintState, Referral, ReferralStatus
from clinic_desk.services.ports import ReferralFilter, UnitOfWork
from tests.services.desk import ACTOR, DeskOverStore

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parent.parent.parent
KILLS = 300 if os.environ.get("CLINIC_DESK_FAULTS") else 15
LONGEST_WORK_S = 0.25
OPENS_WITHIN_S = 5.0


class Acknowledged:
    """Everything any child ever said was done."""

    def __init__(self) -> None:
        self.numbers: dict[str, tuple[str, str]] = {}
        self.printed: set[str] = set()
        self.cancelled: set[str] = set()

    def hear(self, line: str) -> None:
        what, *words = line.split()
        match what:
            case "issued":
                number, referral, operation = words
                assert number not in self.numbers, f"{number} was given twice"
                self.numbers[number] = (referral, operation)
            case "again":
                number, referral, operation = words
                assert self.numbers[number] == (referral, operation)
            case "printed":
                self.printed.add(words[0])
            case "cancelled":
                self.cancelled.add(words[0])
            case _:
                assert what == "ready", line


def _run_and_kill(folder: Path, patient: str, after_s: float) -> list[str]:
    """The whole lines a child said until it was killed, `after_s` seconds after it was ready."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.issuer", str(folder), patient],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        first = child.stdout.readline()
        assert first.startswith(b"ready"), child.communicate(timeout=10)
        time.sleep(after_s)
        assert child.poll() is None, child.communicate(timeout=10)
    finally:
        child.send_signal(signal.SIGKILL)
        rest, errors = child.communicate(timeout=10)
    assert errors == b""
    whole, _, torn = (first + rest).rpartition(b"\n")
    assert torn == b"" or len(torn) < 4096
    return whole.decode().splitlines()


def _check(desk: DeskOverStore, acknowledged: Acknowledged, patient: str) -> None:
    """Everything acknowledged is there, whole, once, with who and when; nothing is half there."""
    assert desk.store.is_whole()
    rows = desk.referrals.rows(ReferralFilter(limit=1_000_000))
    numbers = [row.number for row in rows]
    assert len(numbers) == len(set(numbers))
    assert set(acknowledged.numbers) <= set(numbers)
    # At most the last act of each killed child was durable and could not be acknowledged any more.
    with desk.store.read() as work:
        assert work.audit.verify() is None
        for row in rows:
            referral = work.referrals.get(row.referral_id)
            assert referral is not None
            _check_one(work, referral, acknowledged, patient)


def _check_one(work: UnitOfWork, referral: Referral, acknowledged: Acknowledged, patient: str) -> None:
    parse_number(referral.number)
    known = acknowledged.numbers.get(referral.number)
    if known is not None:
        assert known == (referral.id, referral.operation_id)
    assert referral.patient_id == patient
    assert referral.issued_by == ACTOR.user
    lines = work.audit.of_object("referral", referral.id)
    assert lines[0].action == "referral.issue"
    assert (lines[0].user, lines[0].desk) == (ACTOR.user, ACTOR.desk.code)
    assert lines[0].operation_id == referral.operation_id
    assert lines[0].at == referral.issued_at
    history = work.referrals.history(referral.id)
    assert history[0].status is ReferralStatus.ISSUED
    assert history[-1].status is referral.status
    actions = [line.action for line in lines[1:]]
    assert ("referral.cancelled" in actions) == (referral.status is ReferralStatus.CANCELLED)
    paper = work.slips.latest(referral.id)
    assert ("slip.print" in actions) == (referral.print_state is PrintState.PRINTED)
    if referral.print_state is PrintState.PRINTED:
        assert paper is not None
        assert paper[1].startswith(b"%PDF")
        assert referral.copies_printed == 1
    if referral.id in acknowledged.printed:
        assert referral.print_state is PrintState.PRINTED
    if referral.id in acknowledged.cancelled:
        assert referral.status is ReferralStatus.CANCELLED


def test_every_acknowledged_referral_survives(folder: Path) -> None:
    chance = random.Random(20261123)
    desk = DeskOverStore.open(folder)
    patient = desk.person().id
    desk.insured(patient)
    desk.close()
    acknowledged = Acknowledged()
    for kill in range(KILLS):
        # Many kills hit the first writes after the start, when the log is recovered and the marker moves on.
        after_s = chance.choice([chance.uniform(0, 0.02), chance.uniform(0, LONGEST_WORK_S)])
        for line in _run_and_kill(folder, patient, after_s):
            acknowledged.hear(line)
        if kill % 10 and kill != KILLS - 1:
            continue  # the next child opens the store as it was left
        started = time.monotonic()
        desk = DeskOverStore.open(folder)
        assert time.monotonic() - started < OPENS_WITHIN_S
        _check(desk, acknowledged, patient)
        desk.abandon() if kill % 20 else desk.close()
    assert len(acknowledged.numbers) > KILLS


def test_a_copy_of_the_files_taken_at_any_moment_opens(folder: Path, tmp_path: Path) -> None:
    """A power cut as a disk sees it: database and log as they were at one moment, no process to tidy up."""
    desk = DeskOverStore.open(folder)
    patient = desk.person().id
    desk.insured(patient)
    desk.close()
    acknowledged = Acknowledged()
    for line in _run_and_kill(folder, patient, 0.3):
        acknowledged.hear(line)
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "clinic.db-shm").unlink(missing_ok=True)
    for opened in (copy, folder):
        desk = DeskOverStore.open(opened)
        _check(desk, acknowledged, patient)
        desk.close()
