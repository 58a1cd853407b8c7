"""Answers about insurance: append only, as of the moment the server gave; a failed one replaces nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.ids import CheckId
from clinic_desk.domain.insurance import Channel, FailedCheck, InsuranceCheck
from clinic_desk.domain.patient import Patient
from clinic_desk.fhir.extensions import own, part
from clinic_desk.fhir.insurance import answer_of, is_waiting, request_of
from clinic_desk.fhir.moments import read_instant
from clinic_desk.fhir.reading import clean, identifiers
from clinic_desk.fhir.stamp import author_of
from clinic_desk.fhir.systems import systems
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.sync.acts.asking import note_answered
from clinic_desk.services.sync.down.arrivals.arrival import Arrival, News
from clinic_desk.services.sync.down.arrivals.people_of import PeopleOf
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.papers.contradictions import note_insurance_answer
from clinic_desk.services.sync.ports import Shadow


@dataclass(frozen=True, slots=True)
class ResponseReading:
    """What a response says. `keys` name the check or the question it belongs to."""

    heard: EligibilityAnswer | EligibilityFailure
    at: dt.datetime
    keys: tuple[str, ...]
    channel: Channel
    by: str


class ResponseApplier:
    """`Applier` of CoverageEligibilityResponse."""

    def read(self, row: Arrived) -> ResponseReading | None:
        """See `Applier`; None while the answer is still being worked out."""
        if is_waiting(row.body):
            return None
        heard = answer_of(row.body)
        recorded = own(row.body, "recorded")
        told = clean(part(recorded, "channel"))
        channel = next((one for one in Channel if one.value == told), Channel.SERVICE)
        by = clean(part(recorded, "by")) or author_of(row.body)[0]
        at = (
            heard.answered_at
            if isinstance(heard, EligibilityAnswer)
            else read_instant(row.body.get("created")) or row.moment
        )
        return ResponseReading(heard, at, tuple(identifiers(row.body, systems().check)), channel, by)

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        told = [one for one in news if one.reading is not None]
        people = PeopleOf(arrival, [one.row.body.get("patient") for one in told])
        heard = [(one, people.of(one.row, one.row.body.get("patient"))) for one in told]
        ours = [(one, patient) for one, patient in heard if patient is not None]
        known = self._known(arrival, ours)
        note_answered(
            arrival.work,
            {key for one, _ in ours for key in one.reading.keys},
            {request_of(one.row.body) for one, _ in ours},
        )
        for one, patient in ours:
            reading: ResponseReading = one.reading
            if isinstance(reading.heard, EligibilityFailure):
                if one.before is None or not one.before.local_id:
                    self._fail(arrival, one, patient, reading.heard)
            elif (patient.id, reading.at) in known:
                arrival.link(one.row, known[patient.id, reading.at].id)
            else:
                self._keep(arrival, one, patient, reading.heard)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """An answer that was given was given."""

    def _known(
        self, arrival: Arrival, ours: Sequence[tuple[News, Patient]]
    ) -> dict[tuple[str, dt.datetime], InsuranceCheck]:
        """Answers that are here already, by person and moment; servers keep milliseconds, this desk more."""
        checks: dict[tuple[str, dt.datetime], InsuranceCheck] = {}
        for patient_id in {patient.id for _, patient in ours}:
            for check in arrival.work.insurance.of_patient(patient_id, limit=200):
                checks[patient_id, check.checked_at] = check
                checks[patient_id, _to_millisecond(check.checked_at)] = check
        return checks

    def _keep(self, arrival: Arrival, one: News, patient: Patient, answer: EligibilityAnswer) -> None:
        reading: ResponseReading = one.reading
        check = InsuranceCheck(
            CheckId(new_id()),
            patient.id,
            answer.status,
            reading.at,
            reading.channel,
            reading.by or arrival.actor.user,
            answer.category,
            answer.reference,
            answer.valid_through,
            answer.months,
        )
        arrival.work.insurance.add(check)
        arrival.link(one.row, check.id)
        note_insurance_answer(arrival.work, patient.id, arrival.tables, actor=arrival.actor, at=arrival.now)
        arrival.log("insurance.received", "patient", patient.id, ("status", "channel"))
        arrival.changed(Kind.INSURANCE, patient.id)

    def _fail(self, arrival: Arrival, one: News, patient: Patient, failure: EligibilityFailure) -> None:
        reading: ResponseReading = one.reading
        by = reading.by or arrival.actor.user
        arrival.work.insurance.add_failure(
            FailedCheck(patient.id, reading.at, reading.channel, by, failure.why)
        )
        # The failure has no identity of its own: the person stands for it, so that it is kept once.
        arrival.link(one.row, patient.id)
        arrival.log("insurance.no_answer", "patient", patient.id, ("channel",), failure.why.value)
        arrival.changed(Kind.INSURANCE, patient.id)


def _to_millisecond(moment: dt.datetime) -> dt.datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
