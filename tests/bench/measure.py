"""Times ours and a raw baseline in turn and prints one JSON object a line."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Act = Callable[[Any], object]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(act: Callable[[], object]) -> float:
    """How long one call took."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


@dataclass
class Report:
    """What was measured so far; every line is printed as soon as it is known."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self,
        name: str,
        ours: Sequence[float],
        baseline: Sequence[float],
        *,
        limit: float,
        compares: str = "p95",
        **more: Any,
    ) -> None:
        """A line whose ratio is ours to the baseline's, of the 95th percentile or of the median."""
        share = 0.95 if compares == "p95" else 0.5
        ratio = percentile(ours, share) / percentile(baseline, share)
        self.say(
            name,
            n=len(ours),
            p50_ms=round(statistics.median(ours), 3),
            p95_ms=round(percentile(ours, 0.95), 3),
            baseline_p95_ms=round(percentile(baseline, 0.95), 3),
            ratio=round(ratio, 3),
            limit=limit,
            ok=ratio <= limit,
            **more,
        )

    def bound(self, name: str, values: Sequence[float], *, limit: float, **more: Any) -> None:
        """A line whose 95th percentile itself has a limit, in the unit its name says."""
        top = percentile(values, 0.95)
        self.say(
            name,
            n=len(values),
            p50_ms=round(statistics.median(values), 3),
            p95_ms=round(top, 3),
            baseline_p95_ms=None,
            ratio=None,
            limit=limit,
            ok=top <= limit,
            **more,
        )

    def at_least(self, name: str, value: float, *, limit: float, n: int, **more: Any) -> None:
        """A line whose ratio must reach the limit."""
        line = {"p50_ms": None, "p95_ms": None, "baseline_p95_ms": None}
        self.say(name, n=n, **{**line, **more}, ratio=round(value, 3), limit=limit, ok=value >= limit)

    def say(self, name: str, **values: Any) -> None:
        """Prints the line."""
        line = {"name": name, **values}
        self.lines.append(line)
        print(json.dumps(line), flush=True)

    @property
    def over(self) -> list[str]:
        """The names of the lines over their limit."""
        return [line["name"] for line in self.lines if not line["ok"]]


def alternate(
    ours: Act, baseline: Act, inputs: Sequence[Any], *, warm: int = 5
) -> tuple[list[float], list[float]]:
    """Times of both on the same inputs, turn by turn, so that a busy machine hurts both."""
    for item in inputs[:warm]:
        ours(item)
        baseline(item)
    mine: list[float] = []
    raw: list[float] = []
    for place, item in enumerate(inputs):
        # Whoever goes second finds warm caches: take turns.
        for act, times in ((ours, mine), (baseline, raw))[:: 1 if place % 2 else -1]:
            start = time.perf_counter()
            act(item)
            times.append((time.perf_counter() - start) * 1000)
    return mine, raw


def note(text: str) -> None:
    """Says on standard error what is going on."""
    print(text, file=sys.stderr, flush=True)
