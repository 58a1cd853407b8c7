"""Runs another program with a deadline: the caller waits no longer, and nothing of it lives on.

Printing goes through here because a hung print server hangs whoever talks to it. Documents go in through a
pipe, never through a file or an argument, which other users of the machine could read.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Final

_GRACE_S: Final = 1.0
_LIBRARY_PATH: Final = "LD_LIBRARY_PATH"


class HelperTimedOut(Exception):
    """The deadline passed; the helper and all it had started were killed."""


class HelperMissing(Exception):
    """There is no such program, or it may not be started."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What an ended helper left behind."""

    returncode: int
    stdout: bytes
    stderr: bytes

    @property
    def words(self) -> str:
        """Both outputs as text, for looking up known phrases."""
        return (self.stdout + b"\n" + self.stderr).decode("utf-8", "replace")


class Deadline:
    """A moment on the monotonic clock, so that a changed wall clock neither shortens nor stretches it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._at - time.monotonic())


def run_helper(command: Sequence[str], deadline: Deadline, *, data: bytes = b"") -> Finished:
    """The ended program's outputs; `data` went to its standard input. Works from any thread.

    Raises:
        HelperTimedOut: not done by the deadline; returns within a second after it.
        HelperMissing: the program cannot be started.
    """
    if deadline.left_s <= 0:
        raise HelperTimedOut(command[0])
    try:
        process = _start(command)
    except OSError as error:
        raise HelperMissing(command[0]) from error
    outputs: tuple[list[bytes], list[bytes]] = ([], [])
    # Own threads, since the library's way writes to a full pipe without a deadline on Windows.
    threads = [
        threading.Thread(target=_feed, args=(process.stdin, data), daemon=True),
        threading.Thread(target=_collect, args=(process.stdout, outputs[0]), daemon=True),
        threading.Thread(target=_collect, args=(process.stderr, outputs[1]), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        returncode = process.wait(timeout=deadline.left_s)
        for thread in threads:
            thread.join(deadline.left_s)
        if any(thread.is_alive() for thread in threads):
            # Something it started still holds the pipes.
            raise HelperTimedOut(command[0])
    except subprocess.TimeoutExpired:
        raise HelperTimedOut(command[0]) from None
    finally:
        _end(process, threads)
    return Finished(returncode, b"".join(outputs[0]), b"".join(outputs[1]))


def python_helper(module: str, verb: str) -> list[str]:
    """The command that runs a module of the program in a process of its own, from source or frozen.

    A frozen program has no `-m`: its start dispatches `--helper MODULE VERB` before anything else.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "--helper", module, verb]
    return [sys.executable, "-m", module, verb]


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    # Fixed words in the outputs, whatever language the person has set.
    environment = os.environ | {"LC_ALL": "C", "LANGUAGE": "C"}
    if getattr(sys, "frozen", False):
        # The packager points this at the program's own libraries, which must not leak into system tools.
        before = environment.pop(f"{_LIBRARY_PATH}_ORIG", None)
        environment.pop(_LIBRARY_PATH, None)
        if before is not None:
            environment[_LIBRARY_PATH] = before
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        creationflags=flags,
    )


def _feed(pipe: IO[bytes] | None, data: bytes) -> None:
    if pipe is None:
        return
    try:
        with pipe:
            pipe.write(data)
    except (OSError, ValueError):
        # It ended without reading all of it: its exit code says why.
        return


def _collect(pipe: IO[bytes] | None, into: list[bytes]) -> None:
    if pipe is None:
        return
    try:
        with pipe:
            into.extend(iter(lambda: pipe.read(65536), b""))
    except (OSError, ValueError):
        return


def _end(process: subprocess.Popen[bytes], threads: Sequence[threading.Thread]) -> None:
    """Kills what is left of the helper's group and lets the threads go."""
    if process.poll() is None or any(thread.is_alive() for thread in threads):
        if sys.platform == "win32":
            process.kill()
        else:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                process.kill()
    try:
        process.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        # Stuck inside the system, where no signal reaches it. It is left behind; the caller goes on.
        return
    for thread in threads:
        thread.join(_GRACE_S / len(threads))
