"""An operation that was accepted and whose resource is not there any more, offered to the upstream once more.

The accepted one stays as it is. The new one is of the same kind, record, author and moment of the act; the
old one's key stands in its payload. The record's own key upstream absorbs what is there after all.
"""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.sync.ops import Op, OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.outbox import enqueue

OFFERED_AGAIN: Final = "offered_again"
CREATES: Final = frozenset(
    {
        OpKind.PATIENT_REGISTER,
        OpKind.ATTACHMENT_SEND,
        OpKind.REFERRAL_ISSUE,
        OpKind.INSURANCE_RECORD,
    }
)
"""The acts by which a resource came to be."""


def offer_again(work: UnitOfWork, op: Op) -> Op:
    """The new operation, behind all that wait."""
    return enqueue(
        work,
        op.kind,
        aggregate_id=op.aggregate_id,
        record_id=op.record_id,
        actor=Actor(op.actor, Desk(op.desk)),
        at=op.acted_at,
        payload={**op.payload, OFFERED_AGAIN: op.op_id},
    )


def is_offered(work: UnitOfWork, op: Op) -> bool:
    """Whether that was done before."""
    return any(
        one.payload.get(OFFERED_AGAIN) == op.op_id
        for one in work.outbox.of_record(op.aggregate_id, op.record_id)
    )
