"""Prints leaflets beside the window and says how it went."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import PatientId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.slips import PrintAnswer, PrintOutcome
from clinic_desk.ui.kit import Jobs, UiText


class LeafletDesk(QObject):
    """One leaflet of a person is never sent twice at the same time; `tell` shows a sentence for a while."""

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        tell: Callable[[str], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._jobs, self._words, self._tell = services, jobs, words, tell
        self._running: set[PatientId] = set()

    def print(self, patient_id: PatientId) -> None:
        """The leaflet is on its way to the printer, unless it already is."""
        if patient_id in self._running:
            return
        self._running.add(patient_id)
        services = self._services

        def done(outcome: PrintOutcome) -> None:
            self._running.discard(patient_id)
            took = outcome.answer is PrintAnswer.ACCEPTED
            self._tell(
                self._words.say("leaflet.done_printing" if took else f"leaflet.print.{outcome.answer}")
            )

        def failed(error: ClinicDeskError) -> None:
            self._running.discard(patient_id)
            self._tell(error_sentence(self._words.texts, error))

        self._jobs.run(
            lambda: services.leaflets.print(patient_id, services.actor()),
            done,
            failed,
            owner=self,
            lane="side",
        )
