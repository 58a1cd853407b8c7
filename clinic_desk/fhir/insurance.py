"""Insurance: CoverageEligibilityRequest and -Response, answers written down by hand, Coverage."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.ids import CheckId
from clinic_desk.domain.insurance import COVERED, InsuranceCheck, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.sync.arrivals import CoverageSeen
from clinic_desk.domain.terms import clinic_day
from clinic_desk.fhir.bundles import Entry, local_url, transaction
from clinic_desk.fhir.extensions import Value, own_value, parts_of
from clinic_desk.fhir.extensions import own as own_extension
from clinic_desk.fhir.extensions import part as part_of
from clinic_desk.fhir.moments import day_text, instant_text, read_day, read_instant
from clinic_desk.fhir.reading import (
    Json,
    Resource,
    clean,
    identifier_in,
    identifiers,
    logical,
    mapping,
    objects,
    reference_of,
    text,
    truth,
    words_of,
)
from clinic_desk.fhir.references import insurer, patient_reference
from clinic_desk.fhir.stamp import Stamp, stamped
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import key_of, systems

_MONTHS: Final = frozenset("pg-?")


def check_key(check_id: CheckId | str) -> str:
    """The search that finds a check's request."""
    return key_of(systems().check, check_id)


def eligibility_request(
    key: str, iin: str, day: dt.date, created: dt.datetime, *, person: str = "", stamp: Stamp | None = None
) -> Resource:
    """The question whether the person with that IIN is insured on the day of the visit.

    `key` identifies the question, `created` is aware, `person` is `Patient/id` where the upstream knows them.
    """
    resource: Resource = {
        "resourceType": "CoverageEligibilityRequest",
        "identifier": [{"system": systems().check, "value": key}],
        "status": "active",
        "purpose": ["validation"],
        "patient": patient_reference(person, iin),
        "servicedDate": day_text(day),
        "created": instant_text(created),
        "insurer": insurer(),
    }
    return stamped(resource, stamp) if stamp else resource


def asked_of(request: Json) -> tuple[str, dt.date | None]:
    """IIN and day of a request, ("", None) for what it does not say: what whoever answers reads."""
    day = read_day(request.get("servicedDate"))
    day = day or read_day(mapping(request.get("servicedPeriod")).get("start"))
    return logical(request.get("patient"), systems().iin), day


def eligibility_response(
    answer: EligibilityAnswer | EligibilityFailure,
    request: Json,
    *,
    request_reference: str,
    key: str,
    created: dt.datetime,
    words: str = "",
) -> Resource:
    """The answer to a request; `created` is the moment of the answer, aware."""
    resource: Resource = {
        "resourceType": "CoverageEligibilityResponse",
        "identifier": [{"system": systems().check, "value": key}],
        "status": "active",
        "purpose": ["validation"],
        "patient": dict(mapping(request.get("patient"))),
        "created": instant_text(created),
        "request": {"reference": request_reference},
        "outcome": "complete",
        "insurer": insurer(),
    }
    if text(request.get("servicedDate")):
        resource["servicedDate"] = request["servicedDate"]
    if words:
        resource["disposition"] = words
    if isinstance(answer, EligibilityFailure):
        return {**resource, "outcome": "error" if answer.why is WhyNoAnswer.REFUSED else "queued"}
    if answer.reference:
        reference = {"system": systems().check_reference, "value": answer.reference}
        resource["identifier"].append(reference)
    told: list[tuple[str, Value]] = [
        ("status", answer.status.value),
        ("category", answer.category),
        ("months", answer.months),
    ]
    word = parts_of(systems().ext("insurance"), told)
    insurance: Resource = {
        "coverage": {"identifier": {"system": systems().coverage, "value": key}},
        "inforce": answer.status in COVERED,
    }
    if word:
        insurance["extension"] = [word]
    if answer.valid_through:
        insurance["benefitPeriod"] = {"end": day_text(answer.valid_through)}
    return {**resource, "insurance": [insurance]}


def recorded_answer_bundle(
    check: InsuranceCheck, iin: str, stamp: Stamp, *, person: str = "", request_id: str = ""
) -> Resource:
    """An answer that somebody read elsewhere and wrote down, as question and answer in one transaction.

    Args:
        check: the answer as recorded.
        iin: the person's, "" where `person` says who it is.
        stamp: who recorded it.
        person: `Patient/id` where the upstream knows them.
        request_id: the id the question already has upstream, "" when it lands with the answer.
    """
    ours = systems()
    question = eligibility_request(
        check.id, iin, clinic_day(check.checked_at), check.checked_at, person=person, stamp=stamp
    )
    url = local_url(ours.check, check.id)
    answer = EligibilityAnswer(
        check.status, check.checked_at, check.category, check.reference, check.valid_through, check.months
    )
    reference = f"CoverageEligibilityRequest/{request_id}" if request_id else url
    response = eligibility_response(
        answer, question, request_reference=reference, key=check.id, created=check.checked_at
    )
    if check.status is InsuranceStatus.UNKNOWN:
        # "Unknown" is no answer: the question was asked and stays open.
        del response["insurance"]
        response["outcome"] = "partial"
    source = parts_of(ours.ext("recorded"), [("channel", check.channel.value), ("by", check.checked_by)])
    response["extension"] = [source]
    answered = Entry(stamped(response, stamp), if_none_exist=check_key(check.id))
    asked = [] if request_id else [Entry(question, url, check_key(check.id))]
    return transaction([*asked, answered])


def answer_of(response: Json) -> EligibilityAnswer | EligibilityFailure:
    """What the response says; never raises.

    A response without an answer is a failure and says nothing of the person. Where a server says only
    that insurance is in force, it is read as paid by contributions.
    """
    if response.get("resourceType") != "CoverageEligibilityResponse":
        return EligibilityFailure(WhyNoAnswer.NOT_UNDERSTOOD)
    outcome = text(response.get("outcome"))
    if outcome in {"queued", "partial"}:
        return EligibilityFailure(WhyNoAnswer.NO_ANSWER)
    if outcome == "error" or response.get("error"):
        return EligibilityFailure(WhyNoAnswer.REFUSED)
    at = read_instant(response.get("created")) or read_instant(
        mapping(response.get("meta")).get("lastUpdated")
    )
    found = _best(objects(response.get("insurance")))
    status = _status(found)
    if outcome != "complete" or at is None or status is None:
        return EligibilityFailure(WhyNoAnswer.NOT_UNDERSTOOD)
    word = own_extension(found, "insurance")
    months = text(part_of(word, "months"))
    return EligibilityAnswer(
        status=status,
        answered_at=at,
        category=clean(part_of(word, "category"))[:100],
        reference=identifier_in(response, systems().check_reference)[:100],
        valid_through=read_day(mapping(found.get("benefitPeriod")).get("end")),
        months=months if len(months) == 12 and set(months) <= _MONTHS else "",
    )


def _best(insurance: list[Json]) -> Json:
    """The one in force if there is any: one that has ended does not speak against another."""
    return next((one for one in insurance if one.get("inforce") is True), next(iter(insurance), {}))


def _status(found: Json) -> InsuranceStatus | None:
    in_force = truth(found.get("inforce"))
    told = text(part_of(own_extension(found, "insurance"), "status"))
    known = next((status for status in InsuranceStatus if status.value == told), None)
    if known is not None and known is not InsuranceStatus.UNKNOWN and in_force in {None, known in COVERED}:
        return known
    # A status that contradicts "in force" or that nobody knows is no answer; plain "in force" is one.
    if told or in_force is None:
        return None
    return InsuranceStatus.INSURED_CONTRIBUTIONS if in_force else InsuranceStatus.UNINSURED


def is_waiting(response: Json) -> bool:
    """Whether the answer is still being worked out."""
    return text(response.get("outcome")) == "queued"


def request_of(response: Json) -> str:
    """`CoverageEligibilityRequest/id` it answers, "" when it is not told."""
    return reference_of(response.get("request"))


def coverage_of(coverage: Json) -> CoverageSeen:
    """What the upstream holds; a hint beside the answers, never in their place.

    Raises:
        Unreadable: no Coverage.
    """
    if coverage.get("resourceType") != "Coverage":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    period = mapping(coverage.get("period"))
    payors = objects(coverage.get("payor"))
    return CoverageSeen(
        reference=next(iter(identifiers(coverage, systems().coverage)), "") or text(coverage.get("id")),
        is_active=coverage.get("status") == "active",
        iin=logical(coverage.get("beneficiary"), systems().iin) or text(own_value(coverage, "iin")),
        kind=words_of(coverage.get("type")),
        first_day=read_day(period.get("start")),
        last_day=read_day(period.get("end")),
        payer=next((words for one in payors if (words := clean(one.get("display")))), ""),
    )
