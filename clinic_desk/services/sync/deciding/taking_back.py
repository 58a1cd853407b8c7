"""What becomes of a record whose operation was taken back before the upstream had it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from clinic_desk.domain.attachment import OPEN_CASES, CaseState, EndReason
from clinic_desk.domain.ids import AttachmentCaseId, PatientId, ReferralId
from clinic_desk.domain.patient import Attachment, AttachmentState
from clinic_desk.domain.referral import MOVES, ReferralStatus
from clinic_desk.domain.sync.ops import SETTLED, Op, OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_log import log_case, set_attachment
from clinic_desk.services.ports import Clock, UnitOfWork


def take_back(work: UnitOfWork, op: Op, reason: str, actor: Actor, clock: Clock) -> None:
    """The operation is withdrawn, and with it what was done to the same record after it.

    A referral that was never sent is cancelled; an application that was never sent is over, and the person
    attached as before. A person and an answer about insurance stay as they are: only this desk knows them.
    """
    now = clock.now()
    _withdraw(work, op, reason, now)
    begins = op.kind in (OpKind.REFERRAL_ISSUE, OpKind.ATTACHMENT_SEND)
    for later in work.outbox.of_record(op.aggregate_id, op.record_id) if begins else []:
        if later.seq > op.seq and later.state not in SETTLED:
            _withdraw(work, later, reason, now)
    follow = _RECORDS.get(op.kind)
    if follow is not None:
        follow(work, op, reason, actor, clock)


def _withdraw(work: UnitOfWork, op: Op, reason: str, now: dt.datetime) -> None:
    work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=now, reason=reason, next_try_at=None))


def _cancel_referral(work: UnitOfWork, op: Op, reason: str, actor: Actor, clock: Clock) -> None:
    referral = work.referrals.get(ReferralId(op.record_id))
    if referral is not None and ReferralStatus.CANCELLED in MOVES[referral.status]:
        work.referrals.save(
            replace(referral, status=ReferralStatus.CANCELLED), by=actor.user, at=clock.now(), note=reason
        )


def _end_case(work: UnitOfWork, op: Op, reason: str, actor: Actor, clock: Clock) -> None:
    case = work.attachments.get(AttachmentCaseId(op.record_id))
    patient = work.patients.get(PatientId(op.aggregate_id))
    if case is None or case.state not in OPEN_CASES:
        return
    if patient is not None and patient.attachment.state is AttachmentState.PENDING:
        set_attachment(work, clock, actor, patient, case.was or Attachment())
    ended = work.attachments.save(
        replace(case, state=CaseState.ENDED, ended_on=clock.today(), end_reason=EndReason.WITHDRAWN),
        by=actor.user,
        at=clock.now(),
        note=reason,
    )
    log_case(work, clock, actor, "attachment.withdraw", ended)


_Follow = Callable[[UnitOfWork, Op, str, Actor, Clock], None]
_RECORDS: Final[Mapping[OpKind, _Follow]] = {
    OpKind.REFERRAL_ISSUE: _cancel_referral,
    OpKind.ATTACHMENT_SEND: _end_case,
}
