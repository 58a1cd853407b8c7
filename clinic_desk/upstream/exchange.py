"""One HTTP request and its whole reply, within limits: the only place that calls httpx.

A session speaks to one origin and to no other; a redirect is not followed. The environment's proxies are not
used: they are set for a browser, and a line to patients' data is set on purpose or not at all.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpcore
import httpx

from clinic_desk import __version__
from clinic_desk.services.sync.upstream_address import Address
from clinic_desk.services.sync.upstream_port import NoReply, WhyNoReply
from clinic_desk.upstream.certificates import trust
from clinic_desk.upstream.wire import Connecting, Line, LineFailed
from clinic_desk.upstream.wire_limits import WireLimits

# httpx tells its log the address of each request, and a search for somebody has their IIN in it.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

_IDLE_S = 30
_PATIENCE_S = 1
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class RawReply:
    """What came; `body` is decompressed, header names are those of httpx (any case)."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Session:
    """Kept connections to one origin. One call at a time; `close` may come from any thread.

    Args:
        address: whose origin it speaks to.
        limits: see there.
        ca_file: see `trust`.

    Raises:
        ClinicDeskError: `upstream.ca_file`.
    """

    def __init__(self, address: Address, limits: WireLimits, ca_file: str = "") -> None:
        self._address = address
        self._limits = limits
        self._line = Line(limits)
        self._one_call = threading.Lock()
        pool = httpcore.ConnectionPool(
            ssl_context=trust(ca_file) if address.scheme == "https" else None,
            max_connections=1,
            keepalive_expiry=_IDLE_S,
            network_backend=Connecting(self._line, only_loopback=address.scheme == "http"),
        )
        self._client = httpx.Client(
            transport=_Transport(pool),
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": f"clinic-desk/{__version__}", "Accept-Encoding": "gzip"},
        )

    def call(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None = None
    ) -> RawReply:
        """The reply, whatever its status but a redirect's.

        Raises:
            NoReply: nothing came that could be read.
        """
        target = httpx.URL(url)
        port = target.port or (443 if target.scheme == "https" else 80)
        if f"{target.scheme}://{_bracketed(target.host)}:{port}" != self._address.origin:
            raise NoReply(WhyNoReply.REDIRECT, is_untouched=True)
        with self._one_call:
            if self._line.closed():
                raise NoReply(WhyNoReply.BROKEN, is_untouched=True)
            self._line.begin()
            try:
                with self._told_as_no_reply():
                    return self._exchanged(method, target, headers, content)
            finally:
                if self._line.closed():
                    self._client.close()

    def close(self) -> None:
        """A call under way ends with NoReply; later ones never begin."""
        self._line.close()
        # A call that waits for the look-up of a name cannot be ended; it puts its things away itself.
        if self._one_call.acquire(timeout=_PATIENCE_S):
            try:
                self._client.close()
            finally:
                self._one_call.release()

    def _exchanged(
        self, method: str, target: httpx.URL, headers: Mapping[str, str], content: bytes | None
    ) -> RawReply:
        # A server's cookie would be a sign-in that nobody typed.
        self._client.cookies.clear()
        with self._client.stream(method, target, headers=dict(headers), content=content) as response:
            if 300 <= response.status_code < 400:
                raise NoReply(WhyNoReply.REDIRECT)
            return RawReply(response.status_code, response.headers, b"".join(self._body(response)))

    def _body(self, response: httpx.Response) -> Iterator[bytes]:
        """The decompressed body in pieces; a bomb is left before it has opened.

        Raises:
            NoReply: TOO_LARGE, NOT_FHIR.
        """
        left = self._limits.reply_bytes
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding == "identity":
            for piece in response.iter_raw():
                left -= len(piece)
                if left < 0:
                    raise NoReply(WhyNoReply.TOO_LARGE)
                yield piece
            return
        if encoding not in ("gzip", "x-gzip"):
            raise NoReply(WhyNoReply.NOT_FHIR)
        inflater = zlib.decompressobj(_GZIP)
        for piece in response.iter_raw():
            opened = inflater.decompress(piece, left + 1)
            left -= len(opened)
            if left < 0:
                raise NoReply(WhyNoReply.TOO_LARGE)
            yield opened
        if not inflater.eof or inflater.unused_data:
            raise NoReply(WhyNoReply.BROKEN)

    @contextlib.contextmanager
    def _told_as_no_reply(self) -> Iterator[None]:
        line = self._line
        try:
            yield
        except NoReply:
            raise
        except LineFailed as error:
            raise self._no_reply(error.why) from error
        except httpcore.TimeoutException as error:
            raise self._no_reply(WhyNoReply.TIMEOUT) from error
        except httpcore.ConnectError as error:
            raise self._no_reply(WhyNoReply.CONNECT) from error
        except (httpcore.RemoteProtocolError, httpcore.LocalProtocolError) as error:
            # Something spoke and it was no HTTP, or the end came in the middle of it.
            garbage = line.was_read and not line.has_ended
            raise self._no_reply(WhyNoReply.NOT_FHIR if garbage else WhyNoReply.BROKEN) from error
        except (httpcore.NetworkError, httpcore.ProxyError, httpcore.UnsupportedProtocol) as error:
            raise self._no_reply(WhyNoReply.BROKEN) from error
        except zlib.error as error:
            raise self._no_reply(WhyNoReply.NOT_FHIR) from error

    def _no_reply(self, why: WhyNoReply) -> NoReply:
        return NoReply(
            WhyNoReply.BROKEN if self._line.closed() else why, is_untouched=not self._line.was_written
        )


class _Transport(httpx.BaseTransport):
    """httpx over our own pool: httpx cannot be given a network of one's own in any other public way."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response, its body still to be read."""
        assert isinstance(request.stream, httpx.SyncByteStream)  # noqa: S101 - a sync client makes no other
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        """The kept connections are closed."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        """The connection goes back, or ends when the body was not read."""
        self._response.close()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
