"""What the window says of the exchange with the upstream: one value, worked out of what is known.

"Online" is never a guess: it is said only after a round whose replies were accepted, while that round is
recent and nothing has waited through several of them. What was just saved counts as waiting at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # Every screen knows this module, and the first paint waits for what it reads.
    from clinic_desk.domain.rule_tables import RuleTables
    from clinic_desk.services.sync.ports import OutboxCounts


class SyncState(StrEnum):
    """Where the exchange stands; words under `sync_state.chip.<value>` and `sync_state.sentence.<value>`."""

    NOT_SET = "not_set"
    """No upstream is set: everything stays on this computer."""
    ONLINE = "online"
    OFFLINE = "offline"
    """The last round brought no usable reply; the next one is tried by itself."""
    STALE = "stale"
    """Nothing says the network is gone, and yet nothing was exchanged, or taken, for too long."""
    SIGN_IN_NEEDED = "sign_in_needed"
    RESTORED = "restored"
    """The upstream knows less than it told us before: nothing goes on until a person has decided."""
    PAUSED = "paused"
    FIRST_DOWNLOAD = "first_download"


class Stop(StrEnum):
    """Why the rounds do not go on by themselves; stored values."""

    NONE = ""
    SIGN_IN = "sign_in"
    RESTORED = "restored"


QUEUE_STUCK = "queue"
"""`SyncStatus.why` when rounds come and go and nothing of what waits is taken."""


@dataclass(frozen=True, slots=True)
class SyncLimits:
    """The thresholds of the rule tables."""

    idle_s: int
    stale_after: dt.timedelta
    skew_warning_s: int

    @classmethod
    def of(cls, tables: RuleTables, day: dt.date) -> SyncLimits:
        """Those in force on `day`."""

        def value(name: str) -> int:
            return tables.limit(name).one_on(day).value

        return cls(
            value("sync_idle_s"),
            dt.timedelta(minutes=value("sync_stale_minutes")),
            value("clock_skew_warning_s"),
        )


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What the rounds remember between two starts. Moments are aware UTC.

    Args:
        last_success: the end of the last round whose replies were accepted.
        failing_since: the first round since then that failed, None while all is well.
        why: what kept it from succeeding: a value of `WhyNoReply`, `server`, `bad_reply`, `busy`, `settings`,
            `store` or `fault`.
        stop: why nothing goes on by itself.
        left_since: since when rounds have left something waiting and taken nothing of it.
        skew_s: how far this computer's clock is ahead of the server's, None until measured.
    """

    last_success: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    why: str = ""
    stop: Stop = Stop.NONE
    left_since: dt.datetime | None = None
    skew_s: float | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, for `sync_state`."""
        return {
            "last_success": _text(self.last_success),
            "failing_since": _text(self.failing_since),
            "why": self.why,
            "stop": self.stop.value,
            "left_since": _text(self.left_since),
            "skew_s": self.skew_s,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> RoundFacts:
        """What was kept; nothing known where nothing was."""
        if not kept:
            return cls()
        return cls(
            _moment(kept.get("last_success")),
            _moment(kept.get("failing_since")),
            str(kept.get("why", "")),
            Stop(kept.get("stop", "")),
            _moment(kept.get("left_since")),
            kept.get("skew_s"),
        )


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The exchange as of one moment. Moments are aware UTC.

    Args:
        state: where it stands.
        since: since when it stands so, None where that means nothing.
        waiting: operations that wait to be taken, those just saved too.
        attention: operations that need a person.
        last_success: the last exchange that was accepted.
        next_round_at: when the next round begins by itself, None when it does not.
        skew_s: how far this computer's clock is ahead of the server's.
        is_skewed: the difference is worth a warning.
        why: see `RoundFacts.why`; or `QUEUE_STUCK`.
        done: how many records of the first download are here.
        total: how many there will be, None when the upstream does not say.
        is_running: a round is under way.
    """

    state: SyncState = SyncState.NOT_SET
    since: dt.datetime | None = None
    waiting: int = 0
    attention: int = 0
    last_success: dt.datetime | None = None
    next_round_at: dt.datetime | None = None
    skew_s: float | None = None
    is_skewed: bool = False
    why: str = ""
    done: int = 0
    total: int | None = None
    is_running: bool = False

    @property
    def is_connected(self) -> bool:
        """Whether what is done now reaches the upstream within moments."""
        return self.state in (SyncState.ONLINE, SyncState.FIRST_DOWNLOAD)


@dataclass(frozen=True, slots=True)
class Moment:
    """What else the status depends on: the program's own doings at `now`.

    `download` is done and total of a first download that runs, None when none does.
    """

    now: dt.datetime
    is_set: bool
    is_paused: bool = False
    is_running: bool = False
    next_round_at: dt.datetime | None = None
    download: tuple[int, int | None] | None = None


def status_of(facts: RoundFacts, counts: OutboxCounts, moment: Moment, limits: SyncLimits) -> SyncStatus:
    """The status, out of what the rounds remember, what waits and what happens now."""
    state, since, why = _state(facts, counts, moment, limits)
    done, total = moment.download or (0, None)
    skew = facts.skew_s if moment.is_set else None
    return SyncStatus(
        state,
        since,
        counts.waiting,
        counts.attention,
        facts.last_success,
        moment.next_round_at,
        skew,
        skew is not None and abs(skew) > limits.skew_warning_s,
        why,
        done,
        total,
        moment.is_running,
    )


def _state(
    facts: RoundFacts, counts: OutboxCounts, moment: Moment, limits: SyncLimits
) -> tuple[SyncState, dt.datetime | None, str]:
    if not moment.is_set:
        return SyncState.NOT_SET, None, ""
    if facts.stop is Stop.RESTORED:
        return SyncState.RESTORED, facts.failing_since, facts.why
    if facts.stop is Stop.SIGN_IN:
        return SyncState.SIGN_IN_NEEDED, facts.failing_since, facts.why
    if moment.is_paused:
        return SyncState.PAUSED, facts.last_success, ""
    if facts.failing_since is not None:
        return SyncState.OFFLINE, facts.failing_since, facts.why
    if moment.download is not None:
        return SyncState.FIRST_DOWNLOAD, None, ""
    if facts.last_success is None or moment.now - facts.last_success > limits.stale_after:
        return SyncState.STALE, facts.last_success, ""
    is_stuck = facts.left_since is not None and moment.now - facts.left_since > limits.stale_after
    # Where somebody has to decide, those behind wait for that, and the chip says so.
    if is_stuck and counts.waiting and not counts.attention:
        return SyncState.STALE, facts.left_since, QUEUE_STUCK
    return SyncState.ONLINE, facts.last_success, ""


def _text(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: object) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if isinstance(text, str) else None
