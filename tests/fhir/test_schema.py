"""Every payload of every kind is valid by the official R4 schema."""

import datetime as dt
from dataclasses import replace
from typing import Any

import fastjsonschema
import pytest

from clinic_desk.domain.attachment import EndReason
from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.insurance import InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import AgeBand, NoIinReason, ReminderConsent, SlipLanguage
from clinic_desk.domain.referral import InsuranceEvidence, Payer, ReferralStatus
from clinic_desk.domain.sync.arrivals import (
    AttachmentDecision,
    ComplaintNote,
    ComplaintReceipt,
    ComplaintStep,
    DecisionOutcome,
)
from clinic_desk.fhir.attachment import AttachmentParts, decided, ended, episode
from clinic_desk.fhir.bundles import Entry, transaction
from clinic_desk.fhir.complaint import complaint_bundle, receipted
from clinic_desk.fhir.directory import healthcare_service, organization
from clinic_desk.fhir.insurance import eligibility_request, eligibility_response, recorded_answer_bundle
from clinic_desk.fhir.patient import (
    merged_into,
    patient_resource,
    unmerged,
    with_local_id,
    with_patient_values,
)
from clinic_desk.fhir.referral import referral_bundle, revoked, service_request, task, together
from clinic_desk.fhir.referral_progress import answered, asked, moved, refused, scheduled
from tests.fhir.made import (
    AT,
    CLINIC,
    DISTRICT,
    DOCTOR,
    LATER,
    OFFER,
    SERVICE,
    STAMP,
    SUPPLIER,
    a_case,
    a_check,
    a_patient,
    a_referral,
    an_iin,
    referral_parts,
)
from tests.fhir.schema import WRITTEN, check, whole_schema

PERSON = patient_resource(a_patient(), STAMP)
BARE = a_patient(
    iin=None,
    no_iin_reason=NoIinReason.UNKNOWN_PERSON,
    birth_date=None,
    age_band=AgeBand.UNDER_1,
    name=PersonName("Белгісіз", ""),
    phone=None,
    address="",
    kato="",
    document_number="",
    slip_language=SlipLanguage.RU,
    reminders=ReminderConsent(),
)
NEWBORN = a_patient(
    iin=None, no_iin_reason=NoIinReason.NEWBORN, mother_iin=parse_iin(an_iin()), citizenship="KGZ"
)
TASK = {**task(referral_parts(), STAMP, "ServiceRequest/5"), "id": "6", "meta": {"versionId": "1"}}
REQUEST = {**service_request(referral_parts(), STAMP), "id": "5"}
PLAIN_REFERRAL = a_referral(
    insurance=InsuranceEvidence(InsuranceStatus.UNKNOWN, Payer.UNKNOWN),
    note="",
    reason_evidence="",
    reasons_given={},
)
ASKED = eligibility_request("k1", an_iin(), dt.date(2026, 12, 1), AT, stamp=STAMP)
ANSWER = EligibilityAnswer(
    InsuranceStatus.INSURED_STATE, AT, "04", "R-9", dt.date(2026, 12, 31), "pppppppppppp"
)
EPISODE = episode(AttachmentParts(a_case(), "Patient/17", CLINIC, DISTRICT, DOCTOR, an_iin()), STAMP)
COMPLAINT = complaint_bundle(
    ComplaintNote("c1", AT, "Ұзақ кезек", "queue", "Туысы"), CLINIC, STAMP, person="Patient/17"
)
WITHDRAWN = replace(a_case(), ended_on=dt.date(2026, 12, 1), end_reason=EndReason.WITHDRAWN)


def _answered(answer: EligibilityAnswer | EligibilityFailure) -> dict[str, Any]:
    return eligibility_response(
        answer, ASKED, request_reference="CoverageEligibilityRequest/1", key="k1", created=AT, words="Иә"
    )


def _decision(outcome: DecisionOutcome, **told: Any) -> dict[str, Any]:
    return decided(EPISODE, AttachmentDecision("", outcome, AT, text="Сөз", by="Тіркелім", **told), LATER)


PAYLOADS: dict[str, dict[str, Any]] = {
    "person": PERSON,
    "person without an IIN": patient_resource(NEWBORN, STAMP),
    "person nobody knows": patient_resource(BARE, STAMP),
    "person with one word": patient_resource(a_patient(name=PersonName("", "", "Маратқызы")), STAMP),
    "person changed": with_patient_values(
        PERSON, {"surname": "", "address": "", "phone": "", "kato": ""}, LATER
    ),
    "person merged": merged_into(PERSON, "18", LATER),
    "person apart again": unmerged(merged_into(PERSON, "18", LATER), LATER),
    "person linked": with_local_id(PERSON, BARE.id, LATER),
    "referral": referral_bundle(referral_parts(), STAMP),
    "referral of a new person": referral_bundle(
        referral_parts(person="urn:uuid:0c0f"), STAMP, person=Entry(PERSON, "urn:uuid:0c0f", "identifier=a|b")
    ),
    "plain referral": referral_bundle(referral_parts(referral=PLAIN_REFERRAL, diagnosis=None, iin=""), STAMP),
    "referral that replaces": referral_bundle(referral_parts(replaces="0190"), STAMP),
    "referral revoked": together(
        (revoked(REQUEST, LATER, "Қате"), "1"), (moved(TASK, ReferralStatus.CANCELLED, LATER), "2")
    ),
    "task answered": answered(asked(TASK, "Қай жағы?", LATER), "Сол жағы", STAMP),
    "task scheduled": scheduled(scheduled(TASK, AT, STAMP), LATER.acted_at, LATER),
    "task refused": refused(TASK, "no_contract", "Шарт жоқ", LATER),
    "application": EPISODE,
    "bare application": episode(
        AttachmentParts(a_case(basis=None, documents=(), note=""), "Patient/1", CLINIC), STAMP
    ),
    "application withdrawn": ended(EPISODE, WITHDRAWN, LATER),
    "attachment ended": ended({**EPISODE, "status": "active"}, WITHDRAWN, LATER),
    "attachment accepted": _decision(DecisionOutcome.ACCEPTED, number="N1", first_day=dt.date(2026, 12, 1)),
    "attachment refused": _decision(DecisionOutcome.REFUSED, ground="not_genuine"),
    "attachment over": _decision(DecisionOutcome.ENDED, ground="moved_away", last_day=dt.date(2027, 1, 1)),
    "question": ASKED,
    "answer": _answered(ANSWER),
    "answer later": _answered(EligibilityFailure(WhyNoAnswer.NO_ANSWER)),
    "no answer": _answered(EligibilityFailure(WhyNoAnswer.REFUSED)),
    "recorded": recorded_answer_bundle(a_check(), an_iin(), STAMP),
    "recorded to a question": recorded_answer_bundle(
        a_check(months=""), "", STAMP, person="Patient/17", request_id="3"
    ),
    "recorded unknown": recorded_answer_bundle(a_check(status=InsuranceStatus.UNKNOWN), an_iin(), STAMP),
    "supplier": organization(SUPPLIER),
    "bare supplier": organization(
        replace(SUPPLIER, bin="", cares=(), address="", region="", phone="", ownership="")
    ),
    "service": healthcare_service(SERVICE),
    "offer": healthcare_service(SERVICE, SUPPLIER, OFFER),
    "complaint": COMPLAINT,
    "complaint of nobody": complaint_bundle(ComplaintNote("c2", AT, "Ұзақ"), CLINIC, STAMP),
    "complaint followed": receipted(
        COMPLAINT["entry"][1]["resource"],
        ComplaintReceipt("c1", ComplaintStep.ANSWERED, "7", AT, dt.date(2026, 12, 9), "Жауап", "Басқарма"),
        LATER,
    ),
    **{
        f"task {status}": moved(TASK, status, LATER, "Себебі")
        for status in ReferralStatus
        if status is not ReferralStatus.ISSUED
    },
}


@pytest.mark.parametrize("name", PAYLOADS)
def test_payload_is_valid_r4(name: str) -> None:
    check(PAYLOADS[name])


def test_all_that_is_written_is_among_the_payloads() -> None:
    seen = set()
    for payload in PAYLOADS.values():
        for entry in payload.get("entry", [{"resource": payload}]):
            seen.add(entry["resource"]["resourceType"])
    assert seen == set(WRITTEN) - {"Coverage"}


def test_schema_is_the_official_one_and_bites() -> None:
    whole = whole_schema()
    assert whole["id"] == "http://hl7.org/fhir/json-schema/4.0"
    assert len(whole["oneOf"]) == 146
    for wrong in (
        {**PERSON, "gender": "f"},
        {**PERSON, "nickname": "x"},
        {**PERSON, "birthDate": "14.02.1988"},
        {**TASK, "restriction": {"until": "soon"}},
        {**EPISODE, "status": "asked"},
        transaction([Entry({**PERSON, "name": "Айсұлу"})]),
    ):
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            check(wrong)
