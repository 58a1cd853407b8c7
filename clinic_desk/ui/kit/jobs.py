"""Runs work beside the window: three lanes of threads, answers on the UI thread.

`read` and `write` have one thread each, for one database connection each; `side` has a few, for files,
printing and the network. Work is a plain callable that returns a value and touches no widget.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Final, Literal, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from clinic_desk.domain.errors import Cancelled, ClinicDeskError

Lane = Literal["read", "write", "side"]
T = TypeVar("T")

_THREADS: Final[dict[Lane, int]] = {"read": 1, "write": 1, "side": 3}


class CancelToken:
    """Lets a person stop work that asks `token.cancelled` now and then. Safe between threads."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """The work is asked to stop; its answer will not be delivered."""
        self._event.set()

    def raise_if_cancelled(self) -> None:
        """Raises: Cancelled: the person stopped the work."""
        if self.cancelled:
            raise Cancelled


class Jobs(QObject):
    """The background lanes. Make it on the UI thread and `shutdown` before quitting.

    Args:
        on_crash: called on the UI thread with an exception that is no `ClinicDeskError`: our own mistake.
        inline: run everything at once in the caller, for tests.
        parent: as in Qt.
    """

    _answered = Signal(object)

    def __init__(
        self,
        on_crash: Callable[[BaseException], None],
        *,
        inline: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_crash = on_crash
        self._inline = inline
        self._closed = False
        self._lanes: dict[Lane, ThreadPoolExecutor] = {}
        self._running: set[Future[None]] = set()
        # The receiver is a slot of an object that lives on the UI thread: the call is queued there.
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_error: Callable[[ClinicDeskError], object] | None = None,
        *,
        owner: QObject,
        lane: Lane = "read",
        cancel: CancelToken | None = None,
    ) -> CancelToken:
        """Do `work` in a lane, then `on_done(answer)` or `on_error(error)` on the UI thread.

        Nothing is called when `owner` is gone or the token was cancelled by then. Without `on_error`, and for
        every error that is no `ClinicDeskError`, the crash handler is called. After `shutdown` nothing runs.
        """
        token = cancel or CancelToken()
        if self._closed:
            return token

        def settle(call: Callable[[], object]) -> None:
            if not token.cancelled and shiboken6.isValid(owner):
                call()

        def attempt() -> Callable[[], object] | None:
            if token.cancelled:
                return None
            try:
                value = work()
            except Cancelled:
                return None
            except ClinicDeskError as error:
                return _call(on_error or self._on_crash, error)
            except Exception as error:  # handed to the crash handler, which logs and shows it
                return _call(self._on_crash, error)
            return _call(on_done, value)

        if self._inline:
            answer = attempt()
            if answer is not None:
                settle(answer)
            return token

        def job() -> None:
            answer = attempt()
            if answer is not None and not self._closed:
                self._answered.emit(lambda: settle(answer))

        future = self._executor(lane).submit(job)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return token

    @property
    def busy(self) -> bool:
        """Whether any work is waiting or running."""
        return bool(self._running)

    def shutdown(self, timeout: float) -> bool:
        """Start nothing new, wait up to `timeout` seconds for what runs; True if all of it ended.

        Waiting work that has not begun is dropped, except in the write lane: what a person was told is being
        saved gets its time.
        """
        self._closed = True
        for lane, executor in self._lanes.items():
            executor.shutdown(wait=False, cancel_futures=lane != "write")
        done = wait(list(self._running), timeout=timeout)
        return not done.not_done

    def _executor(self, lane: Lane) -> ThreadPoolExecutor:
        if lane not in self._lanes:
            self._lanes[lane] = ThreadPoolExecutor(_THREADS[lane], thread_name_prefix=f"lane-{lane}")
        return self._lanes[lane]

    @Slot(object)
    def _deliver(self, call: Callable[[], object]) -> None:
        call()


def _call(function: Callable[[Any], object], value: object) -> Callable[[], object]:
    return lambda: function(value)
