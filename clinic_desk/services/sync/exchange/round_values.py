"""What is said in a round: its two halves, what each brought, and what the round was in the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import CancelCheck, Progress
from clinic_desk.services.sync.exchange.measuring import MeasuredUpstream
from clinic_desk.services.sync.exchange.status import Stop
from clinic_desk.services.sync.ports import SyncDay
from clinic_desk.services.sync.up.send_result import NO_CHANGE, SendResult
from clinic_desk.services.sync.upstream_port import Reply, Resource, Upstream

BAD_REPLY: Final = "bad_reply"
"""`RoundFacts.why` when the server answers, and with something else than it was asked for."""


def why_bad(reply: Reply) -> str:
    """Why an answer was of no use: an error of the server, or no answer to the question."""
    return BAD_REPLY if reply.is_ok else "server"


class Received(NamedTuple):
    """What the receiving half of a round brought.

    `is_restored` when the upstream knows less than it told before: nothing goes on until a person decides.
    `why` it ended early, "" when it came to its end.
    """

    pulled: int = 0
    conflicts: int = 0
    change: Change = NO_CHANGE
    is_restored: bool = False
    why: str = ""


class Halves(Protocol):
    """The two halves of a round over one connection."""

    def send(self, cancelled: CancelCheck) -> SendResult:
        """What waits and is due was tried, in order."""

    def receive(self, progress: Progress, cancelled: CancelCheck, *, is_idle: bool) -> Received:
        """What is new was taken; `progress` is called during a first download only.

        `is_idle` asks no more than one small question.

        Raises:
            NoReply: nothing came; what was taken before stays.
        """

    def renew(self, actor: Actor, progress: Progress, cancelled: CancelCheck) -> Change | None:
        """What a restored upstream has lost waits to be sent again, and everything is read anew.

        None when it did not come to its end; it may be asked for again.

        Raises:
            NoReply: nothing usable came.
        """


Connect = Callable[[], Upstream | None]
"""A new connection to the upstream that is set, None when none is. Raises: ClinicDeskError."""
Join = Callable[[Upstream, Resource], Halves]
"""The halves of a round for a connection and its capability statement."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What one round did. `why` is "" when all went well; see `RoundFacts.why`.

    `next_due` (aware UTC) is when something that waits may be tried again, None when nothing does.
    """

    is_set: bool = True
    is_success: bool = False
    is_cut_short: bool = False
    why: str = ""
    stop: Stop = Stop.NONE
    sent: int = 0
    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    held: int = 0
    pulled: int = 0
    retry_after_s: float | None = None
    next_due: dt.datetime | None = None
    change: Change = NO_CHANGE


@dataclass(slots=True)
class Talk:
    """What a round has heard so far."""

    upstream: MeasuredUpstream | None = None
    is_restored: bool = False
    """It was restored, and nobody's decision about it has come to its end yet."""
    renewed: Change = NO_CHANGE
    sent: SendResult = field(default_factory=SendResult)
    got: Received = field(default_factory=Received)
    why: str = ""

    @property
    def stop(self) -> Stop:
        """Why rounds may not go on by themselves."""
        if self.is_restored or self.sent.is_restored or self.got.is_restored:
            return Stop.RESTORED
        is_refused = self.upstream is not None and self.upstream.is_sign_in_refused
        return Stop.SIGN_IN if is_refused or self.sent.is_paused else Stop.NONE

    @property
    def trouble(self) -> str:
        """What was wrong, "" when nothing was."""
        heard = self.upstream.trouble if self.upstream is not None else ""
        no_reply = self.sent.no_reply.value if self.sent.no_reply else ""
        return self.why or no_reply or heard or self.got.why

    @property
    def settled(self) -> int:
        """How many operations the upstream has decided on."""
        sent = self.sent
        return sent.accepted + sent.rejected + sent.conflicts + sent.held

    def figures(self, day: dt.date) -> SyncDay:
        """What the round adds to the day."""
        sent = self.sent
        conflicts = sent.conflicts + sent.held + self.got.conflicts
        return SyncDay(day, sent.sent, sent.accepted, sent.rejected, conflicts, self.got.pulled)

    def result(
        self, *, is_success: bool = False, is_cut_short: bool = False, why: str = "", stop: Stop = Stop.NONE
    ) -> RoundResult:
        """The round as its caller sees it."""
        sent, got = self.sent, self.got
        changes = [change for change in (self.renewed, sent.change, got.change) if change.kinds]
        kinds = frozenset[Kind]().union(*(change.kinds for change in changes))
        ids = frozenset[str]().union(*(change.ids for change in changes))
        if not all(change.ids for change in changes):
            # "Any of the kind" said by one part holds for all.
            ids = frozenset()
        return RoundResult(
            True,
            is_success,
            is_cut_short,
            why,
            stop,
            sent.sent,
            sent.accepted,
            sent.rejected,
            sent.conflicts + got.conflicts,
            sent.held,
            got.pulled,
            self.upstream.retry_after_s if self.upstream is not None else None,
            sent.next_due,
            Change(kinds, ids),
        )
