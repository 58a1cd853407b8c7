"""Insurance evidence: answers that a person wrote down or a channel gave, and checks that brought none."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clinic_desk.domain.errors import InvalidValue, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.domain.ids import CheckId, PatientId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceCheck, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.insurance_doubts import doubts
from clinic_desk.domain.sync.ops import Op, OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.check_list import expected_until, needed_on, urgency
from clinic_desk.services.eligibility_port import EligibilityAnswer, EligibilityChannel, EligibilityFailure
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, CancelCheck, Clock, Progress, Store
from clinic_desk.services.records import person_to_write_for
from clinic_desk.services.rows import EvidenceLine
from clinic_desk.services.rule_book import RuleBook
from clinic_desk.services.sync.acts.asking import put_question, waits_for_answer
from clinic_desk.services.sync.acts.ensure_person import ensure_person
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.papers.contradictions import note_insurance_answer

_MONTHS = 12
_OUT_OF_REACH = 3
"""So many questions in a row that found no connection: the network is gone, the rest is not asked."""
_SLICE_S = 0.2


class _ToAsk(NamedTuple):
    patient_id: PatientId
    iin: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """An answer as the registrar heard or saw it. `checked_at` aware; None means just now."""

    patient_id: PatientId
    status: InsuranceStatus
    channel: Channel
    checked_at: dt.datetime | None = None
    category: str = ""
    reference: str = ""
    valid_through: dt.date | None = None
    months: str = ""


class AskedAgain(NamedTuple):
    """What asking many people's channel brought.

    `left` were not asked: more than a run may ask, the person stopped, or the channel could not be reached.
    """

    answered: int
    failed: int
    without_iin: int
    left: tuple[PatientId, ...]


class InsuranceService:
    """Keeps answers; never turns silence into "no"."""

    def __init__(
        self, store: Store, clock: Clock, rules: RuleBook, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._sleep = sleep

    def doubts(self, answer: RecordAnswer) -> list[Finding]:
        """What does not fit in the answer, for a person to decide; nothing of the store is read."""
        moment = answer.checked_at or self._clock.now()
        day = moment.astimezone(self._clock.zone).date()
        return doubts(answer, day, self._rules.on(day))

    def record(
        self, answer: RecordAnswer, actor: Actor, *, in_spite_of: Collection[str] = ()
    ) -> tuple[InsuranceCheck, Change]:
        """The answer as kept. An "unknown" status is a failed check and is refused here: ask again.

        `in_spite_of` are the codes of the doubts that a person has read and decided to pass over; the log
        says which.

        Raises:
            InvalidValue: `insurance.unknown_is_no_answer`, `insurance.checked_in_future`,
                `insurance.months_form`.
            RuleBroken: with the doubts nobody has decided on.
            NotFound: `patient.not_found`.
        """
        now = self._clock.now()
        checked_at = answer.checked_at or now
        if answer.status is InsuranceStatus.UNKNOWN:
            raise InvalidValue("insurance.unknown_is_no_answer")
        if checked_at > now + dt.timedelta(minutes=2):
            raise InvalidValue("insurance.checked_in_future")
        if answer.months and (len(answer.months) != _MONTHS or set(answer.months) - set("p-g?")):
            raise InvalidValue("insurance.months_form")
        found = self.doubts(answer)
        undecided = [doubt for doubt in found if doubt.code not in in_spite_of]
        if undecided:
            raise RuleBroken(undecided)
        check = InsuranceCheck(
            CheckId(new_id()),
            answer.patient_id,
            answer.status,
            checked_at.astimezone(dt.UTC),
            answer.channel,
            actor.user,
            answer.category,
            answer.reference.strip(),
            answer.valid_through,
            answer.months,
        )
        with self._store.write() as work:
            patient = person_to_write_for(work, answer.patient_id)
            work.insurance.add(check)
            # What the upstream itself said is no news to it.
            if check.channel is not Channel.SERVICE:
                ensure_person(work, patient, actor, now)
                enqueue(
                    work,
                    OpKind.INSURANCE_RECORD,
                    aggregate_id=patient.id,
                    record_id=check.id,
                    actor=actor,
                    at=now,
                )
            work.audit.write(
                AuditEntry(
                    now,
                    actor.user,
                    actor.desk.code,
                    "insurance.record",
                    "patient",
                    answer.patient_id,
                    ("status", "channel"),
                    " ".join(doubt.code for doubt in found),
                )
            )
            tables = self._rules.on(self._clock.today())
            recalled = note_insurance_answer(work, answer.patient_id, tables, actor=actor, at=now)
            work.commit()
        kinds = {Kind.INSURANCE} | ({Kind.SYNC} if recalled else set())
        return check, Change(frozenset(kinds), frozenset({answer.patient_id}))

    def ask(self, patient_id: PatientId, day: dt.date | None, actor: Actor) -> tuple[Op, Change]:
        """The question to the upstream about a person for a day (None: today), on its way.

        One question a person: one that is still open, or was answered by nobody yet, is returned while it is
        younger than the rule table says.

        Raises:
            NotFound: `patient.not_found`.
            InvalidValue: `insurance.ask_needs_iin`.
        """
        now, today = self._clock.now(), self._clock.today()
        limit = self._rules.on(today).limit("insurance_ask_again_hours").one_on(today).value
        with self._store.write() as work:
            patient = person_to_write_for(work, patient_id)
            if patient.iin is None:
                raise InvalidValue("insurance.ask_needs_iin")
            since = now - dt.timedelta(hours=limit)
            op, is_new = put_question(work, patient, day or today, actor, now, since)
            if is_new:
                work.audit.write(
                    AuditEntry(now, actor.user, actor.desk.code, "insurance.ask", "patient", patient_id)
                )
                work.commit()
        return op, Change(frozenset({Kind.INSURANCE, Kind.SYNC}), frozenset({patient_id}))

    def asked_at(self, patient_id: PatientId) -> dt.datetime | None:
        """When the question to the upstream that is still open was put; None when none is."""
        now, today = self._clock.now(), self._clock.today()
        limit = self._rules.on(today).limit("insurance_ask_again_hours").one_on(today).value
        with self._store.read() as work:
            last = work.outbox.latest(patient_id, OpKind.INSURANCE_ASK)
            is_young = last is not None and now - last.acted_at < dt.timedelta(hours=limit)
            return last.acted_at if last is not None and is_young and waits_for_answer(work, last) else None

    def failures(self, patient_id: PatientId) -> list[FailedCheck]:
        """The checks that brought no answer, newest first."""
        with self._store.read() as work:
            return work.insurance.failures_of(patient_id)

    def history(self, patient_id: PatientId) -> list[EvidenceLine]:
        """Every check of the person's insurance, withdrawn answers and failed ones too; newest first."""
        with self._store.read() as work:
            return work.insurance.history_of(patient_id)

    def record_failure(
        self, patient_id: PatientId, channel: Channel, why: WhyNoAnswer, actor: Actor
    ) -> tuple[FailedCheck, Change]:
        """The check that brought no answer, kept; the last good answer stays the one that counts.

        Raises:
            NotFound: `patient.not_found`.
        """
        now = self._clock.now()
        failure = FailedCheck(patient_id, now, channel, actor.user, why)
        with self._store.write() as work:
            person_to_write_for(work, patient_id)
            work.insurance.add_failure(failure)
            work.audit.write(
                AuditEntry(
                    now,
                    actor.user,
                    actor.desk.code,
                    "insurance.no_answer",
                    "patient",
                    patient_id,
                    ("channel",),
                    why.value,
                )
            )
            work.commit()
        return failure, Change.of(Kind.INSURANCE, patient_id)

    def ask_again(
        self,
        patient_ids: Sequence[PatientId],
        channel: EligibilityChannel,
        actor: Actor,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> tuple[AskedAgain, Change]:
        """The channel was asked about these people, those who are expected soonest first, one at a time.

        Every answer, and every check that brought none, is kept before the next question, so that stopping
        loses nothing. No transaction is open while the channel thinks. Between two questions lies the pause
        of the rule table, and a run asks no more people than it allows. What an answer says against itself
        is kept and logged: nobody is there to decide.
        """
        today = self._clock.today()
        tables = self._rules.on(today)
        most = tables.limit("insurance_batch_per_run").one_on(today).value
        pause_s = tables.limit("insurance_batch_pause_s").one_on(today).value
        people, without_iin = self._to_ask(patient_ids)
        answered = failed = out_of_reach = done = 0
        for person in people[:most]:
            if (done and not self._pause(pause_s, cancelled)) or cancelled():
                break
            why = self._asked(person, channel, actor)
            answered, failed = answered + (why is None), failed + (why is not None)
            out_of_reach = out_of_reach + 1 if why is WhyNoAnswer.NO_CONNECTION else 0
            done += 1
            progress(done, min(len(people), most))
            if out_of_reach == _OUT_OF_REACH:
                break
        left = tuple(person.patient_id for person in people[done:])
        changed = Change.of(Kind.INSURANCE, *(person.patient_id for person in people[:done]))
        return AskedAgain(answered, failed, without_iin, left), changed

    def _to_ask(self, patient_ids: Sequence[PatientId]) -> tuple[list[_ToAsk], int]:
        """Whom the channel can be asked about and for which day, the soonest first; how many have no IIN."""
        today = self._clock.today()
        tables, calendar = self._rules.on(today), self._rules.calendar(today)
        last_day = calendar.add(today, tables.limit("insurance_check_ahead_days").one_on(today).value)
        wanted = list(dict.fromkeys(patient_ids))
        days: dict[PatientId, dt.date] = {}
        with self._store.read() as work:
            for one in sorted(expected_until(last_day, work, self._clock), key=urgency):
                # The day of the visit, not of the question: insurance may end in between.
                days.setdefault(one.patient_id, needed_on(one, today, self._clock.zone))
            found = [work.patients.get(patient_id) for patient_id in wanted]
        place = {patient_id: number for number, patient_id in enumerate(days)}
        people = [
            _ToAsk(person.id, person.iin.digits, days.get(person.id, today))
            for person in found
            if person is not None and person.iin is not None
        ]
        people.sort(key=lambda person: place.get(person.patient_id, len(place)))
        return people, sum(person is not None and person.iin is None for person in found)

    def _asked(self, person: _ToAsk, channel: EligibilityChannel, actor: Actor) -> WhyNoAnswer | None:
        """None when the answer is in the store, else why there is none, which is there too."""
        heard = channel.ask(person.iin, person.day)
        why = heard.why if isinstance(heard, EligibilityFailure) else WhyNoAnswer.NOT_UNDERSTOOD
        if isinstance(heard, EligibilityAnswer):
            answer = RecordAnswer(
                person.patient_id,
                heard.status,
                channel.channel,
                heard.answered_at,
                heard.category,
                heard.reference,
                heard.valid_through,
                heard.months,
            )
            try:
                self.record(answer, actor, in_spite_of=[doubt.code for doubt in self.doubts(answer)])
            except InvalidValue:
                pass  # What came is no answer, and is kept as that.
            else:
                return None
        self.record_failure(person.patient_id, channel.channel, why, actor)
        return why

    def _pause(self, seconds: float, cancelled: CancelCheck) -> bool:
        """Whether the pause went by without the person stopping the work."""
        left = float(seconds)
        while left > 0:
            if cancelled():
                return False
            self._sleep(min(_SLICE_S, left))
            left -= _SLICE_S
        return True
