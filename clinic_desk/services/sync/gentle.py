"""Work of the exchange that the window must not feel."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEVER = 1_000_000


@contextmanager
def only_young_collections() -> Iterator[None]:
    """Python's collector looks through new objects only, not through all there are.

    A page of a download is tens of thousands of small objects that hold no cycles and go by themselves. A
    full collection among them stops every thread, the window's too, for longer than nobody would notice.
    """
    first, second, full = gc.get_threshold()
    gc.set_threshold(first, second, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(first, second, full)
