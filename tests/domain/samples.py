"""Values the domain's tests begin with; each test says only what it changes."""

import datetime as dt
from typing import Any

from clinic_desk.domain.catalogue import (
    Diagnosis,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.ids import (
    CheckId,
    DoctorId,
    OfferId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.referral import InsuranceEvidence, Payer, Referral
from clinic_desk.domain.rules import ReferralRequest
from clinic_desk.domain.verdict import PersonFacts, verdict
from clinic_desk.services.rules_of_the_day import shipped_tables

TODAY = dt.date(2026, 11, 23)
"""A Monday and a working day."""
NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)

PERSON = PatientId("p1")
ULTRASOUND = Service(ServiceId("s1"), "C03.001.004", "УЗИ", "УДЗ", package=Package.INSURANCE)
THERAPIST = Service(ServiceId("s2"), "A01.001.000", "Терапевт", package=Package.GUARANTEED)
NOT_TOLD = Service(ServiceId("s3"), "X09.001.000", "Прочее", package=Package.UNKNOWN)
DOCTOR = Doctor(DoctorId("d1"), "017", PersonName("Сейтқали", "Ержан"), "терапевт", "терапевт")
CLINIC = Supplier(
    SupplierId("c1"),
    "Шипа",
    bin="980940000105",
    state=ListState.INCLUDED,
    listed_from=dt.date(2026, 1, 1),
)
OFFER = Offer(OfferId("o1"), CLINIC.id, ULTRASOUND.id)


def check(status: InsuranceStatus, **changed: Any) -> InsuranceCheck:
    """An answer of an hour ago."""
    values: dict[str, Any] = {
        "id": CheckId("k1"),
        "patient_id": PERSON,
        "status": status,
        "checked_at": NOW - dt.timedelta(hours=1),
        "channel": Channel.EGOV,
        "checked_by": "registrar",
    }
    return InsuranceCheck(**{**values, **changed})


INSURED = check(InsuranceStatus.INSURED_CONTRIBUTIONS)


def request(**changed: Any) -> ReferralRequest:
    """A request that no rule has anything to say of; its verdict rests on `check` and `onset_on`."""
    answer = changed.pop("check", INSURED)
    values: dict[str, Any] = {
        "service": ULTRASOUND,
        "diagnosis": Diagnosis("R10.4"),
        "diagnosis_text": "R10.4",
        "doctor": DOCTOR,
        "reason": "no_equipment",
        "supplier": CLINIC,
        "offers": [OFFER],
        "living": [],
        **changed,
    }
    if "verdict" not in changed and values["service"] and values["diagnosis"]:
        values["verdict"] = verdict(
            PersonFacts(),
            answer,
            values["service"],
            values["diagnosis"].code,
            TODAY,
            shipped_tables(),
            onset_on=values.get("onset_on"),
        )
    return ReferralRequest(**values)


def referral(**changed: Any) -> Referral:
    """An issued referral to the ultrasound."""
    values: dict[str, Any] = {
        "id": ReferralId("r1"),
        "number": "D1-1A7QX-00042-K",
        "operation_id": OperationId("op1"),
        "patient_id": PERSON,
        "service_id": ULTRASOUND.id,
        "icd_code": "R10.4",
        "doctor_id": DOCTOR.id,
        "reason": "no_equipment",
        "supplier_id": CLINIC.id,
        "supplier_role": SupplierRole.SUPPLIER,
        "insurance": InsuranceEvidence(InsuranceStatus.INSURED_CONTRIBUTIONS, Payer.INSURANCE),
        "issued_at": NOW,
        "issued_by": "registrar",
        "desk": "1",
        "valid_until": TODAY + dt.timedelta(days=30),
    }
    return Referral(**{**values, **changed})
