"""An operation made ready to be sent: what the exchange needs is read in one moment of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from clinic_desk.domain.attachment import AttachmentCase
from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.ids import AttachmentCaseId, PatientId, ReferralId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.abilities import Abilities
from clinic_desk.domain.sync.answers import AnswerCode, Step
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.domain.sync.task_steps import TASK_ENDS, may_follow
from clinic_desk.fhir.attachment import AttachmentParts, attachment_key, ended, episode
from clinic_desk.fhir.bundles import MAX_ENTRIES
from clinic_desk.fhir.insurance import check_key, eligibility_request, recorded_answer_bundle
from clinic_desk.fhir.patient import (
    PATIENT_FIELDS,
    iin_key,
    is_active,
    merged_into,
    patient_key,
    patient_resource,
    replaced_by,
    unmerged,
    with_patient_values,
)
from clinic_desk.fhir.reading import Json, Resource, text
from clinic_desk.fhir.referral import ReferralParts, referral_bundle, revoked
from clinic_desk.fhir.referral_progress import answered, moved, progress_of
from clinic_desk.fhir.stamp import Stamp
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.author import MENDED, author_of_op
from clinic_desk.services.sync.down.arrivals.patients import BEFORE
from clinic_desk.services.sync.ports import Shadow
from clinic_desk.services.sync.up.creating import Create, LinkKnown, Register
from clinic_desk.services.sync.up.send_values import Job, Landed, Outcome, accepted, rejected
from clinic_desk.services.sync.up.sending_together import Ask, InTurn, OneByOne, Together
from clinic_desk.services.sync.up.updating import ChangePerson, Update

_NOBODY: Final = PersonName("", "")
_MANY: Final = 1_000


class Preparing:
    """Makes operations ready in an open transaction."""

    def __init__(
        self,
        work: UnitOfWork,
        abilities: Abilities,
        clinic: ClinicProfile,
        now: dt.datetime,
        ask_lasts: dt.timedelta,
        most_entries: int = MAX_ENTRIES,
    ) -> None:
        self._work = work
        self._abilities = abilities
        self._clinic = clinic
        self._now = now
        self._ask_lasts = ask_lasts
        self._most_entries = most_entries

    def job(self, op: Op) -> Job | Outcome:
        """What is to be sent, or what becomes of it without a word to the upstream."""
        makers: Mapping[OpKind, Callable[[Op], Job | Outcome]] = {
            OpKind.PATIENT_REGISTER: self._register,
            OpKind.PATIENT_CHANGE: self._change,
            OpKind.PATIENT_MERGE: self._merge,
            OpKind.PATIENT_UNMERGE: self._merge,
            OpKind.ATTACHMENT_SEND: self._attach,
            OpKind.ATTACHMENT_END: self._end,
            OpKind.REFERRAL_ISSUE: self._issue,
            OpKind.REFERRAL_MOVE: self._move,
            OpKind.INSURANCE_ASK: self._ask,
            OpKind.INSURANCE_RECORD: self._record,
        }
        return makers[op.kind](op)

    # People ----------------------------------------------------------------------------------

    def _register(self, op: Op) -> Job | Outcome:
        job, known = self.registration(op), self._person(op)
        if job is None:
            return rejected(AnswerCode.RECORD_MISSING)
        return LinkKnown(job, known) if known is not None else job

    def registration(self, op: Op) -> Register | None:
        """What registers the person, whether or not they are there; None without what was saved."""
        values: Mapping[str, str] = op.payload.get("values", {})
        if not values:
            return None
        if op.payload.get("apart"):
            # The number is somebody else's there: a person said that these are two.
            values = {name: value for name, value in values.items() if name != "iin"}
        stamp = stamp_of(op)
        resource = _patient(op.aggregate_id, values, stamp)
        key = iin_key(values["iin"]) if values.get("iin") else _local_key(op.aggregate_id)
        return Register(
            op,
            resource,
            key,
            op.aggregate_id,
            self._is_conditional("Patient"),
            stamp,
            values,
            looks_after=bool(values.get("iin")),
        )

    def _change(self, op: Op) -> Job | Outcome:
        shadow = self._person(op)
        if op.payload.get("again") or shadow is None:
            return self._again(op) if op.payload.get("again") else rejected(AnswerCode.PERSON_NOT_SENT)
        changes = {
            name: (str(pair[0]), str(pair[1]))
            for name, pair in op.payload.get("changes", {}).items()
            if name in PATIENT_FIELDS
        }
        if op.payload.get("apart"):
            # The number is somebody else's there: a person said that these are two.
            changes.pop("iin", None)
        if not changes:
            return _nothing_to_send(shadow)
        return ChangePerson(
            op,
            shadow,
            local_id=op.aggregate_id,
            changes=changes,
            stamp=stamp_of(op),
            is_over_newer=shadow.version != op.base_version,
            before=op.payload.get(BEFORE, {}),
        )

    def _again(self, op: Op) -> Job | Outcome:
        """Gone there, and made anew as the person is now."""
        patient = self._patient(op)
        if patient is None:
            return rejected(AnswerCode.RECORD_MISSING)
        values = {name: value for name, value in values_of(patient).items() if value}
        told = {"values": values} | {name: op.payload[name] for name in (MENDED,) if name in op.payload}
        return self._register(replace(op, payload=told))

    def _merge(self, op: Op) -> Job | Outcome:
        """The other record says that this one took its place, or no longer."""
        kept = self._person(op)
        if kept is None:
            return rejected(AnswerCode.PERSON_NOT_SENT)
        gone = self._work.shadows.of_local("Patient", op.record_id)
        stamp = stamp_of(op)
        if gone is None or gone.resource_id == kept.resource_id:
            return _nothing_to_send(kept)

        def merge(body: Json) -> Resource | None:
            if replaced_by(body) == f"Patient/{kept.resource_id}" and not is_active(body):
                return None
            return merged_into(body, kept.resource_id, stamp)

        def unmerge(body: Json) -> Resource | None:
            return unmerged(body, stamp) if replaced_by(body) or not is_active(body) else None

        return Update(op, gone, merge if op.kind is OpKind.PATIENT_MERGE else unmerge, op.record_id)

    # Attachment ------------------------------------------------------------------------------

    def _attach(self, op: Op) -> Job | Outcome:
        case, person = self._case(op), self._person(op)
        if case is None or case.consent is None:
            return rejected(AnswerCode.RECORD_MISSING)
        if person is None:
            return rejected(AnswerCode.PERSON_NOT_SENT)
        work = self._work
        parts = AttachmentParts(
            # As it was when it was sent, whatever was decided since.
            replace(case, effective_on=None),
            f"Patient/{person.resource_id}",
            self._clinic,
            work.clinic.district(case.district_id) if case.district_id else None,
            work.clinic.doctor(case.doctor_id) if case.doctor_id else None,
            self._iin(op),
        )
        resource = episode(parts, stamp_of(op))
        return Create(op, resource, attachment_key(case.id), case.id, self._is_conditional("EpisodeOfCare"))

    def _end(self, op: Op) -> Job | Outcome:
        case = self._case(op)
        shadow = self._work.shadows.of_local("EpisodeOfCare", op.record_id)
        if case is None or shadow is None:
            return rejected(AnswerCode.RECORD_MISSING if case is None else AnswerCode.RECORD_NOT_SENT)

        def make(body: Json) -> Resource | None:
            is_over = text(body.get("status")) in ("finished", "cancelled", "entered-in-error")
            return None if is_over else ended(body, case, stamp_of(op))

        return Update(op, shadow, make, case.id)

    def _case(self, op: Op) -> AttachmentCase | None:
        return self._work.attachments.get(AttachmentCaseId(op.record_id))

    # Referrals -------------------------------------------------------------------------------

    def _issue(self, op: Op) -> Job | Outcome:
        work, person = self._work, self._person(op)
        referral = work.referrals.get(ReferralId(op.record_id))
        if referral is None:
            return rejected(AnswerCode.RECORD_MISSING)
        if person is None:
            return rejected(AnswerCode.PERSON_NOT_SENT)
        service = work.catalogue.service(referral.service_id)
        doctor = work.clinic.doctor(referral.doctor_id)
        supplier = work.catalogue.supplier(referral.supplier_id)
        if service is None or doctor is None or supplier is None:
            return rejected(AnswerCode.RECORD_MISSING)
        parts = ReferralParts(
            referral,
            f"Patient/{person.resource_id}",
            service,
            doctor,
            supplier,
            self._clinic,
            work.catalogue.diagnosis(referral.icd_code),
            self._iin(op),
            str(op.payload.get("replaces", "")),
        )
        return self._together(op, referral_bundle(parts, stamp_of(op)), referral.id)

    def _move(self, op: Op) -> Job | Outcome:
        work, stamp = self._work, stamp_of(op)
        task = work.shadows.of_local("Task", op.record_id)
        request = work.shadows.of_local("ServiceRequest", op.record_id)
        if task is None or request is None:
            return rejected(AnswerCode.RECORD_NOT_SENT)
        status = ReferralStatus(op.payload["status"])
        note = str(op.payload.get("note", ""))

        def step(body: Json) -> Resource | None:
            # The upstream wins what is over.
            if text(body.get("status")) in TASK_ENDS or progress_of(body).status is status:
                return None
            is_answer = status is ReferralStatus.SENT
            after = answered(body, note, stamp) if is_answer else moved(body, status, stamp, note)
            # An answer that comes after the decision does not undo it.
            return after if may_follow(text(body.get("status")), after["status"]) else None

        def revoke(body: Json) -> Resource | None:
            return revoked(body, stamp, note) if text(body.get("status")) == "active" else None

        jobs: list[Job] = [Update(op, task, step, op.record_id)]
        if status is ReferralStatus.CANCELLED:
            jobs.append(Update(op, request, revoke, op.record_id))
        return InTurn(jobs)

    # Insurance -------------------------------------------------------------------------------

    def _ask(self, op: Op) -> Job | Outcome:
        if self._now - op.acted_at > self._ask_lasts:
            return Outcome(OpState.WITHDRAWN, AnswerCode.EXPIRED, step=Step.REJECT)
        person, iin = self._person(op), self._iin(op)
        if not iin:
            return rejected(AnswerCode.RECORD_MISSING)
        request = eligibility_request(
            op.op_id,
            iin,
            dt.date.fromisoformat(op.payload["day"]),
            op.acted_at,
            person=f"Patient/{person.resource_id}" if person else "",
            stamp=stamp_of(op),
        )
        kind = "CoverageEligibilityRequest"
        has_submit = self._abilities.has_operation(kind, "submit")
        return Ask(op, request, check_key(op.op_id), has_submit, self._is_conditional(kind))

    def _record(self, op: Op) -> Job | Outcome:
        patient, person = self._patient(op), self._person(op)
        if patient is None:
            return rejected(AnswerCode.RECORD_MISSING)
        if person is None:
            return rejected(AnswerCode.PERSON_NOT_SENT)
        answers = self._work.insurance.of_patient(patient.id, limit=_MANY)
        check = next((one for one in answers if one.id == op.record_id), None)
        if check is None:
            return rejected(AnswerCode.RECORD_MISSING)
        bundle = recorded_answer_bundle(
            check, self._iin(op), stamp_of(op), person=f"Patient/{person.resource_id}"
        )
        return self._together(op, bundle, check.id)

    # What they name --------------------------------------------------------------------------

    def _person(self, op: Op) -> Shadow | None:
        """The person upstream, while they are there."""
        shadow = self._work.shadows.of_local("Patient", op.aggregate_id)
        return shadow if shadow is not None and shadow.gone_at is None else None

    def _patient(self, op: Op) -> Patient | None:
        return self._work.patients.get(PatientId(op.aggregate_id))

    def _iin(self, op: Op) -> str:
        """The number of the person; of one whose record was merged into another the upstream's is enough."""
        patient = self._patient(op)
        is_it = patient is not None and patient.id == op.aggregate_id and patient.iin is not None
        return patient.iin.digits if is_it and patient is not None and patient.iin is not None else ""

    def _together(self, op: Op, bundle: Resource, local_id: str) -> Job:
        abilities = self._abilities
        is_large = len(bundle["entry"]) > self._most_entries
        if is_large or (abilities.types and not abilities.has_transaction):
            is_conditional = self._is_conditional(bundle["entry"][0]["resource"]["resourceType"])
            return OneByOne(op, bundle, local_id, is_conditional)
        return Together(op, bundle, local_id)

    def _is_conditional(self, resource_type: str) -> bool:
        """Servers that name no types are taken at their word only for what they do."""
        abilities = self._abilities
        return not abilities.types or abilities.of(resource_type).has_conditional_create


def stamp_of(op: Op) -> Stamp:
    """Whose word it is, where and when, whoever is at the desk now."""
    return Stamp(op.op_id, *author_of_op(op))


def _nothing_to_send(shadow: Shadow) -> Outcome:
    stands = Landed(shadow.body, shadow.resource_id, shadow.version, shadow.local_id)
    return accepted([stands], AnswerCode.NOTHING_TO_SEND)


def _patient(patient_id: str, values: Mapping[str, str], stamp: Stamp) -> Resource:
    """The person as they were saved by the act."""
    nobody = Patient(PatientId(patient_id), _NOBODY, None, Sex.UNKNOWN)
    told = {name: values[name] for name in PATIENT_FIELDS if name in values}
    return with_patient_values(patient_resource(nobody, stamp), told, stamp)


def _local_key(patient_id: str) -> str:
    return patient_key(Patient(PatientId(patient_id), _NOBODY, None, Sex.UNKNOWN))
