"""One round with the upstream: ask what it can do, send what waits, take what is new, note how it went.

A round opens no transaction while it talks. What it learnt of the upstream stands in `sync_state` under
`rounds`, so that the window tells the truth from the first moment after a start.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace
from typing import Final

from clinic_desk.domain.errors import Cancelled, ClinicDeskError
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import CancelCheck, Clock, Progress, Store
from clinic_desk.services.sync.deciding.lone_differences import counts_with_differences
from clinic_desk.services.sync.exchange.measuring import MeasuredUpstream
from clinic_desk.services.sync.exchange.offline_spells import note_link
from clinic_desk.services.sync.exchange.round_values import (
    BAD_REPLY,
    Connect,
    Halves,
    Join,
    RoundResult,
    Talk,
    why_bad,
)
from clinic_desk.services.sync.exchange.status import RoundFacts, Stop
from clinic_desk.services.sync.ports import OutboxCounts
from clinic_desk.services.sync.upstream_port import NoReply, UselessReply, WhyNoReply

_log = logging.getLogger(__name__)
STATE_NAME: Final = "rounds"
_UNREADABLE: Final = "sync.unreadable"
_OF_THE_SETTINGS: Final = frozenset({"upstream", "key"})
"""The areas of the codes that the address, the certificates and the secret of the upstream raise."""
_ASK_ANEW: Final = dt.timedelta(hours=1)
"""What an upstream can do is asked again after that, and after every failure."""


class Rounds:
    """Makes rounds, one at a time, in one thread; `disconnect` and `counts` may come from any."""

    def __init__(self, store: Store, clock: Clock, connect: Connect, join: Join) -> None:
        self._store = store
        self._clock = clock
        self._connect = connect
        self._join = join
        self._upstream: MeasuredUpstream | None = None
        self._halves: Halves | None = None
        self._asked_at: dt.datetime | None = None
        self._renewal: Actor | None = None
        self._is_taken_up = False
        with store.read() as work:
            kept = work.sync_state.get(STATE_NAME)
        self.facts = RoundFacts.from_json(kept)
        # Until the first round looks, an upstream that was spoken with before is taken to be set.
        self.is_set = kept is not None

    def run_once(
        self,
        progress: Progress,
        cancelled: CancelCheck,
        *,
        only_sends: bool = False,
        is_idle: bool = False,
    ) -> RoundResult:
        """One round, or only its sending half; never raises for what an upstream or the store does wrong.

        `cancelled` ends it between two requests; what was done until then stays. `is_idle` when nothing but
        the timer asks for the round: one small question will do.
        """
        is_restored = self.facts.stop is Stop.RESTORED
        talk = Talk(is_restored=is_restored)
        try:
            self._take_up()
            if is_restored and self._renewal is None:
                return RoundResult(why=self.facts.why, stop=Stop.RESTORED)
            upstream = self._connected()
            if upstream is None:
                self.is_set = False
                return RoundResult(is_set=False)
            self.is_set = True
            upstream.begin()
            self._talk(upstream, talk, progress, cancelled, only_sends=only_sends, is_idle=is_idle)
        except NoReply as error:
            talk.why = error.why.value
        except Cancelled:
            pass
        except UselessReply as error:
            talk.why = why_bad(error.reply)
        except ClinicDeskError as error:
            talk.why = _why_of(error)
            _log.error("a round ended by %s", error.code)
            self._is_taken_up = False
        return self._settled(talk, is_cut_short=cancelled())

    def note_fault(self) -> None:
        """A round ended by a mistake of the program: the exchange is not well until another one succeeds."""
        self.disconnect()
        self._is_taken_up = False
        self._keep(self._failing("fault"), Talk())

    def ask_renewal(self, actor: Actor) -> None:
        """Somebody has decided to go on with a restored upstream: the next round begins with that."""
        self._renewal = actor

    def counts(self) -> OutboxCounts:
        """What waits and what needs a person, now."""
        with self._store.read() as work:
            return counts_with_differences(work)

    def disconnect(self) -> None:
        """The connection is closed; a question under way ends. The next round makes a new one."""
        upstream, self._upstream, self._halves = self._upstream, None, None
        if upstream is not None:
            upstream.close()

    def begin_anew(self) -> None:
        """Another server was set: nothing is known of it yet."""
        self.disconnect()
        self._renewal = None
        self.facts = RoundFacts()

    def _take_up(self) -> None:
        """What was being sent when the program, or a round, was cut off waits again, whoever answers now.

        One round is made at a time, so nothing is being sent when one begins.
        """
        if self._is_taken_up:
            return
        with self._store.write() as work:
            if work.outbox.reset_sending():
                work.commit()
        self._is_taken_up = True

    def _connected(self) -> MeasuredUpstream | None:
        if self._upstream is None:
            upstream = self._connect()
            if upstream is None:
                return None
            self._upstream = MeasuredUpstream(upstream, self._clock)
        return self._upstream

    def _talk(
        self,
        upstream: MeasuredUpstream,
        talk: Talk,
        progress: Progress,
        cancelled: CancelCheck,
        *,
        only_sends: bool,
        is_idle: bool,
    ) -> None:
        """What the other side says goes into `talk` step by step, so that nothing is forgotten on the way."""
        talk.upstream = upstream
        halves = self._able(upstream)
        if halves is None or cancelled():
            return
        if talk.is_restored and not self._is_renewed(halves, talk, progress, cancelled):
            return
        talk.sent = halves.send(cancelled)
        if upstream.is_sign_in_refused or talk.stop or talk.sent.no_reply or cancelled():
            return
        if not only_sends or talk.sent.accepted:
            # What was just taken is read back at once, by one small question: an upstream that loses it later
            # is known by it. One operation that the server cannot digest says nothing of the rest.
            upstream.trouble = ""
            asked, accepted = upstream.asked, upstream.accepted
            talk.got = halves.receive(progress, cancelled, is_idle=is_idle or only_sends)
            if upstream.asked > asked and upstream.accepted == accepted:
                # It answers, and nothing that was asked for came.
                upstream.trouble = upstream.trouble or "server"
        elif upstream.accepted:
            upstream.trouble = ""
        if not upstream.asked and not cancelled():
            # Nothing was to be done: one small question says whether anybody is there.
            self._able(upstream, anew=True)

    def _is_renewed(self, halves: Halves, talk: Talk, progress: Progress, cancelled: CancelCheck) -> bool:
        """The decision is carried out once; what failed waits for somebody to decide again."""
        actor, self._renewal = self._renewal, None
        renewed = halves.renew(actor, progress, cancelled) if actor is not None else None
        if renewed is None:
            return False
        talk.is_restored, talk.renewed = False, renewed
        return True

    def _able(self, upstream: MeasuredUpstream, *, anew: bool = False) -> Halves | None:
        """The halves, by what the upstream says it can do; None when it says nothing usable."""
        now = self._clock.now()
        is_known = self._asked_at is not None and now - self._asked_at < _ASK_ANEW
        if self._halves is not None and is_known and not anew:
            return self._halves
        reply = upstream.capabilities()
        body = reply.body or {}
        if not reply.is_ok:
            upstream.trouble = upstream.trouble or "server"
            return None
        if body.get("resourceType") != "CapabilityStatement":
            upstream.trouble = WhyNoReply.NOT_FHIR.value
            return None
        self._halves, self._asked_at = self._join(upstream, body), now
        return self._halves

    def _settled(self, talk: Talk, *, is_cut_short: bool) -> RoundResult:
        upstream = talk.upstream
        if upstream is not None and upstream.skew_s is not None:
            self.facts = replace(self.facts, skew_s=upstream.skew_s)
        stop = talk.stop
        why = stop.value or talk.trouble
        if stop or why:
            self.disconnect()
        is_success = not why and upstream is not None and upstream.accepted > 0
        if is_cut_short and not is_success and not stop:
            # Who hung up ourselves has learnt nothing of the other side.
            self._keep(self.facts, talk)
            return talk.result(is_cut_short=True)
        if is_success:
            self._keep(self._well(talk), talk)
        else:
            # An upstream that answers, and says yes to nothing, is not well either.
            self._keep(replace(self._failing(why or "server"), stop=stop), talk)
        facts = self.facts
        return talk.result(
            is_success=facts.failing_since is None, is_cut_short=is_cut_short, why=facts.why, stop=facts.stop
        )

    def _well(self, talk: Talk) -> RoundFacts:
        now = self._clock.now()
        is_left = talk.settled == 0 and self.counts().waiting > 0
        left_since = (self.facts.left_since or now) if is_left else None
        return RoundFacts(now, None, "", Stop.NONE, left_since, self.facts.skew_s)

    def _failing(self, why: str) -> RoundFacts:
        since = self.facts.failing_since or self._clock.now()
        return replace(self.facts, failing_since=since, why=why, stop=Stop.NONE)

    def _keep(self, facts: RoundFacts, talk: Talk) -> None:
        """The facts count at once; a store that refuses them is told as what it is."""
        self.facts = facts
        try:
            with self._store.write() as work:
                work.sync_state.put(STATE_NAME, facts.as_json())
                note_link(work, facts.failing_since, self._clock.now())
                figures = talk.figures(self._clock.today())
                if any(figures[1:]):
                    work.sync_state.count_on(figures)
                work.commit()
        except ClinicDeskError:
            self.facts = self._failing("store")


def _why_of(error: ClinicDeskError) -> str:
    """Whose affair it is: the disk's, the settings', the server's, else the program's own."""
    if error.code == _UNREADABLE:
        return BAD_REPLY
    area = error.code.partition(".")[0]
    if area == "store":
        return "store"
    return "settings" if area in _OF_THE_SETTINGS else "fault"
