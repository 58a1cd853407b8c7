"""Gives out referral numbers, so that none is ever given twice, not even after a restore.

A restored backup brings an old counter with it. The side file (`NumberMarkerPort`) lies outside the
store and says how far numbers were reserved: reserving is durable before the first number of a block
is used. At start the two are compared:

- the side file says "closed at N" and the counter is N: nothing was lost, go on;
- same series, but the counter is not where the side file left it (a crash, or a restored copy of
  the same series): jump behind everything that was reserved;
- no side file, or another series (another machine, a lost folder): open a new series.
"""

from __future__ import annotations

import secrets

from clinic_desk.domain.numbers import LAST_COUNTER, ReferralNumber, make_series, normalise_desk_code
from clinic_desk.services.ports import Clock, NumberMarkerPort, NumberState, NumberStore, Store

BLOCK = 20


class Numbering:
    """The numbers of one desk while the program runs; one instance per open store."""

    def __init__(self, marker: NumberMarkerPort, clock: Clock) -> None:
        self._marker = marker
        self._clock = clock
        self._is_reconciled = False

    def next(self, numbers: NumberStore, desk_code: str) -> ReferralNumber:
        """The next number, counted in the caller's transaction.

        A rolled back transaction may give the number again to the next caller: it was never
        acknowledged. The first call compares the store with the side file.
        """
        desk = normalise_desk_code(desk_code)
        state = numbers.get(desk)
        if not self._is_reconciled:
            state = self._reconcile(state, desk)
            self._is_reconciled = True
        if state is None or state.next_counter > LAST_COUNTER:
            state = self._new_series(desk, state)
        if state.next_counter >= state.reserved_to:
            state = state._replace(reserved_to=state.next_counter + BLOCK)
            self._marker.reserve(state.series, state.reserved_to)
        numbers.put(state._replace(next_counter=state.next_counter + 1))
        return ReferralNumber(desk, state.series, state.next_counter)

    def close(self, store: Store, desk_code: str) -> None:
        """Notes where the counter stands, so that the next start need not jump."""
        if not self._is_reconciled:
            return
        with store.read() as work:
            state = work.numbers.get(normalise_desk_code(desk_code))
        if state is not None:
            self._marker.close(state.series, state.next_counter)

    def _reconcile(self, state: NumberState | None, desk: str) -> NumberState | None:
        marker = self._marker.read()
        if state is None:
            return None
        if marker is None or marker.series != state.series:
            return self._new_series(desk, state)
        if marker.closed_at == state.next_counter:
            return state._replace(reserved_to=state.next_counter)
        behind = max(marker.reserved_to, marker.closed_at or 0, state.reserved_to)
        return state._replace(next_counter=behind, reserved_to=behind)

    def _new_series(self, desk: str, old: NumberState | None) -> NumberState:
        series = make_series(self._clock.today(), secrets.randbits(5))
        while old is not None and series == old.series:
            series = make_series(self._clock.today(), secrets.randbits(5))
        return NumberState(desk, series, 1, 1)
