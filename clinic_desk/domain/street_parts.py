"""Parts of streets cut and compared: which houses two parts share and what is left of one without another.

A part is looked at as two runs of houses, the odd and the even ones, because a side of the street may go to
another district while the other stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from clinic_desk.domain.streets import Street, StreetSide


@dataclass(frozen=True, slots=True)
class Houses:
    """Houses of one street; both ends inclusive, None leaves an end open."""

    side: StreetSide = StreetSide.ALL
    house_from: int | None = None
    house_to: int | None = None

    @property
    def is_whole(self) -> bool:
        """True for all houses of the street."""
        return self == WHOLE_STREET

    @classmethod
    def of(cls, street: Street) -> Houses:
        """The houses that a district's part of a street says."""
        return cls(street.side, street.house_from, street.house_to)


WHOLE_STREET: Final = Houses()


class _Run(NamedTuple):
    """House numbers of one side, from 1; `high` None: without end."""

    low: int
    high: int | None


_SIDES: Final = (StreetSide.ODD, StreetSide.EVEN)


def overlap(one: Houses, other: Houses) -> bool:
    """True when some house belongs to both."""
    return bool(shared(one, other))


def shared(one: Houses, other: Houses) -> list[Houses]:
    """The houses that belong to both, as few parts as can say it."""
    return _joined({side: _meet(_runs(one, side), _runs(other, side)) for side in _SIDES})


def without(one: Houses, taken: Houses) -> list[Houses]:
    """The houses of `one` that are not of `taken`, as few parts as can say it."""
    return _joined({side: _minus(_runs(one, side), _runs(taken, side)) for side in _SIDES})


def together(parts: Iterable[Houses]) -> list[Houses]:
    """All the houses of all parts, as few parts as can say it: one for a single run of houses."""
    runs: dict[StreetSide, list[_Run]] = {side: [] for side in _SIDES}
    for part in parts:
        for side in _SIDES:
            runs[side] += _runs(part, side)
    return _joined({side: _grown(found) for side, found in runs.items()})


def _runs(houses: Houses, side: StreetSide) -> list[_Run]:
    """The run of a side in numbers of that side: 1, 3, 5 or 2, 4, 6."""
    if houses.side not in (StreetSide.ALL, side):
        return []
    first = 1 if side is StreetSide.ODD else 2
    low = max(houses.house_from or first, first)
    low += (low - first) % 2
    high = houses.house_to
    if high is not None:
        high -= (high - first) % 2
        if high < low:
            return []
    return [_Run(low, high)]


def _meet(ones: list[_Run], others: list[_Run]) -> list[_Run]:
    met = []
    for one in ones:
        for other in others:
            run = _Run(max(one.low, other.low), _least(one.high, other.high))
            if run.high is None or run.low <= run.high:
                met.append(run)
    return met


def _minus(ones: list[_Run], taken: list[_Run]) -> list[_Run]:
    left = list(ones)
    for gone in taken:
        pieces: list[_Run] = []
        for run in left:
            before = _Run(run.low, _least(run.high, gone.low - 2))
            if before.high is not None and before.low <= before.high:
                pieces.append(before)
            if gone.high is not None:
                after = _Run(max(run.low, gone.high + 2), run.high)
                if after.high is None or after.low <= after.high:
                    pieces.append(after)
        left = pieces
    return left


def _grown(runs: list[_Run]) -> list[_Run]:
    """Runs that touch or lie on each other as one."""
    grown: list[_Run] = []
    for run in sorted(runs, key=lambda run: run.low):
        last = grown[-1] if grown else None
        if last is not None and (last.high is None or run.low <= last.high + 2):
            high = None if last.high is None or run.high is None else max(last.high, run.high)
            grown[-1] = _Run(last.low, high)
        else:
            grown.append(run)
    return grown


def _least(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _joined(runs: dict[StreetSide, list[_Run]]) -> list[Houses]:
    """Both sides as one part where they go along the same houses, else each by itself."""
    odd, even = list(runs[StreetSide.ODD]), list(runs[StreetSide.EVEN])
    parts: list[Houses] = []
    for run in list(odd):
        beside = next((other for other in even if _go_together(run, other)), None)
        if beside is not None:
            odd.remove(run)
            even.remove(beside)
            low = min(run.low, beside.low)
            high = None if run.high is None or beside.high is None else max(run.high, beside.high)
            parts.append(Houses(StreetSide.ALL, None if low == 1 else low, high))
    parts += [Houses(StreetSide.ODD, None if run.low == 1 else run.low, run.high) for run in odd]
    parts += [Houses(StreetSide.EVEN, None if run.low == 2 else run.low, run.high) for run in even]
    return sorted(parts, key=lambda part: (part.house_from or 1, part.side))


def _go_together(odd: _Run, even: _Run) -> bool:
    """Whether the two sides make one range: their ends are neighbours, or both have none."""
    if abs(odd.low - even.low) != 1:
        return False
    if odd.high is None or even.high is None:
        return odd.high is None and even.high is None
    return abs(odd.high - even.high) == 1
