"""A desk at which nothing happens: what it asks, and what it costs."""

from __future__ import annotations

import os
import time
from typing import Any

from clinic_desk.services.clock import SystemClock
from clinic_desk.services.sync.exchange.joining import joined
from clinic_desk.services.sync.exchange.rounds import Rounds
from clinic_desk.services.sync.exchange.worker import SyncWorker
from clinic_desk.services.sync.upstream_port import Upstream
from tests.bench.measure import Report, note
from tests.bench.sync_desk import RULES, LinkedDesk, connect

_MOST_CPU = 0.005
"""Of one processor: what cannot be told from the noise of a running program."""


class _Counted:
    """The line to the upstream; each request is counted."""

    def __init__(self, inner: Upstream) -> None:
        self._inner = inner
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        act = getattr(self._inner, name)
        if name == "close" or not callable(act):
            return act

        def counted(*told: Any, **more: Any) -> Any:
            self.asked.append(name)
            return act(*told, **more)

        return counted


def measure_idle(report: Report, desk: LinkedDesk, base: str, seconds: float) -> None:
    """Requests a minute and processor time of the real worker between its first round and the end."""
    note(f"an idle desk for {seconds:.0f} s")
    line = _Counted(connect(base))

    clock, store = SystemClock(), desk.store
    made = Rounds(store, clock, lambda: line, joined(store, clock, RULES))  # type: ignore[arg-type,return-value]
    worker = SyncWorker(store, made, clock, RULES)
    worker.start()
    deadline = time.monotonic() + 30
    while made.facts.last_success is None and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    line.asked.clear()
    busy, start = _cpu(), time.monotonic()
    time.sleep(seconds)
    spent = time.monotonic() - start
    share = (_cpu() - busy) / spent
    asked = list(line.asked)
    assert worker.stop(10)
    # Whatever falls into a begun minute may be its one request.
    most = int(spent // 60) + 1
    report.say(
        "sync_idle_requests", n=len(asked), p50_ms=None, p95_ms=None, baseline_p95_ms=None, ratio=None,
        limit=most, ok=len(asked) <= most, seconds=round(spent), asked=asked,
    )  # fmt: skip
    report.say(
        "sync_idle_cpu_share", n=1, p50_ms=None, p95_ms=None, baseline_p95_ms=None, ratio=round(share, 5),
        limit=_MOST_CPU, ok=share <= _MOST_CPU,
    )  # fmt: skip


def _cpu() -> float:
    times = os.times()
    return times.user + times.system
