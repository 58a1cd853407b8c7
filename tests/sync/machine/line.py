"""A line to the server that also repeats requests and kills the program in the middle of one."""

from __future__ import annotations

from typing import Any

from clinic_desk.services.sync.upstream_port import Reply
from tests.upstream.fake_upstream import FakeUpstream


class Killed(BaseException):
    """The program is gone here: nothing that runs afterwards belongs to it."""


class Line(FakeUpstream):
    """See the module.

    Attributes:
        doubles: so many of the next requests reach the server twice.
        dies_after: so many requests from now on the program dies with the reply in its hands; None for never.
    """

    doubles: int = 0
    dies_after: int | None = None

    def _ask(self, call: str, *args: Any, **more: Any) -> Reply:
        # A question by $submit makes nothing that has a key: what a server keeps of it is its own affair.
        is_doubled = self.doubles > 0 and call != "operation"
        if is_doubled and not self.faults and self.always is None:
            self.doubles -= 1
            super()._ask(call, *args, **more)
        reply = super()._ask(call, *args, **more)
        if self.dies_after is not None:
            self.dies_after -= 1
            if self.dies_after <= 0:
                self.dies_after = None
                raise Killed
        return reply

    def close(self) -> None:
        """One connection is closed; the next one goes the same way."""

    def heal(self) -> None:
        """No faults any more."""
        self.faults.clear()
        self.always = None
        self.doubles, self.dies_after = 0, None
