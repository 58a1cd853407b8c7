"""One HAPI FHIR server for all live tests; outside `./test live` there is nothing to collect here."""

import os
from collections.abc import Iterator

import pytest

from tests.live.hapi_server import HapiServer

if not os.environ.get("CLINIC_DESK_LIVE"):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def hapi() -> Iterator[HapiServer]:
    """The running server. Skips with the sentence in which `./test live` says why there is none."""
    why_not = os.environ.get("CLINIC_DESK_NO_HAPI", "")
    if why_not:
        pytest.skip(why_not)
    server = HapiServer()
    try:
        server.start()
        yield server
    finally:
        server.stop()
