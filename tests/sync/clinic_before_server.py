"""A clinic before a server that speaks HTTP, for the suite of all servers."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.upstream.http_upstream import HttpUpstream
from clinic_desk.upstream.wire_limits import WireLimits
from tests.services.desk import TODAY
from tests.sync.server_suite import Clinic
from tests.upstream.fault_proxy import FaultProxy
from tests.upstream.http import upstream_at


@contextmanager
def clinic_before(base: str, folder: Path, template: Path) -> Iterator[Clinic]:
    """Desks whose connections go to the server at `base`, with the shipped limits."""
    limits = asdict(WireLimits.of(shipped_book().on(TODAY), TODAY))
    with ExitStack() as connections, FaultProxy(base) as proxy:

        def to(url: str) -> HttpUpstream:
            return connections.enter_context(upstream_at(url, limits=limits))

        def delete(resource_type: str, resource_id: str) -> None:
            place = f"{base}/{resource_type}/{resource_id}"
            with urllib.request.urlopen(urllib.request.Request(place, method="DELETE"), timeout=60) as reply:
                assert reply.status in (200, 204)

        clinic = Clinic(folder, template, lambda: to(base), lambda: to(proxy.url), proxy, delete)
        try:
            yield clinic
        finally:
            clinic.close()
