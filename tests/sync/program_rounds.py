"""Rounds of a desk over any upstream, as the program makes them."""

from __future__ import annotations

from collections.abc import Callable

from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.exchange.joining import joined
from clinic_desk.services.sync.exchange.rounds import RoundResult, Rounds
from clinic_desk.services.sync.upstream_port import Upstream
from tests.sync.site import Site


def rounds_of(site: Site, connect: Callable[[], Upstream]) -> Rounds:
    """The rounds of a program that just started; `connect` makes each of its connections."""
    return Rounds(site.store, site.clock, connect, joined(site.store, site.clock, shipped_book()))


def one_round(rounds: Rounds) -> RoundResult:
    """What waits went up, what is new came down, as far as the line allows."""
    return rounds.run_once(lambda *_: None, lambda: False)
