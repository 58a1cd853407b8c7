"""A frozen program starts its helper processes through its own command line, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys

HELPER = "clinic_desk.printing.qt_printer"


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clinic_desk", *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_printing_helper_answers_as_it_does_by_its_own_name() -> None:
    started = start("--helper", HELPER, "list")
    own = subprocess.run(
        [sys.executable, "-m", HELPER, "list"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert started.returncode == own.returncode == 0, started.stderr
    assert json.loads(started.stdout) == json.loads(own.stdout)


def test_no_other_module_is_started() -> None:
    said = start("--helper", "clinic_desk.commands.main", "list")
    assert said.returncode == 2
    assert said.stdout == ""
