"""What a new day brings is written when the window opens and when midnight passes behind it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from PySide6.QtCore import QObject, QTimer

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.attachment_rows import Daily
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.ui.kit.change_notifier import ChangeNotifier
from clinic_desk.ui.kit.jobs import Jobs

LOOK_EVERY_MS: Final = 60_000
"""Looked at, not waited for: a machine that slept over midnight is told within a minute."""


class DayWatch(QObject):
    """Asks the use cases for the day's own work, once a day."""

    def __init__(self, services: DeskServices, jobs: Jobs, notifier: ChangeNotifier, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._notifier = notifier
        self._done_for: dt.date | None = None
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """The work of today is done, and the next day is watched for."""
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Does the work of a day for which it was not done yet."""
        today = self._services.clock.today()
        if today == self._done_for:
            return
        self._done_for = today

        def work() -> tuple[Daily, Change]:
            return self._services.attachment_answers.daily(self._services.actor())

        self._jobs.run(work, self._tell, self._fail, owner=self, lane="write")

    def _tell(self, done: tuple[Daily, Change]) -> None:
        change = done[1]
        if change.kinds:
            self._notifier.announce(change)

    def _fail(self, error: ClinicDeskError) -> None:
        """Nothing was written; the next look at the clock tries again."""
        self._done_for = None
