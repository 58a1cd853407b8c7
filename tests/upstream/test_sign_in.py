"""Signing in: each way, where the secret goes, and what a refusal is."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.sync.upstream_port import NoReply, WhyNoReply
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings
from clinic_desk.upstream.http_upstream import http_upstream
from tests.upstream.http import LIMITS, upstream_at
from tests.upstream.raw_server import Heard, RawServer, http, saying
from tests.upstream.upstream_suite import patient

PERSON = json.dumps(patient("k"))
JSON = "application/json"


@dataclass
class Desk:
    """A FHIR server that gives tokens itself, at its own origin."""

    life: int | None = 300
    answer: bytes | None = None
    """What the place of tokens says instead of a token."""
    configuration: dict[str, Any] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    """Tokens that bring a 401."""
    asked: list[Heard] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    base: str = ""

    def say(self, heard: Heard) -> list[bytes]:
        path = heard.line.split(" ")[1]
        if path.endswith("/.well-known/smart-configuration"):
            assert "authorization" not in heard.headers
            place = {"token_endpoint": self.base.replace("/fhir", "/token")}
            return [http(json.dumps(place | self.configuration), kind=JSON)]
        if path == "/token":
            self.asked.append(heard)
            if self.answer is not None:
                return [self.answer]
            token: dict[str, Any] = {"access_token": f"t{len(self.asked)}", "token_type": "Bearer"}
            return [http(json.dumps(token | ({"expires_in": self.life} if self.life else {})), kind=JSON)]
        said = heard.headers.get("authorization", "")
        self.read.append(said)
        if said.removeprefix("Bearer ") in self.refused:
            return [http(b"", "401 Unauthorized")]
        return [http(PERSON)]


@contextmanager
def desk(**changed: Any) -> Iterator[Desk]:
    made = Desk(**changed)
    with saying(made.say, keeps_open=True) as server:
        made.base = server.base
        yield made


@contextmanager
def signed_in(made: Desk, secret: str | None = "s3cret", **settings: Any) -> Iterator[Any]:
    with upstream_at(made.base, auth=AuthKind.OAUTH2, user="desk", secret=secret, **settings) as upstream:
        yield upstream


def refusal(upstream: Any) -> WhyNoReply:
    with pytest.raises(NoReply) as lost:
        upstream.read("Patient", "1")
    assert lost.value.is_untouched
    return lost.value.why


def test_basic_and_bearer_and_none() -> None:
    told = base64.b64encode("desk:құпия:7".encode()).decode()
    for settings, said in (
        ({"auth": AuthKind.BASIC, "user": "desk", "secret": "құпия:7"}, f"Basic {told}"),
        ({"auth": AuthKind.BEARER, "secret": "a.b-c"}, "Bearer a.b-c"),
        ({}, ""),
    ):
        with desk() as made, upstream_at(made.base, **settings) as upstream:
            assert upstream.read("Patient", "1").is_ok
            assert made.read == [said]


def test_a_refused_secret_is_a_reply_and_is_not_tried_again() -> None:
    with desk(refused={"bad"}) as made:
        with upstream_at(made.base, auth=AuthKind.BEARER, secret="bad") as upstream:
            assert upstream.read("Patient", "1").status == 401
        assert made.read == ["Bearer bad"]


@pytest.mark.parametrize("auth", [AuthKind.BASIC, AuthKind.BEARER, AuthKind.OAUTH2])
def test_without_a_secret_nothing_is_sent(auth: AuthKind) -> None:
    def locked() -> str | None:
        raise ClinicDeskError("upstream.keyring")

    with desk() as made:
        for read_secret in (lambda: None, locked):
            upstream = http_upstream(UpstreamSettings(made.base, auth, "desk"), read_secret, LIMITS)
            assert refusal(upstream) is WhyNoReply.SIGN_IN
            upstream.close()
        assert (made.read, made.asked) == ([], [])


def test_a_token_is_got_once_and_used_until_it_runs_out() -> None:
    with desk() as made, signed_in(made, scope="system/*.read") as upstream:
        for _ in range(3):
            assert upstream.read("Patient", "1").is_ok
        assert made.read == ["Bearer t1"] * 3
        (asked,) = made.asked
        assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"desk:s3cret").decode()
        assert parse_qs(asked.body.decode()) == {
            "grant_type": ["client_credentials"],
            "scope": ["system/*.read"],
        }


def test_a_token_is_renewed_before_it_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_700_000_000.0
    monkeypatch.setattr("authlib.oauth2.rfc6749.wrappers.time.time", lambda: now)
    with desk(life=300) as made, signed_in(made) as upstream:
        upstream.read("Patient", "1")
        now += 200
        upstream.read("Patient", "1")
        now += 41
        upstream.read("Patient", "1")
        assert made.read == ["Bearer t1", "Bearer t1", "Bearer t2"]


def test_a_refused_token_is_renewed_once() -> None:
    with desk(refused={"t1"}) as made, signed_in(made) as upstream:
        assert upstream.create(patient("k")).is_ok
        assert made.read == ["Bearer t1", "Bearer t2"]
    with desk(refused={"t1", "t2", "t3"}, life=None) as made, signed_in(made) as upstream:
        assert upstream.read("Patient", "1").status == 401
        assert made.read == ["Bearer t1", "Bearer t2"]


def test_the_secret_goes_in_the_form_where_the_server_wants_it_there() -> None:
    wanted = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with desk(configuration=wanted) as made, signed_in(made) as upstream:
        upstream.read("Patient", "1")
        assert "authorization" not in made.asked[0].headers
        form = parse_qs(made.asked[0].body.decode())
        assert (form["client_id"], form["client_secret"]) == (["desk"], ["s3cret"])


def test_a_place_that_was_named_by_the_clinic_is_used() -> None:
    with desk() as tokens, desk() as made:
        place = tokens.base.replace("/fhir", "/token")
        with signed_in(made, token_url=place) as upstream:
            assert upstream.read("Patient", "1").is_ok
        assert (len(tokens.asked), len(made.asked)) == (1, 0)
        assert "s3cret" not in repr(made.read)


@pytest.mark.parametrize(
    "place", ["{other}/token", "http://fhir.example/token", "ftp://x", 7, None, "../token"]
)
def test_a_place_elsewhere_that_the_server_names_gets_no_secret(place: Any) -> None:
    with saying(http("{}", kind=JSON)) as other:
        named = place.replace("{other}", other.base) if isinstance(place, str) else place
        with desk(configuration={"token_endpoint": named}) as made, signed_in(made) as upstream:
            assert refusal(upstream) is WhyNoReply.SIGN_IN
            assert (made.read, made.asked) == ([], [])
        assert other.connections == 0


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (http('{"error": "invalid_client"}', "401 No", JSON), WhyNoReply.SIGN_IN),
        (http('{"error": "invalid_grant"}', "400 No", JSON), WhyNoReply.SIGN_IN),
        (http('{"token_type": "Bearer"}', kind=JSON), WhyNoReply.SIGN_IN),
        (http('{"token_type": "Bearer", "access_token": "a b\\r\\nX: 1"}', kind=JSON), WhyNoReply.SIGN_IN),
        (http('{"token_type": "mac", "access_token": "a"}', kind=JSON), WhyNoReply.SIGN_IN),
        (http("<html>", kind="text/html"), WhyNoReply.NOT_FHIR),
        (http("busy", "503 Busy", "text/plain"), WhyNoReply.NOT_FHIR),
        (http("busy", "429 Busy", "text/plain"), WhyNoReply.NOT_FHIR),
        (http(b"", "302 Found", Location="http://192.0.2.1/"), WhyNoReply.REDIRECT),
    ],
    ids=lambda value: value.value if isinstance(value, WhyNoReply) else "",
)
def test_no_token(said: bytes, reason: WhyNoReply) -> None:
    with desk(answer=said) as made, signed_in(made) as upstream:
        assert refusal(upstream) is reason
        assert made.read == []


def test_a_place_of_tokens_that_is_down_is_no_refusal() -> None:
    with saying(b"") as gone:
        pass
    with desk() as made, signed_in(made, token_url=f"http://127.0.0.1:{gone.port}/t") as upstream:
        assert refusal(upstream) is WhyNoReply.CONNECT
        assert made.read == []


def test_a_server_without_a_smart_configuration() -> None:
    with saying(http(b"", "404 No")) as server:
        assert isinstance(server, RawServer)
        with upstream_at(server.base, auth=AuthKind.OAUTH2, user="d", secret="s") as upstream:
            assert refusal(upstream) is WhyNoReply.SIGN_IN
