"""Keeps what is typed in the dialog: saved within two seconds, at once when the dialog closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desk.domain.ids import PatientId
from clinic_desk.services.actor import Actor
from clinic_desk.services.drafts import DraftService
from clinic_desk.services.ports import Draft
from clinic_desk.ui.kit import Jobs

KIND: Final = "referral"
"""The kind of draft that issuing a referral takes away in its own transaction."""

_PAUSE_MS: Final = 1_200


class DraftKeeper(QObject):
    """Saves the form of one patient while the dialog is open.

    The clock starts with the first change after a save and is not put off by more typing.

    Args:
        drafts: the use cases.
        jobs: the lanes; drafts are written in the write lane, in their order.
        read: the form as it stands, JSON-ready; None when there is nothing to keep.
        parent: as in Qt.

    Signals:
        saved: the moment (aware UTC) of the draft that is stored now; None when there is none.
        failed: the `ClinicDeskError` that kept a draft from being saved.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        drafts: DraftService,
        jobs: Jobs,
        read: Callable[[], dict[str, Any] | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._jobs = jobs
        self._read = read
        self._patient: PatientId | None = None
        self._actor: Actor | None = None
        self._stored: dict[str, Any] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._save)

    def begin(self, patient_id: PatientId, actor: Actor, stored: Draft | None) -> None:
        """Keep the form of this person from now on; `stored` is the draft that is there already."""
        self._timer.stop()
        self._patient, self._actor = patient_id, actor
        self._stored = stored.payload if stored else None
        self.saved.emit(stored.saved_at if stored else None)

    def touch(self) -> None:
        """The form has changed."""
        if self._patient is not None and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """What is not saved yet is being saved now."""
        self._timer.stop()
        self._save()

    def end(self) -> None:
        """What is not saved yet is being saved; later changes are none of this keeper's."""
        self.flush()
        self.forget()

    def forget(self) -> None:
        """Nothing more is saved: the referral is issued, or will be."""
        self._timer.stop()
        self._patient = None

    def drop(self) -> None:
        """The stored draft is being removed; the form goes on being kept."""
        self._timer.stop()
        patient, actor = self._patient, self._actor
        if patient is None or actor is None:
            return
        self._stored = None
        self._jobs.run(
            lambda: self._drafts.drop(KIND, patient, actor),
            lambda _: self._tell(patient, None),
            self.failed.emit,
            owner=self,
            lane="write",
        )

    def _save(self) -> None:
        patient, actor = self._patient, self._actor
        if patient is None or actor is None:
            return
        payload = self._read()
        if payload == self._stored:
            return
        if payload is None:
            self.drop()
            return
        self._stored = payload
        self._jobs.run(
            lambda: self._drafts.save(KIND, patient, payload, actor),
            lambda draft: self._tell(patient, draft),
            self._on_failed,
            owner=self,
            lane="write",
        )

    def _tell(self, patient: PatientId, draft: Draft | None) -> None:
        if patient == self._patient:
            self.saved.emit(draft.saved_at if draft else None)

    def _on_failed(self, error: object) -> None:
        self._stored = None
        self.failed.emit(error)
