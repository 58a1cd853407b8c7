"""The FHIR server that this project did not write: HAPI FHIR JPA as a child process on a port of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

PLACE = Path(__file__).parent / "hapi"
STARTS_WITHIN_S = 240


class HapiServer:
    """Runs from `start` to `stop` over a database that lies in a folder of its own and goes with it.

    Attributes:
        base: the address of the FHIR service.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="clinic-desk-hapi-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.base = ""

    def start(self) -> None:
        """Returns when the server takes requests."""
        target = PLACE / "target"
        libraries = (target / "classpath.txt").read_text(encoding="utf-8").strip()
        with (self._folder / "errors.txt").open("wb") as errors:
            self._process = subprocess.Popen(
                [
                    *("java", "-Xmx1g", "-Dfile.encoding=UTF-8", "-cp"),
                    *(f"{target / 'classes'}{os.pathsep}{libraries}", "live.LiveServer", str(self._folder)),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )
        assert self._process.stdout is not None
        too_slow = threading.Timer(STARTS_WITHIN_S, self._process.kill)
        too_slow.start()
        said = self._process.stdout.readline().decode()
        too_slow.cancel()
        if not said.startswith("ready "):
            raise AssertionError(f"HAPI did not start within {STARTS_WITHIN_S} s:\n{self.errors()}")
        self.base = f"http://127.0.0.1:{int(said.split()[1])}/fhir"

    def errors(self) -> str:
        """The end of what it complained of."""
        return (self._folder / "errors.txt").read_text(encoding="utf-8", errors="replace")[-8000:]

    def stop(self) -> None:
        """Ends the child and removes its database."""
        if self._process is not None:
            # The end of its input ends it.
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=30)
            self._process.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)
