"""Each switch does what it says to a client at a real socket, and nothing more."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from clinic_desk.practice_authority.faults import USUAL_VALUES
from tests.authority.serving import RunningAuthority, serving
from tests.authority.test_contract import is_outcome, key_of, made, person, put


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAuthority]:
    with serving(tmp_path_factory.mktemp("switched")) as running:
        yield running


@pytest.fixture
def http(authority: RunningAuthority) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=authority.base, timeout=10) as client:
        yield client
    for name in USUAL_VALUES:
        authority.switch(name, False)


def test_outage_refuses_connections_and_ends_open_ones(
    authority: RunningAuthority, http: httpx.Client
) -> None:
    one = made(http)
    authority.switch("outage")
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            http.get("/metadata")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{authority.base}/metadata")
    assert authority.state()["switches"]["outage"] == {"value": "refused", "times": None}
    authority.switch("outage", False)
    assert http.get(f"/Patient/{one['id']}").json() == one


def test_outage_can_answer_503(authority: RunningAuthority, http: httpx.Client) -> None:
    authority.switch("outage", value="503")
    answer = http.get("/metadata")
    assert is_outcome(answer, 503)
    assert answer.headers["retry-after"]
    # From one kind of outage to the other and back.
    authority.switch("outage", value="refused")
    with pytest.raises(httpx.TransportError):
        http.get("/metadata")
    authority.switch("outage", value="503")
    assert http.get("/metadata").status_code == 503


@pytest.mark.parametrize("status", [500, 502, 503, 504, 403, 409])
def test_failing_answers_with_its_status(
    authority: RunningAuthority, http: httpx.Client, status: int
) -> None:
    authority.switch("failing", value=str(status), times=1)
    one = person()
    headers = {"if-none-exist": key_of(one)}
    assert is_outcome(http.post("/Patient", json=one, headers=headers), status)
    assert http.post("/Patient", json=one, headers=headers).status_code == 201


def test_throttled_says_when_to_come_again(authority: RunningAuthority, http: httpx.Client) -> None:
    authority.switch("throttled", value="7")
    answer = http.get("/metadata")
    assert is_outcome(answer, 429)
    assert answer.headers["retry-after"] == "7"


def test_garbage_is_a_page_with_status_200(authority: RunningAuthority, http: httpx.Client) -> None:
    authority.switch("garbage", times=1)
    answer = http.get("/metadata")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")
    assert http.get("/metadata").json()["resourceType"] == "CapabilityStatement"


def test_locked_asks_to_sign_in(authority: RunningAuthority, http: httpx.Client) -> None:
    authority.switch("locked")
    assert is_outcome(http.get("/Patient"), 401)


def test_lost_reply_of_a_write_has_its_effect(authority: RunningAuthority, http: httpx.Client) -> None:
    one = person()
    headers = {"if-none-exist": key_of(one)}
    authority.switch("lost_replies", times=1)
    assert http.get("/metadata").status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        http.post("/Patient", json=one, headers=headers)
    again = http.post("/Patient", json=one, headers=headers)
    assert again.status_code == 200
    assert again.json()["identifier"] == one["identifier"]


def test_every_reply_can_be_lost(authority: RunningAuthority, http: httpx.Client) -> None:
    authority.switch("lost_replies", value="all", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/metadata")
    assert http.get("/metadata").status_code == 200


def test_slow_takes_its_time_and_lets_others_pass(authority: RunningAuthority, http: httpx.Client) -> None:
    authority.switch("slow", value="1")
    with pytest.raises(httpx.ReadTimeout):
        http.get("/metadata", timeout=0.1)
    started = time.monotonic()
    authority.switch("slow", value="0.05")
    assert http.get("/metadata").status_code == 200
    assert time.monotonic() - started >= 0.05


def test_restored_backup_knows_nothing_of_what_came_since(
    authority: RunningAuthority, http: httpx.Client
) -> None:
    kept, changed, gone = made(http), made(http), made(http)
    authority.switch("snapshot")
    changed["gender"] = "female"
    assert put(http, changed, "1").json()["meta"]["versionId"] == "2"
    http.delete(f"/Patient/{gone['id']}")
    lost = made(http)
    assert authority.switch("restore")["lost"] == 3
    assert http.get(f"/Patient/{kept['id']}").json() == kept
    back = http.get(f"/Patient/{changed['id']}").json()
    assert (back["meta"]["versionId"], "gender" in back) == ("1", False)
    assert http.get(f"/Patient/{gone['id']}").json() == gone
    assert is_outcome(http.get(f"/Patient/{lost['id']}"), 404)
    value = lost["identifier"][0]["value"]
    assert http.get("/Patient", params={"identifier": value}).json()["total"] == 0
    newest = http.get("/Patient", params={"_sort": "-_lastUpdated", "_count": 1}).json()
    assert newest["entry"][0]["resource"]["meta"]["lastUpdated"] < lost["meta"]["lastUpdated"]
    # What is written next is neither mistaken for what was lost nor older than it.
    after = made(http)
    assert after["id"] != lost["id"]
    assert after["meta"]["lastUpdated"] > lost["meta"]["lastUpdated"]
    assert put(http, {**changed, "gender": "male"}, "1").json()["meta"]["versionId"] == "2"


def test_backup_from_before_everything_is_the_day_it_was_made(tmp_path: Path) -> None:
    with serving(tmp_path) as running, httpx.Client(base_url=running.base) as http:
        made(http)
        assert running.switch("restore")["lost"] == 1
        assert http.get("/Patient").json()["total"] == 0


def test_only_who_has_the_token_turns_switches(authority: RunningAuthority, http: httpx.Client) -> None:
    address = f"{authority.control}/practice/switches"
    for headers in ({}, {"authorization": "Bearer guessed"}):
        assert httpx.post(address, json={"name": "outage"}, headers=headers).status_code == 401
        assert httpx.get(address, headers=headers).status_code == 401
        tick = f"{authority.control}/practice/tick"
        assert httpx.post(tick, json={}, headers=headers).status_code == 401
    assert http.get("/metadata").status_code == 200
    # A FHIR client never meets them: they lie behind another port.
    base = authority.base.removesuffix("/fhir")
    assert httpx.get(f"{base}/practice/switches").status_code == 404
    assert httpx.get(f"{authority.control}/fhir/metadata").status_code == 404


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "thunder"}, {"name": "outage", "value": "sometimes"}, {"name": "slow", "value": "-1"},
        {"name": "failing", "value": "200"}, {"on": True}, {"name": "throttled", "value": "soon"},
    ],
)  # fmt: skip
def test_unknown_switch_is_refused(authority: RunningAuthority, asked: dict[str, str]) -> None:
    headers = {"authorization": f"Bearer {authority.token}"}
    answer = httpx.post(f"{authority.control}/practice/switches", json=asked, headers=headers)
    assert answer.status_code == 400
    assert not any(authority.state()["switches"].values())


@pytest.mark.parametrize(("language", "word"), [("kk", "Жолдама"), ("ru", "Направление"), ("en", "Referral")])
def test_rules_are_a_page_for_everybody(authority: RunningAuthority, language: str, word: str) -> None:
    page = httpx.get(f"{authority.control}/practice/rules", params={"lang": language})
    assert page.status_code == 200
    assert word in page.text
    assert f'<html lang="{language}">' in page.text
