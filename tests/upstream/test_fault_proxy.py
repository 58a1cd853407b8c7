"""The proxy itself does what its faults say: what the server heard and what the client saw."""

import http.client
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.upstream.fault_proxy import (
    BAD_GATEWAY_AFTER,
    BUSY,
    DROP_AFTER,
    DROP_BEFORE,
    DUPLICATE,
    EVERY_FAULT,
    HTML,
    PASS,
    RESET,
    RESET_AFTER,
    TRUNCATE,
    Fault,
    FaultProxy,
    Kind,
)
from tests.upstream.fhir_http import served
from tests.upstream.fhir_store import FhirStore
from tests.upstream.upstream_suite import patient

Line = tuple[FaultProxy, FhirStore]


@pytest.fixture
def line() -> Iterator[Line]:
    with served() as server, FaultProxy(server.store.base) as proxy:
        yield proxy, server.store


def _post(proxy: FaultProxy) -> tuple[int, bytes, str | None]:
    parts = urlsplit(proxy.url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
    try:
        connection.request("POST", f"{parts.path}/Patient", json.dumps(patient("k")))
        reply = connection.getresponse()
        return reply.status, reply.read(), reply.getheader("Retry-After")
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "heard"),
    [(DROP_BEFORE, 0), (RESET, 0), (DROP_AFTER, 1), (TRUNCATE, 1), (RESET_AFTER, 1)],
    ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
)
def test_what_breaks_the_connection(line: Line, fault: Fault, heard: int) -> None:
    proxy, store = line
    proxy.script([fault])
    with pytest.raises((OSError, http.client.HTTPException)):
        _post(proxy)
    assert len(store.all("Patient")) == heard
    assert _post(proxy)[0] == 201


@pytest.mark.parametrize(
    ("fault", "status", "heard"),
    [
        (PASS, 201, 1),
        (Fault(Kind.DELAY, seconds=0.01), 201, 1),
        (Fault(Kind.SLOW, seconds=0), 201, 1),
        (BUSY, 429, 0),
        (BAD_GATEWAY_AFTER, 502, 1),
        (HTML, 200, 0),
        (DUPLICATE, 201, 2),
    ],
    ids=lambda value: value.kind.value if isinstance(value, Fault) else "",
)
def test_what_is_answered(line: Line, fault: Fault, status: int, heard: int) -> None:
    proxy, store = line
    proxy.always(fault)
    seen, body, retry = _post(proxy)
    assert (seen, len(store.all("Patient"))) == (status, heard)
    assert retry == ("1" if fault is BUSY else None)
    assert body.startswith(b"<!DOCTYPE html>") is (fault is HTML)


def test_offline_refuses_connections_until_it_is_online_again(line: Line) -> None:
    proxy, store = line
    assert _post(proxy)[0] == 201
    proxy.offline()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(proxy.url).port or 0))
    proxy.online()
    assert _post(proxy)[0] == 201
    assert len(store.all("Patient")) == 2


def test_the_same_seed_breaks_the_same_requests(line: Line) -> None:
    proxy, _ = line
    orders = []
    for _ in range(2):
        proxy.seen.clear()
        proxy.randomly(7, faults=[fault for fault in EVERY_FAULT if fault.kind is not Kind.DELAY])
        for _ in range(30):
            try:
                _post(proxy)
            except (OSError, http.client.HTTPException):
                continue
        orders.append([seen.fault for seen in proxy.seen])
    assert orders[0] == orders[1]
    assert len(set(orders[0])) > 4
    proxy.heal()
    assert _post(proxy)[0] == 201


def test_links_lead_back_through_the_proxy(line: Line) -> None:
    proxy, store = line
    for key in ("a", "b"):
        store.put(patient(key))
    parts = urlsplit(proxy.url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
    connection.request("GET", f"{parts.path}/Patient?_count=1")
    bundle = json.loads(connection.getresponse().read())
    connection.close()
    assert all(link["url"].startswith(proxy.url) for link in bundle["link"])
