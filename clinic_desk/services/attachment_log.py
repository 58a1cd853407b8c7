"""What every act about attachment writes: the audit line, and the person's own record."""

from __future__ import annotations

from dataclasses import replace

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.patient import Attachment, Patient
from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.patient_history import note_change
from clinic_desk.services.ports import AuditEntry, Clock, UnitOfWork


def log_case(
    work: UnitOfWork,
    clock: Clock,
    actor: Actor,
    action: str,
    case: AttachmentCase,
    *,
    reason: str = "",
) -> None:
    """One line of the audit log; `reason` holds codes only."""
    work.audit.write(
        AuditEntry(
            clock.now(),
            actor.user,
            actor.desk.code,
            action,
            "attachment",
            case.id,
            reason=reason,
            operation_id=case.operation_id,
        )
    )


def set_attachment(
    work: UnitOfWork, clock: Clock, actor: Actor, patient: Patient, attachment: Attachment
) -> Patient:
    """The person as stored with another attachment, and the line of their history; the same one is kept."""
    if patient.attachment == attachment:
        return patient
    saved = work.patients.save(replace(patient, attachment=attachment))
    note_change(work, patient, saved, what=HistoryKind.ATTACHED, actor=actor, at=clock.now())
    return saved
