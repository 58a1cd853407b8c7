"""Gives out referral numbers, so that none is ever given twice, not even after a restore.

A restored copy brings an old counter with it, and nothing inside the copy can tell. So a counter is
gone on with only where two things prove that the store is the newest copy of itself:

- the side file (`NumberMarkerPort`), outside the store and its folder, which says how far numbers were
  reserved; reserving is durable before the first number of a block is used;
- the place of that file on the disk, which the store remembers: a side file that was itself put back
  from a copy lies elsewhere. A copy of the whole disk keeps even that, so the proof lasts an hour.

At start, with the proof:

- the side file says "closed at N" and the counter is N: nothing was lost, go on;
- the counter is not where the side file left it (a crash, an old copy of the store): jump behind
  everything that was reserved.

Without the proof a new series is opened. Series are named by the minute, so one opened after a restore
is new unless it follows within the same minute; skipping some by chance covers even that.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

from clinic_desk.domain.numbers import LAST_COUNTER, ReferralNumber, make_series, normalise_desk_code
from clinic_desk.services.ports import Clock, NumberMarkerPort, NumberState, Store, UnitOfWork

BLOCK: Final = 100
PROOF_LASTS: Final = dt.timedelta(hours=1)
_CHANCE_MINUTES: Final = 1024
_PROOF: Final = "number_marker"
"""Setting of the store: where its side file lies and when that was noted."""


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
            # Two threads may have come here at once; the second finds the first one's work done.
            if desk != self._reconciled_desk:
                state = self._reconcile(work, desk)
                self._reserve(work, state)
                work.numbers.put(state)
                work.commit()
                self._reconciled_desk = desk

    def next(self, work: UnitOfWork, desk_code: str) -> ReferralNumber:
        """The next number, counted in the caller's transaction; `prepare` came first.

        A rolled back transaction gives the number again to the next caller: it was never
        acknowledged.
        """
        desk = normalise_desk_code(desk_code)
        state = work.numbers.get(desk)
        if state is None or state.next_counter > LAST_COUNTER:
            state = self._new_series(desk, state.series if state else "")
        if state.next_counter >= state.reserved_to:
            state = state._replace(reserved_to=state.next_counter + BLOCK)
            self._reserve(work, state)
        work.numbers.put(state._replace(next_counter=state.next_counter + 1))
        return ReferralNumber(desk, state.series, state.next_counter)

    def close(self, store: Store) -> None:
        """Notes where the counter stands, so that the next start need not jump."""
        if not self._reconciled_desk:
            return
        with store.write() as work:
            state = work.numbers.get(self._reconciled_desk)
            if state is not None:
                self._marker.close(state.series, state.next_counter)
                self._note_place(work)
            work.commit()

    def _reserve(self, work: UnitOfWork, state: NumberState) -> None:
        self._marker.reserve(state.series, state.reserved_to)
        self._note_place(work)

    def _note_place(self, work: UnitOfWork) -> None:
        work.settings.put(_PROOF, {"place": self._marker.place(), "at": self._clock.now().isoformat()})

    def _is_proven(self, work: UnitOfWork) -> bool:
        noted = work.settings.get(_PROOF) or {}
        try:
            age = self._clock.now() - dt.datetime.fromisoformat(noted["at"])
        except (KeyError, TypeError, ValueError):
            return False
        is_same = bool(noted.get("place")) and noted["place"] == self._marker.place()
        return is_same and dt.timedelta(0) <= age <= PROOF_LASTS

    def _reconcile(self, work: UnitOfWork, desk: str) -> NumberState:
        state, marker = work.numbers.get(desk), self._marker.read()
        newest = max(state.series if state else "", marker.series if marker else "")
        if state is None and marker is None:
            return self._new_series(desk, newest)
        if state is None or marker is None or marker.series != state.series or not self._is_proven(work):
            return self._new_series(desk, newest, skip=secrets.randbelow(_CHANCE_MINUTES))
        if marker.closed_at == state.next_counter:
            return state
        behind = max(marker.reserved_to, marker.closed_at or 0, state.reserved_to, state.next_counter)
        return state._replace(next_counter=behind, reserved_to=behind)

    def _new_series(self, desk: str, later_than: str, *, skip: int = 0) -> NumberState:
        return NumberState(desk, make_series(self._clock.now(), later_than, skip=skip), 1, 1)
