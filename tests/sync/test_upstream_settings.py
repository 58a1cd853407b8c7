"""Which upstream may be set, where its secret may go, and what the audit log says of it."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.errors import ClinicDeskError, InvalidValue
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.sync.upstream_address import BadAddress, parse_address
from clinic_desk.services.sync.upstream_settings import AuthKind, UpstreamSettings, UpstreamSettingsService
from clinic_desk.storage.database import SqlStore

ACTOR = Actor("aigul", Desk("A1"))
BASE = "https://fhir.example/r4"


class Secrets:
    """One secret in memory; `fails` refuses to keep."""

    def __init__(self) -> None:
        self.kept: tuple[str, str] | None = None
        self.fails = False

    def read(self, goes_to: str) -> str | None:
        return self.kept[1] if self.kept and self.kept[0] == goes_to else None

    def write(self, goes_to: str, secret: str) -> None:
        if self.fails:
            raise ClinicDeskError("upstream.keyring")
        self.kept = (goes_to, secret)

    def forget(self) -> None:
        self.kept = None


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


def _no_file(path: str) -> None:
    raise ClinicDeskError("upstream.ca_file")


def service(store: SqlStore, secrets: Secrets, *, is_practice: bool = False) -> UpstreamSettingsService:
    clock = FixedClock(dt.datetime(2026, 11, 27, 5, 0, tzinfo=dt.UTC))
    return UpstreamSettingsService(store, clock, secrets, _no_file, is_practice=is_practice)


def refusal(service: UpstreamSettingsService, settings: UpstreamSettings, secret: str = "s") -> str:
    with pytest.raises(InvalidValue) as refused:
        service.change(settings, secret, ACTOR)
    assert service.read() is None
    return refused.value.code


def test_set_read_and_told_by_names_only(empty_store: SqlStore, secrets: Secrets) -> None:
    sets = service(empty_store, secrets)
    assert sets.read() is None
    sets.change(UpstreamSettings("HTTPS://FHIR.example:443/r4/", AuthKind.BASIC, " desk "), "пароль", ACTOR)
    assert sets.read() == UpstreamSettings(BASE, AuthKind.BASIC, "desk")
    assert secrets.kept == ("https://fhir.example:443", "пароль")
    with empty_store.read() as work:
        (line,) = work.audit.of_object("settings", "upstream")
    assert (line.action, line.user) == ("upstream.change", "aigul")
    names = ["auth", "secret", "url", "user"]
    assert sorted(line.fields) == names
    assert "пароль" not in repr(line)


def test_no_sign_in_forgets_the_secret(empty_store: SqlStore, secrets: Secrets) -> None:
    sets = service(empty_store, secrets)
    sets.change(UpstreamSettings(BASE, AuthKind.BEARER), "token", ACTOR)
    sets.change(UpstreamSettings(BASE), "", ACTOR)
    assert secrets.kept is None


def test_forgetting_takes_secret_and_server_away(empty_store: SqlStore, secrets: Secrets) -> None:
    sets = service(empty_store, secrets)
    sets.change(UpstreamSettings(BASE, AuthKind.BEARER), "token", ACTOR)
    sets.forget(ACTOR)
    assert (sets.read(), secrets.kept) == (None, None)
    with empty_store.read() as work:
        lines = work.audit.of_object("settings", "upstream")
    assert sorted(list(line.fields) for line in lines) == [["auth", "url"], ["auth", "url", "secret"]]


def test_the_secret_of_tokens_goes_to_the_place_that_gives_them(
    empty_store: SqlStore, secrets: Secrets
) -> None:
    sets = service(empty_store, secrets)
    sets.change(UpstreamSettings(BASE, AuthKind.OAUTH2, "desk", "https://login.example:8443/t"), "s", ACTOR)
    assert secrets.kept == ("https://login.example:8443", "s")
    sets.change(UpstreamSettings(BASE, AuthKind.OAUTH2, "desk"), "s", ACTOR)
    assert secrets.kept == ("https://fhir.example:443", "s")


def test_a_file_of_certificates_is_looked_at_first(empty_store: SqlStore, secrets: Secrets) -> None:
    sets = service(empty_store, secrets)
    with pytest.raises(ClinicDeskError) as refused:
        sets.change(UpstreamSettings(BASE, AuthKind.BEARER, ca_file="/x"), "token", ACTOR)
    assert (refused.value.code, sets.read(), secrets.kept) == ("upstream.ca_file", None, None)


def test_a_secret_that_was_not_kept_changes_nothing(empty_store: SqlStore, secrets: Secrets) -> None:
    secrets.fails = True
    with pytest.raises(ClinicDeskError):
        service(empty_store, secrets).change(UpstreamSettings(BASE, AuthKind.BEARER), "token", ACTOR)
    assert service(empty_store, secrets).read() is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/fhir", "http://[::1]/fhir", "http://localhost:1"])
def test_a_practice_profile_talks_to_this_machine(empty_store: SqlStore, secrets: Secrets, url: str) -> None:
    practice = service(empty_store, secrets, is_practice=True)
    practice.change(UpstreamSettings(url), "", ACTOR)
    assert practice.read() == UpstreamSettings(url)


def test_a_practice_profile_talks_to_no_other(empty_store: SqlStore, secrets: Secrets) -> None:
    practice = service(empty_store, secrets, is_practice=True)
    assert refusal(practice, UpstreamSettings(BASE)) == "upstream.practice_elsewhere"
    tokens = UpstreamSettings("http://127.0.0.1:1/r4", AuthKind.OAUTH2, "desk", "https://login.example/t")
    assert refusal(practice, tokens) == "upstream.practice_elsewhere"


def test_what_cannot_be_reached_safely_is_not_set(empty_store: SqlStore, secrets: Secrets) -> None:
    sets = service(empty_store, secrets)
    assert refusal(sets, UpstreamSettings("http://fhir.example/r4")) == "upstream.not_https"
    assert refusal(sets, UpstreamSettings("fhir.example")) == "upstream.address"


@pytest.mark.parametrize(
    "url", ["http://fhir.example/r4", "http://10.0.0.1/r4", "http://127.0.0.1.example/", "http://0.0.0.0/"]
)
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse_address(url)
    assert refused.value.code == "upstream.not_https"


@pytest.mark.parametrize(
    "url",
    [
        *("", "fhir.example/r4", "ftp://fhir.example", "https://", "https:///r4", "https://u:p@fhir.example"),
        *(
            "https://u@fhir.example",
            "https://fhir.example/r4?x=1",
            "https://fhir.example/r4#x",
            "https://a b/",
        ),
        *("https://fhir.example/../r4", "https://fhir.example/%2e%2e/r4", "https://fhir.example/a%2Fb"),
        *(
            "https://fhir.example:0",
            "https://fhir.example:99999",
            "https://fhir.example:x",
            "https://хост/r4",
        ),
        *("https://[::1", "https://fhir.example\\@evil.example", "https://fhir.example/r\n4", "file:///etc"),
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(BadAddress) as refused:
        parse_address(url)
    assert refused.value.code == "upstream.address"


@pytest.mark.parametrize(
    ("settings", "secret", "code"),
    [
        (UpstreamSettings(BASE, AuthKind.BASIC), "s", "upstream.user_needed"),
        (UpstreamSettings(BASE, AuthKind.OAUTH2), "s", "upstream.user_needed"),
        (UpstreamSettings(BASE, AuthKind.BEARER), "", "upstream.secret_needed"),
        (UpstreamSettings(BASE, AuthKind.BEARER), "a\r\nX-Other: 1", "upstream.secret_signs"),
        (UpstreamSettings(BASE, AuthKind.BASIC, "u" * 201), "s", "upstream.too_long"),
        (UpstreamSettings(BASE, AuthKind.BASIC, "u"), "s" * 4001, "upstream.too_long"),
    ],
)
def test_what_a_sign_in_needs(
    empty_store: SqlStore, secrets: Secrets, settings: UpstreamSettings, secret: str, code: str
) -> None:
    assert refusal(service(empty_store, secrets), settings, secret) == code


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("https://fhir.example/r4?_getpages=1", "https://fhir.example/r4?_getpages=1"),
        ("https://FHIR.example:443/r4/Patient?a=%2B", "https://fhir.example/r4/Patient?a=%2B"),
        ("Patient?_page=2", "https://fhir.example/r4/Patient?_page=2"),
        ("?_getpages=1", "https://fhir.example/r4?_getpages=1"),
        ("/r4/Patient?p=2#x", "https://fhir.example/r4/Patient?p=2"),
        ("http://fhir.example/r4/Patient", None),
        ("https://fhir.example:444/r4/Patient", None),
        ("https://evil.example/r4/Patient", None),
        ("https://fhir.example@evil.example/r4/Patient", None),
        ("//evil.example/r4/Patient", None),
        ("https://fhir.example/r4evil/Patient", None),
        ("https://fhir.example/admin", None),
        ("../admin", None),
        ("https://fhir.example/r4/%2e%2e/admin", None),
        ("https://fhir.example/r4/..%2fadmin", None),
        ("https://fhir.example/r4\\..\\admin", None),
        ("javascript:alert(1)", None),
        ("Patient?a=\r\nX: 1", None),
        ("x" * 20_000, None),
    ],
)
def test_links_stay_below_the_base(link: str, leads_to: str | None) -> None:
    assert parse_address(BASE).below(link) == leads_to


@given(st.text(max_size=60), st.sampled_from(["", "https://", "//", "/r4/", "https://fhir.example", "?"]))
def test_whatever_a_link_says_it_leads_nowhere_else(text: str, start: str) -> None:
    led_to = parse_address(BASE).below(start + text)
    if led_to is not None:
        parts = urlsplit(led_to)
        assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "fhir.example", "")
        assert parts.path == "/r4" or parts.path.startswith("/r4/")
        assert ".." not in parts.path.split("/")


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://127.0.0.1"]))
def test_an_address_is_refused_or_is_one_to_itself(text: str, start: str) -> None:
    try:
        address = parse_address(start + text)
    except BadAddress:
        return
    assert parse_address(address.url) == address
    assert address.scheme == "https" or address.is_loopback
