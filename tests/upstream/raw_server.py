"""A server that sends exactly the bytes a test gives it, on loopback, with or without TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

Say = Callable[["Heard"], Iterable[bytes]]


@dataclass
class Heard:
    """One request as it came; `stop` is set when the server ends, so that a slow answer may wait on it."""

    line: str
    headers: dict[str, str]
    body: bytes
    stop: threading.Event


@dataclass
class RawServer:
    """Answers each request with the pieces that `say` gives, and then closes unless `keeps_open`.

    That it closes stands in the answer's head unless it is not to be `announced`: a client that sends its
    next request into a connection that is just being closed cannot know whether it was heard.
    """

    say: Say
    context: ssl.SSLContext | None = None
    keeps_open: bool = False
    announced: bool = True
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released for each connection that was closed."""

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def base(self) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}/fhir"

    def close(self) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._talk(connection)
        finally:
            self.ended.release()

    def _talk(self, connection: socket.socket) -> None:
        # The other side may go away at any moment: that is what the tests are about.
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(10)
            spoken = self.context.wrap_socket(connection, server_side=True) if self.context else connection
            with spoken, spoken.makefile("rb") as reader:
                while heard := self._read(reader):
                    self.heard.append(heard)
                    for place, piece in enumerate(self.say(heard)):
                        spoken.sendall(self._announced(piece) if place == 0 else piece)
                    if not self.keeps_open:
                        return

    def _announced(self, piece: bytes) -> bytes:
        if self.keeps_open or not self.announced or not piece.startswith(b"HTTP/1.1 "):
            return piece
        return piece.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)

    def _read(self, reader: object) -> Heard | None:
        line = reader.readline(65536).decode("latin-1").strip()  # type: ignore[attr-defined]
        if not line:
            return None
        headers: dict[str, str] = {}
        while row := reader.readline(65536).decode("latin-1").strip():  # type: ignore[attr-defined]
            name, _, value = row.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", "0")))  # type: ignore[attr-defined]
        return Heard(line, headers, body, self._stop)


@contextlib.contextmanager
def saying(
    say: Say | bytes,
    *,
    context: ssl.SSLContext | None = None,
    keeps_open: bool = False,
    announced: bool = True,
) -> Iterator[RawServer]:
    """A server that says that to everybody."""
    server = RawServer((lambda _: [say]) if isinstance(say, bytes) else say, context, keeps_open, announced)
    try:
        yield server
    finally:
        server.close()


def http(
    body: bytes | str = b"",
    status: str = "200 OK",
    kind: str = "application/fhir+json",
    **headers: str,
) -> bytes:
    """A whole HTTP answer; `Retry_After="5"` is the header Retry-After."""
    raw = body.encode() if isinstance(body, str) else body
    rows = (
        {"Content-Type": kind, "Content-Length": str(len(raw))} if kind else {"Content-Length": str(len(raw))}
    )
    rows |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + raw
