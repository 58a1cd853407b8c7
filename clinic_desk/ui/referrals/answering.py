"""Answering what a supplier asks about a referral before it decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.referral import Referral, ReferralStatus
from clinic_desk.services.changes import Change
from clinic_desk.services.desk import DeskServices
from clinic_desk.services.rows import ReferralRow
from clinic_desk.ui.kit import ChangeNotifier, Dialogs, Jobs, UiText
from clinic_desk.ui.referrals.issuing import Tell

_MOST_SHOWN: Final = 300


class AnswerDesk:
    """Shows the question as a quotation, and sends what the person types as the answer.

    Args:
        services: the use cases.
        jobs: the lanes.
        words: the language of the window.
        notifier: told of the change.
        dialogs: asks for the answer.
        tell: shows a sentence for some seconds.
        fail: told what went wrong.
        owner: the page; with it go the answers of the lanes.
    """

    def __init__(
        self,
        services: DeskServices,
        jobs: Jobs,
        words: UiText,
        notifier: ChangeNotifier,
        dialogs: Dialogs,
        tell: Tell,
        fail: Callable[[ClinicDeskError], None],
        owner: QWidget,
    ) -> None:
        self._services = services
        self._jobs = jobs
        self._words = words
        self._notifier = notifier
        self._dialogs = dialogs
        self._tell = tell
        self._fail = fail
        self._owner = owner

    def answer(self, row: ReferralRow) -> None:
        """The question is read and shown; the referral goes back with the answer."""
        if row.status is not ReferralStatus.RETURNED:
            self._tell(self._words.say("referral_list.nothing_asked"))
            return
        self._jobs.run(
            lambda: self._services.referrals.question(row.referral_id),
            lambda question: self._ask(row, question),
            self._fail,
            owner=self._owner,
        )

    def _ask(self, row: ReferralRow, question: str) -> None:
        say = self._words.say
        shown = question if len(question) <= _MOST_SHOWN else f"{question[: _MOST_SHOWN - 1].rstrip()}…"
        self._dialogs.ask(
            self._owner,
            say("referral_list.answer_title"),
            say("referral_list.answer_label"),
            lambda words: self._send(row, words),
            text=say(
                "referral_list.answer_text", number=row.number, patient=row.patient_name, question=shown
            ),
        )

    def _send(self, row: ReferralRow, words: str) -> None:
        def done(answer: tuple[Referral, Change]) -> None:
            self._notifier.announce(answer[1])
            self._tell(self._words.say("referral_list.answered", number=row.number))

        self._jobs.run(
            lambda: self._services.referrals.move(
                row.referral_id, ReferralStatus.SENT, self._services.actor(), words
            ),
            done,
            self._fail,
            owner=self._owner,
            lane="write",
        )
