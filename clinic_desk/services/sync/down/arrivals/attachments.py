"""Decisions of the register about attachments: the upstream decides, ours was a request until then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from clinic_desk.domain.attachment import AttachmentCase, CaseState, EndReason
from clinic_desk.domain.attachment_rules import find_at_refusal, rule_on
from clinic_desk.domain.ids import AttachmentCaseId
from clinic_desk.domain.patient import Attachment, AttachmentState, Patient
from clinic_desk.domain.sync.arrivals import AttachmentDecision, DecisionOutcome
from clinic_desk.fhir.attachment import case_id_of, decision_of, is_attachment
from clinic_desk.fhir.reading import reference_of
from clinic_desk.services.attachment_log import set_attachment
from clinic_desk.services.attachment_steps import CaseSteps
from clinic_desk.services.changes import Kind
from clinic_desk.services.sync.down.arrivals.arrival import Arrival, News
from clinic_desk.services.sync.down.arrivals.clinics import OwnClinic
from clinic_desk.services.sync.down.arrivals.one_person import register_from
from clinic_desk.services.sync.down.arrivals.people_of import PeopleOf
from clinic_desk.services.sync.down.arrived import Arrived, SetAside
from clinic_desk.services.sync.ports import Shadow

ILLEGAL_STEP: Final = "illegal_step"
"""Why a decision is set aside that would come back from an end."""
_PLAIN_GROUND: Final = "negative_answer"
"""The ground of the closed list for a refusal whose own ground is none of the list."""
_DECIDED: Final = frozenset({CaseState.ACCEPTED, CaseState.IN_FORCE})


@dataclass(frozen=True, slots=True)
class EpisodeReading:
    """What an episode says. `decision` is None while the register is still asked."""

    case_id: str
    decision: AttachmentDecision | None


class EpisodeApplier:
    """`Applier` of EpisodeOfCare."""

    def read(self, row: Arrived) -> EpisodeReading | None:
        """See `Applier`; None for an episode of another kind."""
        if not is_attachment(row.body):
            return None
        return EpisodeReading(case_id_of(row.body), decision_of(row.body))

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        ours = [one for one in news if one.reading is not None]
        clinic = OwnClinic(arrival)
        clinic.look_up(one.row for one in ours)
        people = PeopleOf(arrival, [one.row.body.get("patient") for one in ours])
        for one in ours:
            case = self._case_of(arrival, one.reading)
            if case is not None:
                arrival.link(one.row, case.id)
                self._decide(arrival, one, case)
            elif one.reading.decision is not None:
                self._elsewhere_decided(arrival, one, clinic, people)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """An attachment is not undone because its record vanished."""

    def _case_of(self, arrival: Arrival, reading: EpisodeReading) -> AttachmentCase | None:
        case_id = AttachmentCaseId(reading.case_id)
        return arrival.work.attachments.get(case_id) if reading.case_id else None

    # Applications of this desk --------------------------------------------------------------------

    def _decide(self, arrival: Arrival, one: News, case: AttachmentCase) -> None:
        decision: AttachmentDecision | None = one.reading.decision
        if decision is None:
            return
        steps = _steps(arrival, decision)
        done: AttachmentCase | None = None
        match decision.outcome, case.state:
            case DecisionOutcome.ACCEPTED, CaseState.SENT:
                done = steps.accept(case, decision.number, self._first_day(arrival, case, decision))
            case DecisionOutcome.REFUSED, CaseState.SENT:
                done = self._refuse(arrival, steps, case, decision)
            case DecisionOutcome.ENDED, CaseState.IN_FORCE:
                done = steps.end(case, _end_reason(decision), _last_day(arrival, decision), decision.text)
            case (DecisionOutcome.REFUSED, state) | (DecisionOutcome.ENDED, state) if state in _DECIDED:
                done = self._taken_back(arrival, steps, case, decision)
            case _:
                if not _is_known(case, decision):
                    arrival.tally.set_aside.append(SetAside(one.row.place, one.row.version, ILLEGAL_STEP))
        if done is not None:
            arrival.changed(Kind.ATTACHMENT, done.id, done.patient_id)
            arrival.changed(Kind.PATIENT, done.patient_id)

    def _first_day(self, arrival: Arrival, case: AttachmentCase, decision: AttachmentDecision) -> dt.date:
        if decision.first_day is not None:
            return decision.first_day
        today = arrival.clock.today()
        rule = rule_on(arrival.tables, today).value
        return rule.effective_on(today, free_change=case.is_free_change)

    def _refuse(
        self, arrival: Arrival, steps: CaseSteps, case: AttachmentCase, decision: AttachmentDecision
    ) -> AttachmentCase:
        text = decision.text or decision.ground
        findings = find_at_refusal(decision.ground, text, arrival.clock.today(), arrival.tables)
        return steps.refuse(case, decision.ground if not findings else _PLAIN_GROUND, text)

    def _taken_back(
        self, arrival: Arrival, steps: CaseSteps, case: AttachmentCase, decision: AttachmentDecision
    ) -> AttachmentCase:
        """The register says no after it said yes: the person is where they were before the application."""
        on = _last_day(arrival, decision)
        reason = _end_reason(decision)
        words = decision.text or decision.ground
        if case.state is not CaseState.IN_FORCE:
            steps.put_back(case)
            ended = replace(case, state=CaseState.ENDED, ended_on=on, end_reason=reason)
            return steps.save(ended, "attachment.end", reason=reason.value, note=words)
        done = steps.end(case, reason, on, words)
        patient = arrival.work.patients.get(case.patient_id)
        if patient is not None and not patient.attachment.is_here and case.was is not None:
            set_attachment(arrival.work, arrival.clock, arrival.actor, patient, case.was)
        return done

    # Attachments that were decided without this desk ----------------------------------------------

    def _elsewhere_decided(self, arrival: Arrival, one: News, clinic: OwnClinic, people: PeopleOf) -> None:
        decision: AttachmentDecision = one.reading.decision
        subject = one.row.body.get("patient")
        is_ours = clinic.is_of(one.row)
        if one.row.resource_id in arrival.waits:
            return
        patient = people.of(one.row, subject)
        if patient is None and is_ours and decision.outcome is DecisionOutcome.ACCEPTED:
            patient = self._registered(arrival, people, one)
        if patient is None:
            return
        wanted = self._wanted(arrival, patient, decision, is_ours=is_ours)
        if wanted is None or wanted == patient.attachment:
            return
        steps = _steps(arrival, decision)
        if not wanted.is_here:
            for case in arrival.work.attachments.in_force_of(patient.id):
                steps.end(case, _end_reason(decision), _last_day(arrival, decision), decision.text)
            patient = arrival.work.patients.get(patient.id) or patient
        set_attachment(arrival.work, arrival.clock, arrival.actor, patient, wanted)
        arrival.log("attachment.received", "patient", patient.id, ("attachment_state",))
        arrival.changed(Kind.PATIENT, patient.id)
        arrival.changed(Kind.ATTACHMENT, patient.id)

    def _registered(self, arrival: Arrival, people: PeopleOf, one: News) -> Patient | None:
        """Somebody who was only kept as the upstream's is a person of this clinic after all."""
        shadow = people.shadow_of(one.row.body.get("patient"))
        if shadow is None or not reference_of(one.row.body.get("patient")):
            return None
        patient_id = shadow.local_id or register_from(arrival, shadow)
        return arrival.work.patients.many([patient_id]).get(patient_id) if patient_id else None

    def _wanted(
        self, arrival: Arrival, patient: Patient, decision: AttachmentDecision, *, is_ours: bool
    ) -> Attachment | None:
        """Where the person is attached by this decision; None when it says nothing of today."""
        known, first = patient.attachment, decision.first_day
        today = arrival.clock.today()
        if decision.outcome is DecisionOutcome.ACCEPTED and (first is None or first <= today):
            if is_ours:
                since = first or known.since
                return (
                    replace(known, since=since)
                    if known.is_here
                    else Attachment(AttachmentState.ATTACHED, known.district_id, known.basis, since)
                )
            is_later = known.since is None or (first is not None and first >= known.since)
            return Attachment(AttachmentState.ELSEWHERE) if known.is_here and is_later else None
        if decision.outcome is DecisionOutcome.ENDED and is_ours and known.is_here:
            is_this_one = known.since is None or first is None or first >= known.since
            moved = _end_reason(decision) is EndReason.OTHER_ORGANISATION
            state = AttachmentState.ELSEWHERE if moved else AttachmentState.DETACHED
            return Attachment(state) if is_this_one else None
        return None


def _is_known(case: AttachmentCase, decision: AttachmentDecision) -> bool:
    """Whether the case says already what was decided."""
    return (
        case.state
        in {
            DecisionOutcome.ACCEPTED: _DECIDED,
            DecisionOutcome.REFUSED: frozenset({CaseState.REFUSED, CaseState.ENDED}),
            DecisionOutcome.ENDED: frozenset({CaseState.ENDED}),
        }[decision.outcome]
    )


def _end_reason(decision: AttachmentDecision) -> EndReason:
    if decision.outcome is DecisionOutcome.REFUSED:
        return EndReason.WITHDRAWN
    told = next((reason for reason in EndReason if reason.value == decision.ground), None)
    return told or EndReason.OTHER_ORGANISATION


def _last_day(arrival: Arrival, decision: AttachmentDecision) -> dt.date:
    return decision.last_day or arrival.clock.today()


def _steps(arrival: Arrival, decision: AttachmentDecision) -> CaseSteps:
    """Whoever decided is named in the case; in the log it is the upstream, whatever name it gives.

    A server could name a registrar of this clinic.
    """
    return CaseSteps(arrival.work, arrival.clock, arrival.actor, by=decision.by)
