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

from clinic_desk.domain.numbers import LAST_COUNTER, ReferralNumber, make_series, normalise_desk_code
from clinic_desk.services.ports import Clock, NumberMarkerPort, NumberState, NumberStore, Store

BLOCK = 20


class Numbering:
    """The numbers of the desk while the program runs; one instance per open store."""

    def __init__(self, marker: NumberMarkerPort, clock: Clock) -> None:
        self._marker = marker
        self._clock = clock
        self._reconciled_desk = ""

    def prepare(self, store: Store, desk_code: str) -> None:
        """The counter of the desk is proven or moved on, durably; cheap when it was done before.

        A transaction of its own: were it part of an issue that is rolled back, the old counter
        would come back unnoticed.
        """
        desk = normalise_desk_code(desk_code)
        if desk == self._reconciled_desk:
            return
        with store.write() as work:
            state = self._reconcile(work.numbers.get(desk), desk)
            self._marker.reserve(state.series, state.reserved_to)
            work.numbers.put(state)
            work.commit()
        self._reconciled_desk = desk

    def next(self, numbers: NumberStore, desk_code: str) -> ReferralNumber:
        """The next number, counted in the caller's transaction; `prepare` came first.

        A rolled back transaction gives the number again to the next caller: it was never
        acknowledged.
        """
        desk = normalise_desk_code(desk_code)
        state = numbers.get(desk)
        if state is None or state.next_counter > LAST_COUNTER:
            state = self._new_series(desk, state.series if state else "")
        if state.next_counter >= state.reserved_to:
            state = state._replace(reserved_to=state.next_counter + BLOCK)
            self._marker.reserve(state.series, state.reserved_to)
        numbers.put(state._replace(next_counter=state.next_counter + 1))
        return ReferralNumber(desk, state.series, state.next_counter)

    def close(self, store: Store) -> None:
        """Notes where the counter stands, so that the next start need not jump."""
        if not self._reconciled_desk:
            return
        with store.read() as work:
            state = work.numbers.get(self._reconciled_desk)
        if state is not None:
            self._marker.close(state.series, state.next_counter)

    def _reconcile(self, state: NumberState | None, desk: str) -> NumberState:
        marker = self._marker.read()
        if state is None or marker is None or marker.series != state.series:
            return self._new_series(desk, max(state.series if state else "", marker.series if marker else ""))
        if marker.closed_at == state.next_counter:
            return state
        behind = max(marker.reserved_to, marker.closed_at or 0, state.reserved_to, state.next_counter)
        return state._replace(next_counter=behind, reserved_to=behind)

    def _new_series(self, desk: str, later_than: str) -> NumberState:
        return NumberState(desk, make_series(self._clock.now(), later_than), 1, 1)
