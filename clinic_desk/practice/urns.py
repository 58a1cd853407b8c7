"""Weighted choice by one index into a list: quick, and the same on every platform.

Weights are whole numbers and no set or hash takes part in an order, so that one seed gives the
same bytes everywhere. Floats come from `random.Random.random` only, whose values Python promises
to keep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

Draw = Callable[[], float]
"""A source of numbers in [0, 1), as `random.Random(seed).random`."""

_SCALE: Final = 10_000_000


def ranked(items: Sequence[T], offset: int = 4, share: int = 1000) -> list[tuple[T, int]]:
    """The items with weights that fall as 1/(rank + offset) and add up to about `share`."""
    weights = [_SCALE // (rank + offset) for rank in range(len(items))]
    total = sum(weights)
    return [(item, weight * share * 1000 // total) for item, weight in zip(items, weights, strict=True)]


def urn(pairs: Iterable[tuple[T, int]], size: int) -> list[T]:
    """A list of about `size` places: each item as often as its weight says, at least once."""
    known = list(pairs)
    total = sum(weight for _, weight in known)
    return [item for item, weight in known for _ in range(max(1, (weight * size + total // 2) // total))]


def pick(places: Sequence[T], draw: Draw) -> T:
    """One place of an urn."""
    return places[int(draw() * len(places))]


def shuffled(items: Iterable[T], draw: Draw) -> list[T]:
    """The items in an order that depends on `draw` alone (`random.shuffle` may change between versions)."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = int(draw() * (last + 1))
        result[last], result[other] = result[other], result[last]
    return result
