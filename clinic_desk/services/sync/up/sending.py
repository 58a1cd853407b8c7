"""Sending: one pass over what waits, so that each operation has its effect upstream exactly once.

An operation is marked as being sent in a commit of its own before the request, and settled after it. Killed
anywhere between, it is pending again and sent once more under the same key: conditional create, the number of
the version and the operation's key in each version tell that it was there. So several people's operations may
be marked in one commit, and settled in one, without a promise getting weaker.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from dataclasses import dataclass, field, replace
from typing import Final

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.domain.sync.answers import AnswerCode, RetryLimits, Step
from clinic_desk.domain.sync.ops import Op, OpState
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk_settings import clinic_of
from clinic_desk.services.ports import CancelCheck, Clock, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.asking import give_up_questions
from clinic_desk.services.sync.down.slices import raise_if_of_the_store
from clinic_desk.services.sync.gentle import only_young_collections
from clinic_desk.services.sync.up.choosing import Choosing
from clinic_desk.services.sync.up.crash_points import CrashPoint, reached
from clinic_desk.services.sync.up.looking_again import make_owed_looks
from clinic_desk.services.sync.up.preparing import Preparing
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.services.sync.up.send_values import Job, Outcome, rejected
from clinic_desk.services.sync.up.settling import Settling
from clinic_desk.services.sync.upstream_port import NoReply, Upstream, WhyNoReply

_LOG: Final = logging.getLogger(__name__)
_GROUP: Final = 16
"""So many operations are marked in one commit, and settled in one when the answers come quickly."""
_SETTLE_AFTER_S: Final = 0.5
_IN_A_ROW: Final = 3
"""So many failures one after the other are the server's own, not the operations'."""
_OF_THE_MESSAGE: Final = frozenset({WhyNoReply.NOT_FHIR, WhyNoReply.REDIRECT})
"""Nothing was sent, and not for want of a line: an id, a version or a link of the server's cannot be used. It
is the operation's own trouble, and the others go on."""
_UNSENDABLE: Final = (ClinicDeskError, ValueError, KeyError, TypeError)


@dataclass(slots=True)
class _Tally:
    sent: int = 0
    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    held: int = 0
    is_paused: bool = False
    is_over: bool = False
    in_a_row: int = 0
    no_reply: WhyNoReply | None = None
    not_before: dt.datetime | None = None
    kinds: set[Kind] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def count(self, op: Op) -> None:
        self.sent += 1
        self.accepted += op.state is OpState.ACCEPTED
        self.rejected += op.state is OpState.REJECTED
        self.conflicts += op.state is OpState.CONFLICT
        self.held += op.state is OpState.HELD
        self.kinds |= Settling.kinds_of(op)
        self.ids |= {op.aggregate_id, op.record_id}


class Sender:
    """Sends what waits over one connection; used by one thread.

    `abilities` are what the server says it can do; without them it is taken to do what FHIR asks.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RuleBook,
        upstream: Upstream,
        abilities: Abilities | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._upstream = upstream
        self._abilities = abilities or Abilities()
        self._fruitless = 0

    def has_work(self) -> bool:
        """Whether anything waits to be sent, now or later."""
        with self._store.read() as work:
            return work.outbox.counts().waiting > 0

    def run(self, cancelled: CancelCheck) -> SendResult:
        """One pass; ends early when the server is not there or asks for time, or `cancelled`.

        Never raises for what the upstream does.
        """
        with only_young_collections():
            return self._run(cancelled)

    # Steps -----------------------------------------------------------------------------------

    def _run(self, cancelled: CancelCheck) -> SendResult:
        now, today = self._clock.now(), self._clock.today()
        tables = self._rules.on(today)
        limits = RetryLimits.on(tables, today)
        tally = _Tally()
        choosing = Choosing(now)
        self._take_up_again(tables, tally)
        while not (cancelled() or tally.is_over):
            group = self._mark(choosing, tables, limits, tally)
            if group is None:
                break
            self._send(group, choosing, tables, limits, tally, cancelled)
        if not (cancelled() or tally.is_over):
            self._look_again(tables, limits, tally, cancelled)
        return self._result(choosing, limits, tally)

    def _take_up_again(self, tables: RuleTables, tally: _Tally) -> None:
        """What was being sent when the program ended is pending again; old questions are given up."""
        now = self._clock.now()
        with self._store.write() as work:
            is_taken_up = work.outbox.reset_sending() > 0
            given_up = give_up_questions(work, now, now - _ask_lasts(tables, self._clock.today()))
            if given_up:
                tally.kinds |= {Kind.INSURANCE, Kind.SYNC}
                tally.ids |= given_up
            if is_taken_up or given_up is not None:
                work.commit()

    def _mark(
        self, choosing: Choosing, tables: RuleTables, limits: RetryLimits, tally: _Tally
    ) -> list[tuple[Op, Job]] | None:
        """The next ones, marked and ready to be sent; None when the pass is over."""
        now = self._clock.now()
        with self._store.write() as work:
            chosen = choosing.take(work, _GROUP)
            if not chosen:
                return None
            preparing = self._preparing(work, tables, limits)
            settling = Settling(work, now, limits, tables)
            group: list[tuple[Op, Job]] = []
            for op in chosen:
                marked = replace(
                    op,
                    state=OpState.SENDING,
                    attempts=op.attempts + 1,
                    first_sent_at=op.first_sent_at or now,
                )
                try:
                    job = preparing.job(marked)
                except _UNSENDABLE:
                    # What cannot even be written as a message must not hold up the others.
                    _LOG.exception("sync.unsendable", extra={"kind": op.kind.value})
                    job = rejected(AnswerCode.RECORD_MISSING)
                if isinstance(job, Outcome):
                    self._count(settling.settle(marked, job), choosing, tally)
                else:
                    work.outbox.save(marked)
                    group.append((marked, job))
            choosing.free(settling.freed)
            reached(CrashPoint.BEFORE_MARK)
            work.commit()
        reached(CrashPoint.MARKED)
        return group

    def _send(
        self,
        group: list[tuple[Op, Job]],
        choosing: Choosing,
        tables: RuleTables,
        limits: RetryLimits,
        tally: _Tally,
        cancelled: CancelCheck,
    ) -> None:
        done: list[tuple[Op, Outcome | None]] = []
        began = time.monotonic()
        for op, job in group:
            if tally.is_over or cancelled():
                done.append((op, None))
                continue
            reached(CrashPoint.BEFORE_REQUEST)
            done.append((op, self._talk(job, limits, tally)))
            reached(CrashPoint.AFTER_REPLY)
            if time.monotonic() - began > _SETTLE_AFTER_S:
                self._settle(done, choosing, tables, limits, tally)
                done, began = [], time.monotonic()
        self._settle(done, choosing, tables, limits, tally)

    def _talk(self, job: Job, limits: RetryLimits, tally: _Tally) -> Outcome | None:
        """What came of it; None when nothing of it ever left the desk."""
        try:
            outcome = job.talk(self._upstream)
        except NoReply as error:
            is_of_the_line = error.is_untouched and error.why not in _OF_THE_MESSAGE
            if is_of_the_line or error.why is WhyNoReply.SIGN_IN:
                tally.no_reply, tally.is_over = error.why, True
                tally.is_paused = error.why is WhyNoReply.SIGN_IN
                return None
            code = AnswerCode.NOT_FHIR if error.why is WhyNoReply.NOT_FHIR else AnswerCode.NO_REPLY
            outcome = Outcome(OpState.PENDING, code, step=Step.RETRY)
            self._failed(tally, error.why)
            return outcome
        except _UNSENDABLE:
            _LOG.exception("sync.not_understood")
            outcome = Outcome(OpState.PENDING, AnswerCode.NOT_FHIR, step=Step.RETRY)
        if outcome.step is Step.SIGN_IN:
            tally.is_paused = tally.is_over = True
        elif outcome.step is Step.SLOW_DOWN:
            wait = limits.wait_s(self._fruitless + 1, outcome.retry_after_s)
            tally.not_before = self._clock.now() + dt.timedelta(seconds=wait)
            tally.is_over = True
        elif outcome.step is Step.RETRY:
            self._failed(tally, None)
        else:
            tally.in_a_row = 0
        return outcome

    def _failed(self, tally: _Tally, why: WhyNoReply | None) -> None:
        """One more failure; several in a row are the server's own, and the pass ends."""
        tally.in_a_row += 1
        if tally.in_a_row >= _IN_A_ROW:
            tally.is_over = True
            tally.no_reply = why or tally.no_reply

    def _look_again(
        self, tables: RuleTables, limits: RetryLimits, tally: _Tally, cancelled: CancelCheck
    ) -> None:
        found = make_owed_looks(
            self._store,
            self._upstream,
            lambda work: self._preparing(work, tables, limits),
            lambda work: Settling(work, self._clock.now(), limits, tables),
            cancelled,
        )
        if found:
            tally.kinds.add(Kind.SYNC)
            tally.ids |= found

    def _preparing(self, work: UnitOfWork, tables: RuleTables, limits: RetryLimits) -> Preparing:
        now, lasts = self._clock.now(), _ask_lasts(tables, self._clock.today())
        return Preparing(work, self._abilities, clinic_of(work), now, lasts, limits.most_entries)

    def _settle(
        self,
        done: list[tuple[Op, Outcome | None]],
        choosing: Choosing,
        tables: RuleTables,
        limits: RetryLimits,
        tally: _Tally,
    ) -> None:
        if not done:
            return
        try:
            self._write_down(done, choosing, tables, limits, tally)
        except Exception as error:
            raise_if_of_the_store(error)
            if len(done) > 1:
                for one in done:
                    self._settle([one], choosing, tables, limits, tally)
                return
            # What cannot be written down of one answer must not hold up the others.
            _LOG.exception("sync.unsettled", extra={"kind": done[0][0].kind.value})
            again = Outcome(OpState.PENDING, AnswerCode.NOT_FHIR, step=Step.RETRY)
            self._write_down([(done[0][0], again)], choosing, tables, limits, tally)

    def _write_down(
        self,
        done: list[tuple[Op, Outcome | None]],
        choosing: Choosing,
        tables: RuleTables,
        limits: RetryLimits,
        tally: _Tally,
    ) -> None:
        settled: list[Op] = []
        with self._store.write() as work:
            settling = Settling(work, self._clock.now(), limits, tables)
            for op, outcome in done:
                if outcome is None:
                    settling.give_back(op)
                else:
                    settled.append(settling.settle(op, outcome))
            reached(CrashPoint.BEFORE_SETTLE)
            work.commit()
        for op in settled:
            self._count(op, choosing, tally)
        choosing.free(settling.freed)
        reached(CrashPoint.SETTLED)

    def _count(self, op: Op, choosing: Choosing, tally: _Tally) -> None:
        tally.count(op)
        if op.state not in (OpState.ACCEPTED, OpState.WITHDRAWN):
            choosing.halt(op)

    def _result(self, choosing: Choosing, limits: RetryLimits, tally: _Tally) -> SendResult:
        self._fruitless = 0 if tally.accepted else self._fruitless + (1 if tally.is_over else 0)
        due = choosing.next_due
        if tally.is_over and not tally.is_paused:
            wait = dt.timedelta(seconds=limits.wait_s(self._fruitless))
            due = tally.not_before or self._clock.now() + wait
        return SendResult(
            tally.sent,
            tally.accepted,
            tally.rejected,
            tally.conflicts,
            tally.held,
            tally.is_paused,
            tally.no_reply,
            None if tally.is_paused else due,
            Change(frozenset(tally.kinds), frozenset(tally.ids)),
        )


def _ask_lasts(tables: RuleTables, day: dt.date) -> dt.timedelta:
    return dt.timedelta(hours=tables.limit("insurance_ask_expires_hours").one_on(day).value)
