"""Attachment cases and their history in their tables."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.domain.attachment import (
    AttachmentCase,
    CaseState,
    Consent,
    ConsentGiver,
    ConsentWay,
    EndReason,
    SeenDocument,
)
from clinic_desk.domain.ids import AttachmentCaseId, DistrictId, DoctorId, OperationId, PatientId
from clinic_desk.domain.patient import Attachment, AttachmentBasis, AttachmentState
from clinic_desk.services.attachment_port import AttachmentEvent
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import attachment_cases, attachment_events
from clinic_desk.storage.values import (
    day_of,
    day_text,
    json_of,
    json_text,
    moment_of,
    moment_text,
    optional_moment_of,
    optional_moment_text,
)

_COLUMNS: Final = (
    "id",
    "patient_id",
    "operation_id",
    "opened_at",
    "opened_by",
    "state",
    "basis",
    "district_id",
    "doctor_id",
    "previous",
    "consent",
    "documents",
    "care_at_home",
    "contract_until",
    "was",
    "is_free_change",
    "reasons_given",
    "allowed_by",
    "note",
    "received_at",
    "due_at",
    "sent_at",
    "sent_by",
    "answered_at",
    "answer_number",
    "refusal_ground",
    "refusal_text",
    "effective_on",
    "ended_on",
    "end_reason",
)


def _write(case: AttachmentCase) -> tuple[Any, ...]:
    return (
        case.id,
        case.patient_id,
        case.operation_id,
        moment_text(case.opened_at),
        case.opened_by,
        case.state.value,
        case.basis.value if case.basis else None,
        case.district_id,
        case.doctor_id,
        case.previous,
        _consent_text(case.consent),
        json_text([[seen.code, day_text(seen.dated)] for seen in case.documents]),
        case.care_at_home,
        day_text(case.contract_until),
        _attachment_text(case.was),
        int(case.is_free_change),
        json_text(dict(case.reasons_given)),
        case.allowed_by,
        case.note,
        optional_moment_text(case.received_at),
        optional_moment_text(case.due_at),
        optional_moment_text(case.sent_at),
        case.sent_by,
        optional_moment_text(case.answered_at),
        case.answer_number,
        case.refusal_ground,
        case.refusal_text,
        day_text(case.effective_on),
        day_text(case.ended_on),
        case.end_reason.value if case.end_reason else None,
    )


def _read(row: Row) -> AttachmentCase:
    r = dict(zip((*_COLUMNS, "version"), row, strict=True))
    return AttachmentCase(
        AttachmentCaseId(r["id"]),
        PatientId(r["patient_id"]),
        OperationId(r["operation_id"]),
        moment_of(r["opened_at"]),
        r["opened_by"],
        CaseState(r["state"]),
        AttachmentBasis(r["basis"]) if r["basis"] else None,
        DistrictId(r["district_id"]) if r["district_id"] else None,
        DoctorId(r["doctor_id"]) if r["doctor_id"] else None,
        r["previous"],
        _consent_of(r["consent"]),
        tuple(SeenDocument(code, day_of(dated)) for code, dated in json_of(r["documents"])),
        r["care_at_home"],
        day_of(r["contract_until"]),
        _attachment_of(r["was"]),
        bool(r["is_free_change"]),
        json_of(r["reasons_given"]),
        r["allowed_by"],
        r["note"],
        optional_moment_of(r["received_at"]),
        optional_moment_of(r["due_at"]),
        optional_moment_of(r["sent_at"]),
        r["sent_by"],
        optional_moment_of(r["answered_at"]),
        r["answer_number"],
        r["refusal_ground"],
        r["refusal_text"],
        day_of(r["effective_on"]),
        day_of(r["ended_on"]),
        EndReason(r["end_reason"]) if r["end_reason"] else None,
        r["version"],
    )


def _consent_text(consent: Consent | None) -> str | None:
    if consent is None:
        return None
    return json_text(
        {
            "giver": consent.giver.value,
            "way": consent.way.value,
            "at": moment_text(consent.at),
            "recorded_by": consent.recorded_by,
            "name": consent.name,
        }
    )


def _consent_of(text: str | None) -> Consent | None:
    if text is None:
        return None
    kept = json_of(text)
    return Consent(
        ConsentGiver(kept["giver"]),
        ConsentWay(kept["way"]),
        moment_of(kept["at"]),
        kept["recorded_by"],
        kept["name"],
    )


def _attachment_text(was: Attachment | None) -> str | None:
    if was is None:
        return None
    basis = was.basis.value if was.basis else None
    return json_text([was.state.value, was.district_id, basis, day_text(was.since)])


def _attachment_of(text: str | None) -> Attachment | None:
    if text is None:
        return None
    state, district_id, basis, since = json_of(text)
    return Attachment(
        AttachmentState(state),
        DistrictId(district_id) if district_id else None,
        AttachmentBasis(basis) if basis else None,
        day_of(since),
    )


def _write_event(event: AttachmentEvent) -> tuple[Any, ...]:
    return event.case_id, event.state.value, moment_text(event.at), event.by, event.note


def _read_event(row: Row) -> AttachmentEvent:
    case_id, state, at, by, note = row
    return AttachmentEvent(AttachmentCaseId(case_id), CaseState(state), moment_of(at), by, note)


CASE: Final = Form(attachment_cases, _COLUMNS, _write, _read, is_versioned=True)
CASE_EVENT: Final = Form(
    attachment_events, ("case_id", "state", "at", "by", "note"), _write_event, _read_event, key="case_id"
)
