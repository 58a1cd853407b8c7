"""What HAPI FHIR does where servers differ; the client and the rounds rely on coping with each of these.

Said in plain HTTP, so that a change of our client cannot hide a change of the server's.
"""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest

from tests.live.hapi_server import HapiServer

SYSTEM = "urn:oid:2.25.4711"


class Answer:
    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers = status, headers
        self.body = json.loads(body) if body else {}


class Http:
    """Requests to one server."""

    def __init__(self, base: str) -> None:
        self._base = base

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        request = urllib.request.Request(
            f"{self._base}/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/fhir+json",
                "Prefer": "return=representation",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return Answer(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return Answer(refused.status or 0, refused.headers, refused.read())

    def person(self, key: str) -> Answer:
        resource = {
            "resourceType": "Patient",
            "identifier": [{"system": SYSTEM, "value": key}],
            "name": [{"family": "Сейітқали"}],
        }
        return self.ask("POST", "Patient", resource, If_None_Exist=f"identifier={SYSTEM}|{key}")


@pytest.fixture
def http(hapi: HapiServer) -> Http:
    return Http(hapi.base)


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


def test_it_is_r4_and_offers_what_the_rounds_look_for(http: Http) -> None:
    statement = http.ask("GET", "metadata").body
    rest = statement["rest"][0]
    patient = next(one for one in rest["resource"] if one["type"] == "Patient")
    assert statement["fhirVersion"] == "4.0.1"
    assert {"code": "transaction"} in rest["interaction"]
    assert {"code": "history-type"} in patient["interaction"]
    assert patient["conditionalCreate"] is True


def test_a_conditional_create_that_finds_one_brings_that_one(http: Http, key: str) -> None:
    made, again = http.person(key), http.person(key)
    assert (made.status, again.status) == (201, 200)
    assert again.body["id"] == made.body["id"]


def test_an_old_version_is_answered_with_409_and_not_412(http: Http, key: str) -> None:
    made = http.person(key).body
    place = f"Patient/{made['id']}"
    first = http.ask("PUT", place, {**made, "birthDate": "1990-01-01"}, If_Match='W/"1"')
    stale = http.ask("PUT", place, {**made, "birthDate": "1991-01-01"}, If_Match='W/"1"')
    assert (first.status, stale.status) == (200, 409)


def test_a_deleted_one_is_410_to_read_and_409_to_change(http: Http, key: str) -> None:
    made = http.person(key).body
    place = f"Patient/{made['id']}"
    assert http.ask("DELETE", place).status == 200
    assert http.ask("GET", place).status == 410
    assert http.ask("PUT", place, made, If_Match='W/"1"').status == 409


def test_a_search_is_answered_from_memory_unless_one_asks_for_news(http: Http, key: str) -> None:
    search = f"Patient?identifier={SYSTEM}%7C{key}"
    assert http.ask("GET", search).body["total"] == 0
    http.person(key)
    assert http.ask("GET", search).body["total"] == 0
    assert http.ask("GET", search, Cache_Control="no-cache").body["total"] == 1


def test_the_history_tells_of_deletes(http: Http, key: str) -> None:
    made = http.person(key).body
    http.ask("DELETE", f"Patient/{made['id']}")
    entries = http.ask("GET", "Patient/_history?_count=2").body["entry"]
    assert [entry["request"]["method"] for entry in entries] == ["DELETE", "POST"]


def test_an_element_it_does_not_know_is_refused(http: Http) -> None:
    assert http.ask("POST", "Patient", {"resourceType": "Patient", "iin": "1"}).status == 400
