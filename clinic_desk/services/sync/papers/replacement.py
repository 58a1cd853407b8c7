"""What stood on a paper that is to be recalled, to begin the referral in its place with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import PatientId, ReferralId, SupplierId
from clinic_desk.domain.local_text import LocalText
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.rows import DiagnosisChoice, DoctorChoice, ServiceChoice


@dataclass(frozen=True, slots=True)
class Replacement:
    """The old referral as choices of the dialog. `supplier_id` is None where it left the list.

    `onset_on` is the first day of the disease as the doctor gave it.
    """

    replaces: ReferralId
    number: str
    patient_id: PatientId
    service: ServiceChoice | None
    diagnosis: DiagnosisChoice
    doctor: DoctorChoice | None
    reason: str
    supplier_id: SupplierId | None
    reason_evidence: str
    note: str
    quantity: int
    onset_on: dt.date | None


def replacement(work: UnitOfWork, referral_id: ReferralId, *, keeps_supplier: bool) -> Replacement:
    """The referral's choices as the lists name them now.

    Raises:
        NotFound: `referral.not_found`.
    """
    old = work.referrals.get(referral_id)
    if old is None:
        raise NotFound("referral.not_found")
    service = work.catalogue.service(old.service_id)
    diagnosis = work.catalogue.diagnosis(old.icd_code)
    doctor = work.clinic.doctor(old.doctor_id)
    return Replacement(
        old.id,
        old.number,
        old.patient_id,
        ServiceChoice(
            service.id,
            service.code,
            LocalText(service.title_kk, service.title_ru, service.title_en),
            service.package,
        )
        if service
        else None,
        DiagnosisChoice(
            old.icd_code,
            LocalText(diagnosis.title_kk, diagnosis.title_ru, diagnosis.title_en)
            if diagnosis
            else LocalText(),
        ),
        DoctorChoice(
            doctor.id, doctor.code, doctor.name.short, LocalText(doctor.specialty_kk, doctor.specialty_ru)
        )
        if doctor
        else None,
        old.reason,
        old.supplier_id if keeps_supplier else None,
        old.reason_evidence,
        old.note,
        old.quantity,
        old.insurance.onset_on,
    )
