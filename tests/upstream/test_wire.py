"""What a hostile, broken or slow server can do to the line: nothing but end the call, in time."""

import datetime as dt
import gzip
import json
import logging
import socket
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.sync.upstream_port import NoReply, Reply, WhyNoReply
from clinic_desk.services.sync.upstream_settings import AuthKind
from clinic_desk.upstream.certificates import trust
from tests.upstream.certificates import Authority
from tests.upstream.fault_proxy import RESET, RESET_AFTER, TRUNCATE, Fault, FaultProxy
from tests.upstream.fhir_http import served
from tests.upstream.http import upstream_at
from tests.upstream.raw_server import Heard, http, saying
from tests.upstream.upstream_suite import patient

PERSON = json.dumps(patient("k"))
OTHERS = ("NO_PROXY", "no_proxy")


def why(base: str, **options: object) -> tuple[WhyNoReply, bool]:
    """Why reading a person there brings no reply, and whether nothing was sent."""
    with upstream_at(base, **options) as upstream, pytest.raises(NoReply) as lost:
        upstream.read("Patient", "1")
    return lost.value.why, lost.value.is_untouched


def read(base: str, **options: object) -> Reply:
    with upstream_at(base, **options) as upstream:
        return upstream.read("Patient", "1")


# Where credentials go -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Again", "308 Moved"])
def test_a_redirect_is_not_followed_and_carries_no_credentials(status: str) -> None:
    with saying(http(PERSON)) as other:
        elsewhere = http(b"", status, Location=f"{other.base}/Patient/1")
        with saying(elsewhere) as first:
            secret = {"auth": AuthKind.BEARER, "secret": "token"}
            assert why(first.base, **secret) == (WhyNoReply.REDIRECT, False)
            assert first.heard[0].headers["authorization"] == "Bearer token"
        assert other.connections == 0


def test_a_link_to_another_port_gets_no_credentials() -> None:
    with saying(http(PERSON)) as other, saying(http(PERSON)) as first:
        with upstream_at(first.base, auth=AuthKind.BASIC, user="u", secret="s") as upstream:
            for link in (
                f"{other.base}/Patient?p=2",
                f"{first.base}/../Patient",
                f"//127.0.0.1:{other.port}/",
            ):
                with pytest.raises(NoReply) as refused:
                    upstream.next_page(link)
                assert (refused.value.why, refused.value.is_untouched) == (WhyNoReply.REDIRECT, True)
            assert upstream.next_page(f"{first.base}?_getpages=1").is_ok
        assert (other.connections, first.connections) == (0, 1)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with saying(http(PERSON)) as proxy, saying(http(PERSON)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in OTHERS:
            monkeypatch.delenv(name, raising=False)
        assert read(server.base).is_ok
        assert proxy.connections == 0


@pytest.mark.parametrize("place", ["..", ".", "../admin", "a/b", "a?b", "a#b", "a%2Fb", "", "x" * 65, "ү"])
def test_an_id_never_leads_elsewhere(place: str) -> None:
    with saying(http(PERSON)) as server, upstream_at(server.base) as upstream:
        for ask in (
            lambda: upstream.read("Patient", place),
            lambda: upstream.update({"resourceType": "Patient", "id": place}, "1"),
            lambda: upstream.search(f"Patient/{place}", []),
        ):
            with pytest.raises(NoReply) as refused:
                ask()
            assert refused.value.is_untouched
        assert server.connections == 0


def test_no_log_holds_what_was_searched_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with saying(http('{"resourceType": "Bundle"}')) as server:
        with upstream_at(server.base, auth=AuthKind.BEARER, secret="t0ken") as upstream:
            upstream.search("Patient", [("identifier", "urn:x|900101300007")])
        assert "900101300007" in server.heard[0].line
    assert "900101300007" not in caplog.text
    assert "t0ken" not in caplog.text


# Certificates ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def test_a_certificate_of_the_clinics_own_authority(authority: Authority) -> None:
    with saying(http(PERSON), context=authority.server()) as server:
        assert read(server.base, ca_file=str(authority.ca_file)).is_ok
        secret = {"auth": AuthKind.BEARER, "secret": "token"}
        assert why(server.base, **secret) == (WhyNoReply.CERTIFICATE, True)
        assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("host", "lasts"), [("fhir.example", dt.timedelta(days=1)), ("127.0.0.1", -dt.timedelta(days=1))]
)
def test_a_certificate_for_another_name_or_run_out(
    authority: Authority, host: str, lasts: dt.timedelta
) -> None:
    with saying(http(PERSON), context=authority.server(host, lasts)) as server:
        assert why(server.base, ca_file=str(authority.ca_file)) == (WhyNoReply.CERTIFICATE, True)
        assert server.heard == []


def test_old_tls_is_not_spoken(authority: Authority) -> None:
    context = trust(str(authority.ca_file))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert len(context.get_ca_certs()) == 1  # the clinic's in place of the system's
    assert trust().verify_mode is ssl.CERT_REQUIRED


def test_a_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("nothing")
    for name in ("no.pem", "absent.pem"):
        with pytest.raises(ClinicDeskError) as refused:
            trust(str(tmp_path / name))
        assert refused.value.code == "upstream.ca_file"


# Too much and too slow -------------------------------------------------------------------------------


def test_a_gzip_bomb_is_left_before_it_opens() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(b" " * (1 << 20)) for _ in range(200)) + bomb.flush()
    with saying(http(packed, Content_Encoding="gzip")) as server:
        tracemalloc.start()
        try:
            assert why(server.base) == (WhyNoReply.TOO_LARGE, False)
            assert tracemalloc.get_traced_memory()[1] < 20 << 20
        finally:
            tracemalloc.stop()


def test_gzip_itself_is_welcome() -> None:
    with saying(http(gzip.compress(PERSON.encode()), Content_Encoding="gzip")) as server:
        assert (read(server.base).body or {})["birthDate"] == "1977-07-07"
        assert server.heard[0].headers["accept-encoding"] == "gzip"
    for body, encoding, reason in (
        (gzip.compress(PERSON.encode())[:-12], "gzip", WhyNoReply.BROKEN),
        (b"no gzip", "gzip", WhyNoReply.NOT_FHIR),
        (PERSON.encode(), "br", WhyNoReply.NOT_FHIR),
    ):
        with saying(http(body, Content_Encoding=encoding)) as server:
            assert why(server.base)[0] is reason


def _endless(_: Heard) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nTransfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"10000\r\n" + b" " * 0x10000 + b"\r\n"


def test_a_reply_without_end() -> None:
    with saying(_endless) as server:
        assert why(server.base) == (WhyNoReply.TOO_LARGE, False)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nX: ", http(b" " * 9999)[:-9998]])
def test_a_server_that_sends_a_byte_now_and_then(start: bytes) -> None:
    def dribble(heard: Heard) -> Iterator[bytes]:
        yield start
        while not heard.stop.wait(0.02):
            yield b" "

    with saying(dribble) as server:
        assert why(server.base, limits={"deadline_s": 0.4}) == (WhyNoReply.TIMEOUT, False)


def test_a_port_that_takes_connections_and_shakes_no_hands() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        base = f"https://127.0.0.1:{listening.getsockname()[1]}/fhir"
        assert why(base, limits={"connect_s": 0.2}) == (WhyNoReply.TIMEOUT, True)


def test_a_server_that_says_nothing() -> None:
    def silent(heard: Heard) -> Iterator[bytes]:
        heard.stop.wait(10)
        yield b""

    with saying(silent) as server:
        assert why(server.base, limits={"silence_s": 0.2}) == (WhyNoReply.TIMEOUT, False)


def test_closing_from_another_thread_ends_the_call() -> None:
    reached = threading.Event()

    def silent(heard: Heard) -> Iterator[bytes]:
        reached.set()
        heard.stop.wait(10)
        yield b""

    seen: list[NoReply] = []
    with saying(silent) as server, upstream_at(server.base) as upstream:

        def ask() -> None:
            with pytest.raises(NoReply) as lost:
                upstream.read("Patient", "1")
            seen.append(lost.value)

        asking = threading.Thread(target=ask)
        asking.start()
        assert reached.wait(5)
        upstream.close()
        asking.join(4)
        assert not asking.is_alive()
    assert [(lost.why, lost.is_untouched) for lost in seen] == [(WhyNoReply.BROKEN, False)]


# No line ----------------------------------------------------------------------------------------------


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert why(f"http://127.0.0.1:{port}/fhir") == (WhyNoReply.CONNECT, True)


def test_a_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert why("https://fhir.example/r4") == (WhyNoReply.NAME, True)


def test_plain_http_stays_on_this_machine_whatever_the_name_says(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    assert why("http://localhost/fhir") == (WhyNoReply.CONNECT, True)


@pytest.mark.parametrize("fault", [TRUNCATE, RESET, RESET_AFTER], ids=lambda fault: fault.kind.value)
def test_a_line_that_breaks_may_have_had_its_effect(fault: Fault) -> None:
    with served() as server, FaultProxy(server.store.base) as proxy:
        proxy.script([fault])
        assert why(proxy.url) == (WhyNoReply.BROKEN, False)


def test_a_kept_connection_that_the_server_closed_is_opened_anew() -> None:
    with saying(http(PERSON), announced=False) as server, upstream_at(server.base) as upstream:
        for _ in range(3):
            assert upstream.read("Patient", "1").is_ok
            assert server.ended.acquire(timeout=5)
        assert server.connections == 3
    with saying(http(PERSON), keeps_open=True) as server, upstream_at(server.base) as upstream:
        for _ in range(3):
            assert upstream.read("Patient", "1").is_ok
        assert server.connections == 1


def test_what_speaks_but_no_http() -> None:
    with saying(b"SSH-2.0-OpenSSH_9.9\r\n\r\n") as server:
        assert why(server.base) == (WhyNoReply.NOT_FHIR, False)
