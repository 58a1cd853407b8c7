"""The whole plan over the card and the wish for its leaflet."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.leaflets import WITH_LEAFLET, fund_channel
from clinic_desk.services.rows import PatientCard
from clinic_desk.ui.kit import Jobs, UiText
from clinic_desk.ui.kit.pictures import picture_of
from clinic_desk.ui.patients.plan_sheet import PlanSheet


class PlanDesk(QObject):
    """Opens the plan of one card over a window.

    Signals:
        leaflet_wanted: the id of the person whose leaflet is to be printed.
    """

    leaflet_wanted = Signal(str)

    def __init__(self, services: DeskServices, jobs: Jobs, words: UiText, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._jobs, self._words = services, jobs, words
        self._sheet: PlanSheet | None = None

    @property
    def is_open(self) -> bool:
        """Whether the plan covers a window."""
        return self._sheet is not None and shiboken6.isValid(self._sheet) and self._sheet.is_open

    def show(self, card: PatientCard, over: QWidget) -> None:
        """The plan of this card lies over the window of `over`."""
        channel = fund_channel(self._services.tables, self._services.clock.today())
        sheet = PlanSheet(self._words, card, channel)
        sheet.leaflet_wanted.connect(lambda: self.print(card))
        sheet.open_over(over)
        self._sheet = sheet
        if sheet.has_paper:
            leaflets, width = self._services.leaflets, round(sheet.paper.width() * sheet.devicePixelRatioF())
            self._jobs.run(
                lambda: leaflets.preview(card.patient.id, width),
                lambda image: sheet.show_paper(picture_of(image)),
                _without_paper,
                owner=sheet,
                lane="side",
            )

    def close(self) -> None:
        """The plan is off the window."""
        if self._sheet is not None and self.is_open:
            self._sheet.close_modal()

    def print(self, card: PatientCard) -> None:
        """The leaflet of this person is wanted, where they have one."""
        if card.plan.situation in WITH_LEAFLET:
            self.leaflet_wanted.emit(card.patient.id)


def _without_paper(_error: ClinicDeskError) -> None:
    """The plan stands without a picture; why there is none is said when it is to be printed."""
