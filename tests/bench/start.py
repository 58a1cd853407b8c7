"""Start-up: first paint and readiness for typing, beside a bare painted window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Report, note

_BARE = """
import sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)
        QApplication.exit(0)
app = QApplication(sys.argv)
window = Window()
window.resize(1366, 768)
window.show()
app.exec()
"""
_RUNS = 9


def measure_start(report: Report, practice: Path) -> None:
    """First paint, readiness for typing, and memory after the main job, whole processes."""
    note("start-up: whole processes")
    bare: list[float] = []
    paint: list[float] = []
    ready: list[float] = []
    for turn in range(_RUNS + 1):
        times = [_until(["-c", _BARE], {"painted"})["painted"]]
        marks = _until(
            ["-m", "clinic_desk", "--profile", str(practice), "practice"],
            {"painted", "ready"},
            CLINIC_DESK_START_MARKS="1",
        )
        if turn:
            bare += times
            paint.append(marks["painted"])
            ready.append(marks["ready"])
    report.add("first_paint", paint, bare, limit=2.5, compares="median")
    report.add("ready_for_typing", ready, bare, limit=8, compares="median")


def measure_memory(report: Report, practice: Path, folder: Path) -> None:
    """What the program holds after the main job, with a clinic of the usual size that was there before."""
    note("memory after the main job")
    clinic = ["--profile", str(practice)]
    command = [sys.executable, "-m", "clinic_desk", *clinic, "tour", str(folder), "--main-job"]
    subprocess.run(command, check=True, env=_offscreen(), stdout=subprocess.DEVNULL)
    told = json.loads((folder / "tour.json").read_text(encoding="utf-8"))
    report.bound("memory_after_main_job_mb", [told["memory_mb"]], limit=250)


def _until(arguments: list[str], marks: set[str], **environment: str) -> dict[str, float]:
    import time

    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, env=_offscreen() | environment, text=True
    )
    seen: dict[str, float] = {}
    assert process.stdout is not None
    for line in process.stdout:
        word = line.strip()
        if word in marks and word not in seen:
            seen[word] = (time.perf_counter() - start) * 1000
        if set(seen) == marks:
            break
    process.terminate()
    process.communicate()
    missing = marks - set(seen)
    if missing:
        raise RuntimeError(f"the program never said {missing}")
    return seen


def _offscreen() -> dict[str, str]:
    # An installed program has its bytecode beside it, whatever this shell forbids.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "QT_QPA_PLATFORM": "offscreen"}
