"""Referral: ServiceRequest, which never changes once it is out, and the Task that follows it."""

from __future__ import annotations

from dataclasses import dataclass

from clinic_desk.domain.catalogue import Diagnosis, Service, Supplier
from clinic_desk.domain.clinic import ClinicProfile, Doctor
from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.referral import Referral
from clinic_desk.domain.terms import clinic_day
from clinic_desk.fhir.bundles import Entry, local_url, transaction
from clinic_desk.fhir.extensions import Value, extension, parts_of
from clinic_desk.fhir.moments import day_text, instant_text
from clinic_desk.fhir.reading import Json, Resource, objects
from clinic_desk.fhir.references import (
    clinic_reference,
    concept,
    doctor_reference,
    organisation,
    patient_reference,
)
from clinic_desk.fhir.stamp import Stamp, stamped
from clinic_desk.fhir.systems import key_of, systems


@dataclass(frozen=True, slots=True)
class ReferralParts:
    """A referral with everything it names.

    `person` is `Patient/id` upstream, or the full URL of the entry that creates the person in the same
    bundle. `replaces` is the id of the referral whose paper this one replaces, "" for none.
    """

    referral: Referral
    person: str
    service: Service
    doctor: Doctor
    supplier: Supplier
    clinic: ClinicProfile
    diagnosis: Diagnosis | None = None
    iin: str = ""
    replaces: str = ""


def referral_key(referral_id: ReferralId) -> str:
    """The search that finds the ServiceRequest."""
    return key_of(systems().referral, referral_id)


def task_key(referral_id: ReferralId) -> str:
    """The search that finds the referral's Task: one for each referral."""
    return key_of(systems().task, referral_id)


def referral_bundle(parts: ReferralParts, stamp: Stamp, *, person: Entry | None = None) -> Resource:
    """ServiceRequest and Task in one transaction, with the person before them if they are new upstream."""
    key = parts.referral.id
    request_url = local_url(systems().referral, key)
    entries = [
        Entry(service_request(parts, stamp), request_url, referral_key(key)),
        Entry(task(parts, stamp, request_url), local_url(systems().task, key), task_key(key)),
    ]
    return transaction([person, *entries] if person else entries)


def service_request(parts: ReferralParts, stamp: Stamp) -> Resource:
    """The referral as issued: number, person, service, diagnosis, why outside, where to, who pays."""
    ours, referral, service = systems(), parts.referral, parts.service
    resource: Resource = {
        "resourceType": "ServiceRequest",
        "extension": [
            {"url": ours.ext("issued-at-clinic"), "valueReference": clinic_reference(parts.clinic)},
            *_verdict(referral),
            *_warnings(referral),
        ],
        "identifier": [{"system": ours.referral, "value": referral.id}],
        "status": "active",
        "intent": "order",
        "code": concept((ours.tariff, service.code), words=service.title_ru or service.title_kk),
        "quantityQuantity": {"value": referral.quantity},
        "subject": patient_reference(parts.person, parts.iin),
        "occurrencePeriod": {
            "start": day_text(clinic_day(referral.issued_at)),
            "end": day_text(referral.valid_until),
        },
        "authoredOn": instant_text(referral.issued_at),
        "requester": doctor_reference(parts.doctor),
        "performer": [_performer(parts)],
        "reasonCode": _reasons(parts),
        "requisition": {"system": ours.referral_number, "value": referral.number},
    }
    if parts.replaces:
        replaced = {"system": ours.referral, "value": parts.replaces}
        resource["replaces"] = [{"type": "ServiceRequest", "identifier": replaced}]
    if referral.note:
        resource["note"] = [{"text": referral.note}]
    return stamped(resource, stamp)


def _performer(parts: ReferralParts) -> Resource:
    role = extension(systems().ext("supplier-role"), parts.referral.supplier_role.value, "Code")
    return {"extension": [role], **organisation(parts.supplier.bin, parts.supplier.name)}


def _reasons(parts: ReferralParts) -> list[Resource]:
    """The diagnosis, and why the person is sent outside the clinic, with what proves it."""
    ours, referral, diagnosis = systems(), parts.referral, parts.diagnosis
    title = (diagnosis.title_ru or diagnosis.title_kk) if diagnosis else ""
    told = [concept((ours.icd10, referral.icd_code), words=title)]
    outside = concept((ours.referral_reason, referral.reason))
    if referral.reason_evidence:
        outside["extension"] = [extension(ours.ext("evidence"), referral.reason_evidence)]
    return [item for item in (*told, outside) if item]


def _verdict(referral: Referral) -> list[Resource]:
    """Who pays, as it was told at issue."""
    evidence = referral.insurance
    told: list[tuple[str, Value]] = [
        ("payer", evidence.payer.value),
        ("answer", evidence.answer.value if evidence.answer else None),
        ("rule", evidence.payer_rule),
        ("insurance", evidence.status.value),
        ("checked-at", evidence.checked_at),
        ("channel", evidence.channel.value if evidence.channel else None),
        ("reference", evidence.reference),
        ("category", evidence.category),
        ("group", evidence.group),
        ("source", evidence.source),
        ("until", evidence.until),
        ("onset-on", evidence.onset_on),
    ]
    verdict = parts_of(systems().ext("verdict"), told)
    return [verdict] if verdict else []


def _warnings(referral: Referral) -> list[Resource]:
    url = systems().ext("warning")
    made = (
        parts_of(url, [("code", code), ("words", words)]) for code, words in referral.reasons_given.items()
    )
    return [item for item in made if item]


def task(parts: ReferralParts, stamp: Stamp, focus: str) -> Resource:
    """The follow-up of a referral; `focus` is `ServiceRequest/id` or its entry's full URL."""
    ours, referral = systems(), parts.referral
    issued = instant_text(referral.issued_at)
    resource: Resource = {
        "resourceType": "Task",
        "identifier": [{"system": ours.task, "value": referral.id}],
        "status": "requested",
        "intent": "order",
        "code": concept((ours.task_code, "fulfill")),
        "focus": {"reference": focus},
        "for": patient_reference(parts.person, parts.iin),
        "authoredOn": issued,
        "lastModified": issued,
        "requester": clinic_reference(parts.clinic),
        "owner": organisation(parts.supplier.bin, parts.supplier.name),
        "restriction": {"period": {"end": day_text(referral.valid_until)}},
    }
    return stamped(resource, stamp)


def revoked(service_request_resource: Json, stamp: Stamp, why: str = "") -> Resource:
    """A copy of the server's ServiceRequest that no longer counts; the rest of it stays as it was."""
    copy = {**service_request_resource, "status": "revoked"}
    if why:
        note = {"authorString": stamp.actor, "time": instant_text(stamp.acted_at), "text": why}
        copy["note"] = [*objects(copy.get("note")), note]
    return stamped(copy, stamp)


def together(*updates: tuple[Resource, str]) -> Resource:
    """Updates at these versions that land together, such as a withdrawn referral and its Task."""
    return transaction([Entry(resource, version=version) for resource, version in updates])
