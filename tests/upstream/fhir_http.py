"""The server in memory behind a real socket: plain HTTP/1.1 on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.upstream.fhir_store import Answer, FhirStore, outcome


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        size = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(size)
        self.server.seen.append((self.command, self.path, dict(self.headers.items())))
        answer = self._answer(parts.path, parts.query, sent)
        raw = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/fhir+json; charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _answer(self, path: str, query: str, sent: bytes) -> Answer:
        root = urlsplit(self.server.store.base).path
        if path != root and not path.startswith(f"{root}/"):
            return Answer(404, outcome("not here"))
        if self.server.guard is not None:
            refused = self.server.guard(dict(self.headers.items()))
            if refused is not None:
                return refused
        try:
            body: Any = json.loads(sent) if sent else None
        except ValueError:
            return Answer(400, outcome("no JSON"))
        below = unquote(path[len(root) :].strip("/"))
        pairs = parse_qsl(query, keep_blank_values=True)
        return self.server.store.handle(self.command, below, pairs, dict(self.headers.items()), body)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, store: FhirStore) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
        self.guard: Any = None
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        store.base = f"http://127.0.0.1:{self.server_port}/fhir"


@contextmanager
def served(store: FhirStore | None = None) -> Iterator[_Server]:
    """The store at `server.store.base`; `server.guard(headers)` may answer in its place (sign-in)."""
    server = _Server(store or FhirStore())
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
