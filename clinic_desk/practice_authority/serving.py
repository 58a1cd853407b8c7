"""Runs an authority on two ports of this machine: one speaks FHIR, the other turns the switches."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

import uvicorn
from starlette.requests import Request

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.durable_file import atomic_write, json_bytes
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.control_side import ControlSide
from clinic_desk.practice_authority.fhir_side import ROOT, FhirSide
from clinic_desk.practice_authority.switches import ADDRESS_FILE, AuthorityAddress

_BACKLOG: Final = 128
_FAREWELL_S: Final = 1


class Serving:
    """One run of an authority. `run` blocks; `stop` may come from any thread.

    Raises:
        ClinicDeskError: `practice_server.not_loopback`, the address is not this machine's own;
            `practice_server.port`, the port is taken.
    """

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        settings = authority.settings
        self._host = _own_address(settings.host)
        self._fhir = _listen(self._host, settings.port)
        self._control = _listen(self._host, 0)
        self._port: int = self._fhir.getsockname()[1]
        control_port: int = self._control.getsockname()[1]
        self.base = _address(self._host, self._port) + ROOT
        self.control = _address(self._host, control_port)
        authority.answer_at(self.base)
        fhir = FhirSide(authority, self._hang_up).app()
        control = ControlSide(authority, self._open_door).app()

        async def by_port(scope: Any, receive: Any, send: Any) -> None:
            await (control if scope["server"][1] == control_port else fhir)(scope, receive, send)

        config = uvicorn.Config(
            by_port, lifespan="off", log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=_FAREWELL_S, ws="none",
        )  # fmt: skip
        self._server = uvicorn.Server(config)

    def run(self, ready: Callable[[], None]) -> None:
        """Serves until it is stopped; `ready` is called when both ports answer."""
        asyncio.run(self._serve(ready))

    def keep_address(self) -> AuthorityAddress:
        """The address lies in the folder from now on, for whoever may read it; see `switches`."""
        settings = self.authority.settings
        address = AuthorityAddress(self.base, self.control, settings.token)
        atomic_write(settings.folder / ADDRESS_FILE, json_bytes(asdict(address)))
        return address

    def forget_address(self) -> None:
        """Nobody answers there any more."""
        with contextlib.suppress(OSError):
            (self.authority.settings.folder / ADDRESS_FILE).unlink(missing_ok=True)

    def stop(self) -> None:
        """The ports are closed soon and `run` returns."""
        self._server.should_exit = True

    async def _serve(self, ready: Callable[[], None]) -> None:
        serving = asyncio.create_task(self._server.serve([self._fhir, self._control]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.005)
        deciding = asyncio.create_task(self._decide())
        if not serving.done():
            ready()
        try:
            await serving
        finally:
            deciding.cancel()
            self.authority.close()

    async def _decide(self) -> None:
        """Takes the steps of decisions when their time comes; sleeps until then."""
        news, decisions = asyncio.Event(), self.authority.decisions
        decisions.changed = news.set
        while True:
            at = decisions.next_at()
            wait_s = None if at is None else max(0.0, (at - self.authority.store.now()) / 1_000_000)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), wait_s)
            news.clear()
            if not decisions.is_by_hand:
                decisions.run_due()

    async def _open_door(self, is_open: bool) -> None:
        """The FHIR port refuses connections, or takes them again."""
        door = self._server.servers[0]
        if is_open == door.is_serving():
            return
        if is_open:
            self._server.servers[0] = await asyncio.get_running_loop().create_server(
                self._protocol, sock=_listen(self._host, self._port), backlog=_BACKLOG
            )
            return
        door.close()
        for connection in list(self._server.server_state.connections):
            if _port_of(connection) == self._port:
                connection.transport.abort()

    async def _hang_up(self, request: Request) -> None:
        """The connection of this request ends as if the cable were cut."""
        for connection in list(self._server.server_state.connections):
            if getattr(connection, "client", None) == (request.client or (None,))[:2]:
                connection.transport.abort()
        # The server would say "500" for a request without an answer until it knows of the cut.
        while (await request.receive())["type"] != "http.disconnect":
            pass

    def _protocol(self) -> asyncio.Protocol:
        server = self._server
        protocol: asyncio.Protocol = server.config.http_protocol_class(  # type: ignore[call-arg]
            config=server.config, server_state=server.server_state, app_state={}
        )
        return protocol


def check_host(host: str) -> None:
    """Refuses an address that is not this machine's own, before anything is made.

    Raises:
        ClinicDeskError: `practice_server.not_loopback`.
    """
    _own_address(host)


def _own_address(host: str) -> str:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise ClinicDeskError("practice_server.not_loopback") from None
    if not address.is_loopback:
        raise ClinicDeskError("practice_server.not_loopback")
    return str(address)


def _listen(host: str, port: int) -> socket.socket:
    # The protocol is named because asyncio sends small answers at once only where it knows that it is TCP.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            # A port that was shut on purpose is opened again while old connections linger.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ClinicDeskError("practice_server.port") from error
    return listener


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _port_of(connection: Any) -> int:
    name = connection.transport.get_extra_info("sockname") if connection.transport else None
    return int(name[1]) if name else 0


def end_with_parent(stop: Callable[[], None]) -> None:
    """Waits until the pipe at standard input ends, as it does when whoever started this is gone."""
    with contextlib.suppress(OSError, ValueError):
        while sys.stdin.buffer.read(1):
            pass
    stop()
