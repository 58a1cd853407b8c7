"""Referrals and their history in their tables."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.domain.catalogue import SupplierRole
from clinic_desk.domain.ids import (
    CheckId,
    DoctorId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.referral import Answer, InsuranceEvidence, Payer, PrintState, Referral, ReferralStatus
from clinic_desk.services.ports import ReferralEvent
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import referral_events, referrals
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
    "number",
    "operation_id",
    "patient_id",
    "service_id",
    "icd_code",
    "doctor_id",
    "reason",
    "supplier_id",
    "supplier_role",
    "insurance_status",
    "payer",
    "payer_rule",
    "check_id",
    "checked_at",
    "channel",
    "reference",
    "category",
    "issued_at",
    "issued_by",
    "desk",
    "valid_until",
    "quantity",
    "reason_evidence",
    "note",
    "reasons_given",
    "status",
    "print_state",
    "copies_printed",
    "appointment_at",
    "answer",
    "payer_group",
    "payer_source",
    "payer_until",
    "onset_on",
)


def _write(referral: Referral) -> tuple[Any, ...]:
    evidence = referral.insurance
    return (
        referral.id,
        referral.number,
        referral.operation_id,
        referral.patient_id,
        referral.service_id,
        referral.icd_code,
        referral.doctor_id,
        referral.reason,
        referral.supplier_id,
        referral.supplier_role.value,
        evidence.status.value,
        evidence.payer.value,
        evidence.payer_rule,
        evidence.check_id,
        optional_moment_text(evidence.checked_at),
        evidence.channel.value if evidence.channel else None,
        evidence.reference,
        evidence.category,
        moment_text(referral.issued_at),
        referral.issued_by,
        referral.desk,
        day_text(referral.valid_until),
        referral.quantity,
        referral.reason_evidence,
        referral.note,
        json_text(dict(referral.reasons_given)),
        referral.status.value,
        referral.print_state.value,
        referral.copies_printed,
        optional_moment_text(referral.appointment_at),
        evidence.answer.value if evidence.answer else None,
        evidence.group,
        evidence.source,
        day_text(evidence.until),
        day_text(evidence.onset_on),
    )


def _read(row: Row) -> Referral:
    r = dict(zip((*_COLUMNS, "version"), row, strict=True))
    valid_until = day_of(r["valid_until"])
    assert valid_until is not None  # noqa: S101 - NOT NULL in the table
    return Referral(
        ReferralId(r["id"]),
        r["number"],
        OperationId(r["operation_id"]),
        PatientId(r["patient_id"]),
        ServiceId(r["service_id"]),
        r["icd_code"],
        DoctorId(r["doctor_id"]),
        r["reason"],
        SupplierId(r["supplier_id"]),
        SupplierRole(r["supplier_role"]),
        InsuranceEvidence(
            InsuranceStatus(r["insurance_status"]),
            Payer(r["payer"]),
            r["payer_rule"],
            CheckId(r["check_id"]) if r["check_id"] else None,
            optional_moment_of(r["checked_at"]),
            Channel(r["channel"]) if r["channel"] else None,
            r["reference"],
            r["category"],
            Answer(r["answer"]) if r["answer"] else None,
            r["payer_group"],
            r["payer_source"],
            day_of(r["payer_until"]),
            day_of(r["onset_on"]),
        ),
        moment_of(r["issued_at"]),
        r["issued_by"],
        r["desk"],
        valid_until,
        r["quantity"],
        r["reason_evidence"],
        r["note"],
        json_of(r["reasons_given"]),
        ReferralStatus(r["status"]),
        PrintState(r["print_state"]),
        r["copies_printed"],
        optional_moment_of(r["appointment_at"]),
        r["version"],
    )


def _write_event(event: ReferralEvent) -> tuple[Any, ...]:
    return event.referral_id, event.status.value, moment_text(event.at), event.by, event.note


def _read_event(row: Row) -> ReferralEvent:
    referral_id, status, at, by, note = row
    return ReferralEvent(ReferralId(referral_id), ReferralStatus(status), moment_of(at), by, note)


REFERRAL: Final = Form(referrals, _COLUMNS, _write, _read, is_versioned=True)
EVENT: Final = Form(
    referral_events,
    ("referral_id", "status", "at", "by", "note"),
    _write_event,
    _read_event,
    key="referral_id",
)
