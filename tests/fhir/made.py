"""Made-up values for the tests of the mapping."""

import datetime as dt
from typing import Any

from clinic_desk.domain.attachment import (
    AttachmentCase,
    CaseState,
    Consent,
    ConsentGiver,
    ConsentWay,
    SeenDocument,
)
from clinic_desk.domain.catalogue import (
    Care,
    Diagnosis,
    ListState,
    Offer,
    Package,
    Service,
    Supplier,
    SupplierRole,
)
from clinic_desk.domain.clinic import ClinicProfile, District, DistrictKind, Doctor
from clinic_desk.domain.ids import (
    AttachmentCaseId,
    CheckId,
    DistrictId,
    DoctorId,
    OfferId,
    OperationId,
    PatientId,
    ReferralId,
    ServiceId,
    SupplierId,
)
from clinic_desk.domain.iin import Sex, check_digit, parse_iin
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import (
    AttachmentBasis,
    DocumentKind,
    Patient,
    ReminderConsent,
    Reminders,
    SlipLanguage,
)
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.referral import Answer, InsuranceEvidence, Payer, PayerReason, Referral
from clinic_desk.fhir.referral import ReferralParts
from clinic_desk.fhir.stamp import Stamp

AT = dt.datetime(2026, 11, 27, 9, 30, 0, 125000, tzinfo=dt.UTC)
STAMP = Stamp("0190a0b0c0d0e0f00102030405060708", "g.serik", "D1", AT)
LATER = Stamp("0190a0b0c0d0e0f00102030405060709", "a.aru", "D2", AT + dt.timedelta(hours=1))


def an_iin(first_eleven: str = "88021440001") -> str:
    """A number with its check digit; the serial is moved on where none is ever issued."""
    while (digit := check_digit(first_eleven)) is None:
        first_eleven = f"{int(first_eleven) + 1:011d}"
    return f"{first_eleven}{digit}"


def a_patient(**changes: Any) -> Patient:
    """Somebody whose every field is filled."""
    told: dict[str, Any] = {
        "id": PatientId("0190a0b0c0d0e0f00102030405060701"),
        "name": PersonName("Үлгібаева", "Айсұлу", "Маратқызы"),
        "birth_date": dt.date(1988, 2, 14),
        "sex": Sex.FEMALE,
        "iin": parse_iin(an_iin()),
        "phone": Phone("+77000000000"),
        "address": "Алматы қ., Абай д-лы 1, 2-пәтер",
        "document": DocumentKind.IDENTITY_CARD,
        "document_number": "N00000000",
        "slip_language": SlipLanguage.BOTH,
        "kato": "750000000",
        "reminders": ReminderConsent(Reminders.YES, AT, "g.serik"),
    }
    return Patient(**{**told, **changes})


SERVICE = Service(
    ServiceId("s1"), "A02.015.000", "Консультация: Кардиолог", "Кеңес: Кардиолог", package=Package.INSURANCE
)
DOCTOR = Doctor(DoctorId("d1"), "D-17", PersonName("Сейітов", "Нұрлан"), "терапевт", "терапевт")
SUPPLIER = Supplier(
    SupplierId("p1"),
    "Центр «Улги-Кардио»",
    "000940000004",
    "Алматы",
    "Абай 1",
    "+7 727 000 00 00",
    "private",
    ListState.INCLUDED,
    dt.date(2025, 1, 1),
    dt.date(2027, 12, 31),
    (Care(SupplierRole.SUPPLIER, "Консультация", "Кардиолог"),),
)
OFFER = Offer(OfferId("o1"), SUPPLIER.id, SERVICE.id, SupplierRole.CO_EXECUTOR, dt.date(2026, 1, 1), None, 7)
CLINIC = ClinicProfile("№ 1 үлгі емханасы", "Образцовая поликлиника № 1", bin="000940000013")
DIAGNOSIS = Diagnosis("I11.9", "Гипертензивная болезнь сердца")
DISTRICT = District(DistrictId("t1"), "12", DistrictKind.THERAPEUTIC)


def a_referral(**changes: Any) -> Referral:
    """One with everything that can stand in it."""
    evidence = InsuranceEvidence(
        InsuranceStatus.INSURED_STATE,
        Payer.INSURANCE,
        PayerReason.INSURED.value,
        checked_at=AT,
        channel=Channel.EGOV,
        reference="R-1",
        category="04",
        answer=Answer.COVERED,
        group="cardio",
        source="Law",
        until=dt.date(2026, 12, 31),
        onset_on=dt.date(2026, 1, 1),
    )
    told: dict[str, Any] = {
        "id": ReferralId("0190a0b0c0d0e0f00102030405060777"),
        "number": "D1-26-000017",
        "operation_id": OperationId(STAMP.op_id),
        "patient_id": a_patient().id,
        "service_id": SERVICE.id,
        "icd_code": "I11.9",
        "doctor_id": DOCTOR.id,
        "reason": "no_specialist",
        "supplier_id": SUPPLIER.id,
        "supplier_role": SupplierRole.CO_EXECUTOR,
        "insurance": evidence,
        "issued_at": AT,
        "issued_by": "g.serik",
        "desk": "D1",
        "valid_until": dt.date(2026, 12, 27),
        "quantity": 2,
        "reason_evidence": "Ставка бос",
        "note": "Шұғыл",
        "reasons_given": {"referral.duplicate": "Бірінші жолдама жоғалған"},
    }
    return Referral(**{**told, **changes})


def referral_parts(**changes: Any) -> ReferralParts:
    told: dict[str, Any] = {
        "referral": a_referral(),
        "person": "Patient/17",
        "service": SERVICE,
        "doctor": DOCTOR,
        "supplier": SUPPLIER,
        "clinic": CLINIC,
        "diagnosis": DIAGNOSIS,
        "iin": an_iin(),
    }
    return ReferralParts(**{**told, **changes})


def a_case(**changes: Any) -> AttachmentCase:
    """A sent application."""
    told: dict[str, Any] = {
        "id": AttachmentCaseId("0190a0b0c0d0e0f00102030405060888"),
        "patient_id": a_patient().id,
        "operation_id": OperationId("0190a0b0c0d0e0f00102030405060889"),
        "opened_at": AT,
        "opened_by": "g.serik",
        "state": CaseState.SENT,
        "basis": AttachmentBasis.EAEU_CONTRACT,
        "district_id": DISTRICT.id,
        "doctor_id": DOCTOR.id,
        "previous": "№ 4 емхана",
        "consent": Consent(ConsentGiver.PARENT, ConsentWay.PAPER, AT, "g.serik", "Үлгібаева Б."),
        "documents": (SeenDocument("identity", dt.date(2020, 5, 1)), SeenDocument("contract")),
        "care_at_home": "Келісілген",
        "contract_until": dt.date(2027, 6, 30),
        "is_free_change": True,
        "reasons_given": {"attachment.full": "Отбасы"},
        "allowed_by": "s.senior",
        "note": "Ескерту",
        "received_at": AT,
        "sent_at": AT,
        "sent_by": "g.serik",
    }
    return AttachmentCase(**{**told, **changes})


def a_check(**changes: Any) -> InsuranceCheck:
    told: dict[str, Any] = {
        "id": CheckId("0190a0b0c0d0e0f00102030405060999"),
        "patient_id": a_patient().id,
        "status": InsuranceStatus.GRACE_3M,
        "checked_at": AT,
        "channel": Channel.EGOV,
        "checked_by": "g.serik",
        "category": "04",
        "reference": "R-77",
        "valid_through": dt.date(2026, 12, 31),
        "months": "ppppppppp-g?",
    }
    return InsuranceCheck(**{**told, **changes})
