"""How long work tells how far it is and is stopped."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""Called with done and total (None when not known)."""
CancelCheck = Callable[[], bool]
"""Answers True when the person wants the work to stop."""
