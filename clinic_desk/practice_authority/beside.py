"""The authority beside a window: a process of its own that ends when whoever started it is gone."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.practice_authority.switches import AuthorityAddress, answering_in

START_S: Final = 60.0
"""How long a start may take: the first one fills the authority with its people."""
_END_S: Final = 3.0


def is_installed() -> bool:
    """Whether the optional parts that a server needs are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("starlette", "uvicorn"))


class BesideAuthority:
    """Starts the authority when its address is first asked for, and again if it ended. Any thread.

    One that somebody started in the same folder is taken instead, and is not ended.

    Args:
        folder: where its file lies.
        command: gives what to start: it says its address in a line of JSON and ends with its standard input.
    """

    def __init__(self, folder: Path, command: Callable[[], Sequence[str]]) -> None:
        self._folder = folder
        self._command = command
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._address: AuthorityAddress | None = None
        self._is_closed = False
        self.failed = False
        """Whether the last start came to nothing."""

    def address(self) -> AuthorityAddress:
        """Where it answers; waits for the start.

        Raises:
            ClinicDeskError: `practice_server.not_installed`, `practice_server.not_started`.
        """
        with self._starting:
            process = self._process
            if process is not None and process.poll() is None and self._address is not None:
                return self._address
            if self._is_closed:
                raise ClinicDeskError("practice_server.not_started")
            if process is not None:
                _end(process)
                self._process = None
            found = answering_in(self._folder)
            if found is not None:
                self.failed = False
                return found
            try:
                self._address = self._start()
            except ClinicDeskError:
                self.failed = True
                raise
            self.failed = False
            return self._address

    def close(self) -> None:
        """It ends; a start that is under way ends too."""
        self._is_closed = True
        if self._process is not None:
            _end(self._process)

    def _start(self) -> AuthorityAddress:
        if not is_installed():
            raise ClinicDeskError("practice_server.not_installed")
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        try:
            process = subprocess.Popen(
                list(self._command()),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=flags,
            )
        except OSError as error:
            raise ClinicDeskError("practice_server.not_started") from error
        self._process = process
        if self._is_closed:
            _end(process)
        line = _first_line(process.stdout, START_S)
        try:
            said = json.loads(line)
            return AuthorityAddress(said["base"], said["control"], said["token"])
        except (ValueError, KeyError, TypeError) as error:
            process.kill()
            _end(process)
            raise ClinicDeskError("practice_server.not_started") from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process is gone and its pipes are closed; without its standard input it ends by itself."""
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_END_S)
    if process.stdout is not None:
        process.stdout.close()


def command_for(profile: Path, *, people: int, made_on: dt.date, language: str) -> list[str]:
    """The command that runs an authority of the practice clinic beside a window."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "clinic_desk"]
    return [
        *program, "--profile", str(profile), "--lang", language, "practice-server", "--beside",
        "--people", str(people), "--made-on", made_on.isoformat(),
    ]  # fmt: skip


def _first_line(pipe: IO[bytes] | None, seconds: float) -> bytes:
    """The first line, b"" when none comes in time: a pipe has no deadline of its own."""
    if pipe is None:
        return b""
    found: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError, ValueError):
            found.append(pipe.readline())

    reader = threading.Thread(target=read, daemon=True, name="practice-authority")
    reader.start()
    reader.join(seconds)
    return found[0] if found else b""
