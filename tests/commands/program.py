"""Runs the program as a clinic's script does, and looks at its exit code and at what it says.

`process` starts another process, as a script would; `inside` calls the same entry point in this one, which is
fifteen times faster and good for the many variations of one thing.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from clinic_desk.commands.main import main

TIME = "2026-11-23T09:41:00+05:00"
ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """One run: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.err, self.err
        assert 'File "' not in self.err, self.err
        assert self.code in {0, 1, 2}, self

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self
        loaded: dict[str, Any] = json.loads(lines[0])
        return loaded


def process(*arguments: str, environ: Mapping[str, str] | None = None) -> Said:
    """`python -m clinic_desk ARGUMENTS` in a process of its own, with warnings shown as a user sees them."""
    done = subprocess.run(
        [sys.executable, "-m", "clinic_desk", *arguments],
        cwd=ROOT,
        env=os.environ | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def inside(*arguments: str, environ: Mapping[str, str] | None = None, stdin: str = "") -> Said:
    """The same in this process; `stdin` is what it reads there."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["clinic-desk", *arguments]),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        mock.patch.dict(os.environ, environ or {}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = main(list(arguments))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return Said(code, out.getvalue(), err.getvalue())
