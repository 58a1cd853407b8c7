"""Counts what an upstream answers and compares its clock with ours, without changing a word between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from clinic_desk.services.ports import Clock
from clinic_desk.services.sync.upstream_port import NoReply, Query, Reply, Resource, Upstream, WhyNoReply

_SIGN_IN: Final = frozenset({401, 403})
_BUSY: Final = frozenset({408, 425, 429})
_SERVER_FAULT: Final = 500
_HALF_A_SECOND: Final = dt.timedelta(seconds=0.5)
"""The Date header leaves out the parts of a second: on average half of one."""


class MeasuredUpstream:
    """An `Upstream` that remembers what became of each question.

    All attributes speak of the time since `begin`.

    Attributes:
        asked: how many questions there were.
        accepted: how many replies were 2xx.
        is_sign_in_refused: a reply was 401 or 403, or no token could be had.
        trouble: why a question brought nothing: a value of `WhyNoReply`, `server`, `busy`; "" while all did.
        retry_after_s: the longest wait a reply asked for.
        skew_s: our clock minus the server's, of the quickest reply; None when none told the time.
    """

    def __init__(self, upstream: Upstream, clock: Clock) -> None:
        self._upstream = upstream
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Nothing was asked yet."""
        self._quickest: dt.timedelta | None = None
        self.asked = 0
        self.accepted = 0
        self.is_sign_in_refused = False
        self.trouble = ""
        self.retry_after_s: float | None = None
        self.skew_s: float | None = None

    def capabilities(self) -> Reply:
        """See `Upstream`."""
        return self._measured(self._upstream.capabilities)

    def create(self, resource: Resource, if_none_exist: str = "") -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.create(resource, if_none_exist))

    def update(self, resource: Resource, version: str) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.update(resource, version))

    def read(self, resource_type: str, resource_id: str) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.read(resource_type, resource_id))

    def versions(self, resource_type: str, resource_id: str) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.versions(resource_type, resource_id))

    def search(self, resource_type: str, query: Query) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.search(resource_type, query))

    def history(self, resource_type: str, query: Query) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.history(resource_type, query))

    def next_page(self, link: str) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.next_page(link))

    def transaction(self, bundle: Resource) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.transaction(bundle))

    def operation(self, resource_type: str, name: str, resource: Resource) -> Reply:
        """See `Upstream`."""
        return self._measured(lambda: self._upstream.operation(resource_type, name, resource))

    def close(self) -> None:
        """See `Upstream`."""
        self._upstream.close()

    def _measured(self, ask: Callable[[], Reply]) -> Reply:
        began = self._clock.now()
        self.asked += 1
        try:
            reply = ask()
        except NoReply as error:
            self.trouble = error.why.value
            self.is_sign_in_refused = self.is_sign_in_refused or error.why is WhyNoReply.SIGN_IN
            raise
        self._compare_clocks(reply, began)
        self.accepted += reply.is_ok
        self.is_sign_in_refused = self.is_sign_in_refused or reply.status in _SIGN_IN
        is_busy = reply.status in _BUSY
        if is_busy or reply.status >= _SERVER_FAULT:
            self.trouble = "busy" if is_busy else "server"
            if reply.retry_after_s is not None:
                self.retry_after_s = max(reply.retry_after_s, self.retry_after_s or 0.0)
        return reply

    def _compare_clocks(self, reply: Reply, began: dt.datetime) -> None:
        ended = self._clock.now()
        took = ended - began
        if reply.server_time is None or (self._quickest is not None and took >= self._quickest):
            return
        # The server wrote its time somewhere between question and answer.
        self._quickest = took
        there = reply.server_time + _HALF_A_SECOND
        self.skew_s = (began + took / 2 - there).total_seconds()
