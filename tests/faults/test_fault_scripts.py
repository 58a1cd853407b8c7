"""Many acts through a line that breaks in every way, by a script of chance: none is lost and none is doubled.

Each script is a seed: which requests meet which fault. The real client speaks through the project's fault
proxy to the practice authority, and the desk makes rounds until everything has a receipt.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.upstream.http_upstream import HttpUpstream
from tests.authority.serving import serving
from tests.sync.day import act
from tests.sync.program_rounds import one_round, rounds_of
from tests.sync.promises import (
    WRITTEN,
    check_nothing_vanished,
    check_receipts,
    check_stamped_by_author,
    doubled_keys,
    everything,
)
from tests.sync.site import Site
from tests.upstream.fault_proxy import FaultProxy
from tests.upstream.http import upstream_at

pytestmark = pytest.mark.crash

IS_LONG = bool(os.environ.get("CLINIC_DESK_FAULTS"))
SCRIPTS = range(1, 31) if IS_LONG else range(1, 3)
OPS = 500 if IS_LONG else 24
SHARE = 0.3
"""So many of the requests meet a fault."""
MOST_ROUNDS = 2_000


@pytest.mark.parametrize("seed", SCRIPTS)
def test_nothing_is_lost_and_nothing_is_doubled(seed: int, template: Path, tmp_path: Path) -> None:
    site = Site.new(tmp_path / "desk", template, "T2")
    for number in range(OPS):
        act(site, number)
    with (
        serving(tmp_path / "authority") as authority,
        FaultProxy(authority.base) as proxy,
        ExitStack() as connections,
    ):

        def connect() -> HttpUpstream:
            return connections.enter_context(upstream_at(proxy.url))

        proxy.randomly(seed, share=SHARE)
        rounds = rounds_of(site, connect)
        for turn in range(MOST_ROUNDS):
            one_round(rounds)
            # A program that is ended now and then has to do without what it had in mind.
            if turn % 7 == 6:
                site.kill()
                rounds = rounds_of(site, connect)
            site.clock.forward(minutes=6)
            if not _waits(site):
                break
        seen = {request.fault.kind for request in proxy.seen}
        proxy.heal()
        _check(site, authority.base)
    assert len(seen) > (8 if IS_LONG else 4)
    site.close()


def _waits(site: Site) -> int:
    with site.store.read() as work:
        counts = work.outbox.counts()
        return counts.waiting + counts.attention


def _check(site: Site, base: str) -> None:
    ops = site.ops()
    assert {op.state for op in ops} == {OpState.ACCEPTED}
    kinds = [op.kind for op in ops]
    with upstream_at(base) as upstream:
        there = {kind: everything(upstream, kind) for kind in WRITTEN}
        assert len(there["Patient"]) == kinds.count(OpKind.PATIENT_REGISTER)
        assert len(there["ServiceRequest"]) == len(there["Task"]) == kinds.count(OpKind.REFERRAL_ISSUE)
        assert len(there["EpisodeOfCare"]) == kinds.count(OpKind.ATTACHMENT_SEND)
        for resources in there.values():
            assert doubled_keys(resources) == []
            check_stamped_by_author(ops, resources)
        check_receipts(site, upstream)
    check_nothing_vanished(site)
