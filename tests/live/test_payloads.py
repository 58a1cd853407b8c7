"""HAPI FHIR takes every payload of the mapping, and what it gives back says the same."""

import json
from typing import Any

import pytest

from clinic_desk.fhir import attachment, complaint, directory, insurance, referral_progress
from clinic_desk.fhir.patient import patient_values
from clinic_desk.fhir.referral_reading import requested_of
from clinic_desk.fhir.stamp import author_of, op_id_of
from tests.fhir.test_schema import ASKED, PAYLOADS, PERSON, REQUEST
from tests.live.hapi_server import HapiServer
from tests.live.test_how_hapi_answers import Http

READERS = {
    "Patient": patient_values,
    "ServiceRequest": requested_of,
    "EpisodeOfCare": attachment.decision_of,
    "CoverageEligibilityRequest": insurance.asked_of,
    "CoverageEligibilityResponse": insurance.answer_of,
    "Organization": directory.supplier_of,
    "HealthcareService": directory.service_of,
    "Communication": complaint.note_of,
}


@pytest.fixture(scope="module")
def places(hapi: HapiServer) -> dict[str, str]:
    """What the payloads refer to and the server must know, as it is called there."""
    http, made = Http(hapi.base), {}
    for names, resource in (
        (("Patient/17", "Patient/18", "Patient/1"), PERSON),
        (("ServiceRequest/5",), REQUEST),
        (("CoverageEligibilityRequest/3", "CoverageEligibilityRequest/1"), ASKED),
    ):
        answer = http.ask("POST", resource["resourceType"], _placed(resource, made))
        assert answer.status == 201, answer.body
        made |= dict.fromkeys(names, f"{resource['resourceType']}/{answer.body['id']}")
    return made


def _placed(resource: dict[str, Any], places: dict[str, str]) -> dict[str, Any]:
    """The resource without an id of its own, referring to what is there."""
    text = json.dumps({name: value for name, value in resource.items() if name not in ("id", "meta")})
    for name, place in places.items():
        text = text.replace(f'"{name}"', f'"{place}"')
    told: dict[str, Any] = json.loads(text)
    for entry in told.get("entry", []):
        # Each payload is of the same people and keys, and here each is to be a resource of its own.
        entry["request"].pop("ifNoneExist", None)
    if "entry" not in told and text.find('"urn:uuid:') >= 0:
        # Taken out of the bundle in which that was there.
        del told["focus"]
    return told


@pytest.mark.parametrize("name", [name for name in PAYLOADS if name != "referral revoked"])
def test_payload_is_taken_and_says_the_same(name: str, hapi: HapiServer, places: dict[str, str]) -> None:
    http, sent = Http(hapi.base), _placed(PAYLOADS[name], places)
    is_bundle = sent["resourceType"] == "Bundle"
    answer = http.ask("POST", "" if is_bundle else sent["resourceType"], sent)
    assert answer.status in (200, 201), answer.body
    resources = [entry["resource"] for entry in sent["entry"]] if is_bundle else [sent]
    got = [entry["resource"] for entry in answer.body["entry"]] if is_bundle else [answer.body]
    for before, after in zip(resources, got, strict=True):
        kind = before["resourceType"]
        stands = http.ask("GET", f"{kind}/{after['id']}").body
        assert (op_id_of(stands), author_of(stands)) == (op_id_of(before), author_of(before))
        assert stands.get("identifier") == before.get("identifier")
        if kind == "Task":
            read = complaint.receipt_of if complaint.is_complaint(before) else referral_progress.progress_of
        else:
            read = READERS[kind]
        # The server's own time stands in for one that the payload does not say.
        told = {part: value for part, value in stands.items() if part != "meta"}
        if name != "bare supplier":
            assert read(told) == read(before)


def test_withdrawn_referral_lands_together(hapi: HapiServer, places: dict[str, str]) -> None:
    http = Http(hapi.base)
    issued = http.ask("POST", "", _placed(PAYLOADS["plain referral"], places)).body
    ids = [entry["resource"]["id"] for entry in issued["entry"]]
    bundle = json.loads(json.dumps(PAYLOADS["referral revoked"]))
    for entry, resource_id in zip(bundle["entry"], ids, strict=True):
        kind = entry["resource"]["resourceType"]
        entry["resource"] = {**_placed(entry["resource"], places), "id": resource_id}
        entry["request"] = {"method": "PUT", "url": f"{kind}/{resource_id}", "ifMatch": 'W/"1"'}
    answer = http.ask("POST", "", bundle)
    assert answer.status == 200, answer.body
    assert requested_of(http.ask("GET", f"ServiceRequest/{ids[0]}").body).status == "revoked"
    again = http.ask("POST", "", bundle)
    assert again.status in (409, 412), again.body
