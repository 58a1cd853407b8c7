"""A person's insurance plan from what the store knows of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import InsuranceCheck
from clinic_desk.domain.insurance_plan import InsurancePlan, KnownDiagnosis, PlanPerson, insurance_plan
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.standing import last_answer
from clinic_desk.domain.terms import clinic_day
from clinic_desk.services.ports import UnitOfWork


def plan_of(
    work: UnitOfWork,
    patient: Patient,
    checks: Iterable[InsuranceCheck],
    day: dt.date,
    tables: RuleTables,
) -> InsurancePlan:
    """The plan of `patient` on `day`; `checks` are their answers, newest first."""
    known = known_diagnoses(work, patient.id)
    return insurance_plan(PlanPerson.of(patient), last_answer(checks), known, day, tables)


def known_diagnoses(work: UnitOfWork, patient_id: PatientId) -> list[KnownDiagnosis]:
    """The diagnoses that stand on the person's referrals; none is concluded from anything else.

    Cancelled referrals are left out: a wrong diagnosis is a reason to cancel one.
    """
    return [
        KnownDiagnosis(referral.icd_code, clinic_day(referral.issued_at), referral.insurance.onset_on)
        for referral in work.referrals.of_patient(patient_id)
        if referral.status is not ReferralStatus.CANCELLED
    ]
