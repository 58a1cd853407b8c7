"""Issuing and printing from the window: in the lanes, told by a toast, never in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.ids import OperationId, ReferralId
from clinic_desk.sentences import error_sentence
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.referrals import ReferralForm
from clinic_desk.services.rows import Issued
from clinic_desk.services.slips import PrintAnswer, PrintOutcome
from clinic_desk.ui.kit import ChangeNotifier, Jobs, UiText
from clinic_desk.ui.referrals.receipt_wait import ReceiptWait

Tell = Callable[[str], object]
"""Shows one sentence for some seconds."""


class PrintDesk(QObject):
    """Prints slips beside the window and says how it went. One slip is never sent twice at the same time."""

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._running: set[ReferralId] = set()

    def print(self, referral_id: ReferralId, number: str, actor: Actor, *, copy: int = 0, told: str) -> bool:
        """The slip is on its way to the printer; False when it already is.

        `told` is the key of the sentence that is said when the printer takes it, with `number` and the
        copy `n`; "" for none. Anything else a printer answers is always said.
        """
        if referral_id in self._running:
            return False
        self._running.add(referral_id)

        def done(answer: tuple[PrintOutcome, Change]) -> None:
            self._running.discard(referral_id)
            outcome, change = answer
            self._notifier.announce(change)
            if outcome.answer is not PrintAnswer.ACCEPTED:
                self._tell(self._words.say(f"referral.print.{outcome.answer}", number=number))
            elif told:
                self._tell(self._words.say(told, number=number, n=copy))

        def failed(error: ClinicDeskError) -> None:
            self._running.discard(referral_id)
            self._tell(error_sentence(self._words.texts, error))

        self._jobs.run(
            lambda: self._services.slips.print(referral_id, actor), done, failed, owner=self, lane="side"
        )
        return True


class IssueDesk(QObject):
    """Issues referrals in the write lane, then prints them.

    What became of the issue is told to the caller's functions, on the UI thread, even if its dialog is
    closed by then.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        tell: Tell,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._tell = tell
        self._printing = PrintDesk(services, jobs, words, notifier, tell, self)
        self._receipts = ReceiptWait(services, jobs, notifier, self)

    def issue(
        self,
        form: ReferralForm,
        operation_id: OperationId,
        actor: Actor,
        on_issued: Callable[[Issued], object],
        on_refused: Callable[[ClinicDeskError], object],
    ) -> None:
        """Ask for the referral; the same `operation_id` never makes a second one."""

        def done(answer: tuple[Issued, Change]) -> None:
            issued, change = answer
            on_issued(issued)
            self._notifier.announce(change)
            self._tell(self._words.say("referral.done", number=issued.number))
            if form.wants_paper:
                self._receipts.then(
                    issued.referral_id,
                    lambda: self._printing.print(
                        issued.referral_id, issued.number, actor, told="referral.done_printing"
                    ),
                )

        self._jobs.run(
            lambda: self._services.referrals.issue(form, operation_id, actor),
            done,
            on_refused,
            owner=self,
            lane="write",
        )
