"""From a form to what the rules judge: the application with everything that is known around it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.address import split_address
from clinic_desk.domain.attachment import AttachmentCase, CaseState, Consent, EndReason
from clinic_desk.domain.attachment_rules import AttachmentRequest, basis_on, rule_on
from clinic_desk.domain.clinic import Doctor
from clinic_desk.domain.deadlines import Due, WorkingHours, answer_due
from clinic_desk.domain.errors import NotFound
from clinic_desk.domain.ids import DistrictId
from clinic_desk.domain.patient import Patient
from clinic_desk.services.attachment_rows import AttachmentForm, ConsentForm
from clinic_desk.services.ports import Clock, UnitOfWork
from clinic_desk.services.rule_book import RuleBook

_EDITED: Final = frozenset({CaseState.DRAFT, CaseState.CONSENTED})
_NEVER_CAME: Final = frozenset({CaseState.DRAFT, CaseState.CONSENTED, CaseState.REFUSED})


@dataclass(frozen=True, slots=True)
class Gathered:
    """The records behind a form, as one moment of the store shows them. `draft` is the case it edits."""

    patient: Patient
    draft: AttachmentCase | None
    request: AttachmentRequest
    is_free_change: bool


def gather(work: UnitOfWork, form: AttachmentForm, book: RuleBook, clock: Clock, by: str) -> Gathered:
    """What the rules judge; `by` is who writes the consent down.

    Raises:
        NotFound: `patient.not_found`.
    """
    patient = work.patients.get(form.patient_id)
    if patient is None:
        raise NotFound("patient.not_found")
    today, now = clock.today(), clock.now()
    cases = work.attachments.of_patient(patient.id)
    standing = next((case for case in cases if case.is_open), None)
    draft = standing if standing is not None and standing.state in _EDITED else None
    district = work.clinic.district(form.district_id) if form.district_id else None
    doctor_id = form.doctor_id or (district.doctor_id if district else None)
    doctor = work.clinic.doctor(doctor_id) if doctor_id else None
    basis = basis_on(book.on(today), form.basis, today) if form.basis else None
    request = AttachmentRequest(
        patient=patient,
        basis=form.basis,
        district=district,
        doctor=doctor,
        consent=consent_of(form.consent, draft.consent if draft else None, now, by),
        documents=form.documents,
        care_at_home=form.care_at_home.strip(),
        contract_until=form.contract_until,
        received_at=form.received_at,
        now=now,
        other_case=None if draft else standing,
        free_changes_used=free_changes(cases, today, clock),
        people=work.attachments.people_of(district.id) if district else 0,
        doctor_people=_doctor_people(work, doctor, district.id) if doctor and district else None,
        is_outside_area=_is_outside(work, patient),
        # Nothing in this version reaches the register of attached people by itself.
        is_online=False,
    )
    return Gathered(patient, draft, request, basis is not None and basis.is_free_change)


def consent_of(form: ConsentForm | None, stored: Consent | None, now: dt.datetime, by: str) -> Consent | None:
    """The consent of a form; one that was stored before keeps its moment and who wrote it down."""
    if form is None:
        return None
    name = form.name.strip()
    told = (form.giver, form.way, name)
    if (
        stored is not None
        and told == (stored.giver, stored.way, stored.name)
        and form.at in (None, stored.at)
    ):
        return stored
    return Consent(form.giver, form.way, form.at or now, by, name)


def form_of(case: AttachmentCase) -> AttachmentForm:
    """The form that shows a case as it is stored."""
    consent = case.consent
    return AttachmentForm(
        case.patient_id,
        case.basis,
        case.district_id,
        case.doctor_id,
        case.previous,
        case.documents,
        ConsentForm(consent.giver, consent.way, consent.at, consent.name) if consent else None,
        case.care_at_home,
        case.contract_until,
        case.received_at,
        dict(case.reasons_given),
        case.allowed_by,
        case.note,
        case.version,
    )


def due_of(received_at: dt.datetime, book: RuleBook, clock: Clock) -> Due:
    """When the answer is due, by the tables and the calendar known today."""
    today = clock.today()
    tables = book.on(today)
    rule = rule_on(tables, today).value
    return answer_due(
        received_at,
        zone=clock.zone,
        calendar=book.calendar(today),
        hours=WorkingHours.on(tables, today),
        working_days=rule.answer_days,
        counted_from=rule.counted_from,
    )


def free_changes(cases: list[AttachmentCase], today: dt.date, clock: Clock) -> int:
    """How many free changes of this year were sent from here and not refused or taken back."""
    return sum(
        case.is_free_change
        and case.sent_at is not None
        and case.sent_at.astimezone(clock.zone).year == today.year
        and case.state not in _NEVER_CAME
        and case.end_reason is not EndReason.WITHDRAWN
        for case in cases
    )


def _doctor_people(work: UnitOfWork, doctor: Doctor, district_id: DistrictId) -> int | None:
    """How many people the doctor has in all districts, None where this is the only one."""
    own = {district.id for district in work.clinic.districts() if district.doctor_id == doctor.id}
    return work.districts.people_of_doctor(doctor.id) if own - {district_id} else None


def _is_outside(work: UnitOfWork, patient: Patient) -> bool:
    """True when the address names a street and no district has it; False while no streets are listed."""
    address = split_address(patient.address)
    if not address.street_key or not work.districts.street_counts():
        return False
    parts = work.districts.streets_of(address.street_key)
    return not any(part.holds(address) for part in parts) and not (parts and address.house is None)
