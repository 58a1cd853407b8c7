"""The sheet as it will be printed, drawn beside the window; an older picture never replaces a newer one."""

from __future__ import annotations

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.slips import PreviewImage
from clinic_desk.services.sync.papers.shift_values import ShiftSheet
from clinic_desk.texts import Language
from clinic_desk.ui.kit import CancelToken, Jobs, SlipPane, UiText
from clinic_desk.ui.kit.pictures import picture_of

_LEAST_PX = 300


class ShiftPreview(QObject):
    """Draws again when the sheet or the language is another one."""

    def __init__(self, pane: SlipPane, services: DeskServices, jobs: Jobs, words: UiText) -> None:
        super().__init__(pane)
        self._pane = pane
        self._services = services
        self._jobs = jobs
        self._words = words
        self._token = CancelToken()
        self._drawn: tuple[ShiftSheet, Language] | None = None

    def show_sheet(self, sheet: ShiftSheet) -> None:
        """This sheet is on the paper soon."""
        wanted = (sheet, self._words.language)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._token.cancel()
        paper = self._pane.paper
        width = round(max(paper.sheet().width(), _LEAST_PX) * paper.devicePixelRatioF())
        self._token = self._jobs.run(
            lambda: self._services.shifts.preview(*wanted, width),
            self._show,
            self._on_failed,
            owner=self,
            lane="side",
        )

    def _show(self, image: PreviewImage) -> None:
        self._pane.set_image(picture_of(image))

    def _on_failed(self, _error: ClinicDeskError) -> None:
        # An empty paper beside the figures; printing says what is wrong.
        self._drawn = None
        self._pane.set_image(None)
