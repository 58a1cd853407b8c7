"""Sends an application beside the window; what came of it is told even if its page was left."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import OperationId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment import AttachmentService
from clinic_desk.services.attachment_rows import AttachmentForm, Sent
from clinic_desk.services.changes import Change
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.referrals.issuing import Tell


class Sender(QObject):
    """One application at a time.

    Signals:
        sent: the id of the case, while its page is still open.
        refused: the `ClinicDeskError`, while its page is still open.
    """

    sent = Signal(str)
    refused = Signal(object)

    def __init__(
        self,
        service: AttachmentService,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._turn = 0
        self._is_busy = False

    @property
    def is_busy(self) -> bool:
        """Whether an application of the open page is on its way."""
        return self._is_busy

    def send(self, form: AttachmentForm, operation_id: OperationId, actor: Actor) -> None:
        """The form is on its way; the same `operation_id` never makes a second case."""
        self._is_busy = True
        turn, service = self._turn, self._service
        self._jobs.run(
            lambda: service.send(form, operation_id, actor),
            lambda answer: self._on_sent(turn, answer),
            lambda error: self._on_refused(turn, form, actor, error),
            owner=self,
            lane="write",
        )

    def forget(self) -> None:
        """The page was left: what comes is told in a toast."""
        self._turn += 1
        self._is_busy = False

    def _on_sent(self, turn: int, answer: tuple[Sent, Change]) -> None:
        sent, change = answer
        if turn == self._turn:
            self._is_busy = False
            self.sent.emit(sent.case.id)
        self._notifier.announce(change)
        self._tell(self._words.say("attachment_screen.done.sent"))

    def _on_refused(self, turn: int, form: AttachmentForm, actor: Actor, error: ClinicDeskError) -> None:
        if turn == self._turn:
            self._is_busy = False
            self.refused.emit(error)
            return
        # Nothing typed is lost, and the refusal is not silent.
        self._jobs.run(
            lambda: self._service.save_draft(form, actor),
            lambda answer: self._notifier.announce(answer[1]),
            lambda later: self._tell(error_sentence(self._words.texts, later)),
            owner=self,
            lane="write",
        )
        self._tell(error_sentence(self._words.texts, error))


__all__ = ["Sender"]
