"""The steps of an attachment case, each with its line in the log and what it does to the person.

They are taken inside an open transaction, for an answer that was written down at the desk as for one that
the register itself sent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from clinic_desk.domain.attachment import AttachmentCase, CaseState, EndReason, check_case_move
from clinic_desk.domain.patient import Attachment, AttachmentState
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment_log import log_case, set_attachment
from clinic_desk.services.ports import Clock, UnitOfWork


class CaseSteps:
    """Steps of one actor in one transaction.

    `by` is whom the case's history names where that is somebody else; the log names the actor.
    """

    def __init__(self, work: UnitOfWork, clock: Clock, actor: Actor, *, by: str = "") -> None:
        self._work = work
        self._clock = clock
        self._actor = actor
        self._by = by or actor.user

    def accept(self, case: AttachmentCase, number: str, first: dt.date) -> AttachmentCase:
        """Accepted under that number from `first` on; in force at once when that day has come.

        Raises:
            ForbiddenCaseMove: the case has an answer already, or was never sent.
        """
        check_case_move(case.state, CaseState.ACCEPTED)
        accepted = self.save(
            replace(
                case,
                state=CaseState.ACCEPTED,
                answered_at=self._clock.now(),
                answer_number=number.strip(),
                effective_on=first,
            ),
            "attachment.accept",
        )
        return self.begin(accepted) if first <= self._clock.today() else accepted

    def refuse(self, case: AttachmentCase, ground: str, text: str) -> AttachmentCase:
        """Refused with that ground; the person is as before.

        Raises:
            ForbiddenCaseMove: the case has an answer already, or was never sent.
        """
        check_case_move(case.state, CaseState.REFUSED)
        self.put_back(case)
        refused = replace(
            case,
            state=CaseState.REFUSED,
            answered_at=self._clock.now(),
            refusal_ground=ground,
            refusal_text=text.strip(),
        )
        return self.save(refused, "attachment.refuse", reason=ground)

    def begin(self, case: AttachmentCase) -> AttachmentCase:
        """In force: what held before for the person ends, and the person is attached here."""
        assert case.effective_on is not None  # noqa: S101 - an accepted case has its day
        for former in self._work.attachments.in_force_of(case.patient_id):
            ended = replace(
                former,
                state=CaseState.ENDED,
                ended_on=case.effective_on,
                end_reason=EndReason.OTHER_DISTRICT,
            )
            self.save(ended, "attachment.end", reason=EndReason.OTHER_DISTRICT.value)
        patient = self._work.patients.get(case.patient_id)
        if patient is not None:
            here = Attachment(AttachmentState.ATTACHED, case.district_id, case.basis, case.effective_on)
            set_attachment(self._work, self._clock, self._actor, patient, here)
        return self.save(replace(case, state=CaseState.IN_FORCE), "attachment.begin")

    def end(self, case: AttachmentCase, reason: EndReason, on: dt.date, note: str = "") -> AttachmentCase:
        """The attachment in force is over since `on`; the person is detached unless another case holds."""
        patient = self._work.patients.get(case.patient_id)
        # After two records were made one, another case may still hold.
        others = [one for one in self._work.attachments.in_force_of(case.patient_id) if one.id != case.id]
        if patient is not None and patient.attachment.is_here and not others:
            moved = reason is EndReason.OTHER_ORGANISATION
            state = AttachmentState.ELSEWHERE if moved else AttachmentState.DETACHED
            set_attachment(self._work, self._clock, self._actor, patient, Attachment(state))
        ended = replace(case, state=CaseState.ENDED, ended_on=on, end_reason=reason)
        return self.save(ended, "attachment.end", reason=reason.value, note=note)

    def put_back(self, case: AttachmentCase) -> None:
        """A person who only waited for the answer is again where they were."""
        patient = self._work.patients.get(case.patient_id)
        if patient is not None and patient.attachment.state is AttachmentState.PENDING:
            set_attachment(self._work, self._clock, self._actor, patient, case.was or Attachment())

    def save(self, case: AttachmentCase, action: str, *, reason: str = "", note: str = "") -> AttachmentCase:
        """The case as stored, with its line in the audit log."""
        saved = self._work.attachments.save(case, by=self._by, at=self._clock.now(), note=note)
        log_case(self._work, self._clock, self._actor, action, saved, reason=reason)
        return saved
