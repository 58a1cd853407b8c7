"""Acts on a case that was sent, from its page and the list: answer, withdrawing, ending, printing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from clinic_desk.domain.attachment import CASE_MOVES, AttachmentCase, CaseState, EndReason
from clinic_desk.domain.attachment_rules import rule_on
from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import AttachmentCaseId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_rows import AttachmentForm, PaperKind
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.slips import PrintOutcome
from clinic_desk.ui.attachment.answer_dialog import Answer, AnswerDialog
from clinic_desk.ui.attachment.end_dialog import EndDialog
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, UiText
from clinic_desk.ui.referrals.issuing import Tell

PAPER_OF: Final = {
    CaseState.REFUSED: PaperKind.REFUSAL,
    CaseState.ACCEPTED: PaperKind.NOTICE,
    CaseState.IN_FORCE: PaperKind.NOTICE,
}
"""The paper that a state calls for; in every other state it is the application."""


def paper_of(state: CaseState) -> PaperKind:
    """What Ctrl+P prints in this state."""
    return PAPER_OF.get(state, PaperKind.APPLICATION)


def may_withdraw(state: CaseState) -> bool:
    """Whether the person can still take the application back."""
    return CaseState.ENDED in CASE_MOVES[state] and state is not CaseState.IN_FORCE


class CaseActs(QObject):
    """Asks what it must, acts in the write lane, tells how it went.

    Args:
        services: the use cases.
        jobs: the lanes.
        words: the language of the window.
        notifier: told of what changed.
        tell: shows a sentence for some seconds.
        dialogs: asks for a line of words.
        over: the page the dialogs lie over.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        dialogs: Dialogs,
        over: QWidget,
    ) -> None:
        super().__init__(over)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._dialogs = dialogs
        self._over = over
        self._printing: set[str] = set()

    def enter_answer(self, case: AttachmentCase, name: str) -> None:
        """The dialog for the register's answer lies over the page."""
        services = self._services
        today = services.clock.today()
        rule = rule_on(services.rules.on(today), today).value
        AnswerDialog(
            self._words,
            name,
            services.attachments.grounds(),
            rule.effective_on(today, free_change=case.is_free_change),
            lambda answer: self._answer(case, answer),
        ).start(self._over)

    def withdraw(self, case_id: AttachmentCaseId, name: str) -> None:
        """The person is asked why, then the application is taken back."""
        say, service = self._words.say, self._services.attachment_answers
        self._dialogs.ask(
            self._over,
            say("attachment_screen.withdraw.title"),
            say("attachment_screen.withdraw.label"),
            lambda reason: self._write(
                lambda actor: service.withdraw(case_id, actor, reason),
                say("attachment_screen.withdraw.done"),
            ),
            text=say("attachment_screen.withdraw.text", name=name),
        )

    def end(self, case_id: AttachmentCaseId, name: str, reason: EndReason | None = None) -> None:
        """The person is asked why and from which day, then the attachment ends."""
        service = self._services.attachment_answers
        EndDialog(
            self._words,
            name,
            self._services.clock.today(),
            lambda why, day: self._write(
                lambda actor: service.end(case_id, actor, why, day),
                self._words.say("attachment_screen.end.done"),
            ),
            reason=reason,
        ).start(self._over)

    def print(self, subject: AttachmentCaseId | AttachmentForm, kind: PaperKind) -> None:
        """The paper is on its way to the printer; a second press meanwhile does nothing."""
        key = subject.patient_id if isinstance(subject, AttachmentForm) else subject
        if key in self._printing:
            return
        self._printing.add(key)
        services = self._services

        def done(answer: tuple[PrintOutcome, Change]) -> None:
            self._printing.discard(key)
            outcome, change = answer
            self._notifier.announce(change)
            self._tell(self._words.say(f"attachment_screen.print.{outcome.answer}"))

        def failed(error: ClinicDeskError) -> None:
            self._printing.discard(key)
            self.fail(error)

        self._jobs.run(
            lambda: services.attachment_papers.print_paper(subject, kind, services.actor()),
            done,
            failed,
            owner=self,
            lane="side",
        )

    def fail(self, error: ClinicDeskError) -> None:
        """Say what went wrong."""
        self._tell(error_sentence(self._words.texts, error))

    def _answer(self, case: AttachmentCase, answer: Answer) -> None:
        service, say = self._services.attachment_answers, self._words.say
        if answer.is_refusal:
            self._write(
                lambda actor: service.refuse(case.id, actor, answer.ground, answer.text),
                say("attachment_screen.answer.done_refused"),
            )
        else:
            self._write(
                lambda actor: service.accept(case.id, actor, answer.number, answer.effective_on),
                say("attachment_screen.answer.done_accepted"),
            )

    def _write(self, act: Callable[[Actor], tuple[AttachmentCase, Change]], told: str) -> None:
        services = self._services

        def done(answer: tuple[AttachmentCase, Change]) -> None:
            self._notifier.announce(answer[1])
            self._tell(told)

        self._jobs.run(lambda: act(services.actor()), done, self.fail, owner=self, lane="write")


__all__ = ["CaseActs", "may_withdraw", "paper_of"]
