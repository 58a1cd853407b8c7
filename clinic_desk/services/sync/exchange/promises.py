"""What an act is worth at this moment, said before anybody presses its button."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus


class Act(StrEnum):
    """Acts whose worth depends on the exchange."""

    REFER = "refer"
    ATTACH = "attach"
    REGISTER = "register"
    CHECK = "check"


class Worth(StrEnum):
    """What becomes of an act done now."""

    FINAL = "final"
    """The upstream has it within moments."""
    PROVISIONAL = "provisional"
    """It counts here, and waits until the upstream has it."""
    NOT_POSSIBLE = "not_possible"
    """It cannot be done without the upstream; there is a way on paper or by the patient's phone."""


class Promise(NamedTuple):
    """Words under `sync_state.promise.<act>.<worth>`."""

    act: Act
    worth: Worth

    @property
    def text_key(self) -> str:
        """The sentence: what happens, or what to do instead."""
        return f"sync_state.promise.{self.act}.{self.worth}"


def promise_of(act: Act, status: SyncStatus) -> Promise | None:
    """What the act is worth while the exchange stands so.

    None without an upstream: nothing is promised of a server that is not there, and papers say by themselves
    that nobody else knows of them.
    """
    if status.state is SyncState.NOT_SET:
        return None
    if status.is_connected:
        return Promise(act, Worth.FINAL)
    return Promise(act, Worth.NOT_POSSIBLE if act is Act.CHECK else Worth.PROVISIONAL)
