"""SIGKILL while applications for attachment are sent and answered: each act is there whole, or not at all."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clinic_desk.domain.attachment import CaseState, EndReason
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import AttachmentState
from tests.services.attaching import Attaching
from tests.services.desk import DeskOverStore

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parent.parent.parent
KILLS = 100 if os.environ.get("CLINIC_DESK_FAULTS") else 6
LONGEST_WORK_S = 0.6
_S = CaseState
_LEADS_TO = {"draft": _S.DRAFT, "sent": _S.SENT, "accepted": _S.IN_FORCE, "refused": _S.REFUSED}


def _run_and_kill(folder: Path, patient: str, after_s: float) -> list[str]:
    """The whole lines a child said until it was killed, `after_s` seconds after it was ready."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.attacher", str(folder), patient],
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
    return (first + rest).rpartition(b"\n")[0].decode().splitlines()


def _check(desk: DeskOverStore, said: dict[str, str], operations: dict[str, str], patient: PatientId) -> None:
    """What was acknowledged is there; person, case and history tell the same."""
    assert desk.store.is_whole()
    with desk.store.read() as work:
        assert work.audit.verify() is None
        cases = work.attachments.of_patient(patient)
        person = work.patients.get(patient)
        assert person is not None
        states = [event.state for case in cases for event in work.attachments.history(case.id)[-1:]]
        assert states == [case.state for case in cases]
        for case in cases:
            passed = {event.state for event in work.attachments.history(case.id)}
            acknowledged = said.get(case.id)
            assert acknowledged is None or _LEADS_TO[acknowledged] in passed
            assert (case.consent is not None) == (_S.CONSENTED in passed)
            assert (case.sent_at is not None) == (_S.SENT in passed)
            actions = {line.action for line in work.audit.of_object("attachment", case.id)}
            assert ("attachment.send" in actions) == (_S.SENT in passed)
            assert ("attachment.begin" in actions) == (_S.IN_FORCE in passed)
    assert set(said) <= {case.id for case in cases}
    assert operations.items() <= {case.operation_id: case.id for case in cases}.items()
    standing = [case for case in cases if case.state is _S.IN_FORCE]
    waiting = [case for case in cases if case.is_open]
    assert len(standing) <= 1
    assert len(waiting) <= 1
    for case in cases:
        if case.end_reason is EndReason.OTHER_DISTRICT:
            assert standing
    if standing:
        assert person.attachment.state is AttachmentState.ATTACHED
        assert person.attachment.district_id == standing[0].district_id
    elif waiting and waiting[0].state is _S.SENT:
        assert person.attachment.state is AttachmentState.PENDING
    else:
        assert person.attachment.state is AttachmentState.UNKNOWN


def test_every_act_is_there_whole_or_not_at_all(folder: Path) -> None:
    chance = random.Random(20261123)
    desk = DeskOverStore.open(folder)
    patient = desk.person().id
    Attaching.over(desk)
    desk.close()
    said: dict[str, str] = {}
    operations: dict[str, str] = {}
    for _ in range(KILLS):
        after_s = chance.choice([chance.uniform(0, 0.02), chance.uniform(0, LONGEST_WORK_S)])
        for line in _run_and_kill(folder, patient, after_s):
            what, *words = line.split()
            if what == "sent":
                assert operations.setdefault(words[1], words[0]) == words[0], "sent twice"
            if what in _LEADS_TO:
                said[words[0]] = what
        desk = DeskOverStore.open(folder)
        _check(desk, said, operations, patient)
        desk.abandon()
    # A loaded machine gives some children no time for a whole act.
    assert len(operations) >= KILLS // 3
