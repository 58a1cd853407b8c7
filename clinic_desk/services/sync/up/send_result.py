"""What one pass of sending brought."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.services.changes import Change
from clinic_desk.services.sync.upstream_port import WhyNoReply

NO_CHANGE = Change(frozenset())


@dataclass(frozen=True, slots=True)
class SendResult:
    """What `Sender.run` brought.

    Args:
        sent: operations that were tried.
        accepted: of these, with a receipt now.
        rejected: of these, refused.
        conflicts: of these, waiting for a person to choose a value.
        held: of these, waiting for a person to say who it is.
        is_paused: the server asks to sign in anew; nothing more is sent before that.
        no_reply: why the pass ended early, None when the server was there to the end.
        next_due: when another pass has something to do (aware UTC); None when nothing waits.
        change: what altered here.
        is_restored: the upstream knows less than it told before; nothing was sent.
    """

    sent: int = 0
    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    held: int = 0
    is_paused: bool = False
    no_reply: WhyNoReply | None = None
    next_due: dt.datetime | None = None
    change: Change = NO_CHANGE
    is_restored: bool = False
