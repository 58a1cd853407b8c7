"""Keeps a half-filled form in the store: at most two seconds of typing can be lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desk.services.desk import DeskServices
from clinic_desk.services.ports import Draft
from clinic_desk.ui.kit import Jobs

SAVE_AFTER_MS: Final = 1000


class DraftKeeper(QObject):
    """Saves one form's draft on the write lane, in order.

    The first change starts the clock and later ones do not start it anew, so steady typing is saved too.

    Signals:
        saved: the moment (aware) of the draft that is durable now.
        failed: the error that kept it from being saved.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        payload: Callable[[], dict[str, Any] | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._payload = payload
        self._place: tuple[str, str] | None = None
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER_MS)
        self._timer.timeout.connect(self._save)

    def keep(self, kind: str, subject: str) -> None:
        """Changes belong to this draft from now on; what was pending of another one is saved first."""
        self.flush()
        self._place = (kind, subject)

    def changed(self) -> None:
        """Something was typed."""
        if self._place is not None and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """What is pending is on its way to the store now."""
        if self._timer.isActive():
            self._timer.stop()
            self._save()

    @property
    def place(self) -> tuple[str, str] | None:
        """Kind and subject of the draft that is being kept."""
        return self._place

    def pause(self) -> None:
        """What is pending waits: the form itself is being saved."""
        self._timer.stop()

    def stop(self) -> None:
        """Nothing is saved any more; whoever says so removes the draft."""
        self._timer.stop()
        self._place = None

    def drop(self, then: Callable[[], object] | None = None) -> None:
        """No draft is left, it is not wanted; `then` is called once the store knows it."""
        place = self._place
        self.stop()
        if place is not None:
            self._remove(*place, then)

    def _remove(self, kind: str, subject: str, then: Callable[[], object] | None = None) -> None:
        services = self._services

        def work() -> None:
            services.drafts.drop(kind, subject, services.actor())

        def done(_value: None) -> None:
            if then is not None:
                then()

        self._jobs.run(work, done, self.failed.emit, owner=self, lane="write")

    def _save(self) -> None:
        if self._place is None:
            return
        kind, subject = self._place
        payload = self._payload()
        if payload is None:
            self._remove(kind, subject)
            return
        services = self._services

        def work() -> Draft:
            return services.drafts.save(kind, subject, payload, services.actor())

        self._jobs.run(work, self._on_saved, self.failed.emit, owner=self, lane="write")

    def _on_saved(self, draft: Draft) -> None:
        moment: dt.datetime = draft.saved_at
        if self._place == (draft.kind, draft.subject):
            self.saved.emit(moment)


__all__ = ["SAVE_AFTER_MS", "DraftKeeper"]
