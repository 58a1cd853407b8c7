"""The upstream over HTTP passes the suite of the port, on a real socket, straight and through the proxy."""

from collections.abc import Callable, Iterator

import pytest

from clinic_desk.practice_authority.fhir_side import ROOT, TOKEN_PATH
from clinic_desk.practice_authority.settings import SignIn
from clinic_desk.services.sync.upstream_port import NoReply, Upstream, WhyNoReply
from clinic_desk.services.sync.upstream_settings import AuthKind
from tests.authority.serving import RunningAuthority, serving
from tests.upstream.fault_proxy import FaultProxy
from tests.upstream.fhir_http import served
from tests.upstream.http import upstream_at
from tests.upstream.upstream_suite import SUITE


@pytest.mark.parametrize("check", SUITE)
def test_suite(check: Callable[[Upstream], None]) -> None:
    with served() as server, upstream_at(server.store.base) as upstream:
        check(upstream)


@pytest.mark.parametrize("check", SUITE)
def test_suite_through_the_proxy(check: Callable[[Upstream], None]) -> None:
    with served() as server, FaultProxy(server.store.base) as proxy, upstream_at(proxy.url) as upstream:
        check(upstream)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAuthority]:
    with serving(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.mark.parametrize("check", SUITE)
def test_suite_with_the_practice_authority(
    check: Callable[[Upstream], None], authority: RunningAuthority
) -> None:
    with upstream_at(authority.base) as upstream:
        check(upstream)


@pytest.mark.parametrize("auth", [AuthKind.BASIC, AuthKind.BEARER, AuthKind.OAUTH2])
def test_signing_in_at_the_practice_authority(
    auth: AuthKind, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("guarded")
    with serving(folder, sign_in=SignIn(auth.value), user="desk", secret="right") as running:
        user = "" if auth is AuthKind.BEARER else "desk"
        place = running.base.replace(ROOT, TOKEN_PATH) if auth is AuthKind.OAUTH2 else ""
        how = {"auth": auth, "user": user, "token_url": place}
        with upstream_at(running.base, **how, secret="right") as upstream:
            assert upstream.search("Patient", []).is_ok
            running.switch("sign_out")  # every token is worth nothing now: a new one is got by itself
            assert upstream.search("Patient", []).is_ok
        with upstream_at(running.base, **how, secret="wrong") as upstream:
            try:
                assert upstream.search("Patient", []).status == 401
            except NoReply as refused:
                assert (auth, refused.why) == (AuthKind.OAUTH2, WhyNoReply.SIGN_IN)
