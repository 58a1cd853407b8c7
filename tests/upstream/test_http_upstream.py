"""The upstream over HTTP passes the suite of the port, on a real socket, straight and through the proxy."""

from collections.abc import Callable

import pytest

from clinic_desk.services.sync.upstream_port import Upstream
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
