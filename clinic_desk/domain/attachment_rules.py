"""Rules at the moment an application for attachment is sent: pure functions of values and the day.

Each finding names its source. A block says what is possible instead; a warning lets the application pass
with a reason and the name of the senior registrar who allows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from clinic_desk.domain.attachment import AttachmentCase, Consent, ConsentGiver, SeenDocument
from clinic_desk.domain.clinic import District, DistrictKind, Doctor
from clinic_desk.domain.findings import Finding, Severity
from clinic_desk.domain.patient import AttachmentBasis, Patient
from clinic_desk.domain.rule_tables import Dated, RuleTables
from clinic_desk.domain.rule_tables.attachment import (
    ATTACHMENT_BASES,
    ATTACHMENT_DOCUMENTS,
    ATTACHMENT_RULES,
    GROUNDS,
    AttachmentRule,
    BasisRule,
    DocumentRule,
    GroundRule,
)
from clinic_desk.domain.rule_tables.districts import DISTRICT_NORMS, DistrictRule

SOURCE_CONSENT = "Unified list of the Fund's defects, code 5.2: attachment without notice and consent"
SOURCE_ATTACHMENT = "Order ҚР ДСМ-194/2020 of 13 Nov 2020 as amended; gov.kz/services/3176"
SOURCE_ONE_PLACE = "egov.kz: one person is attached to one organisation at a time"
SOURCE_WORKERS = "The Fund's answers on workers from EAEU states: attached for the term of the contract"
SOURCE_CARE_AT_HOME = "egov.kz: care at home outside the service area is agreed beforehand"
SOURCE_CHOICE_OF_DOCTOR = (
    "Order ҚР ДСМ-194/2020: the choice of a doctor depends on the people of the district"
)
SOURCE_SENDING = "Set by the organisation"


@dataclass(frozen=True, slots=True)
class AttachmentRequest:
    """The application and what is known around it, as one moment of the store shows it.

    `consent.at`, `received_at` and `now` are aware; `received_at` None means "when it is sent". `other_case`
    is another case of the person that waits for its end. `people` and `doctor_people` count who is attached
    to the district and to all districts of its doctor (None: the doctor has no other one).
    `is_outside_area` when the streets of the districts are known and none holds the address.
    """

    patient: Patient
    basis: AttachmentBasis | None
    district: District | None
    doctor: Doctor | None
    consent: Consent | None
    documents: tuple[SeenDocument, ...]
    care_at_home: str
    contract_until: dt.date | None
    received_at: dt.datetime | None
    now: dt.datetime
    other_case: AttachmentCase | None
    free_changes_used: int
    people: int
    doctor_people: int | None
    is_outside_area: bool
    is_online: bool


def rule_on(tables: RuleTables, day: dt.date) -> Dated[AttachmentRule]:
    """How attachment works on `day`.

    Raises:
        RuleTableBroken: the table says nothing about that day.
    """
    return tables[ATTACHMENT_RULES].one_on(day)


def bases_on(tables: RuleTables, day: dt.date) -> list[Dated[BasisRule]]:
    """The bases that may be chosen on `day`, in the order of the table."""
    return tables[ATTACHMENT_BASES].on(day)


def basis_on(tables: RuleTables, basis: AttachmentBasis, day: dt.date) -> BasisRule | None:
    """The basis as it stands on `day`, None when it may not be chosen."""
    return next((row.value for row in bases_on(tables, day) if row.value.code is basis), None)


def documents_on(tables: RuleTables, day: dt.date) -> list[DocumentRule]:
    """The documents that may be seen, in the order of the table."""
    return [row.value for row in tables[ATTACHMENT_DOCUMENTS].on(day)]


def grounds_on(tables: RuleTables, day: dt.date) -> list[Dated[GroundRule]]:
    """The closed list of grounds for refusal on `day`."""
    return tables[GROUNDS].on(day)


def district_rule_on(tables: RuleTables, kind: DistrictKind, day: dt.date) -> Dated[DistrictRule] | None:
    """Norm and ages of a kind of district; None when the table says nothing."""
    return next((row for row in tables[DISTRICT_NORMS].on(day) if row.value.kind is kind), None)


def find_at_sending(request: AttachmentRequest, day: dt.date, tables: RuleTables) -> list[Finding]:
    """Everything the rules say about sending the application on `day`, blocks first."""
    found = [
        *_application(request, day, tables),
        *_consent(request, day, tables),
        *_documents(request, day, tables),
        *_worker(request, day),
        *_district(request, day, tables),
        *_time(request, day, tables),
        *_notes(request),
    ]
    order = {Severity.BLOCK: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def find_at_refusal(ground: str, text: str, day: dt.date, tables: RuleTables) -> list[Finding]:
    """What speaks against refusing with this ground and these words.

    Source: the closed list of gov.kz/services/3176. A doctor's full list is no ground of its own; a ground
    that says the Rules are not met has to name the paragraph.
    """
    row = next((row for row in grounds_on(tables, day) if row.value.code == ground), None)
    if row is None:
        return [_block("attachment.unknown_ground", "ground", SOURCE_ATTACHMENT, "choose_other_doctor")]
    if row.value.needs_text and not text.strip():
        return [_block("attachment.ground_needs_text", "text", row.source)]
    return []


def _application(request: AttachmentRequest, day: dt.date, tables: RuleTables) -> Iterator[Finding]:
    attachment = request.patient.attachment
    if request.basis is None:
        yield _block("attachment.no_basis", "basis", SOURCE_ATTACHMENT)
    elif basis_on(tables, request.basis, day) is None:
        yield _block("attachment.basis_not_in_force", "basis", SOURCE_ATTACHMENT)
    if request.district is None:
        yield _block("attachment.no_district", "district", SOURCE_ATTACHMENT)
    elif attachment.is_here and attachment.district_id == request.district.id:
        yield _block(
            "attachment.already_here",
            "district",
            SOURCE_ONE_PLACE,
            "choose_other_district",
            district=request.district.number,
        )
    if request.other_case is not None:
        yield _block(
            "attachment.case_open",
            "",
            SOURCE_ONE_PLACE,
            "finish_open_case",
            opened_at=request.other_case.opened_at,
        )
    if request.received_at is not None and request.received_at > request.now:
        yield _block("attachment.received_in_future", "received_at", SOURCE_ATTACHMENT)


def _consent(request: AttachmentRequest, day: dt.date, tables: RuleTables) -> Iterator[Finding]:
    """Source: order ҚР ДСМ-194/2020: minors through parents or guardians, students from 18 themselves."""
    consent = request.consent
    if consent is None:
        yield _block("attachment.no_consent", "consent", SOURCE_CONSENT)
        return
    if consent.at > request.now:
        yield _block("attachment.consent_in_future", "consent", SOURCE_CONSENT)
    if consent.giver is not ConsentGiver.PATIENT and not consent.name:
        yield _block("attachment.no_giver_name", "consent_name", SOURCE_CONSENT)
    age = request.patient.age_on(day)
    own_age = rule_on(tables, day).value.own_age
    if age is None:
        return
    if age < own_age and consent.giver is ConsentGiver.PATIENT:
        yield _block("attachment.minor", "consent", SOURCE_ATTACHMENT, "parent_or_guardian", age=own_age)
    if age >= own_age and consent.giver is ConsentGiver.PARENT:
        yield _block("attachment.of_age", "consent", SOURCE_ATTACHMENT, "applies_himself", age=own_age)


def _documents(request: AttachmentRequest, day: dt.date, tables: RuleTables) -> Iterator[Finding]:
    giver = request.consent.giver if request.consent else None
    offered = [rule for rule in documents_on(tables, day) if rule.is_offered(request.basis, giver)]
    seen = {document.code for document in request.documents}
    if not any(rule.proves_identity and rule.code in seen for rule in offered):
        yield _block("attachment.no_identity_document", "documents", SOURCE_ATTACHMENT)
    for rule in offered:
        if rule.is_needed and not rule.proves_identity and rule.code not in seen:
            yield _block("attachment.document_missing", "documents", SOURCE_ATTACHMENT, document=rule.code)


def _worker(request: AttachmentRequest, day: dt.date) -> Iterator[Finding]:
    """Source: the Fund's answers: attached for the term of the contract, detached when it ends."""
    if request.basis is not AttachmentBasis.EAEU_CONTRACT:
        return
    if request.contract_until is None:
        yield _block("attachment.no_contract_date", "contract_until", SOURCE_WORKERS)
    elif request.contract_until < day:
        yield _block(
            "attachment.contract_over", "contract_until", SOURCE_WORKERS, until=request.contract_until
        )


def _district(request: AttachmentRequest, day: dt.date, tables: RuleTables) -> Iterator[Finding]:
    district, doctor = request.district, request.doctor
    if district is None:
        return
    row = district_rule_on(tables, district.kind, day)
    age = request.patient.age_on(day)
    if row is not None and not row.value.takes(age):
        yield _block(
            "attachment.age_of_district",
            "district",
            row.source,
            "choose_other_district",
            district=district.number,
            age=age,
        )
    # Nobody is kept out because a district waits for its new doctor; only a choice can be made anew.
    if doctor is not None and doctor.id != district.doctor_id and not doctor.is_active_on(day):
        yield _block(
            "attachment.doctor_not_working",
            "doctor",
            SOURCE_CHOICE_OF_DOCTOR,
            "choose_other_doctor",
            doctor=doctor.name.short,
        )
    if row is None or row.value.norm is None:
        return
    norm = row.value.norm
    if request.people + 1 > norm:
        yield _warning(
            "attachment.over_norm",
            "district",
            row.source,
            "choose_other_district",
            district=district.number,
            people=request.people,
            norm=norm,
        )
    if doctor is not None and request.doctor_people is not None and request.doctor_people + 1 > norm:
        yield _warning(
            "attachment.doctor_over_norm",
            "doctor",
            row.source,
            "choose_other_doctor",
            doctor=doctor.name.short,
            people=request.doctor_people,
            norm=norm,
        )


def _time(request: AttachmentRequest, day: dt.date, tables: RuleTables) -> Iterator[Finding]:
    """Moves, free changes and the campaign are independent switches of the dated rule."""
    basis = basis_on(tables, request.basis, day) if request.basis else None
    if basis is None:
        return
    row = rule_on(tables, day)
    rule, is_free = row.value, basis.is_free_change
    if not rule.allows(day, free_change=is_free):
        if rule.campaign_from is None or rule.campaign_to is None:
            yield _warning("attachment.no_changes_now", "basis", row.source, "choose_other_basis")
        else:
            yield _warning(
                "attachment.outside_campaign",
                "basis",
                row.source,
                "choose_other_basis",
                first=dt.date(day.year, *rule.campaign_from),
                last=dt.date(day.year, *rule.campaign_to),
            )
    if is_free and request.free_changes_used >= rule.max_free_changes:
        yield _warning(
            "attachment.change_limit",
            "basis",
            row.source,
            "choose_other_basis",
            used=request.free_changes_used,
            limit=rule.max_free_changes,
            year=day.year,
        )
    if request.basis is AttachmentBasis.NEWBORN:
        age = request.patient.age_on(day)
        if age is not None and age > rule.newborn_age:
            yield _block("attachment.not_newborn", "basis", row.source, "choose_other_basis", n=age)


def _notes(request: AttachmentRequest) -> Iterator[Finding]:
    if request.is_outside_area and not request.care_at_home:
        yield Finding(
            Severity.NOTE, "attachment.outside_area", {}, SOURCE_CARE_AT_HOME, "care_at_home", ("agree_care",)
        )
    if not request.is_online and request.received_at is None:
        yield Finding(Severity.NOTE, "attachment.counts_from_sending", {}, SOURCE_SENDING)


def _block(code: str, field: str, source: str, *instead: str, **params: object) -> Finding:
    return Finding(Severity.BLOCK, code, params, source, field, instead)


def _warning(code: str, field: str, source: str, *instead: str, **params: object) -> Finding:
    return Finding(Severity.WARNING, code, params, source, field, instead)
