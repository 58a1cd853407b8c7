"""The project's own fault proxy: an HTTP reverse proxy on loopback that breaks each request as it is told.

    with FaultProxy("http://127.0.0.1:8321/fhir") as proxy:
        upstream = HttpUpstream(..., base=proxy.url)
        proxy.script([DROP_AFTER, PASS, Fault(Kind.STATUS, status=503, retry_after="2")])
        proxy.randomly(seed=7)         # from now on, one fault a request by the seed
        proxy.offline(); proxy.online()
        proxy.heal()

It reads a whole request, asks its plan what to do, and speaks to the target over a fresh connection, so that
a request is never sent twice but for `DUPLICATE`. Faults may be changed at any time from any thread.
"""

from __future__ import annotations

import contextlib
import http.client
import random
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Self
from urllib.parse import urlsplit


class Kind(StrEnum):
    PASS = "pass"
    DROP_BEFORE = "drop_before"
    """The connection ends, the target heard nothing."""
    DROP_AFTER = "drop_after"
    """The target did it, the reply is lost."""
    DELAY = "delay"
    """Handed on after `seconds`."""
    SLOW = "slow"
    """The reply comes a byte at a time, `seconds` apart."""
    TRUNCATE = "truncate"
    """The target did it; the reply ends in the middle of its body."""
    RESET = "reset"
    """The connection is reset, the target heard nothing."""
    RESET_AFTER = "reset_after"
    """The target did it; the connection is reset in the middle of the reply."""
    STATUS = "status"
    """Answered with `status` (and `retry_after`), the target heard nothing."""
    STATUS_AFTER = "status_after"
    """The target did it; answered with `status` all the same, as a gateway that lost patience."""
    HTML = "html"
    """A page of HTML with 200, the target heard nothing."""
    DUPLICATE = "duplicate"
    """The target hears it twice; the second reply comes back."""


@dataclass(frozen=True)
class Fault:
    kind: Kind = Kind.PASS
    status: int = 503
    retry_after: str = ""
    seconds: float = 0.05


PASS = Fault()
DROP_BEFORE, DROP_AFTER = Fault(Kind.DROP_BEFORE), Fault(Kind.DROP_AFTER)
TRUNCATE, RESET, RESET_AFTER = Fault(Kind.TRUNCATE), Fault(Kind.RESET), Fault(Kind.RESET_AFTER)
HTML, DUPLICATE = Fault(Kind.HTML), Fault(Kind.DUPLICATE)
BUSY = Fault(Kind.STATUS, status=429, retry_after="1")
UNAVAILABLE, BAD_GATEWAY_AFTER = Fault(Kind.STATUS, status=503), Fault(Kind.STATUS_AFTER, status=502)
EVERY_FAULT = (
    *(DROP_BEFORE, DROP_AFTER, TRUNCATE, RESET, RESET_AFTER, HTML, DUPLICATE, BUSY, UNAVAILABLE),
    *(BAD_GATEWAY_AFTER, Fault(Kind.DELAY, seconds=0.02), Fault(Kind.STATUS, status=500)),
)


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Plan = Callable[[Request], Fault]


@dataclass(frozen=True)
class Seen:
    """What was asked and what was done about it."""

    method: str
    path: str
    fault: Fault


class FaultProxy:
    """See the module.

    Args:
        target: base URL of the server behind it, plain http on loopback.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        assert parts.hostname is not None
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._own_port = int(self._listener.getsockname()[1])
        self._lock = threading.Lock()
        self._script: deque[Fault] = deque()
        self._plan: Plan = lambda _: PASS
        self._open: set[socket.socket] = set()
        self._stopping = threading.Event()
        self.seen: list[Seen] = []
        self._thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The base URL to give to clients."""
        return f"http://127.0.0.1:{self._own_port}{self._path}"

    # Switches -------------------------------------------------------------------------------------

    def script(self, faults: Iterable[Fault]) -> None:
        """One fault for each of the next requests; after them whatever else is planned."""
        with self._lock:
            self._script = deque(faults)

    def plan(self, plan: Plan) -> None:
        """What to do is asked of `plan` for each request (called under a lock, in order)."""
        with self._lock:
            self._plan = plan

    def always(self, fault: Fault) -> None:
        self.plan(lambda _: fault)

    def randomly(self, seed: int, *, share: float = 0.5, faults: Iterable[Fault] = EVERY_FAULT) -> None:
        """About that share of the requests meets one of the faults; the same seed, the same order."""
        chance, chosen = random.Random(seed), tuple(faults)
        self.plan(lambda _: chance.choice(chosen) if chance.random() < share else PASS)

    def heal(self) -> None:
        """No faults any more, and online."""
        with self._lock:
            self._script.clear()
            self._plan = lambda _: PASS
        self.online()

    def offline(self) -> None:
        """Connections are refused from now on and the open ones end."""
        with self._lock:
            if self._listener.fileno() < 0:
                return
            self._end_listening()
        self._end_connections()

    def online(self) -> None:
        with self._lock:
            if self._listener.fileno() >= 0 or self._stopping.is_set():
                return
            self._listener = socket.create_server(("127.0.0.1", self._own_port))
            self._thread = threading.Thread(target=self._accept, args=(self._listener,), daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._stopping.set()
        with self._lock:
            self._end_listening()
        self._end_connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Work -----------------------------------------------------------------------------------------

    def _end_listening(self) -> None:
        # A shutdown wakes the thread that accepts; closing alone would leave it waiting on Linux.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _end_connections(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)
        try:
            with connection, connection.makefile("rb") as reader:
                while True:
                    request = _read(reader)
                    if request is None or not self._answer(connection, request):
                        return
        except (OSError, ValueError, http.client.HTTPException):
            return  # the client or the target went away, which is what a proxy is for
        finally:
            with self._lock:
                self._open.discard(connection)

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        """Whether the connection stays open."""
        with self._lock:
            fault = self._script.popleft() if self._script else self._plan(request)
            self.seen.append(Seen(request.method, request.path, fault))
        match fault.kind:
            case Kind.DROP_BEFORE:
                return False
            case Kind.RESET:
                _reset(connection)
                return False
            case Kind.STATUS:
                connection.sendall(_status(fault))
                return True
            case Kind.HTML:
                page = b"<!DOCTYPE html><html><body><h1>Sign in to the network</h1></body></html>"
                connection.sendall(_raw(200, {"Content-Type": "text/html; charset=utf-8"}, page))
                return True
            case Kind.DELAY:
                if self._stopping.wait(fault.seconds):
                    return False
            case Kind.DUPLICATE:
                self._forward(request)
        reply = self._forward(request)
        match fault.kind:
            case Kind.DROP_AFTER:
                return False
            case Kind.TRUNCATE | Kind.RESET_AFTER:
                head = reply.index(b"\r\n\r\n") + 4
                connection.sendall(
                    reply[: head + max(1, (len(reply) - head) // 2)] if reply[head:] else reply[:9]
                )
                if fault.kind is Kind.RESET_AFTER:
                    _reset(connection)
                return False
            case Kind.STATUS_AFTER:
                connection.sendall(_status(fault))
            case Kind.SLOW:
                for place in range(len(reply)):
                    connection.sendall(reply[place : place + 1])
                    if self._stopping.wait(fault.seconds):
                        return False
            case _:
                connection.sendall(reply)
        return True

    def _forward(self, request: Request) -> bytes:
        """The target's whole reply, as it goes back."""
        target = http.client.HTTPConnection(self._host, self._port, timeout=30)
        try:
            # Accept-Encoding is left out: links in the body are rewritten below.
            dropped = ("connection", "accept-encoding", "content-length", "transfer-encoding")
            headers = {n: v for n, v in request.headers.items() if n not in dropped}
            target.request(
                request.method, request.path, request.body or None, {**headers, "connection": "close"}
            )
            reply = target.getresponse()
            body = reply.read()
        finally:
            target.close()
        # Servers that make links from their own address rather than from the Host header.
        theirs, ours = (
            f"http://{self._host}:{self._port}".encode(),
            f"http://127.0.0.1:{self._own_port}".encode(),
        )
        kept = {
            name: value.replace(theirs.decode(), ours.decode())
            for name, value in reply.getheaders()
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "keep-alive")
        }
        return _raw(reply.status, kept, body.replace(theirs, ours))


def _read(reader: BinaryIO) -> Request | None:
    """The next request, None when the client has closed."""
    line = reader.readline(65536)
    if not line.strip():
        return None
    method, path, _ = line.decode("latin-1").split(" ", 2)
    headers: dict[str, str] = {}
    while True:
        line = reader.readline(65536)
        if not line.strip():
            break
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _chunks(reader)
    else:
        body = reader.read(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


def _chunks(reader: BinaryIO) -> bytes:
    body = b""
    while size := int(reader.readline(64).split(b";")[0], 16):
        body += reader.read(size)
        reader.readline(64)
    reader.readline(64)
    return body


def _status(fault: Fault) -> bytes:
    headers = {"Content-Type": "text/plain"} | (
        {"Retry-After": fault.retry_after} if fault.retry_after else {}
    )
    return _raw(fault.status, headers, b"busy")


def _raw(status: int, headers: Mapping[str, str], body: bytes) -> bytes:
    words = http.client.responses.get(status, "Status")
    lines = [f"HTTP/1.1 {status} {words}", *(f"{name}: {value}" for name, value in headers.items())]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _reset(connection: socket.socket) -> None:
    """Ends the connection with a reset instead of an end.

    The file object over the socket holds it open, so both are closed by the caller right after.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
