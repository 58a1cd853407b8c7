"""Insurance evidence at the window: recording an answer a public channel gave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from clinic_desk.domain.errors import InvalidValue, RuleBroken
from clinic_desk.domain.findings import Finding
from clinic_desk.domain.ids import CheckId, PatientId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceCheck, InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.insurance_doubts import doubts
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import AuditEntry, Clock, Store
from clinic_desk.services.records import person_to_write_for
from clinic_desk.services.rule_book import RuleBook

_MONTHS = 12


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


class InsuranceService:
    """Keeps answers; never turns silence into "no"."""

    def __init__(self, store: Store, clock: Clock, rules: RuleBook) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

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
            person_to_write_for(work, answer.patient_id)
            work.insurance.add(check)
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
            work.commit()
        return check, Change.of(Kind.INSURANCE, answer.patient_id)

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
