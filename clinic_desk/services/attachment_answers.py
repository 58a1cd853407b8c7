"""The register's answer to an application, and what a day brings by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from clinic_desk.domain.attachment import (
    OPEN_CASES,
    AttachmentCase,
    CaseState,
    EndReason,
    ForbiddenCaseMove,
    check_case_move,
)
from clinic_desk.domain.attachment_rules import find_at_refusal, rule_on
from clinic_desk.domain.errors import InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.ids import AttachmentCaseId
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.attachment import MAX_TEXT
from clinic_desk.services.attachment_rows import Daily
from clinic_desk.services.attachment_steps import CaseSteps
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.due_dates import recompute_due
from clinic_desk.services.ports import Clock, Store, UnitOfWork
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.ensure_record import ensure_case
from clinic_desk.services.sync.acts.outbox import enqueue

END_REASONS: Final = (
    EndReason.OTHER_ORGANISATION,
    EndReason.MOVED_AWAY,
    EndReason.DIED,
    EndReason.CONTRACT_ENDED,
)
"""Why an attachment in force is ended at the window; the other reasons come with acts of their own."""
_ONE_DAY: Final = dt.timedelta(days=1)


class AttachmentAnswers:
    """Use cases about an application that was sent; one transaction each."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def accept(
        self,
        case_id: AttachmentCaseId,
        actor: Actor,
        number: str = "",
        effective_on: dt.date | None = None,
    ) -> tuple[AttachmentCase, Change]:
        """The register said yes under `number`; in force at once when the effective day has come.

        `effective_on` None: by the rule of the day.

        Raises:
            NotFound: `attachment.not_found`.
            ForbiddenCaseMove: the case has an answer already, or was never sent.
            InvalidValue: `attachment.effective_before_sending`, `attachment.text_too_long`.
        """
        _check_text(number)

        def act(work: UnitOfWork, case: AttachmentCase) -> AttachmentCase:
            check_case_move(case.state, CaseState.ACCEPTED)
            today = self._clock.today()
            rule = rule_on(self._rules.on(today), today).value
            first = effective_on or rule.effective_on(today, free_change=case.is_free_change)
            assert case.sent_at is not None  # noqa: S101 - only a sent case is accepted
            sent_on = case.sent_at.astimezone(self._clock.zone).date()
            if first < sent_on:
                raise InvalidValue("attachment.effective_before_sending", sent=sent_on)
            return self._steps(work, actor).accept(case, number, first)

        return self._act(case_id, act)

    def refuse(
        self, case_id: AttachmentCaseId, actor: Actor, ground: str, text: str = ""
    ) -> tuple[AttachmentCase, Change]:
        """The application is refused with a ground of the closed list; the person is as before.

        Raises:
            NotFound: `attachment.not_found`.
            RuleBroken: the ground is not of the list, or needs the paragraph of the Rules as `text`.
            ForbiddenCaseMove: the case has an answer already, or was never sent.
            InvalidValue: `attachment.text_too_long`.
        """
        _check_text(text)

        def act(work: UnitOfWork, case: AttachmentCase) -> AttachmentCase:
            check_case_move(case.state, CaseState.REFUSED)
            today = self._clock.today()
            findings = find_at_refusal(ground, text, today, self._rules.on(today))
            if findings:
                raise RuleBroken(findings)
            return self._steps(work, actor).refuse(case, ground, text)

        return self._act(case_id, act)

    def withdraw(
        self, case_id: AttachmentCaseId, actor: Actor, reason: str = ""
    ) -> tuple[AttachmentCase, Change]:
        """The person takes the application back, or the draft is dropped; the person is as before.

        Raises:
            NotFound: `attachment.not_found`.
            ForbiddenCaseMove: the case is over, or in force (`end` is for that).
            InvalidValue: `attachment.reason_needed` once it was sent, `attachment.text_too_long`.
        """
        _check_text(reason)

        def act(work: UnitOfWork, case: AttachmentCase) -> AttachmentCase:
            if case.state not in OPEN_CASES:
                raise _forbidden(case, CaseState.ENDED)
            if case.sent_at is not None and not reason.strip():
                raise InvalidValue("attachment.reason_needed")
            steps = self._steps(work, actor)
            steps.put_back(case)
            ended = replace(
                case,
                state=CaseState.ENDED,
                ended_on=self._clock.today(),
                end_reason=EndReason.WITHDRAWN,
            )
            self._queue_end(work, case, actor)
            return steps.save(ended, "attachment.withdraw", note=reason.strip())

        return self._act(case_id, act)

    def end(
        self, case_id: AttachmentCaseId, actor: Actor, reason: EndReason, on: dt.date | None = None
    ) -> tuple[AttachmentCase, Change]:
        """The attachment in force is over since `on` (None: today); the person is detached.

        Raises:
            NotFound: `attachment.not_found`.
            ForbiddenCaseMove: the case is not in force, or `reason` is none of `END_REASONS`.
            InvalidValue: `attachment.ended_in_future`.
        """
        today = self._clock.today()
        if on is not None and on > today:
            raise InvalidValue("attachment.ended_in_future")

        def act(work: UnitOfWork, case: AttachmentCase) -> AttachmentCase:
            if case.state is not CaseState.IN_FORCE or reason not in END_REASONS:
                raise _forbidden(case, CaseState.ENDED)
            return self._end(work, case, actor, reason, on or today)

        return self._act(case_id, act)

    def daily(self, actor: Actor) -> tuple[Daily, Change]:
        """What this day brings: accepted cases begin, contracts end, terms follow the calendar.

        Done at the start and when the day changes; the same day again changes nothing.
        """
        today = self._clock.today()
        with self._store.write() as work:
            steps = self._steps(work, actor)
            begun = tuple(steps.begin(case).id for case in work.attachments.to_begin(today))
            ended = tuple(
                self._end(work, case, actor, EndReason.CONTRACT_ENDED, _last_day(case)).id
                for case in work.attachments.contracts_until(None, today - _ONE_DAY)
            )
            moved = tuple(recompute_due(work, self._rules, actor, self._clock))
            if begun or ended or moved:
                work.commit()
        kinds = {Kind.ATTACHMENT, Kind.PATIENT} if begun or ended else {Kind.ATTACHMENT} if moved else set()
        return Daily(begun, ended, moved), Change(frozenset(kinds))

    # Inside ----------------------------------------------------------------------------------

    def _act(
        self, case_id: AttachmentCaseId, act: Callable[[UnitOfWork, AttachmentCase], AttachmentCase]
    ) -> tuple[AttachmentCase, Change]:
        with self._store.write() as work:
            case = work.attachments.get(case_id)
            if case is None:
                raise NotFound("attachment.not_found")
            done = act(work, case)
            work.commit()
        kinds = frozenset({Kind.ATTACHMENT, Kind.PATIENT})
        return done, Change(kinds, frozenset({done.id, done.patient_id}))

    def _steps(self, work: UnitOfWork, actor: Actor) -> CaseSteps:
        return CaseSteps(work, self._clock, actor)

    def _end(
        self, work: UnitOfWork, case: AttachmentCase, actor: Actor, reason: EndReason, on: dt.date
    ) -> AttachmentCase:
        self._queue_end(work, case, actor)
        return self._steps(work, actor).end(case, reason, on)

    def _queue_end(self, work: UnitOfWork, case: AttachmentCase, actor: Actor) -> None:
        """The upstream hears of the end; what never left the desk is nobody's business."""
        patient = work.patients.get(case.patient_id)
        if case.sent_at is None or patient is None:
            return
        now = self._clock.now()
        if not ensure_case(work, case, patient, actor, now):
            return
        enqueue(
            work,
            OpKind.ATTACHMENT_END,
            aggregate_id=patient.id,
            record_id=case.id,
            actor=actor,
            at=now,
        )


def _last_day(case: AttachmentCase) -> dt.date:
    assert case.contract_until is not None  # noqa: S101 - the store was asked for those that have one
    return case.contract_until


def _forbidden(case: AttachmentCase, wanted: CaseState) -> ForbiddenCaseMove:
    return ForbiddenCaseMove("attachment.forbidden_move", current=case.state.value, wanted=wanted.value)


def _check_text(words: str) -> None:
    if len(words) > MAX_TEXT:
        raise InvalidValue("attachment.text_too_long", limit=MAX_TEXT)
