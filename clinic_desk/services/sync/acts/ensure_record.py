"""The record before what is done with it: what was made before there was an outbox goes up first."""

from __future__ import annotations

import datetime as dt

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.ids import OpId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import Referral
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.ensure_person import ensure_person
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.down.offering import is_offered, offer_again


def ensure_referral(work: UnitOfWork, referral: Referral, actor: Actor, at: dt.datetime) -> bool:
    """Writes the operation of the issue, under its author and moment, unless there is one.

    False when that was taken back: the referral is none of the upstream's.
    """
    patient = work.patients.get(referral.patient_id)
    if patient is not None:
        ensure_person(work, patient, actor, at)
    return _ensure(
        work,
        "ServiceRequest",
        OpKind.REFERRAL_ISSUE,
        patient_id=referral.patient_id,
        record_id=referral.id,
        author=Actor(referral.issued_by, actor.desk),
        at=referral.issued_at,
        op_id=referral.operation_id,
    )


def ensure_case(
    work: UnitOfWork, case: AttachmentCase, patient: Patient, actor: Actor, at: dt.datetime
) -> bool:
    """Writes the operation of the sending, under its author and moment, unless there is one.

    False when the application is none of the upstream's: never sent, or its operation was taken back.
    """
    if case.sent_at is None:
        return False
    ensure_person(work, patient, actor, at)
    return _ensure(
        work,
        "EpisodeOfCare",
        OpKind.ATTACHMENT_SEND,
        patient_id=patient.id,
        record_id=case.id,
        author=Actor(case.sent_by or actor.user, actor.desk),
        at=case.sent_at,
        op_id=case.operation_id,
    )


def _ensure(
    work: UnitOfWork,
    resource_type: str,
    kind: OpKind,
    *,
    patient_id: str,
    record_id: str,
    author: Actor,
    at: dt.datetime,
    op_id: str,
) -> bool:
    if work.shadows.of_local(resource_type, record_id) is not None:
        return True
    # The record may have been another person's before two were made one: its key is asked for alone.
    known = work.outbox.get(OpId(op_id))
    if known is not None:
        if known.state is OpState.ACCEPTED and not is_offered(work, known):
            # Another server has it; this one has never heard of it.
            offer_again(work, known)
        return known.state is not OpState.WITHDRAWN
    enqueue(
        work,
        kind,
        aggregate_id=patient_id,
        record_id=record_id,
        actor=author,
        at=at,
        op_id=op_id,
    )
    return True
