"""Which operations go next: in the order of their places, a person's own strictly one behind the other."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable
from typing import Final

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.answers import AnswerCode
from clinic_desk.domain.sync.ops import SETTLED, Op, OpKind, OpState
from clinic_desk.services.ports import UnitOfWork

_PAGE: Final = 200
_MOST_BEHIND: Final = 500
_MOST_LAPS: Final = 4
"""So often a pass goes over what waits; a longer chain of what waits for each other goes on with the next."""


class Choosing:
    """One pass over what waits: each operation is looked at once, and those behind one that went again.

    What waits for something that may go later in the same pass is put off with everything behind it of the
    same person, and holds up nobody else. When the end is reached and something went meanwhile, what waits is
    gone over once more.

    Attributes:
        next_due: the earliest moment at which something that waits now may go.
    """

    def __init__(self, now: dt.datetime) -> None:
        self._now = now
        self._after = 0
        self._halted: set[str] = set()
        self._blocked: frozenset[str] = frozenset()
        self._behind: deque[OpId] = deque()
        self._is_at_end = False
        self._put_off: set[str] = set()
        self._wanting: set[str] = set()
        self._laps = 1
        self._has_moved = False
        self.next_due: dt.datetime | None = None

    def take(self, work: UnitOfWork, most: int) -> list[Op]:
        """The next ones that may go, at most one of a person; empty when the pass is over."""
        chosen: list[Op] = []
        people: set[str] = set()
        self._blocked = work.outbox.blocked()
        behind = [work.outbox.get(op_id) for op_id in dict.fromkeys(self._behind)]
        self._behind.clear()
        waiting = [op for op in behind if op is not None and op.state is OpState.PENDING]
        for op in sorted(waiting, key=lambda one: one.seq):
            if len(chosen) < most:
                self._weigh(work, op, chosen, people)
            else:
                self._behind.append(op.op_id)
        # Mostly the very next ones may go; more is read only where many may not.
        size = min(2 * most, _PAGE)
        while len(chosen) < most and (not self._is_at_end or (not chosen and self._goes_over_again())):
            page = work.outbox.waiting(self._after, size)
            self._is_at_end = len(page) < size
            size = _PAGE
            for op in page:
                # Each of those behind is behind one that is chosen: there is always one to go on with.
                if len(chosen) >= most or len(self._behind) >= _MOST_BEHIND:
                    self._is_at_end = False
                    break
                self._after = op.seq
                self._weigh(work, op, chosen, people)
            if len(self._behind) >= _MOST_BEHIND:
                break
        self._has_moved = self._has_moved or bool(chosen)
        return chosen

    def free(self, op_ids: Iterable[OpId]) -> None:
        """These wait no longer and are looked at again."""
        self._behind.extend(op_ids)

    def halt(self, op: Op) -> None:
        """It did not get through: nothing of the same person goes in this pass."""
        self._halted.add(op.aggregate_id)
        if op.state is OpState.PENDING and op.next_try_at is not None:
            self._note_due(op.next_try_at)

    def _weigh(self, work: UnitOfWork, op: Op, chosen: list[Op], people: set[str]) -> None:
        if op.aggregate_id in self._halted or self._is_put_off(op):
            return
        if op.aggregate_id in people:
            self._behind.append(op.op_id)
            return
        if op.aggregate_id in self._blocked and not self._goes_before_blocked(work, op):
            if self._wants_person(work, op):
                # The registration that they all want may stand behind it.
                self._put_off.add(op.aggregate_id)
                self._wanting.add(op.aggregate_id)
            else:
                self._halted.add(op.aggregate_id)
            return
        if op.next_try_at is not None and op.next_try_at > self._now and not self._was_set_back(op):
            self._note_due(op.next_try_at)
            self._halted.add(op.aggregate_id)
            return
        if op.depends_on and not _is_settled(work, op.depends_on):
            # What it waits for may go in this very pass.
            self._put_off.add(op.aggregate_id)
            return
        people.add(op.aggregate_id)
        chosen.append(op)

    def _is_put_off(self, op: Op) -> bool:
        """Whether it waits for the next time over; the registration that a person wants does not."""
        is_wanted = op.kind is OpKind.PATIENT_REGISTER and op.aggregate_id in self._wanting
        return op.aggregate_id in self._put_off and not is_wanted

    def _goes_over_again(self) -> bool:
        """Begins at the first one once more, when what was put off may have got what it waits for."""
        if not (self._put_off and self._has_moved) or self._laps >= _MOST_LAPS:
            return False
        self._laps += 1
        self._after, self._is_at_end, self._has_moved = 0, False, False
        self._put_off.clear()
        self._wanting.clear()
        return True

    def _goes_before_blocked(self, work: UnitOfWork, op: Op) -> bool:
        """What comes before the blocked one goes; so does the person that it was refused for want of."""
        is_person = op.kind is OpKind.PATIENT_REGISTER
        return all(
            one.seq > op.seq or (is_person and _is_for_want_of_person(one))
            for one in work.outbox.open_of(op.aggregate_id)
            if one.needs_person
        )

    def _was_set_back(self, op: Op) -> bool:
        """Whether this desk's clock showed a later time when the wait was written down."""
        return op.answer is not None and op.answer.at > self._now

    def _wants_person(self, work: UnitOfWork, op: Op) -> bool:
        return all(
            _is_for_want_of_person(one)
            for one in work.outbox.open_of(op.aggregate_id)
            if one.needs_person and one.seq < op.seq
        )

    def _note_due(self, moment: dt.datetime) -> None:
        self.next_due = moment if self.next_due is None else min(self.next_due, moment)


def _is_for_want_of_person(op: Op) -> bool:
    return op.answer is not None and op.answer.code == AnswerCode.PERSON_NOT_SENT


def _is_settled(work: UnitOfWork, op_id: str) -> bool:
    other = work.outbox.get(OpId(op_id))
    return other is None or other.state in SETTLED
