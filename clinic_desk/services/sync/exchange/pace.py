"""When a round begins: what may ask for one, and how long the pause is before the next by itself."""

from __future__ import annotations

import random
from enum import Enum, auto

from clinic_desk.domain.sync.answers import RetryLimits
from clinic_desk.services.sync.exchange.round_values import RoundResult
from clinic_desk.services.sync.exchange.status import Stop


class Cause(Enum):
    """What asks for a round."""

    TIMER = auto()
    PERSON = auto()
    CHANGE = auto()


def pause_s(result: RoundResult, failures: int, idle_s: float, retry: RetryLimits) -> float | None:
    """Seconds until the next round begins by itself; None when none does.

    Args:
        result: of the last round.
        failures: how many rounds have failed one after the other, this one too.
        idle_s: the pause while all is well.
        retry: first and longest pause while it is not.
    """
    if not result.is_set or result.stop is Stop.RESTORED:
        return None
    if result.stop is Stop.SIGN_IN:
        # It may have been the server's mistake; nothing is lost by asking now and then.
        return float(retry.longest_s)
    if result.is_success or result.is_cut_short:
        # A little later than the minute each time, so that desks switched on together drift apart.
        return idle_s * random.uniform(1.0, 1.1)  # noqa: S311 - nothing secret depends on it
    return retry.wait_s(failures, result.retry_after_s)
