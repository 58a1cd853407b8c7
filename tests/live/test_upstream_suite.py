"""The client and HAPI FHIR understand each other: what every upstream has to do."""

from collections.abc import Callable
from dataclasses import asdict

import pytest

from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.upstream_port import Upstream
from clinic_desk.upstream.wire_limits import WireLimits
from tests.live.hapi_server import HapiServer
from tests.services.desk import TODAY
from tests.upstream.http import upstream_at
from tests.upstream.upstream_suite import SUITE


@pytest.mark.parametrize("check", SUITE)
def test_suite(check: Callable[[Upstream], None], hapi: HapiServer) -> None:
    # The shipped limits: its CapabilityStatement alone is more than a megabyte.
    limits = asdict(WireLimits.of(shipped_book().on(TODAY), TODAY))
    with upstream_at(hapi.base, limits=limits) as upstream:
        check(upstream)
