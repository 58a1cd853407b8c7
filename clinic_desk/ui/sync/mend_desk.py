"""A refused operation is mended: its record is opened, corrected, and sent once more."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import OpId, PatientId, ReferralId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import PatientCard
from clinic_desk.services.sync.deciding.attention_rows import AttentionRow
from clinic_desk.services.sync.papers.replacement import Replacement
from clinic_desk.ui.kit import ChangeNotifier, Jobs


class MendDesk(QObject):
    """Remembers what is being mended until the record is saved.

    Args:
        services: the use cases.
        jobs: the lanes.
        notifier: told of what changed.
        edit: opens the form of a person.
        issue_in_place: opens the dialog of a referral that takes the place of another.
        tell_error: says what went wrong.
        parent: as in Qt.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        notifier: ChangeNotifier,
        *,
        edit: Callable[[Patient], object],
        issue_in_place: Callable[[PatientCard, Replacement], object],
        tell_error: Callable[[ClinicDeskError], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services, self._jobs, self._notifier = services, jobs, notifier
        self._edit, self._issue_in_place, self._tell_error = edit, issue_in_place, tell_error
        self._mending: dict[str, OpId] = {}

    def mend(self, row: AttentionRow) -> None:
        """The record of a refused operation is open before the person."""
        services, patient_id = self._services, PatientId(row.patient_id)
        if row.kind is OpKind.REFERRAL_ISSUE:

            def read() -> tuple[PatientCard, Replacement]:
                found = services.recalls.in_place_of(ReferralId(row.record_id))
                return services.patients.card(patient_id), found

            self._jobs.run(read, lambda found: self._issue_in_place(*found), self._tell_error, owner=self)
            return

        def open_form(card: PatientCard) -> None:
            self._mending[card.patient.id] = row.op_id
            self._edit(card.patient)

        self._jobs.run(lambda: services.patients.card(patient_id), open_form, self._tell_error, owner=self)

    def saved(self, patient_id: str) -> None:
        """A person was saved; if it was to mend something, that goes again."""
        op_id, services = self._mending.pop(patient_id, None), self._services
        if op_id is not None:
            self._jobs.run(
                lambda: services.attention.mended(op_id, services.actor()),
                self._notifier.announce,
                self._tell_error,
                owner=self,
                lane="write",
            )

    def left(self) -> None:
        """The form was left without saving: what was being mended waits as it did."""
        self._mending.clear()
