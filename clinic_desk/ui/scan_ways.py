"""Where a scan leads: an IIN to its person, a slip's code to its referral, else to the search field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError, InvalidValue
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import Referral
from clinic_desk.services.desk import DeskServices
from clinic_desk.ui.kit import Jobs
from clinic_desk.ui.main_window import MainWindow
from clinic_desk.ui.omnibox.omnibox import Omnibox


class ScanWays(QObject):
    """Follows what was scanned; `show_patient` brings a person's card to the front."""

    def __init__(
        self,
        window: MainWindow,
        omnibox: Omnibox,
        services: DeskServices,
        jobs: Jobs,
        show_patient: Callable[[str], None],
        tell_error: Callable[[ClinicDeskError], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._omnibox = omnibox
        self._services = services
        self._jobs = jobs
        self._show_patient = show_patient
        self._tell_error = tell_error

    def follow(self, text: str) -> None:
        """What the scanned text means is in front, once it is found."""
        try:
            digits = parse_iin(text).digits
        except InvalidValue:
            self._jobs.run(
                lambda: self._services.referrals.by_scan(text),
                lambda referral: self._to_referral(referral, text),
                self._tell_error,
                owner=self,
                lane="read",
            )
            return
        self._jobs.run(
            lambda: self._services.patients.by_iin(digits),
            lambda patient: self._to_person(patient, digits),
            self._tell_error,
            owner=self,
            lane="read",
        )

    def _to_person(self, patient: Patient | None, digits: str) -> None:
        if patient is not None:
            self._omnibox.clear()
            self._show_patient(patient.id)
            self._window.focus_omnibox()
        else:
            self._omnibox.search(digits)

    def _to_referral(self, referral: Referral | None, text: str) -> None:
        if referral is None:
            self._omnibox.search(text)
            return
        self._omnibox.clear()
        page = self._window.show_section("referrals")
        page.show_referral(referral.id)  # type: ignore[attr-defined]


__all__ = ["ScanWays"]
