"""What every upstream has to do, whatever server stands behind it.

`SUITE` are functions of an `Upstream` that talks to a FHIR R4 server; they make what they need and suppose
nothing of what is there already, so that they may run against a server that others use too.
"""

import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from clinic_desk.services.sync.upstream_port import NoReply, Upstream, WhyNoReply

SYSTEM = "urn:oid:2.25.4711"
_counter = itertools.count()


def _new_key() -> str:
    return uuid.uuid4().hex


def patient(key: str, family: str = "Сейітқали", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": SYSTEM, "value": key}],
        "name": [{"family": family, "given": ["Әлихан"]}],
        "birthDate": "1977-07-07",
        **more,
    }


def _made(upstream: Upstream, key: str) -> dict[str, Any]:
    reply = upstream.create(patient(key), f"identifier={SYSTEM}|{key}")
    assert reply.status == 201
    return dict(reply.body or {})


def _entries(body: Any) -> list[dict[str, Any]]:
    assert body["resourceType"] == "Bundle"
    return list(body.get("entry", []))


def the_capability_statement_says_r4(upstream: Upstream) -> None:
    reply = upstream.capabilities()
    assert reply.is_ok
    assert reply.body is not None
    assert reply.body["resourceType"] == "CapabilityStatement"
    assert str(reply.body["fhirVersion"]).startswith("4.")


def a_reply_says_the_time_of_the_server(upstream: Upstream) -> None:
    at = upstream.capabilities().server_time
    assert at is not None
    assert at.utcoffset() is not None


def what_is_created_comes_back_with_id_and_version(upstream: Upstream) -> None:
    key = _new_key()
    reply = upstream.create(patient(key), f"identifier={SYSTEM}|{key}")
    assert reply.status == 201
    assert reply.body is not None
    assert reply.body["name"][0]["family"] == "Сейітқали"
    assert reply.version
    assert reply.location == f"Patient/{reply.body['id']}"


def the_same_key_again_creates_nothing(upstream: Upstream) -> None:
    key = _new_key()
    made = _made(upstream, key)
    again = upstream.create(patient(key, "Басқа"), f"identifier={SYSTEM}|{key}")
    assert again.status == 200
    found = _entries(upstream.search("Patient", [("identifier", f"{SYSTEM}|{key}")]).body)
    assert [entry["resource"]["id"] for entry in found] == [made["id"]]
    assert found[0]["resource"]["name"][0]["family"] == "Сейітқали"


def a_search_asks_for_news(upstream: Upstream) -> None:
    """Servers keep the result of a search for a while; what came since has to be found all the same."""
    key = _new_key()
    query = [("identifier", f"{SYSTEM}|{key}")]
    assert not _entries(upstream.search("Patient", query).body)
    made = _made(upstream, key)
    assert [e["resource"]["id"] for e in _entries(upstream.search("Patient", query).body)] == [made["id"]]


def signs_in_a_key_are_no_syntax(upstream: Upstream) -> None:
    key = f"a&b=c #%?+/ү{_new_key()}"
    query = [("identifier", f"{SYSTEM}|{key}")]
    assert not _entries(upstream.search("Patient", query).body)
    reply = upstream.create(patient(key))
    assert reply.status == 201
    assert reply.body is not None
    found = _entries(upstream.search("Patient", query).body)
    assert [entry["resource"]["id"] for entry in found] == [reply.body["id"]]


def an_update_needs_the_current_version(upstream: Upstream) -> None:
    made = _made(upstream, _new_key())
    first = made["meta"]["versionId"]
    changed = {**made, "birthDate": "1978-08-08"}
    done = upstream.update(changed, first)
    assert done.status == 200
    assert done.version not in ("", first)
    stale = upstream.update({**made, "birthDate": "1979-09-09"}, first)
    assert stale.status in (409, 412)
    now = upstream.read("Patient", made["id"])
    assert (now.body or {})["birthDate"] == "1978-08-08"
    assert now.version == done.version


def all_versions_can_be_read(upstream: Upstream) -> None:
    made = _made(upstream, _new_key())
    upstream.update({**made, "birthDate": "1978-08-08"}, made["meta"]["versionId"])
    bundle = upstream.versions("Patient", made["id"]).body
    assert [e["resource"]["birthDate"] for e in _entries(bundle)] == ["1978-08-08", "1977-07-07"]


def what_is_not_there_is_a_reply_of_its_own(upstream: Upstream) -> None:
    reply = upstream.read("Patient", "no-such-id-0815")
    assert reply.status in (404, 410)
    assert not reply.is_ok


def pages_follow_each_other(upstream: Upstream) -> None:
    keys = [_new_key() for _ in range(5)]
    made = {(upstream.create(patient(key)).body or {})["id"] for key in keys}
    any_of = ",".join(f"{SYSTEM}|{key}" for key in keys)
    reply = upstream.search("Patient", [("identifier", any_of), ("_count", "2"), ("_sort", "_lastUpdated")])
    seen: list[str] = []
    for _ in range(9):
        assert reply.body is not None
        seen += [entry["resource"]["id"] for entry in _entries(reply.body)]
        onward = [link["url"] for link in reply.body.get("link", []) if link["relation"] == "next"]
        if not onward:
            break
        reply = upstream.next_page(onward[0])
    assert len(seen) == 5
    assert set(seen) == made


def newer_ones_are_found_by_their_time(upstream: Upstream) -> None:
    key = _new_key()
    made = _made(upstream, key)
    since = made["meta"]["lastUpdated"]
    query = [("_lastUpdated", f"ge{since}"), ("identifier", f"{SYSTEM}|{key}"), ("_sort", "_lastUpdated")]
    assert [e["resource"]["id"] for e in _entries(upstream.search("Patient", query).body)] == [made["id"]]


def a_foreign_next_link_is_not_followed(upstream: Upstream) -> None:
    for link in ("http://192.0.2.7/fhir/Patient?_count=1", "https://127.0.0.1/fhir/Patient", "//192.0.2.7/x"):
        with pytest.raises(NoReply) as refusal:
            upstream.next_page(link)
        assert refusal.value.why is WhyNoReply.REDIRECT
        assert refusal.value.is_untouched


def _pair(key: str, *, is_broken: bool = False) -> dict[str, Any]:
    person = f"urn:uuid:{uuid.uuid4()}"
    request = {
        "resourceType": "ServiceRequest",
        "identifier": [{"system": SYSTEM, "value": key}],
        "status": "active",
        "intent": "order",
        "subject": {"reference": person},
    }
    if is_broken:
        request = {**request, "resourceType": "Task"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": person,
                "resource": patient(key),
                "request": {
                    "method": "POST",
                    "url": "Patient",
                    "ifNoneExist": f"identifier={SYSTEM}|{key}",
                },
            },
            {
                "fullUrl": f"urn:uuid:{uuid.uuid4()}",
                "resource": request,
                "request": {
                    "method": "POST",
                    "url": "ServiceRequest",
                    "ifNoneExist": f"identifier={SYSTEM}|{key}",
                },
            },
        ],
    }


def a_transaction_lands_whole_and_once(upstream: Upstream) -> None:
    key = _new_key()
    bundle = _pair(key)
    first, second = upstream.transaction(bundle), upstream.transaction(bundle)
    assert first.is_ok
    assert second.is_ok
    assert [e["response"]["status"][:3] for e in _entries(first.body)] == ["201", "201"]
    assert [e["response"]["status"][:3] for e in _entries(second.body)] == ["200", "200"]
    people = _entries(upstream.search("Patient", [("identifier", f"{SYSTEM}|{key}")]).body)
    requests = _entries(upstream.search("ServiceRequest", [("identifier", f"{SYSTEM}|{key}")]).body)
    assert (len(people), len(requests)) == (1, 1)
    assert requests[0]["resource"]["subject"]["reference"] == f"Patient/{people[0]['resource']['id']}"


def a_refused_transaction_leaves_nothing(upstream: Upstream) -> None:
    key = _new_key()
    reply = upstream.transaction(_pair(key, is_broken=True))
    assert 400 <= reply.status < 500
    assert not _entries(upstream.search("Patient", [("identifier", f"{SYSTEM}|{key}")]).body)


def nothing_is_asked_after_closing(upstream: Upstream) -> None:
    upstream.close()
    with pytest.raises(NoReply):
        upstream.capabilities()


SUITE: list[Callable[[Upstream], None]] = [
    the_capability_statement_says_r4,
    a_reply_says_the_time_of_the_server,
    what_is_created_comes_back_with_id_and_version,
    the_same_key_again_creates_nothing,
    a_search_asks_for_news,
    signs_in_a_key_are_no_syntax,
    an_update_needs_the_current_version,
    all_versions_can_be_read,
    what_is_not_there_is_a_reply_of_its_own,
    pages_follow_each_other,
    newer_ones_are_found_by_their_time,
    a_foreign_next_link_is_not_followed,
    a_transaction_lands_whole_and_once,
    a_refused_transaction_leaves_nothing,
    nothing_is_asked_after_closing,
]
