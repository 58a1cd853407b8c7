"""ServiceRequest as whoever decides about it reads it."""

from __future__ import annotations

from clinic_desk.domain.sync.arrivals import RequestedReferral
from clinic_desk.fhir.extensions import own, own_value, part
from clinic_desk.fhir.moments import read_day, read_instant
from clinic_desk.fhir.reading import (
    Json,
    clean,
    code_in,
    identifier_in,
    logical,
    mapping,
    number,
    objects,
    text,
)
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import systems


def requested_of(service_request: Json) -> RequestedReferral:
    """What it asks for, "" for what it does not say.

    Raises:
        Unreadable: no ServiceRequest.
    """
    if service_request.get("resourceType") != "ServiceRequest":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    ours = systems()
    reasons = objects(service_request.get("reasonCode"))
    outside = next((item for item in reasons if code_in(item, ours.referral_reason)), {})
    performer = next(iter(objects(service_request.get("performer"))), {})
    verdict = own(service_request, "verdict")
    requisition = mapping(service_request.get("requisition"))
    replaced = (logical(item, ours.referral) for item in objects(service_request.get("replaces")))
    return RequestedReferral(
        referral_id=identifier_in(service_request, ours.referral),
        number=clean(requisition.get("value")),
        status=text(service_request.get("status")),
        service_code=code_in(service_request.get("code"), ours.tariff),
        icd_code=next((code for item in reasons if (code := code_in(item, ours.icd10))), ""),
        reason=code_in(outside, ours.referral_reason),
        reason_evidence=clean(own_value(outside, "evidence")),
        supplier_bin=logical(performer, ours.bin),
        supplier_role=text(own_value(performer, "supplier-role")),
        doctor_code=logical(service_request.get("requester"), ours.doctor),
        issued_at=read_instant(service_request.get("authoredOn")),
        valid_until=read_day(mapping(service_request.get("occurrencePeriod")).get("end")),
        quantity=number(mapping(service_request.get("quantityQuantity")).get("value")) or 1,
        payer=text(part(verdict, "payer")),
        payer_rule=text(part(verdict, "rule")),
        answer=text(part(verdict, "answer")),
        note=" ".join(clean(item.get("text")) for item in objects(service_request.get("note"))).strip(),
        replaces=next((value for value in replaced if value), ""),
    )
