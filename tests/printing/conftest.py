from collections.abc import Iterator

import pytest

from tests.printing.cups import CupsServer


@pytest.fixture(scope="session")
def cups_server() -> Iterator[CupsServer]:
    server = CupsServer()
    yield server
    server.stop()


@pytest.fixture
def cups(cups_server: CupsServer, monkeypatch: pytest.MonkeyPatch) -> CupsServer:
    """The private CUPS server, where this process and its children print."""
    monkeypatch.setenv("CUPS_SERVER", str(cups_server.socket))
    return cups_server
