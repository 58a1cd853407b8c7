"""A whole day without the upstream: two registrars, two restarts, one kill in a save; then it comes back.

Everything arrives once, in each person's order, under the name of whoever did it and the moment they did it.
The sheet of a shift says that something is not sent until the server has given its last receipt.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.fhir.stamp import author_of, desk_of, op_id_of
from clinic_desk.services.actor import Actor
from clinic_desk.upstream.http_upstream import HttpUpstream
from tests.authority.serving import serving
from tests.sync.day import ACTS, EVENING, LASTS, MORNING, act, author_of_act, moment_of
from tests.sync.program_rounds import one_round, rounds_of
from tests.sync.promises import WRITTEN, check_nothing_vanished, check_receipts, doubled_keys, everything
from tests.sync.site import Site
from tests.upstream.http import upstream_at

ROOT = Path(__file__).parent.parent.parent
RESTARTED_AT = (31, 64)
CHILD_FROM, KILLED_AT = 80, 97


def _unsent(site: Site, actor: Actor) -> int:
    return site.use.shifts.sheet(actor).unsent


def _work(site: Site, first: int, last: int) -> None:
    for number in range(first, last):
        act(site, number)


def _child_is_killed_in_a_save(site: Site) -> None:
    """Another process goes on over the store and is killed by the system in the middle of one act."""
    child = subprocess.run(
        [sys.executable, "-m", "tests.sync.day", str(site.folder), str(CHILD_FROM), str(KILLED_AT)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    said = child.stdout.decode().split()
    assert said == [word for number in range(CHILD_FROM, KILLED_AT) for word in ("done", str(number))]


def _check_offline(site: Site) -> None:
    """Every act of the day waits, in its order, with its author and its moment; nothing else does."""
    ops = site.ops()
    assert [op.seq for op in ops] == sorted(op.seq for op in ops)
    assert {op.state for op in ops} == {OpState.PENDING}
    # One operation an act: what a person needs was registered by an act of its own.
    assert len(ops) == ACTS
    for number, op in enumerate(ops):
        assert (op.actor, op.acted_at) == (author_of_act(number).user, moment_of(number))


def _versions(upstream: HttpUpstream, op: Op) -> list[str]:
    """The keys of the operations that wrote the resource, first to last."""
    assert op.receipt is not None
    reply = upstream.versions(op.receipt.resource_type, op.receipt.resource_id)
    entries = (reply.body or {})["entry"]
    return [op_id_of(entry["resource"]) for entry in reversed(entries)]


def _check_arrived(site: Site, upstream: HttpUpstream) -> None:
    ops = site.ops()
    assert {op.state for op in ops} == {OpState.ACCEPTED}
    there = {kind: everything(upstream, kind) for kind in WRITTEN}
    for resources in there.values():
        assert doubled_keys(resources) == []
    kinds = [op.kind for op in ops]
    assert len(there["Patient"]) == kinds.count(OpKind.PATIENT_REGISTER)
    assert len(there["ServiceRequest"]) == len(there["Task"]) == kinds.count(OpKind.REFERRAL_ISSUE)
    assert len(there["EpisodeOfCare"]) == kinds.count(OpKind.ATTACHMENT_SEND)
    told = {op_id_of(one): one for resources in there.values() for one in resources}
    for op in ops:
        if op.op_id in told:
            assert author_of(told[op.op_id]) == (op.actor, op.acted_at)
            assert desk_of(told[op.op_id]) == op.desk
    by_person: dict[str, list[Op]] = {}
    for op in ops:
        by_person.setdefault(op.aggregate_id, []).append(op)
    for mine in by_person.values():
        settled = [op.settled_at for op in mine if op.settled_at is not None]
        assert len(settled) == len(mine)
        assert settled == sorted(settled)
        of_person = [op for op in mine if op.kind in (OpKind.PATIENT_REGISTER, OpKind.PATIENT_CHANGE)]
        assert _versions(upstream, of_person[0]) == [op.op_id for op in of_person]


def test_a_day_offline_arrives_whole(template: Path, tmp_path: Path) -> None:
    site = Site.new(tmp_path / "desk", template, "T2")
    began = site.clock.now()
    _work(site, 0, RESTARTED_AT[0])
    site.restart()
    _work(site, *RESTARTED_AT)
    site.restart()
    _work(site, RESTARTED_AT[1], CHILD_FROM)
    site.close()
    _child_is_killed_in_a_save(site)
    site.open()
    # What was being saved when the power went is not there, so the registrar does it once more.
    _work(site, KILLED_AT, ACTS)
    site.clock.moment = began + LASTS
    _check_offline(site)
    waiting = {actor.user: _unsent(site, actor) for actor in (MORNING, EVENING)}
    assert sum(waiting.values()) == ACTS
    assert min(waiting.values()) > 0

    with serving(tmp_path / "authority") as authority:
        authority.switch("outage")
        with upstream_at(authority.base) as upstream:
            rounds = rounds_of(site, lambda: upstream)
            assert not one_round(rounds).is_success
            assert sum(_unsent(site, actor) for actor in (MORNING, EVENING)) == ACTS
        authority.switch("outage", on=False)
        with upstream_at(authority.base) as upstream:
            rounds = rounds_of(site, lambda: upstream)
            for _ in range(10):
                site.clock.forward(minutes=6)
                left = sum(_unsent(site, actor) for actor in (MORNING, EVENING))
                receipts = [op for op in site.ops() if op.receipt is not None]
                # The sheet never promises more than the server has signed for.
                assert left == ACTS - len(receipts)
                if left == 0:
                    break
                one_round(rounds)
            assert [_unsent(site, actor) for actor in (MORNING, EVENING)] == [0, 0]
            _check_arrived(site, upstream)
            check_receipts(site, upstream)
    check_nothing_vanished(site)
    site.close()
