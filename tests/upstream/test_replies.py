"""What counts as an answer, and what a request says: every status is a Reply, and only FHIR is FHIR."""

import datetime as dt
import json
from email.utils import format_datetime

import pytest

from clinic_desk.services.sync.upstream_port import NoReply, Reply, WhyNoReply
from tests.upstream.http import upstream_at
from tests.upstream.raw_server import Heard, http, saying
from tests.upstream.upstream_suite import patient

PERSON = json.dumps(patient("k", id="1", meta={"versionId": "3"}))
PAGE = "<!DOCTYPE html><html><body>Sign in</body></html>"


def answer(raw: bytes) -> Reply:
    with saying(raw) as server, upstream_at(server.base) as upstream:
        return upstream.read("Patient", "1")


def refusal(raw: bytes) -> WhyNoReply:
    with pytest.raises(NoReply) as lost:
        answer(raw)
    assert not lost.value.is_untouched
    return lost.value.why


def body_of(raw: str | bytes) -> bytes:
    return raw.encode() if isinstance(raw, str) else raw


@pytest.mark.parametrize(
    "body",
    [
        *(PAGE, "", "null", "[]", '"text"', "{}", '{"resourceType": 7}', '{"resourceType": "patient"}', "{"),
        '{"resourceType": "Patient", "resourceType": "Patient"}',
        '{"resourceType": "Patient", "name": [{"family": "A", "family": "B"}]}',
        '{"resourceType": "Patient", "x": NaN}',
        '{"resourceType": "Patient", "x": Infinity}',
        '{"resourceType": "Patient", "x": 1e999}',
        '{"resourceType": "Bundle", "total": NaN}',
        '{"resourceType": "Bundle", "total": -Infinity}',
        '{"resourceType": "Bundle", "total": 1e999}',
        '{"resourceType": "Patient", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"resourceType": "Patient", "x": ' + '{"a": ' * 900 + "1" + "}" * 900 + "}",
        '{"resourceType": "Patient", "birthDate": "\\u0000"}',
        '{"resourceType": "Patient", "birthDate": "\\ud800"}',
        '{"resourceType": "Patient", "birthDate": "\x00"}',
        b'{"resourceType": "Patient", "birthDate": "\xff"}',
        '{"resourceType": "Patient"} {"resourceType": "Patient"}',
        '{"resourceType": "Patient", "x": ' + "9" * 5000 + "}",
        '{"resourceType": "Patient", "id": "../admin"}',
    ],
    ids=lambda body: str(body)[:24],
)
def test_what_is_no_fhir(body: str | bytes) -> None:
    assert refusal(http(body)) is WhyNoReply.NOT_FHIR


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/fhir+xml", ""])
def test_a_type_that_is_no_fhir(kind: str) -> None:
    assert refusal(http(PERSON, kind=kind)) is WhyNoReply.NOT_FHIR


@pytest.mark.parametrize(
    "kind", ["application/fhir+json", "application/json", "Application/FHIR+JSON;charset=UTF-8"]
)
def test_types_that_are(kind: str) -> None:
    reply = answer(http(b"\xef\xbb\xbf" + PERSON.encode(), kind=kind))
    assert (reply.status, (reply.body or {})["id"]) == (200, "1")


def test_one_bad_entry_does_not_fail_a_page() -> None:
    page = '{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "\\u0000"}}]}'
    assert answer(http(page)).is_ok


@pytest.mark.parametrize(
    "status",
    ["401 Unauthorized", "403 Forbidden", "408 Slow", "413 Large", "425 Early", "429 Busy", "500 E", "503 E"],
)
def test_a_gateways_own_answer_is_a_reply_without_a_body(status: str) -> None:
    reply = answer(http(PAGE, status, "text/html"))
    assert (reply.status, reply.body, reply.is_ok) == (int(status[:3]), None, False)


@pytest.mark.parametrize("status", ["400 Bad", "404 Not Found", "410 Gone", "412 No", "422 No"])
def test_a_page_does_not_decide_about_a_record(status: str) -> None:
    assert refusal(http(PAGE, status, "text/html")) is WhyNoReply.NOT_FHIR
    said = '{"resourceType": "OperationOutcome", "issue": []}'
    assert answer(http(said, status)).body is not None
    assert answer(http(b"", status)).status == int(status[:3])


def test_a_success_says_what_came_of_it() -> None:
    made = http(b"", "201 Created", Location="/fhir/Patient/7/_history/2")
    with saying(made) as server, upstream_at(server.base) as upstream:
        reply = upstream.create(patient("k"))
        assert (reply.status, reply.body, reply.location) == (201, None, "Patient/7")
    with saying(http(b"", "200 OK")) as server, upstream_at(server.base) as upstream:
        with pytest.raises(NoReply):  # an empty page of somebody in between is no receipt
            upstream.create(patient("k"))
        with pytest.raises(NoReply):
            upstream.transaction({"resourceType": "Bundle", "type": "transaction"})


@pytest.mark.parametrize(
    ("tag", "version"),
    [('W/"5"', "5"), ('"5"', "5"), ("5", "3"), ('W/"a b"', "3"), ("", "3"), ('W/"' + "9" * 200 + '"', "3")],
)
def test_the_version(tag: str, version: str) -> None:
    assert answer(http(PERSON, ETag=tag)).version == version


@pytest.mark.parametrize(
    ("place", "location"),
    [
        ("http://other.example/x/Patient/1", "Patient/1"),
        ("Patient/1/_history/9", "Patient/1"),
        ("/fhir/Patient/..%2f", ""),
        ("/fhir/Patient", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_the_place(place: str, location: str) -> None:
    assert answer(http(PERSON, Location=place)).location == location


NOW = dt.datetime(2026, 11, 27, 5, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *(("7", 7), ("0", 0), ("99999", 900), ("9" * 400, 900), ("-1", None), ("soon", None), ("1.5", None)),
        (format_datetime(NOW + dt.timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - dt.timedelta(days=1), usegmt=True), 0),
        (format_datetime(NOW + dt.timedelta(days=9), usegmt=True), 900),
        ("٣", None),
    ],
)
def test_retry_after_is_capped_and_counted_by_the_servers_clock(said: str, seconds: float | None) -> None:
    raw = http(
        b"", "429 Busy", Retry_After=said.encode().decode("latin-1"), Date=format_datetime(NOW, usegmt=True)
    )
    reply = answer(raw)
    assert (reply.retry_after_s, reply.server_time) == (seconds, NOW)


@pytest.mark.parametrize("date", ["yesterday", "", "Fri, 99 Nov 2026 05:00:00 GMT"])
def test_a_date_that_is_none(date: str) -> None:
    assert answer(http(PERSON, Date=date)).server_time is None


def test_what_a_request_says() -> None:
    with saying(http(PERSON), keeps_open=True) as server, upstream_at(server.base) as upstream:
        upstream.create(patient("k"), "identifier=urn:x|a&b=c ү")
        upstream.update({"resourceType": "Patient", "id": "a.b-1"}, "3")
        upstream.search("Patient", [("_lastUpdated", "ge2026-11-27T10:00:00+05:00"), ("name", "a&b=c")])
        upstream.history("Patient", [("_since", "2026")])
        upstream.versions("Patient", "1")
        upstream.transaction({"resourceType": "Bundle"})
        upstream.operation("CoverageEligibilityRequest", "$submit", {"resourceType": "Parameters"})
        upstream.capabilities()
        assert [heard.line for heard in server.heard] == [
            "POST /fhir/Patient HTTP/1.1",
            "PUT /fhir/Patient/a.b-1 HTTP/1.1",
            "GET /fhir/Patient?_lastUpdated=ge2026-11-27T10%3A00%3A00%2B05%3A00&name=a%26b%3Dc HTTP/1.1",
            "GET /fhir/Patient/_history?_since=2026 HTTP/1.1",
            "GET /fhir/Patient/1/_history HTTP/1.1",
            "POST /fhir HTTP/1.1",
            "POST /fhir/CoverageEligibilityRequest/$submit HTTP/1.1",
            "GET /fhir/metadata HTTP/1.1",
        ]
        create, update, search = server.heard[:3]
        assert create.headers["if-none-exist"] == "identifier=urn%3Ax%7Ca%26b%3Dc%20%D2%AF"
        assert create.headers["content-type"] == "application/fhir+json; charset=utf-8"
        assert json.loads(create.body) == patient("k")
        assert update.headers["if-match"] == 'W/"3"'
        assert {heard.headers.get("prefer") for heard in (create, update)} == {"return=representation"}
        assert {heard.headers["accept"] for heard in server.heard} == {"application/fhir+json"}
        assert not {"prefer", "authorization", "cookie"} & set(search.headers)


def test_cookies_are_not_kept() -> None:
    def say(_: Heard) -> list[bytes]:
        return [http(PERSON, Set_Cookie="session=1; Path=/")]

    with saying(say, keeps_open=True) as server, upstream_at(server.base) as upstream:
        for _ in range(2):
            upstream.read("Patient", "1")
        assert "cookie" not in server.heard[1].headers
