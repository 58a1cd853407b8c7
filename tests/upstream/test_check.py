"""A look at the upstream ends at the layer that is bad and says what to do there."""

import datetime as dt
import json
import socket
import socketserver
import threading
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import pytest

from clinic_desk.services.sync.upstream_check import Finding, Layer, LayerResult, is_good
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings
from clinic_desk.texts import Language, Texts
from clinic_desk.upstream.check import check_upstream
from tests.upstream.certificates import Authority
from tests.upstream.fhir_http import served
from tests.upstream.fhir_store import Answer, FhirStore, outcome
from tests.upstream.http import LIMITS
from tests.upstream.raw_server import Heard, Say, http, saying


def look(
    url: str, *, secret: str | None = None, ahead: dt.timedelta = dt.timedelta(), **settings: Any
) -> dict[str, LayerResult]:
    results = check_upstream(
        UpstreamSettings(url, **settings),
        lambda: secret,
        LIMITS,
        now=lambda: dt.datetime.now(dt.UTC) + ahead,
        most_skew_s=120,
    )
    assert [result.layer for result in results] == list(Layer)
    for language in Language:
        for result in results:
            assert Texts(language).say(f"upstream.check.{result.code}", **result.params)
    return {result.layer.value: result for result in results}


def ends_at(found: dict[str, LayerResult], layer: Layer, code: str) -> None:
    """That layer is bad with that code, those below it are not, those above it were not looked at."""
    place = list(Layer).index(layer)
    for result in found.values():
        order = list(Layer).index(result.layer)
        if order < place:
            assert result.finding in (Finding.GOOD, Finding.NOTE), result
        elif order == place:
            assert (result.finding, result.code) == (Finding.BAD, code)
        else:
            assert result.finding is Finding.SKIPPED
    assert not is_good(list(found.values()))


def test_a_server_with_all_that_is_needed() -> None:
    with served() as server:
        found = look(server.store.base)
        assert {layer: result.code for layer, result in found.items()} == {
            "name": "name.good",
            "port": "port.good",
            "certificate": "certificate.not_needed",
            "sign_in": "sign_in.not_needed",
            "fhir": "fhir.good",
            "operations": "operations.good",
            "clock": "clock.good",
        }
        assert is_good(list(found.values()))
        assert all(method == "GET" for method, _ in server.store.requests)
        assert ("GET", "Patient?_summary=count") in server.store.requests


def test_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    ends_at(look("https://fhir.example"), Layer.NAME, "name.bad")


def test_no_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ends_at(look(f"http://127.0.0.1:{port}"), Layer.PORT, "port.bad")


def test_a_silent_port(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", never)
    ends_at(look("https://127.0.0.1"), Layer.PORT, "port.silent")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def test_certificates(authority: Authority) -> None:
    trusted = {"ca_file": str(authority.ca_file)}
    statement = FhirStore().capability_statement()
    say = http(json.dumps(statement), Date=format_datetime(dt.datetime.now(dt.UTC), usegmt=True))
    with saying(say, context=authority.server()) as server:
        ends_at(look(server.base), Layer.CERTIFICATE, "certificate.unknown")
        assert look(server.base, **trusted)["certificate"].code == "certificate.good"
    with saying(say, context=authority.server("fhir.example")) as server:
        ends_at(look(server.base, **trusted), Layer.CERTIFICATE, "certificate.other_name")
    with saying(say, context=authority.server(lasts=-dt.timedelta(days=1))) as server:
        ends_at(look(server.base, **trusted), Layer.CERTIFICATE, "certificate.expired")


class _PlainHttp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")


def test_a_port_that_speaks_no_tls() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), _PlainHttp) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        port = server.server_address[1]
        ends_at(look(f"https://127.0.0.1:{port}/fhir"), Layer.CERTIFICATE, "certificate.no_tls")
        thread.join(5)


def test_signing_in() -> None:
    with served() as server:
        server.guard = lambda headers: (
            None if headers.get("Authorization") == "Bearer right" else Answer(401, outcome("sign in"))
        )
        base = server.store.base
        assert look(base, auth=AuthKind.BEARER, secret="right")["sign_in"].code == "sign_in.good"
        ends_at(look(base, auth=AuthKind.BEARER, secret="wrong"), Layer.SIGN_IN, "sign_in.refused")
        ends_at(look(base), Layer.SIGN_IN, "sign_in.needed")
        ends_at(look(base, auth=AuthKind.BEARER), Layer.SIGN_IN, "sign_in.no_token")
        server.guard = lambda _: Answer(403, outcome("no"))
        ends_at(look(base, auth=AuthKind.BEARER, secret="right"), Layer.SIGN_IN, "sign_in.forbidden")
        server.guard = None
        with socket.create_server(("127.0.0.1", 0)) as taken:
            place = f"http://127.0.0.1:{taken.getsockname()[1]}/token"
        tokens = {"auth": AuthKind.OAUTH2, "user": "desk", "token_url": place, "secret": "s"}
        ends_at(look(base, **tokens), Layer.SIGN_IN, "sign_in.unreachable")


def _stating(**changed: Any) -> Say:
    statement = FhirStore().capability_statement() | changed
    date = format_datetime(dt.datetime.now(dt.UTC), usegmt=True)

    def say(heard: Heard) -> list[bytes]:
        said = statement if "metadata" in heard.line else {"resourceType": "Bundle", "type": "searchset"}
        return [http(json.dumps(said), Date=date)]

    return say


@pytest.mark.parametrize(
    ("say", "code"),
    [
        (_stating(fhirVersion="3.0.2"), "fhir.other_version"),
        (_stating(fhirVersion="5.0.0"), "fhir.other_version"),
        (_stating(format=["xml"]), "fhir.no_json"),
        (_stating(resourceType="Patient"), "fhir.page"),
        (lambda _: [http("<html>", kind="text/html")], "fhir.page"),
        (lambda _: [http("<html>", "503 Down", "text/html")], "fhir.status"),
        (lambda _: [http(b"", "302 Found", Location="https://192.0.2.1/")], "fhir.redirect"),
        (lambda _: [http(b"{}")[:-1]], "fhir.broken"),
        (lambda _: [http(b" " * (2 << 20))], "fhir.large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_fhir_r4(say: Say, code: str) -> None:
    with saying(say) as server:
        ends_at(look(server.base), Layer.FHIR, code)


def test_operations() -> None:
    with saying(_stating(rest=[{"mode": "server"}])) as server:
        found = look(server.base)
        assert (found["operations"].finding, found["operations"].code) == (Finding.BAD, "operations.missing")
        assert "Patient read" in str(found["operations"].params["what"])
    store = FhirStore()
    store.offers_history = store.offers_submit = False
    with served(store) as server:
        found = look(server.store.base)
        assert (found["operations"].finding, found["operations"].code) == (Finding.NOTE, "operations.slower")
        assert "CoverageEligibilityRequest $submit" in str(found["operations"].params["what"])
        assert is_good(list(found.values()))
    statement = FhirStore().capability_statement()
    for row in statement["rest"][0]["resource"]:
        row["conditionalCreate"] = row["type"] != "Task"
    with saying(_stating(**statement)) as server:
        result = look(server.base)["operations"]
        assert (result.code, result.params["what"]) == ("operations.unsafe", "Task")


def test_the_clock() -> None:
    with saying(_stating()) as server:
        assert look(server.base, ahead=dt.timedelta(seconds=100))["clock"].code == "clock.good"
        off = look(server.base, ahead=dt.timedelta(hours=1))["clock"]
        assert (off.finding, off.code) == (Finding.NOTE, "clock.off")
        assert abs(int(str(off.params["seconds"])) - 3600) < 60
    with saying(http(json.dumps(FhirStore().capability_statement()))) as server:
        assert look(server.base)["clock"].code == "clock.unknown"


def test_a_server_that_falls_silent() -> None:
    def silent(heard: Heard) -> list[bytes]:
        heard.stop.wait(0.3)
        return []

    with saying(silent) as server:
        results = check_upstream(
            UpstreamSettings(server.base),
            lambda: None,
            replace(LIMITS, silence_s=0.1),
            now=lambda: dt.datetime.now(dt.UTC),
            most_skew_s=120,
        )
        ends_at({result.layer.value: result for result in results}, Layer.FHIR, "fhir.silent")
