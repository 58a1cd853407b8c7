"""Looks that are still owed: whether somebody else got the same number while we were registering a person.

Conditional create is no promise on every server, so whoever has the number is looked up after each. Where the
reply to that look was lost the person is there all the same: the operation is accepted, and the look is made
again at the end of this pass and of later ones.
"""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.ops import Op
from clinic_desk.services.ports import UnitOfWork

_NAME: Final = "looks_owed"
_MOST_KEPT: Final = 1_000


def owe_look(work: UnitOfWork, op: Op) -> None:
    """Somebody is still to be looked up after this registration."""
    keep_owed(work, [*owed_looks(work), op.op_id])


def owed_looks(work: UnitOfWork) -> list[OpId]:
    """The registrations after which a look is owed; the first is the next."""
    return [OpId(key) for key in work.sync_state.get(_NAME) or []]


def keep_owed(work: UnitOfWork, keys: list[OpId]) -> None:
    """These are owed from now on, the newest of them where there are very many."""
    work.sync_state.put(_NAME, list(dict.fromkeys(keys))[-_MOST_KEPT:])
