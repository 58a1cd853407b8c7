"""What a learner can do to the practice authority from the window: break it, mend it, hurry it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Switch(StrEnum):
    """What can be turned on and off; values are those of the authority."""

    OUTAGE = "outage"
    SLOW = "slow"
    LOST_REPLIES = "lost_replies"
    THROTTLED = "throttled"
    FAILING = "failing"
    GARBAGE = "garbage"


class Push(StrEnum):
    """What happens once; values are those of the authority."""

    DECIDE = "decide"
    """Everything that waits for a decision takes its next step now."""
    CHANGE_MIND = "change_mind"
    """The last referral and the last attachment that were granted are refused."""
    SNAPSHOT = "snapshot"
    """A backup of the authority is made."""
    RESTORE = "restore"
    """The backup is put back: what came since is lost there."""


class PracticeSwitches(Protocol):
    """The authority beside this window. Each call may wait for it to start: in a lane only.

    Raises:
        ClinicDeskError: `practice_server.unreachable`, it is not there.
    """

    def positions(self) -> frozenset[Switch]:
        """Which are on."""

    def turn(self, switch: Switch, *, is_on: bool) -> None:
        """Turns one on or off."""

    def push(self, what: Push) -> int:
        """Does it now; how many things changed."""

    def rules(self, language: str) -> list[tuple[str, str, str]]:
        """How it decides: about what, for which last digits, and what happens."""
