"""Keeps the form as a draft case: saved within two seconds, at once when the page is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.errors import ClinicDeskError, Conflict
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment import AttachmentService
from clinic_desk.services.attachment_rows import AttachmentForm
from clinic_desk.services.changes import Change
from clinic_desk.services.ports import Clock
from clinic_desk.ui.attachment.form_edits import is_untouched, says_the_same
from clinic_desk.ui.kit import ChangeNotifier, Jobs

_PAUSE_MS: Final = 1_200


class CaseKeeper(QObject):
    """Saves the application of one person while the page is open.

    The clock starts with the first change after a save and is not put off by more typing. After a conflict
    nothing is saved until a person has decided (`take_over` or `begin`). The keeper knows the version of the
    stored case; the form on the screen need not.

    Args:
        service: the use cases.
        jobs: the lanes; drafts are written in the write lane, in their order.
        clock: for the moment of a save.
        notifier: told of what changed.
        read: the form as it stands.
        parent: as in Qt.

    Signals:
        saved: the `AttachmentCase` that is stored now.
        failed: the `ClinicDeskError` that kept a draft from being saved.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        service: AttachmentService,
        jobs: Jobs,
        clock: Clock,
        notifier: ChangeNotifier,
        read: Callable[[], AttachmentForm | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._clock = clock
        self._notifier = notifier
        self._read = read
        self._case: AttachmentCase | None = None
        self._saved_at: dt.datetime | None = None
        self._actor: Actor | None = None
        self._stored: AttachmentForm | None = None
        self._waiting: AttachmentForm | None = None
        self._is_open = False
        self._is_saving = False
        self._is_stuck = False
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._save)

    @property
    def case(self) -> AttachmentCase | None:
        """The draft that is stored, None while there is none."""
        return self._case

    @property
    def saved_at(self) -> dt.datetime | None:
        """When this window last saved it (aware UTC), None if it did not."""
        return self._saved_at

    @property
    def is_saving(self) -> bool:
        """Whether a save is under way."""
        return self._is_saving

    def versioned(self, form: AttachmentForm) -> AttachmentForm:
        """The form as a change of the case that is stored now."""
        return replace(form, version=self._case.version if self._case else 0)

    def begin(self, actor: Actor, case: AttachmentCase | None, stored: AttachmentForm | None) -> None:
        """Keep the form from now on; `case` is the draft that is there already and `stored` its form."""
        self._timer.stop()
        self._actor, self._case, self._stored = actor, case, stored
        self._saved_at = None
        self._is_open, self._is_stuck = True, False

    def touch(self) -> None:
        """The form has changed."""
        if self._is_open and not self._is_stuck and not self._timer.isActive():
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
        """Nothing more is saved: the application is sent, or will be."""
        self._timer.stop()
        self._is_open = False

    def discard(self) -> None:
        """The draft is thrown away: nothing that waits is saved any more."""
        self.forget()
        self._waiting = None

    def resume(self) -> None:
        """The application was not sent after all: go on keeping it."""
        self._is_open = True
        self.touch()

    def take_over(self, case: AttachmentCase | None) -> None:
        """After a conflict: the form on the screen goes over what another window stored as `case`."""
        self._case, self._is_stuck = case, False
        self.flush()

    def _save(self) -> None:
        form = self._read()
        if not self._is_open or self._is_stuck or form is None:
            return
        if says_the_same(form, self._stored):
            return
        if self._case is None and is_untouched(form):
            return
        self._stored = form
        self._write(form)

    def _write(self, form: AttachmentForm) -> None:
        actor = self._actor
        if actor is None:
            return
        if self._is_saving:
            # The next save goes over the version that this one leaves.
            self._waiting = form
            return
        self._is_saving = True
        service, wanted = self._service, self.versioned(form)
        self._jobs.run(
            lambda: service.save_draft(wanted, actor),
            self._on_saved,
            self._on_failed,
            owner=self,
            lane="write",
        )

    def _on_saved(self, answer: tuple[AttachmentCase, Change]) -> None:
        case, change = answer
        self._is_saving = False
        self._case, self._saved_at = case, self._clock.now()
        self._notifier.announce(change)
        self.saved.emit(case)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._write(waiting)

    def _on_failed(self, error: ClinicDeskError) -> None:
        self._is_saving = False
        self._stored = self._waiting = None
        self._is_stuck = isinstance(error, Conflict)
        self.failed.emit(error)


__all__ = ["CaseKeeper"]
