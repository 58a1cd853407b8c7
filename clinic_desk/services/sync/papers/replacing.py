"""A referral issued in place of another whose paper is to be recalled, in the transaction of the issue."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from clinic_desk.domain.errors import Conflict, NotFound
from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.referral import MOVES, Referral, ReferralStatus
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.domain.sync.recalls import RecallEnd
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import AuditEntry, UnitOfWork
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.papers.contradictions import settle_open

REPLACED: Final = "replaced"
"""The code that the log and the operation give as the reason."""
_TAKEN_BACK: Final = frozenset({OpState.REJECTED, OpState.HELD})


def replace_referral(
    work: UnitOfWork, old_id: ReferralId, new: Referral, actor: Actor, at: dt.datetime
) -> None:
    """`old_id` is void and `new`, stored in `work` already, stands in its place.

    What of the old one the upstream never took is taken back, so that it does not hold up the new one; what
    it took is cancelled there too. One that was refused stays refused.

    Raises:
        NotFound: `referral.not_found`.
        Conflict: `shift.other_person`, the old one is somebody else's; `shift.replaced_before`, another
            referral stands in its place already.
    """
    old = work.referrals.get(old_id)
    if old is None:
        raise NotFound("referral.not_found")
    if old.patient_id != new.patient_id:
        raise Conflict("shift.other_person")
    recalls = work.recalls.of_referral(old_id)
    if any(recall.end is RecallEnd.REPRINTED for recall in recalls):
        raise Conflict("shift.replaced_before")
    is_upstream = _take_back(work, old, actor, at)
    if ReferralStatus.CANCELLED in MOVES[old.status]:
        work.referrals.save(
            replace(old, status=ReferralStatus.CANCELLED), by=actor.user, at=at, note=f"→ {new.number}"
        )
        if is_upstream:
            enqueue(
                work,
                OpKind.REFERRAL_MOVE,
                aggregate_id=old.patient_id,
                record_id=old.id,
                actor=actor,
                at=at,
                payload={"status": ReferralStatus.CANCELLED.value, "note": REPLACED},
            )
    settle_open(work, recalls, RecallEnd.REPRINTED, actor, at, new.id)
    work.audit.write(
        AuditEntry(
            at,
            actor.user,
            actor.desk.code,
            "referral.replace",
            "referral",
            old.id,
            reason=new.id,
            operation_id=new.operation_id,
        )
    )


def _take_back(work: UnitOfWork, old: Referral, actor: Actor, at: dt.datetime) -> bool:
    """Whether the upstream has the old one, or may have it; its refused operations are withdrawn."""
    knows = False
    for op in work.outbox.of_record(old.patient_id, old.id):
        if op.kind is not OpKind.REFERRAL_ISSUE and op.kind is not OpKind.REFERRAL_MOVE:
            continue
        if op.state in _TAKEN_BACK:
            work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=at, reason=REPLACED))
        elif op.state is not OpState.WITHDRAWN:
            knows = True
    return knows
