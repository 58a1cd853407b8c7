"""The one thread of an open profile that exchanges with the upstream, beside the window.

It begins by itself: on a change, on a timer, when the network returns. Between rounds it sleeps on a
condition and costs nothing. Whoever holds the profile's lock runs it, and nobody else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.sync.answers import RetryLimits
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change
from clinic_desk.services.ports import CancelCheck, Clock, Progress, Store
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.exchange.pace import Cause, pause_s
from clinic_desk.services.sync.exchange.round_values import RoundResult
from clinic_desk.services.sync.exchange.status import (
    Moment,
    RoundFacts,
    Stop,
    SyncLimits,
    SyncStatus,
    status_of,
)
from clinic_desk.services.sync.ports import OutboxCounts

_log = logging.getLogger(__name__)
_TELL_EVERY_S: Final = 0.25
"""A download tells how far it is no more often than that."""
_NOTHING_WAITS: Final = OutboxCounts(0, 0, None)


class Runs(Protocol):
    """The rounds, as the worker needs them; see `Rounds`."""

    facts: RoundFacts
    is_set: bool

    def run_once(
        self,
        progress: Progress,
        cancelled: CancelCheck,
        *,
        only_sends: bool = False,
        is_idle: bool = False,
    ) -> RoundResult:
        """See `Rounds.run_once`."""

    def note_fault(self) -> None:
        """See `Rounds.note_fault`."""

    def ask_renewal(self, actor: Actor) -> None:
        """See `Rounds.ask_renewal`."""

    def counts(self) -> OutboxCounts:
        """See `Rounds.counts`."""

    def disconnect(self) -> None:
        """See `Rounds.disconnect`."""

    def begin_anew(self) -> None:
        """See `Rounds.begin_anew`."""


class SyncWorker:
    """Makes rounds until it is stopped.

    All methods may be called from any thread and return at once, except `recount`, which reads the store, and
    `stop`, which waits.
    """

    def __init__(self, store: Store, rounds: Runs, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._rounds = rounds
        self._clock = clock
        self._rules = rules
        self._thread: threading.Thread | None = None
        self._bell = threading.Condition()
        # Guarded by the bell.
        self._due: float | None = None
        self._is_asked = False
        self._is_changed = False
        self._is_paused = False
        self._is_cut = False
        self._is_stopped = False
        # Guarded by the lock of telling; what was told last is what `status` says.
        self._telling = threading.RLock()
        self._status = SyncStatus()
        self._counts = _NOTHING_WAITS
        self._is_running = False
        self._download: tuple[int, int | None] | None = None
        self._on_status: list[Callable[[SyncStatus], object]] = []
        self._on_change: list[Callable[[Change], object]] = []
        # Of the worker's own thread.
        self._failures = 0
        self._is_settled = False
        self._told_at = 0.0

    @property
    def status(self) -> SyncStatus:
        """What was told last."""
        return self._status

    def listen(
        self, on_status: Callable[[SyncStatus], object], on_change: Callable[[Change], object]
    ) -> None:
        """Both are called on whatever thread has the news, and must return at once."""
        self._on_status.append(on_status)
        self._on_change.append(on_change)

    def start(self) -> None:
        """The thread runs; the first round begins at once. A second call does nothing."""
        with self._bell:
            if self._thread is not None or self._is_stopped:
                return
            self._due = time.monotonic()
            # A daemon, as a program that cannot end is worse than a question nobody waits for.
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Something was saved: it is sent now, unless the upstream is known to be out of reach."""
        with self._bell:
            self._is_changed = True
            self._bell.notify_all()

    def now(self) -> None:
        """A person wants a round now, whatever the timer says; while paused it is one round alone."""
        with self._bell:
            self._is_asked = True
            self._bell.notify_all()

    def network_returned(self) -> None:
        """The system says there is a network again: if the upstream was out of reach, it is tried now."""
        if self._rounds.facts.failing_since is not None:
            with self._bell:
                self._due = time.monotonic()
                self._bell.notify_all()

    def pause(self) -> None:
        """No round begins by itself until `resume` or the next start; a round under way ends."""
        with self._bell:
            # Also a change, so that the pause is told at once.
            self._is_paused = self._is_cut = self._is_changed = True
            self._bell.notify_all()

    def resume(self) -> None:
        """Rounds begin by themselves again, the first one now."""
        with self._bell:
            self._is_paused = False
            self._due = time.monotonic()
            self._bell.notify_all()

    def reconnect(self) -> None:
        """Another upstream or another way to sign in was set: a round is made with it now."""
        self._rounds.disconnect()
        self.resume()

    def begin_anew(self) -> None:
        """Another server was set in the place of the one before: a round is made with it now."""
        self._rounds.begin_anew()
        self.resume()

    def renew(self, actor: Actor) -> None:
        """Somebody has decided to go on with a restored upstream: what it lost is sent again."""
        self._rounds.ask_renewal(actor)
        self.now()

    def recount(self) -> SyncStatus:
        """What waits is counted and told; for right after a save, from a thread that may read."""
        counts = self._rounds.counts()
        with self._telling:
            self._counts = counts
            return self._tell()

    def stop(self, deadline_s: float) -> bool:
        """No round begins any more, the one under way is cut short; True when the thread ended in time."""
        with self._bell:
            self._is_stopped = True
            self._bell.notify_all()
        thread = self._thread
        if thread is None:
            return True
        # Who waits for a reply is not kept waiting by it.
        self._rounds.disconnect()
        thread.join(deadline_s)
        return not thread.is_alive()

    # The thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        self._guarded(self._take_up)
        while (cause := self._wait()) is not None:
            self._guarded(partial(self._round, cause))
        with self._telling:
            self._is_running = False

    def _guarded(self, act: Callable[[], object]) -> None:
        """Nothing ends the thread: a mistake is logged by its place and told as a state."""
        try:
            act()
        except Exception as error:  # whatever it is, the next round must come
            _log.error("mistake %s in a round: %s", _code(error), type(error).__qualname__)
            self._failures += 1
            try:
                self._rounds.note_fault()
                self._plan(RoundResult(why="fault"))
                self.recount()
            except Exception as second:  # as above; the timer of the plan stands
                _log.error("mistake %s after a mistake: %s", _code(second), type(second).__qualname__)

    def _take_up(self) -> None:
        """What was being sent when the program ended waits again."""
        with self._store.write() as work:
            work.outbox.reset_sending()
            work.commit()
        self.recount()

    def _wait(self) -> Cause | None:
        """Sleeps until there is a round to make; None at the end."""
        while True:
            with self._bell:
                while not self._is_stopped:
                    now = time.monotonic()
                    is_due = self._due is not None and now >= self._due and not self._is_paused
                    if self._is_asked or is_due:
                        cause = Cause.PERSON if self._is_asked else Cause.TIMER
                        self._is_asked = self._is_changed = self._is_cut = False
                        return cause
                    if self._is_changed:
                        self._is_changed = False
                        break
                    has_timer = self._due is not None and not self._is_paused
                    self._bell.wait(max(0.0, self._due - now) if has_timer and self._due else None)
                else:
                    return None
                is_paused = self._is_paused
            if self._has_work() and not is_paused:
                return Cause.CHANGE

    def _has_work(self) -> bool:
        """Whether something that waits may be sent now; the new count is told in any case."""
        try:
            waiting = self.recount().waiting
        except ClinicDeskError as error:
            _log.error("the outbox cannot be counted: %s", error.code)
            return False
        facts = self._rounds.facts
        return waiting > 0 and facts.failing_since is None and facts.stop is Stop.NONE

    def _round(self, cause: Cause) -> None:
        only_sends = cause is Cause.CHANGE
        with self._telling:
            self._is_running = True
            self._tell()
        try:
            result = self._rounds.run_once(
                self._progress,
                self._is_cut_short,
                only_sends=only_sends,
                is_idle=cause is Cause.TIMER and self._is_settled,
            )
        finally:
            with self._telling:
                self._is_running = False
                self._download = None
        is_well = result.is_success or result.is_cut_short or not result.is_set
        self._failures = 0 if is_well else self._failures + 1
        # After a whole round that went well the timer has nothing left to fetch but news.
        is_whole = result.is_success and not result.is_cut_short
        self._is_settled = is_whole and (self._is_settled or not only_sends)
        if not only_sends or not is_well:
            self._plan(result)
        elif result.next_due is not None:
            self._not_later_than(result.next_due)
        if result.change.kinds:
            for tell in self._on_change:
                tell(result.change)
        self.recount()

    def _plan(self, result: RoundResult) -> None:
        day = self._clock.today()
        tables = self._rules.on(day)
        left = pause_s(result, self._failures, SyncLimits.of(tables, day).idle_s, RetryLimits.on(tables, day))
        with self._bell:
            if result.is_cut_short and not self._is_paused:
                # What was saved meanwhile goes first, then the rest of the round.
                left = 0.0
            self._due = None if left is None else time.monotonic() + left
        if result.is_success and result.next_due is not None:
            self._not_later_than(result.next_due)

    def _not_later_than(self, moment: dt.datetime) -> None:
        """An operation that is tried again before the timer brings its round forward."""
        left = max(1.0, (moment - self._clock.now()).total_seconds())
        with self._bell:
            if self._due is not None:
                self._due = min(self._due, time.monotonic() + left)

    def _is_cut_short(self) -> bool:
        """A round ends early at the end, in a pause, and when something new is to be sent before the rest."""
        return self._is_stopped or self._is_cut or self._is_changed

    def _progress(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        with self._telling:
            self._download = (done, total)
            if now - self._told_at >= _TELL_EVERY_S:
                self._told_at = now
                self._tell()

    def _tell(self) -> SyncStatus:
        """The status of this moment, told to whoever listens if it is another one; under the lock."""
        now, day = self._clock.now(), self._clock.today()
        moment = Moment(
            now,
            self._rounds.is_set,
            self._is_paused,
            self._is_running,
            self._next_round_at(now),
            self._download,
        )
        limits = SyncLimits.of(self._rules.on(day), day)
        status = status_of(self._rounds.facts, self._counts, moment, limits)
        if status != self._status:
            self._status = status
            for tell in self._on_status:
                tell(status)
        return status

    def _next_round_at(self, now: dt.datetime) -> dt.datetime | None:
        due = self._due
        if due is None or self._is_paused or self._is_running:
            return None
        left = dt.timedelta(seconds=round(max(0.0, due - time.monotonic())))
        return now.replace(microsecond=0) + left


def _code(error: BaseException) -> str:
    """A short code of the place a mistake came from; it names no person and no path."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [type(error).__qualname__, *(f"{Path(one.filename).name}:{one.lineno}" for one in frames)]
    return hashlib.sha256("|".join(places).encode()).hexdigest()[:8].upper()
