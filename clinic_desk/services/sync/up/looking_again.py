"""Making the looks that are still owed, a few in each pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.sync.ops import Op
from clinic_desk.services.ports import CancelCheck, Store, UnitOfWork
from clinic_desk.services.sync.up.creating import Register
from clinic_desk.services.sync.up.owed_looks import keep_owed, owed_looks
from clinic_desk.services.sync.up.preparing import Preparing
from clinic_desk.services.sync.up.send_values import Landed, Outcome
from clinic_desk.services.sync.up.settling import Settling
from clinic_desk.services.sync.upstream_port import NoReply, Upstream

_AT_ONCE: Final = 16


def make_owed_looks(
    store: Store,
    upstream: Upstream,
    preparing: Callable[[UnitOfWork], Preparing],
    settling: Callable[[UnitOfWork], Settling],
    cancelled: CancelCheck,
) -> set[str]:
    """Looks after those that are owed, a few at once; whom it found twice. Never raises `NoReply`."""
    with store.read() as work:
        keys = owed_looks(work)[:_AT_ONCE]
        wanted = [(key, _job(work, preparing(work), key)) for key in keys]
    done: list[tuple[Op, Outcome]] = []
    over: list[OpId] = []
    for key, found in wanted:
        if cancelled():
            break
        if found is None:
            over.append(key)
            continue
        op, job, landed = found
        try:
            outcome = job.look_after(upstream, landed)
        except NoReply:
            break
        if outcome.owes_look:
            continue
        over.append(key)
        if outcome.difference is not None:
            done.append((op, outcome))
    if not keys:
        return set()
    with store.write() as work:
        # What could not be said now stands behind the others, so that one never keeps them from their turn.
        late = [key for key in keys if key not in over]
        keep_owed(work, [key for key in owed_looks(work) if key not in keys] + late)
        writing = settling(work)
        for op, outcome in done:
            writing.note_another(op, outcome)
        work.commit()
    return {op.aggregate_id for op, _ in done}


def _job(work: UnitOfWork, preparing: Preparing, key: OpId) -> tuple[Op, Register, Landed] | None:
    """The registration and what it made; None when there is nothing left to compare."""
    op = work.outbox.get(key)
    shadow = work.shadows.of_local("Patient", op.aggregate_id) if op is not None else None
    job = preparing.registration(op) if op is not None else None
    if op is None or shadow is None or shadow.gone_at is not None or not isinstance(job, Register):
        return None
    return op, job, Landed(shadow.body, shadow.resource_id, shadow.version, shadow.local_id)
