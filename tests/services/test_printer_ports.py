"""The fake printer and the real one behave alike."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desk.printing.adapters import PrinterProcess
from clinic_desk.services.slips import PrintAnswer
from tests.printing.cups import CupsServer
from tests.services.fakes import FakePrinter
from tests.services.printer_suite import PrinterSuite


class FakeRoom:
    """The fake told what to answer."""

    def __init__(self) -> None:
        self.printer = FakePrinter(queues=())

    def has_default(self, name: str) -> None:
        self.printer.queues = (name, *self.printer.queues)

    def pause(self, name: str) -> None:
        assert name in self.printer.queues
        self.printer.answer = PrintAnswer.WAITING

    def fall_silent(self) -> None:
        self.printer.answer = PrintAnswer.TIMED_OUT

    def vanish(self) -> None:
        self.printer.queues = ()
        self.printer.answer = PrintAnswer.NO_PRINTER

    def arrived(self, name: str) -> bytes | None:
        return next((pdf for pdf, queue, *_ in self.printer.printed if queue == name), None)


class CupsRoom:
    """A CUPS server of our own, or a wrong one in its place."""

    def __init__(self, server: CupsServer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.printer = PrinterProcess()
        self._server = server
        self._environ = monkeypatch
        self._files: dict[str, Path] = {}
        self._silent: socket.socket | None = None
        monkeypatch.setenv("CUPS_SERVER", str(server.socket))

    def has_default(self, name: str) -> None:
        self._files[name] = self._server.add_queue(name, is_default=True)

    def pause(self, name: str) -> None:
        self._server.run("cupsdisable", name)

    def fall_silent(self) -> None:
        self._silent = socket.create_server(("127.0.0.1", 0))
        self._environ.setenv("CUPS_SERVER", f"127.0.0.1:{self._silent.getsockname()[1]}")

    def vanish(self) -> None:
        self._environ.setenv("CUPS_SERVER", str(self._server.root / "nobody.sock"))

    def arrived(self, name: str) -> bytes | None:
        return self._server.wait_for(self._files[name])

    def leave(self) -> None:
        if self._silent is not None:
            self._silent.close()


class TestFakePrinter(PrinterSuite):
    @pytest.fixture
    def room(self) -> FakeRoom:
        return FakeRoom()


@pytest.fixture(scope="module")
def cups_server() -> Iterator[CupsServer]:
    server = CupsServer()
    yield server
    server.stop()


@pytest.mark.cups
class TestRealPrinter(PrinterSuite):
    @pytest.fixture
    def room(self, cups_server: CupsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[CupsRoom]:
        room = CupsRoom(cups_server, monkeypatch)
        yield room
        room.leave()
