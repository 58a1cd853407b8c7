"""How much waits in each section, on the rail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.check_list import CheckList, CheckTile
from clinic_desk.services.desk import DeskServices
from clinic_desk.ui.kit import Jobs
from clinic_desk.ui.main_window import MainWindow

_EVERY_MS: Final = 60_000
_PAPERS: Final = frozenset({Kind.SYNC, Kind.REFERRAL, Kind.INSURANCE, Kind.CATALOGUE})
"""What makes paper that people hold wrong, or right again."""
_CHECKED: Final = frozenset({Kind.REFERRAL, Kind.INSURANCE, Kind.RULES})
"""What changes whom to check before tomorrow."""


class RailCounts(QObject):
    """Counts at the start, after each change that matters, and each minute, since a term passes by itself."""

    def __init__(
        self,
        window: MainWindow,
        services: DeskServices,
        jobs: Jobs,
        tell_error: Callable[[ClinicDeskError], None],
    ) -> None:
        super().__init__(window)
        self._rail = window.rail
        self._services = services
        self._jobs = jobs
        self._tell_error = tell_error
        self._minute = QTimer(self, interval=_EVERY_MS)
        self._minute.timeout.connect(self.count)

    def begin(self) -> None:
        """The counts are shown as soon as they are read."""
        self.count()
        self._count_checks()
        self._count_papers()
        self._minute.start()

    def look(self, change: Change) -> None:
        """What the change may have altered is counted again."""
        if _PAPERS & change.kinds:
            self._count_papers()
        if change.touches(Kind.REFERRAL) or change.touches(Kind.ATTACHMENT):
            self.count()
        if _CHECKED & change.kinds:
            self._count_checks()

    def count(self) -> None:
        """Referrals to print and cases whose answer is due are counted again."""
        services = self._services
        self._jobs.run(
            services.referrals.counts, self._show_referrals, self._tell_error, owner=self, lane="read"
        )
        lists = services.attachment_lists
        self._jobs.run(lists.counts, self._show_attachments, self._tell_error, owner=self, lane="read")

    def _count_checks(self) -> None:
        self._jobs.run(
            self._services.checks.read, self._show_checks, self._tell_error, owner=self, lane="read"
        )

    def _count_papers(self) -> None:
        self._jobs.run(
            self._services.recalls.to_tell,
            self._rail.item("shift").set_count,
            self._tell_error,
            owner=self,
            lane="read",
        )

    def _show_referrals(self, counts: dict[str, int]) -> None:
        self._rail.item("referrals").set_count(counts.get("to_print", 0))

    def _show_attachments(self, counts: dict[str, int]) -> None:
        """Answers that are due today or late."""
        waiting = counts.get("due_today", 0) + counts.get("overdue", 0)
        self._rail.item("attachment").set_count(waiting)

    def _show_checks(self, found: CheckList) -> None:
        """How many are to be checked before the end of the next working day."""
        self._rail.item("checks").set_count(len(found.of(CheckTile.TOMORROW)))


__all__ = ["RailCounts"]
