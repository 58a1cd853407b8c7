"""What became of an operation, written down in one transaction with everything that follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Final

from clinic_desk.domain.clinic import Desk
from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.ids import CheckId, ConflictId, OpId, PatientId, ReferralId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceCheck, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.sync.answers import AnswerCode, RetryLimits, Step
from clinic_desk.domain.sync.conflicts import SyncConflict
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.asking import note_asked
from clinic_desk.services.sync.down.arrivals.arrival import upstream_actor
from clinic_desk.services.sync.down.arrivals.one_person import take_landed
from clinic_desk.services.sync.down.arrivals.patients import BEFORE
from clinic_desk.services.sync.down.slices import is_older
from clinic_desk.services.sync.papers.contradictions import (
    note_confirmed,
    note_insurance_answer,
    note_refused,
)
from clinic_desk.services.sync.up.owed_looks import owe_look
from clinic_desk.services.sync.up.send_values import Outcome

_NO_ATTEMPT: Final = frozenset({Step.SIGN_IN})
_KINDS: Final = {
    OpKind.REFERRAL_ISSUE: Kind.REFERRAL,
    OpKind.REFERRAL_MOVE: Kind.REFERRAL,
    OpKind.INSURANCE_ASK: Kind.INSURANCE,
}
_NOT_READ: Final = "0"
"""The version of a resource whose news is still to be taken."""
MAX_WORDS: Final = 400
"""So much of the server's words is kept with an operation."""


@dataclass(slots=True)
class Settling:
    """Writes outcomes down in an open transaction. `freed` are operations that wait no longer by them."""

    work: UnitOfWork
    now: dt.datetime
    limits: RetryLimits
    tables: RuleTables
    freed: list[OpId] = field(default_factory=list)

    def settle(self, op: Op, outcome: Outcome) -> Op:
        """The operation as stored from now on.

        `op` is as it was when it was marked as being sent. What the upstream has of it is known, a referral
        that it took is sent, an answer about insurance is kept, a paper that turns out wrong is listed.
        """
        answer = LastAnswer(outcome.code, self.now, outcome.words[:MAX_WORDS], outcome.status)
        state = outcome.state
        settled = replace(op, state=state, answer=answer, next_try_at=None)
        if state is OpState.PENDING:
            settled = self._again(settled, outcome)
        elif state is OpState.ACCEPTED:
            settled = replace(settled, receipt=outcome.landed[0].receipt, settled_at=self.now)
        elif state is OpState.WITHDRAWN:
            settled = replace(settled, settled_at=self.now)
        done = op if state is OpState.ACCEPTED else None
        self._keep_shadows(outcome, upstream_actor(Desk(op.desk)), done)
        self.work.outbox.save(settled)
        self._put_before_person(settled, outcome)
        if outcome.owes_look:
            owe_look(self.work, settled)
        self._follow(settled, outcome)
        return settled

    def note_another(self, op: Op, outcome: Outcome) -> None:
        """Somebody else has the number of a person who was accepted before: a person is told."""
        others = replace(outcome, landed=[one for one in outcome.landed if not one.local_id])
        self._keep_shadows(others, upstream_actor(Desk(op.desk)))
        self._put_before_person(op, outcome)

    def give_back(self, op: Op) -> None:
        """It was marked and never tried: as if nothing had been."""
        first = op.first_sent_at if op.attempts > 1 else None
        self.work.outbox.save(
            replace(op, state=OpState.PENDING, attempts=op.attempts - 1, first_sent_at=first)
        )

    @staticmethod
    def kinds_of(op: Op) -> frozenset[Kind]:
        """What may have changed with it."""
        return frozenset({Kind.SYNC} | ({_KINDS[op.kind]} if op.kind in _KINDS else set()))

    def _again(self, op: Op, outcome: Outcome) -> Op:
        if outcome.step in _NO_ATTEMPT:
            return replace(op, attempts=op.attempts - 1)
        wait = self.limits.wait_s(op.attempts, outcome.retry_after_s)
        return replace(op, next_try_at=self.now + dt.timedelta(seconds=wait))

    def _keep_shadows(self, outcome: Outcome, actor: Actor, done: Op | None = None) -> None:
        """What is known of each resource from now on; what is linked stays linked.

        A version that came down meanwhile and is newer stays. Where somebody else may have written too, what
        they changed is taken: in a person at once, elsewhere by the next reading, which must not take the
        version for known.
        """
        shadows = []
        for landed in outcome.landed:
            if not landed.body.get("id"):
                continue
            known = self.work.shadows.get(landed.resource_type, landed.resource_id)
            if known is not None and is_older(landed.version, known.version):
                if landed.local_id and not known.local_id:
                    shadows.append(replace(known, local_id=landed.local_id))
                continue
            local_id = landed.local_id or (known.local_id if known else "")
            shadow = replace(landed.shadow, local_id=local_id)
            is_left = done is not None and BEFORE in done.payload
            if landed.resource_type == "Patient" and (landed.is_news or is_left):
                theirs = shadow if landed.over is None else replace(shadow, body=dict(landed.over))
                take_landed(self.work, known, theirs, at=self.now, tables=self.tables, actor=actor, done=done)
            elif landed.is_news and known is not None:
                shadow = replace(known, local_id=local_id)
            elif landed.is_news:
                shadow = replace(shadow, version=_NOT_READ, updated_at="")
            shadows.append(shadow)
        if shadows:
            self.work.shadows.put(shadows)

    def _put_before_person(self, op: Op, outcome: Outcome) -> None:
        """An item for a person; one about the same thing that waits without an operation is brought to it."""
        difference = outcome.difference
        if difference is None:
            return
        place = (difference.kind, difference.resource_type, difference.resource_id)
        for known in self.work.conflicts.open_of(op.aggregate_id):
            if (known.kind, known.resource_type, known.resource_id) != place:
                continue
            if known.op_id == op.op_id:
                self.work.conflicts.save(replace(known, fields=difference.fields))
                return
            if not known.op_id:
                self.work.conflicts.save(replace(known, resolved_at=self.now))
        self.work.conflicts.add(
            SyncConflict(
                ConflictId(new_id()),
                difference.kind,
                op.aggregate_id,
                self.now,
                difference.resource_type,
                difference.resource_id,
                op.op_id,
                difference.fields,
            )
        )

    def _follow(self, op: Op, outcome: Outcome) -> None:
        actor = Actor(op.actor, Desk(op.desk))
        if op.kind is OpKind.REFERRAL_ISSUE:
            if op.state is OpState.ACCEPTED:
                self._is_sent(ReferralId(op.record_id), actor)
            elif op.state is OpState.REJECTED and outcome.status is not None:
                # Refused there; what could not even be sent says nothing of the paper.
                words = outcome.words
                note_refused(self.work, ReferralId(op.record_id), actor=actor, at=self.now, words=words)
        elif op.kind is OpKind.PATIENT_REGISTER and op.state is OpState.ACCEPTED:
            self._free_those_behind(op)
        elif op.kind is OpKind.INSURANCE_ASK:
            eligibility = outcome.eligibility
            if outcome.code is AnswerCode.EXPIRED:
                eligibility = EligibilityFailure(WhyNoAnswer.NO_CONNECTION)
            if eligibility is not None:
                self._answered(op, eligibility, actor)
            elif op.state is OpState.ACCEPTED:
                note_asked(self.work, op)

    def _is_sent(self, referral_id: ReferralId, actor: Actor) -> None:
        referral = self.work.referrals.get(referral_id)
        if referral is None:
            return
        if referral.status is ReferralStatus.ISSUED:
            self.work.referrals.save(
                replace(referral, status=ReferralStatus.SENT), by=actor.user, at=self.now
            )
        note_confirmed(self.work, referral_id, actor=actor, at=self.now)

    def _free_those_behind(self, op: Op) -> None:
        """What was refused only because the person was not there may go now."""
        for other in self.work.outbox.open_of(op.aggregate_id):
            is_freed = other.answer is not None and other.answer.code == AnswerCode.PERSON_NOT_SENT
            if other.state is OpState.REJECTED and is_freed:
                self.work.outbox.save(replace(other, state=OpState.PENDING, next_try_at=None))
                self.freed.append(other.op_id)

    def _answered(self, op: Op, eligibility: EligibilityAnswer | EligibilityFailure, actor: Actor) -> None:
        """An answer is one more answer; none is kept beside the last good one, never in its place."""
        patient = self.work.patients.get(PatientId(op.aggregate_id))
        if patient is None:
            return
        if isinstance(eligibility, EligibilityFailure) or eligibility.status is InsuranceStatus.UNKNOWN:
            why = (
                eligibility.why if isinstance(eligibility, EligibilityFailure) else WhyNoAnswer.NOT_UNDERSTOOD
            )
            failure = FailedCheck(patient.id, self.now, Channel.SERVICE, op.actor, why)
            self.work.insurance.add_failure(failure)
            return
        answered_at = eligibility.answered_at.astimezone(dt.UTC)
        known = self.work.insurance.of_patient(patient.id)
        if any(check.checked_at == answered_at for check in known):
            # It came down by itself while its reply was lost.
            return
        self.work.insurance.add(
            InsuranceCheck(
                CheckId(new_id()),
                patient.id,
                eligibility.status,
                answered_at,
                Channel.SERVICE,
                op.actor,
                eligibility.category,
                eligibility.reference,
                eligibility.valid_through,
                eligibility.months,
            )
        )
        note_insurance_answer(self.work, patient.id, self.tables, actor=actor, at=self.now)
