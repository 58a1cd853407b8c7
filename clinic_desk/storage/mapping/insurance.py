"""Answers about insurance and failed checks in their tables."""

from __future__ import annotations

from typing import Any, Final

from clinic_desk.domain.ids import CheckId, PatientId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceCheck, InsuranceStatus, WhyNoAnswer
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import insurance_checks, insurance_failures
from clinic_desk.storage.values import day_of, day_text, moment_of, moment_text


def _write(check: InsuranceCheck) -> tuple[Any, ...]:
    return (
        check.id,
        check.patient_id,
        check.status.value,
        moment_text(check.checked_at),
        check.channel.value,
        check.checked_by,
        check.category,
        check.reference,
        day_text(check.valid_through),
        check.months,
    )


def _read(row: Row) -> InsuranceCheck:
    check_id, patient_id, status, checked_at, channel, by, category, reference, through, months = row
    return InsuranceCheck(
        CheckId(check_id),
        PatientId(patient_id),
        InsuranceStatus(status),
        moment_of(checked_at),
        Channel(channel),
        by,
        category,
        reference,
        day_of(through),
        months,
    )


CHECK: Final = Form(
    insurance_checks,
    (
        "id",
        "patient_id",
        "status",
        "checked_at",
        "channel",
        "checked_by",
        "category",
        "reference",
        "valid_through",
        "months",
    ),
    _write,
    _read,
)


def _write_failure(failure: FailedCheck) -> tuple[Any, ...]:
    return (
        failure.patient_id,
        moment_text(failure.at),
        failure.channel.value,
        failure.by,
        failure.why.value,
    )


def _read_failure(row: Row) -> FailedCheck:
    patient_id, at, channel, by, why = row
    return FailedCheck(PatientId(patient_id), moment_of(at), Channel(channel), by, WhyNoAnswer(why))


FAILURE: Final = Form(
    insurance_failures,
    ("patient_id", "at", "channel", "by", "why"),
    _write_failure,
    _read_failure,
    key="patient_id",
)

STANDS: Final = "id NOT IN (SELECT check_id FROM insurance_withdrawals)"
"""Of `insurance_checks`: the answer was not withdrawn."""
