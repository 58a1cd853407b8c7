"""Makes the two halves of a round for a connection, by what the server can do."""

from __future__ import annotations

from clinic_desk.fhir.capability import abilities_of
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change
from clinic_desk.services.ports import CancelCheck, Clock, Progress, Store
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.down.baseline import Baseline
from clinic_desk.services.sync.down.paging import BadReply
from clinic_desk.services.sync.down.receiving import Receiver
from clinic_desk.services.sync.exchange.round_values import Join, Received, why_bad
from clinic_desk.services.sync.up.send_result import SendResult
from clinic_desk.services.sync.up.sending import Sender
from clinic_desk.services.sync.upstream_port import Resource, Upstream


class JoinedHalves:
    """See `round_values.Halves`."""

    def __init__(self, sender: Sender, receiver: Receiver, baseline: Baseline) -> None:
        self._sender = sender
        self._receiver = receiver
        self._baseline = baseline
        self._is_looked_at = False

    def send(self, cancelled: CancelCheck) -> SendResult:
        """See `round_values.Halves`.

        What is sent goes by the ids and versions that the upstream told. One that was restored, or another
        one that was set in its place, may have given them to somebody else: it is looked at first, once a
        connection.
        """
        if not self._is_looked_at and self._sender.has_work():
            if self._receiver.finds_restored():
                return SendResult(is_restored=True)
            self._is_looked_at = True
        return self._sender.run(cancelled)

    def receive(self, progress: Progress, cancelled: CancelCheck, *, is_idle: bool) -> Received:
        """See `round_values.Halves`."""
        got = self._receiver.run(progress, cancelled, is_idle=is_idle)
        why = ""
        if got.no_reply is not None:
            why = got.no_reply.why.value
        elif got.bad_reply is not None:
            why = why_bad(got.bad_reply)
        return Received(got.pulled, got.conflicts, got.changed, got.restored, why)

    def renew(self, actor: Actor, progress: Progress, cancelled: CancelCheck) -> Change | None:
        """See `round_values.Halves`."""
        try:
            renewed, change = self._baseline.renew(actor, progress, cancelled)
        except BadReply:
            return None
        return change if renewed.is_done else None


def joined(store: Store, clock: Clock, rules: RuleBook) -> Join:
    """What makes the halves of each connection over this store."""

    def join(upstream: Upstream, statement: Resource) -> JoinedHalves:
        abilities = abilities_of(statement)
        return JoinedHalves(
            Sender(store, clock, rules, upstream, abilities),
            Receiver(store, clock, rules, upstream, abilities),
            Baseline(store, clock, rules, upstream),
        )

    return join
