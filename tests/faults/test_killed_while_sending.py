"""SIGKILL at each named place around the commits and requests of sending, over a real socket.

What was acknowledged is there, nothing is half-saved, and upstream each operation had its effect once.
`./test faults` kills many times at every place; the ordinary suite once at a few.
"""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.patient import local_ids
from clinic_desk.fhir.stamp import op_id_of
from clinic_desk.services.ports import ReferralFilter
from clinic_desk.services.sync.up.crash_points import CrashPoint
from tests.services.desk import DeskOverStore
from tests.upstream.fhir_http import served
from tests.upstream.fhir_store import FhirStore

pytestmark = pytest.mark.crash

ROOT = Path(__file__).parent.parent.parent
IS_LONG = bool(os.environ.get("CLINIC_DESK_FAULTS"))
FEW = (CrashPoint.ACT_WRITTEN, CrashPoint.MARKED, CrashPoint.AFTER_REPLY, CrashPoint.BEFORE_SETTLE)
TIMES = 12
MOST = {CrashPoint.ACT_WRITTEN: 6}
"""How often a visit comes to a place at least; elsewhere once for each person's operation."""


def _run(folder: Path, url: str, turn: int, *kill: str) -> list[str]:
    """What a child said until it was killed, or had sent everything."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.sending_desk", str(folder), url, str(turn), *kill],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == (-signal.SIGKILL if kill else 0), done.stderr.decode()
    assert done.stderr == b""
    return done.stdout.rpartition(b"\n")[0].decode().splitlines()


def test_killed_anywhere_each_operation_has_its_effect_once(folder: Path) -> None:
    rng = random.Random(11)
    points = [point for point in CrashPoint for _ in range(TIMES)] if IS_LONG else list(FEW)
    said: list[tuple[str, str]] = []
    store = FhirStore()
    with served(store) as server:
        for turn, point in enumerate(points):
            nth = rng.randint(1, MOST.get(point, 4))
            lines = _run(folder, server.store.base, turn, point.value, str(nth))
            assert lines[0] == "ready"
            said += [(kind, record) for word, kind, record in map(str.split, lines[1:]) if word == "did"]
        assert _run(folder, server.store.base, len(points))[-1] == "sent"
    _check_desk(folder, said)
    _check_server(folder, store)


def _check_desk(folder: Path, said: list[tuple[str, str]]) -> None:
    desk = DeskOverStore.open(folder)
    try:
        assert desk.store.is_whole()
        with desk.store.read() as work:
            assert work.audit.verify() is None
            ops = work.outbox.in_states(list(OpState), limit=100_000)
            referrals = work.referrals.rows(ReferralFilter(limit=100_000))
            people = work.patients.count()
        assert Counter(op.state for op in ops) == {OpState.ACCEPTED: len(ops)}
        written = Counter((op.kind.value, op.record_id) for op in ops)
        assert set(said) <= set(written)
        assert set(written.values()) == {1}
        # No record without its operation, no operation without its record.
        assert {op.record_id for op in ops if op.kind is OpKind.REFERRAL_ISSUE} == {
            row.referral_id for row in referrals
        }
        assert sum(op.kind is OpKind.PATIENT_REGISTER for op in ops) == people
    finally:
        desk.close()


def _check_server(folder: Path, store: FhirStore) -> None:
    desk = DeskOverStore.open(folder)
    with desk.store.read() as work:
        ops = {op.op_id: op for op in work.outbox.in_states(list(OpState), limit=100_000)}
    desk.close()
    effects: Counter[tuple[str, str]] = Counter()
    for (kind, _), versions in store._versions.items():
        for version in versions:
            assert version.body is not None
            effects[op_id_of(version.body), kind] += 1
    assert {op_id for op_id, _ in effects} == set(ops)
    assert set(effects.values()) == {1}
    ids = [one for patient in store.all("Patient") for one in local_ids(patient)]
    assert sorted(ids) == sorted({op.aggregate_id for op in ops.values()})
    by_kind = Counter(op.kind for op in ops.values())
    assert len(store.all("ServiceRequest")) == len(store.all("Task")) == by_kind[OpKind.REFERRAL_ISSUE]
    assert len(store.all("EpisodeOfCare")) == by_kind[OpKind.ATTACHMENT_SEND]
