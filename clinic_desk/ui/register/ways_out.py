"""Where the form leads when the person on it is stored already: to the card, or to both cards."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import Duplicate
from clinic_desk.ui.kit import ChangeNotifier, Jobs
from clinic_desk.ui.patients.offer import DRAFT_KIND
from clinic_desk.ui.register.form_state import FormState
from clinic_desk.ui.register.offered import offered_payload


class WaysOut(QObject):
    """What was typed is not lost on either way.

    Signals:
        left_for: the id of the stored person; the form's own draft is not wanted any more.
        merge_wanted: the ids of two stored people who are one: the one on the form, and the other.
    """

    left_for = Signal(str)
    merge_wanted = Signal(str, str)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        notifier: ChangeNotifier,
        state: Callable[[], FormState],
        failed: Callable[[ClinicDeskError], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._jobs, self._notifier = services, jobs, notifier
        self._state = state
        self._failed = failed

    def take(self, match: Duplicate, stored_id: PatientId | None) -> None:
        """`match` is the person on the form; `stored_id` is their other record, None for a new form."""
        if stored_id is not None:
            self.merge_wanted.emit(stored_id, match.patient.id)
            return
        self._offer(match)
        self.left_for.emit(match.patient.id)

    def _offer(self, match: Duplicate) -> None:
        """What was typed beyond the stored values waits as a draft of the stored person's form."""
        payload = offered_payload(match, self._state())
        if payload is None:
            return
        services, patient_id = self._services, match.patient.id

        def work() -> Change:
            services.drafts.save(DRAFT_KIND, patient_id, payload, services.actor())
            return Change.of(Kind.DRAFT, patient_id)

        self._jobs.run(work, self._notifier.announce, self._failed, owner=self, lane="write")
