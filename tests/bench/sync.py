"""The exchange with the upstream: what goes up and comes down, what the window feels, an idle desk."""

from __future__ import annotations

import gc
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measure import Report
from tests.bench.sync_desk import linked_desk
from tests.bench.sync_download import measure_download
from tests.bench.sync_idle import measure_idle
from tests.bench.sync_sending import measure_bundles, measure_growth, measure_single
from tests.bench.sync_server import authority
from tests.bench.window_pulse import WindowPulse

_LONGEST_BLOCK_MS = 50


@dataclass(frozen=True)
class Sizes:
    """How much is sent, downloaded and left waiting, and how long nothing happens."""

    sent: int
    people: int
    waiting: int
    idle_s: float


FULL = Sizes(2_000, 120_000, 100_000, 125)
QUICK = Sizes(500, 10_000, 10_000, 62)


def measure_sync(report: Report, folder: Path, *, is_quick: bool = False) -> None:
    """Every line of the issue on the exchange; a quick run is for a look, not for the limits."""
    sizes = QUICK if is_quick else FULL
    pulse = WindowPulse()
    # As the window does when it has started: what stays is not looked through again.
    gc.freeze()
    known = 4 * sizes.sent
    with _served(folder, "known", known) as base, linked_desk(folder, base, known) as desk:
        measure_single(report, desk, base, sizes.sent, pulse)
        measure_bundles(report, desk, base, sizes.sent // 2, pulse)
        _say_block(report, "sync_window_block_while_sending", pulse)
        body = desk.shadows("Patient", 10)[0].body
        measure_idle(report, desk, base, sizes.idle_s)
    measure_growth(report, folder, body, sizes.waiting)
    with _served(folder, "everybody", sizes.people) as base:
        measure_download(report, folder, base, sizes.people, pulse)
    _say_block(report, "sync_window_block_while_downloading", pulse)


def _served(folder: Path, name: str, people: int) -> AbstractContextManager[str]:
    place = folder / f"authority-{name}"
    shutil.rmtree(place, ignore_errors=True)
    return authority(place, people)


def _say_block(report: Report, name: str, pulse: WindowPulse) -> None:
    longest = pulse.longest_ms
    report.say(
        name, n=len(pulse.gaps), p50_ms=None, p95_ms=round(longest, 1), baseline_p95_ms=None, ratio=None,
        limit=_LONGEST_BLOCK_MS, ok=longest <= _LONGEST_BLOCK_MS,
        with_waits_ms=round(max(pulse.with_waits), 1),
    )  # fmt: skip
    pulse.gaps.clear()
    pulse.with_waits.clear()
