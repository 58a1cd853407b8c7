"""People who came from the upstream: linked, merged field by field, registered, or put before a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient import Attachment, AttachmentState, Patient
from clinic_desk.domain.patient_history import HistoryKind, HistoryLine, changes_between, values_of
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict
from clinic_desk.domain.sync.ops import Op, OpKind
from clinic_desk.domain.sync.person_match import PersonMatch, differing_identity, match_people
from clinic_desk.domain.sync.three_way import IDENTITY_FIELDS
from clinic_desk.fhir.patient import (
    PATIENT_FIELDS,
    is_active,
    local_ids,
    patient_of,
    patient_values,
    replaced_by,
)
from clinic_desk.fhir.stamp import author_of
from clinic_desk.services.changes import Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.ports import BulkKind
from clinic_desk.services.sync.deciding.person_values import evidence_of, is_told, with_values
from clinic_desk.services.sync.down.arrivals.arrival import Arrival, News
from clinic_desk.services.sync.down.arrivals.clinics import OwnClinic
from clinic_desk.services.sync.down.arrivals.conflict_items import open_conflict
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.ports import Shadow

BEFORE: Final = "before"
"""In the payload of a change of who somebody is: what else of it was there before the upstream changed it."""


@dataclass(frozen=True, slots=True)
class PatientReading:
    """What a resource says. `patient` is a record that was never stored, under a new identity."""

    patient: Patient
    values: Mapping[str, str]
    local_ids: tuple[str, ...]
    by: str
    at: dt.datetime
    is_in_use: bool


def touched_by(ops: Iterable[Op], values: Mapping[str, str]) -> frozenset[str]:
    """The fields that operations on their way speak of; a registration speaks of all it gave."""
    touched: set[str] = set()
    for op in ops:
        if op.kind is OpKind.PATIENT_CHANGE:
            touched.update(op.payload.get("changes", {}))
        elif op.kind is OpKind.PATIENT_REGISTER:
            touched.update(name for name, value in values.items() if is_told(name, value))
    return frozenset(touched)


class PatientApplier:
    """`Applier` of Patient."""

    def read(self, row: Arrived) -> PatientReading:
        """See `Applier`."""
        body = row.body
        by, at = author_of(body)
        values = patient_values(body)
        return PatientReading(
            patient_of(body, PatientId(new_id()), values),
            values,
            tuple(local_ids(body)),
            by,
            at or row.moment,
            is_active(body) and not replaced_by(body),
        )

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        clinic = OwnClinic(arrival)
        known = [one for one in news if one.before is not None and one.before.local_id]
        others = [one for one in news if one.before is None or not one.before.local_id]
        here = self._people_of(arrival, [one.before.local_id for one in known if one.before])
        pending = arrival.work.outbox.open_of_many(list(here))
        for one in known:
            assert one.before is not None  # noqa: S101 - chosen by it
            patient = here.get(one.before.local_id)
            # A record that was merged into another here is not that other one.
            is_itself = patient is not None and patient.id == one.before.local_id
            if patient is not None and is_itself and one.reading.is_in_use:
                before = patient_values(one.before.body)
                self.take(arrival, one, patient, before, pending.get(patient.id, []))
        self._not_linked(arrival, others, clinic)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """A person of ours stays; whether they are made anew upstream is for a person to say."""
        patient = arrival.work.patients.get(PatientId(before.local_id)) if before.local_id else None
        if patient is not None:
            open_conflict(arrival, ConflictKind.GONE, patient.id, before.resource_type, before.resource_id)

    # Those who are not linked yet -----------------------------------------------------------------

    def _not_linked(self, arrival: Arrival, news: Sequence[News], clinic: OwnClinic) -> None:
        work = arrival.work
        if not news:
            return
        numbers = [one.reading.values["iin"] for one in news if one.reading.values["iin"]]
        by_iin: dict[str, Patient] = work.bulk.existing(BulkKind.PATIENTS, numbers) if numbers else {}
        by_id = self._people_of(arrival, [key for one in news for key in one.reading.local_ids])
        found = {**{p.id: p for p in by_iin.values()}, **{p.id: p for p in by_id.values()}}
        pending = work.outbox.open_of_many(list(found))
        new: list[tuple[News, Patient]] = []
        taken: set[str] = set()
        clinic.look_up(one.row for one in news)
        for one in news:
            reading: PatientReading = one.reading
            iin = reading.values["iin"]
            mine = next((by_id[key] for key in reading.local_ids if key in by_id), None) or by_iin.get(iin)
            if not reading.is_in_use:
                continue
            if mine is not None:
                self.meet(arrival, one, mine, pending.get(mine.id, []))
            elif clinic.is_of(one.row) and iin not in taken:
                taken.update({iin} - {""})
                new.append((one, here(reading.patient)))
        self.register(arrival, new)

    def meet(self, arrival: Arrival, one: News, mine: Patient, pending: list[Op]) -> None:
        """Somebody here may be this person: linked when nothing speaks against it, else for a person."""
        reading: PatientReading = one.reading
        values = values_of(mine)
        linked = arrival.work.shadows.of_local("Patient", mine.id)
        is_same = match_people(values, reading.values) is PersonMatch.SAME
        is_own = mine.id in reading.local_ids and not differing_identity(values, reading.values)
        is_other = linked is not None and linked.resource_id != one.row.resource_id and linked.gone_at is None
        if is_other or not (is_same or is_own or self._was_registered_as(mine, reading, pending)):
            self._doubt(arrival, one, mine, values)
            return
        arrival.link(one.row, mine.id)
        arrival.changed(Kind.SYNC, mine.id)
        # Nothing was agreed before: what this desk gave is its own, the rest is taken where it is told.
        told = {name: value for name, value in reading.values.items() if is_told(name, value)}
        before = {name: values[name] for name in told}
        if is_told("sex", values["sex"]):
            before["sex"] = ""
        spelled = IDENTITY_FIELDS - {"sex"} if is_same else frozenset()
        self.take(arrival, one, mine, before, pending, only=told.keys() - spelled)

    def _was_registered_as(self, mine: Patient, reading: PatientReading, pending: list[Op]) -> bool:
        """Our own record, changed here since it was sent: what it was then is what came back."""
        if mine.id not in reading.local_ids:
            return False
        values = values_of(mine)
        for op in reversed(pending):
            if op.kind is OpKind.PATIENT_CHANGE:
                values |= {name: pair[0] for name, pair in op.payload.get("changes", {}).items()}
        return not differing_identity(values, reading.values)

    def _doubt(self, arrival: Arrival, one: News, mine: Patient, values: Mapping[str, str]) -> None:
        reading: PatientReading = one.reading
        fields = tuple(
            FieldConflict(
                name,
                "",
                values[name],
                reading.values.get(name, ""),
                mine_evidence=evidence_of(values),
                theirs_by=reading.by,
                theirs_at=reading.at,
                theirs_evidence=evidence_of(reading.values),
            )
            for name in differing_identity(values, reading.values)
        )
        open_conflict(arrival, ConflictKind.DUPLICATE, mine.id, "Patient", one.row.resource_id, fields)

    def register(self, arrival: Arrival, new: Sequence[tuple[News, Patient]]) -> None:
        """People of this clinic whom this desk does not know.

        The line of their history names who wrote them there and when. What came with them is the record:
        whatever replaces a value of it keeps that value.
        """
        if not new:
            return
        arrival.work.bulk.write(BulkKind.PATIENTS, [patient for _, patient in new])
        lines = []
        for one, patient in new:
            reading: PatientReading = one.reading
            by = reading.by or arrival.actor.user
            lines.append(HistoryLine(patient.id, 1, reading.at, by, HistoryKind.RECEIVED))
            arrival.link(one.row, patient.id)
        arrival.work.history.note_many(lines)
        arrival.changed(Kind.PATIENT, *(patient.id for _, patient in new))
        arrival.log("patient.received", "sync", "Patient", reason=str(len(new)))

    # Those who are known --------------------------------------------------------------------------

    def take(
        self,
        arrival: Arrival,
        one: News,
        patient: Patient,
        before: Mapping[str, str],
        pending: list[Op],
        *,
        only: Collection[str] | None = None,
    ) -> None:
        """What nobody touched here is taken as it changed upstream; of what is on its way sending decides.

        What was changed here without being on its way (a list did it) and there too is for a person.
        """
        reading: PatientReading = one.reading
        mine, theirs = values_of(patient), reading.values
        touched = touched_by(pending, mine)
        delta = {
            name
            for name in (only if only is not None else PATIENT_FIELDS)
            if theirs[name] != before.get(name, "") and theirs[name] != mine[name] and name not in touched
        }
        if touched & IDENTITY_FIELDS and delta & IDENTITY_FIELDS:
            _keep_for_sending(
                arrival, pending, {name: before.get(name, "") for name in delta & IDENTITY_FIELDS}
            )
            delta -= IDENTITY_FIELDS
        # A server that stores no language of the slip has not chosen one.
        delta -= {name for name in delta if name == "slip_language" and not theirs[name]}
        clashing = {name for name in delta if mine[name] != before.get(name, "")}
        take = {name: theirs[name] for name in delta - clashing}
        number = take.get("iin", "")
        holder = arrival.work.patients.by_iin(number) if number else None
        if holder is not None and holder.id != patient.id:
            self._doubt(arrival, one, holder, values_of(holder))
            return
        if take:
            self._write(arrival, one, patient, take)
        if clashing:
            self._clash(arrival, one, patient, clashing, before, mine)

    def _write(self, arrival: Arrival, one: News, patient: Patient, take: Mapping[str, str]) -> None:
        reading: PatientReading = one.reading
        by = reading.by or arrival.actor.user
        changed = with_values(patient, take, by=by, at=reading.at)
        saved = arrival.work.patients.save(changed)
        changes = changes_between(patient, saved)
        arrival.work.history.note(
            HistoryLine(saved.id, saved.version, reading.at, by, HistoryKind.RECEIVED, changes)
        )
        arrival.log("patient.received", "patient", saved.id, sorted(changes))
        arrival.changed(Kind.PATIENT, saved.id)

    def _clash(
        self,
        arrival: Arrival,
        one: News,
        patient: Patient,
        names: Collection[str],
        before: Mapping[str, str],
        mine: Mapping[str, str],
    ) -> None:
        reading: PatientReading = one.reading
        lines = arrival.work.history.of_patient(patient.id)
        fields = []
        for name in PATIENT_FIELDS:
            if name not in names:
                continue
            line = next((line for line in lines if name in line.changes), lines[-1] if lines else None)
            fields.append(
                FieldConflict(
                    name,
                    before.get(name, ""),
                    mine[name],
                    reading.values[name],
                    line.by if line else "",
                    line.at if line else None,
                    evidence_of(mine),
                    reading.by,
                    reading.at,
                    evidence_of(reading.values),
                )
            )
        open_conflict(arrival, ConflictKind.FIELDS, patient.id, "Patient", one.row.resource_id, tuple(fields))

    def _people_of(self, arrival: Arrival, ids: Collection[str]) -> dict[str, Patient]:
        return arrival.work.patients.many(ids) if ids else {}


def _keep_for_sending(arrival: Arrival, pending: Iterable[Op], before: Mapping[str, str]) -> None:
    """Who somebody is was changed on both sides: the first change that is sent compares with what was."""
    for op in pending:
        if op.kind is OpKind.PATIENT_CHANGE and IDENTITY_FIELDS & op.payload.get("changes", {}).keys():
            # What stood there first is what both sides began from.
            payload = {**op.payload, BEFORE: {**before, **op.payload.get(BEFORE, {})}}
            arrival.work.outbox.save(replace(op, payload=payload))
            return


def here(patient: Patient) -> Patient:
    """The server says that this clinic answers for the person; from when is told by the attachment itself."""
    return replace(patient, attachment=Attachment(AttachmentState.ATTACHED))
