"""Named places around each commit and each request, for the tests that kill the program there.

Nothing is armed in the program itself: a call costs one look at a variable.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class CrashPoint(StrEnum):
    """A place between two steps; killed there, nothing may be lost, half-saved or sent twice with effect."""

    ACT_WRITTEN = "act_written"
    """An act's operation is written, its transaction is not committed."""
    BEFORE_MARK = "before_mark"
    """Operations were chosen and marked as being sent, not yet committed."""
    MARKED = "marked"
    """They are marked; nothing was sent."""
    BEFORE_REQUEST = "before_request"
    AFTER_REPLY = "after_reply"
    """The upstream has it, here nobody knows yet."""
    BETWEEN_REQUESTS = "between_requests"
    """Inside an exchange of several requests about one operation."""
    BEFORE_SETTLE = "before_settle"
    """The outcome is written, not yet committed."""
    SETTLED = "settled"


_hook: Callable[[CrashPoint], None] | None = None


def arm(hook: Callable[[CrashPoint], None] | None) -> None:
    """`hook` is called at every place from now on; None: nothing is."""
    global _hook  # noqa: PLW0603 - one switch for the whole process, off in the program
    _hook = hook


def reached(point: CrashPoint) -> None:
    """Tells the hook of a test, if there is one."""
    if _hook is not None:
        _hook(point)
