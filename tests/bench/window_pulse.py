"""How long the window's thread stood still while another thread worked."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer

from clinic_desk.ui.application import make_application

_BEAT_MS = 2


class WindowPulse:
    """Runs work on a thread while this one turns Qt's loop; the longest gap between two beats is kept.

    A gap is the time behind the moment a beat was due: what a person would feel as a standing window. Where
    the system tells how long this thread, or the one that works, waited for a processor, the longer of the
    two is not counted: what other programs of a busy machine take is not the exchange's doing. `with_waits`
    keeps the whole gaps.
    """

    def __init__(self) -> None:
        self._application = make_application()
        self.gaps: list[float] = []
        self.with_waits: list[float] = []

    @property
    def longest_ms(self) -> float:
        return max(self.gaps, default=0.0)

    def during(self, work: Callable[[], Any]) -> Any:
        """What the work returned; its error is raised here."""
        told: list[Any] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                told.append(work())
            except BaseException as error:
                failed.append(error)

        loop, thread = QEventLoop(), threading.Thread(target=run, name="sync")
        last, waited = time.perf_counter(), (0.0, 0.0)

        def beat() -> None:
            nonlocal last, waited
            now = time.perf_counter()
            waits = _waited_ms(threading.get_native_id()), _waited_ms(thread.native_id or 0)
            gap = max(0.0, (now - last) * 1000 - _BEAT_MS)
            self.with_waits.append(gap)
            self.gaps.append(max(0.0, gap - max(waits[0] - waited[0], waits[1] - waited[1])))
            last, waited = now, waits
            if not thread.is_alive():
                loop.quit()

        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(beat)
        timer.start(_BEAT_MS)
        thread.start()
        waited = _waited_ms(threading.get_native_id()), _waited_ms(thread.native_id or 0)
        loop.exec()
        timer.stop()
        thread.join()
        if failed:
            raise failed[0]
        return told[0]


def _waited_ms(thread: int) -> float:
    """How long that thread has been ready to run and had no processor; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/self/task/{thread}/schedstat").read_text("ascii")
    except OSError:
        return 0.0
    return int(told.split()[1]) / 1e6
