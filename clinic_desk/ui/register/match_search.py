"""Looks for people like the one on the form, a moment after the last letter."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desk.domain.ids import PatientId
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.kit import CancelToken, Jobs
from clinic_desk.ui.register.form_state import FormState

SEARCH_AFTER_MS: Final = 150


class MatchSearch(QObject):
    """One search at a time; a newer question drops the answer to the older.

    Signals:
        found: the `Duplicate`s, likeliest first, and the seconds it took, None when too little was typed.
    """

    found = Signal(list, object)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        state: Callable[[], FormState],
        of: Callable[[], PatientId | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._jobs = services, jobs
        self._state, self._of = state, of
        self._running: CancelToken | None = None
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._pause.timeout.connect(self.now)

    @property
    def is_waiting(self) -> bool:
        """Whether a letter was typed a moment ago."""
        return self._pause.isActive()

    def soon(self) -> None:
        """A letter was typed."""
        self._pause.start()

    def stop(self) -> None:
        """Nothing is looked for, no answer comes."""
        self._pause.stop()
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def now(self) -> None:
        """The form as it stands is looked for."""
        self.stop()
        services, state, of = self._services, self._state(), self._of()
        form = state.form()
        was_asked = bool(state.iin or (state.surname.strip() and state.given_name.strip()))
        began = time.monotonic()

        def answer(found: list[Duplicate]) -> None:
            self._running = None
            self.found.emit(found, time.monotonic() - began if was_asked else None)

        self._running = self._jobs.run(lambda: services.patients.duplicates(form, of=of), answer, owner=self)
