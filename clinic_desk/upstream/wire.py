"""Sockets that keep one deadline for the whole call and can be ended from another thread.

httpx has a time-out for each phase, which a server that sends a byte now and then never reaches. Here every
wait, of the name, the connection, the certificate, each write and read, is cut to what is left of the call.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any, cast

import httpcore
from httpcore import SOCKET_OPTION

from clinic_desk.services.sync.upstream_address import is_loopback
from clinic_desk.services.sync.upstream_port import WhyNoReply
from clinic_desk.upstream.wire_limits import WireLimits

_PIECE = 16 * 1024


class LineFailed(Exception):
    """The line failed in a way that httpcore has no error for."""

    def __init__(self, why: WhyNoReply) -> None:
        super().__init__(why.value)
        self.why = why


class Line:
    """What is known of the call under way, and the open sockets. One call at a time.

    Attributes:
        was_written: whether anything of the request left, so that it may have had its effect.
        was_read: whether anything came back.
        has_ended: whether the other side closed.
    """

    def __init__(self, limits: WireLimits) -> None:
        self.limits = limits
        self.was_written = self.was_read = self.has_ended = False
        self._is_closed = False
        self._until = 0.0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def begin(self) -> None:
        """A call begins now."""
        self.was_written = self.was_read = self.has_ended = False
        self._until = time.monotonic() + self.limits.deadline_s

    def left(self, most_s: float) -> float:
        """Seconds until the deadline, at most `most_s`.

        Raises:
            LineFailed: TIMEOUT, or BROKEN after `close`.
        """
        if self._is_closed:
            raise LineFailed(WhyNoReply.BROKEN)
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise LineFailed(WhyNoReply.TIMEOUT)
        return min(seconds, most_s)

    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._is_closed

    def close(self) -> None:
        """Every wait on a socket ends now, and no new one begins."""
        with self._lock:
            self._is_closed = True
            for one in self._open:
                # Ends a read in another thread; closing alone would not, and would free its number.
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def opened(self, one: socket.socket) -> None:
        """The socket is ended by `close`.

        Raises:
            LineFailed: BROKEN, as it is closed already.
        """
        with self._lock:
            if self._is_closed:
                one.close()
                raise LineFailed(WhyNoReply.BROKEN)
            self._open.add(one)

    def forgotten(self, one: socket.socket) -> None:
        """The socket is closed."""
        with self._lock:
            self._open.discard(one)


class Stream(httpcore.NetworkStream):
    """A connection on the line."""

    def __init__(self, line: Line, stream: httpcore.NetworkStream) -> None:
        self._line = line
        self._stream = stream
        self._socket = cast("socket.socket", stream.get_extra_info("socket"))
        line.opened(self._socket)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came, b"" at the end."""
        data = self._stream.read(max_bytes, self._line.left(self._line.limits.silence_s))
        self._line.was_read |= bool(data)
        self._line.has_ended |= not data
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """The bytes are on their way."""
        for start in range(0, len(buffer), _PIECE):
            seconds = self._line.left(self._line.limits.silence_s)
            self._line.was_written = True
            self._stream.write(buffer[start : start + _PIECE], seconds)

    def close(self) -> None:
        """The connection is closed."""
        self._line.forgotten(self._socket)
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The connection, encrypted."""
        seconds = self._line.left(self._line.limits.connect_s)
        self._line.forgotten(self._socket)
        try:
            return Stream(self._line, self._stream.start_tls(ssl_context, server_hostname, seconds))
        except httpcore.ConnectError as error:
            raise _certificate_or(error) from error

    def get_extra_info(self, info: str) -> Any:
        """See httpcore."""
        return self._stream.get_extra_info(info)


class Connecting(httpcore.NetworkBackend):
    """Opens connections on the line.

    Args:
        line: whose deadline counts.
        only_loopback: addresses of other machines are refused, whatever the name says.
    """

    def __init__(self, line: Line, *, only_loopback: bool) -> None:
        self._line = line
        self._only_loopback = only_loopback
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses, tried in their order."""
        problem: Exception = LineFailed(WhyNoReply.NAME)
        for address in self._addresses(host, port):
            if self._only_loopback and not is_loopback(address):
                problem = LineFailed(WhyNoReply.CONNECT)
                continue
            try:
                seconds = self._line.left(self._line.limits.connect_s)
                return Stream(self._line, self._backend.connect_tcp(address, port, seconds))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of the name, looked up beside this thread: a resolver has no time-out of its own."""
        found: list[str] = []
        failed: list[OSError] = []

        def look_up() -> None:
            try:
                rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                found.extend(dict.fromkeys(str(row[4][0]) for row in rows))
            except (OSError, UnicodeError) as error:
                failed.append(error if isinstance(error, OSError) else OSError(str(error)))

        if is_loopback(host) and host != "localhost":
            return [host.strip("[]")]
        thread = threading.Thread(target=look_up, name="look-up", daemon=True)
        thread.start()
        thread.join(self._line.left(self._line.limits.connect_s))
        if thread.is_alive() or failed or not found:
            raise LineFailed(WhyNoReply.NAME)
        return found


def _certificate_or(error: httpcore.ConnectError) -> Exception:
    """A refused certificate, or a hand-shake that failed, by what lies under httpcore's own error."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, ssl.SSLError):
            return LineFailed(WhyNoReply.CERTIFICATE)
        below = below.__cause__ or below.__context__
    return LineFailed(WhyNoReply.CONNECT)
