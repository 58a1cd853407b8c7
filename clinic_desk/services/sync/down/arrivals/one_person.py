"""One person's resource by itself: known of late to be ours, or come back as the answer to a write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.rule_tables import RuleTables
from clinic_desk.domain.sync.ops import Op
from clinic_desk.fhir.patient import PATIENT_FIELDS, patient_values
from clinic_desk.services.actor import Actor
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.deciding.person_values import is_told
from clinic_desk.services.sync.down.arrivals.arrival import Arrival, News
from clinic_desk.services.sync.down.arrivals.patients import BEFORE, PatientApplier, here, touched_by
from clinic_desk.services.sync.down.arrived import Arrived
from clinic_desk.services.sync.ports import Shadow


def register_from(arrival: Arrival, shadow: Shadow) -> PatientId | None:
    """The person of a resource that was only kept so far, now that it is known to be of this clinic.

    None when the resource cannot be read, or when somebody here may be the same person: that is for a person.
    """
    row = Arrived(shadow.resource_type, shadow.resource_id, shadow.version, shadow.updated_at, shadow.body)
    applier = PatientApplier()
    try:
        reading = applier.read(row)
    except InvalidValue:
        return None
    held = arrival.work.patients.by_iin(reading.values["iin"]) if reading.values["iin"] else None
    one = News(row, reading, shadow)
    inner = replace(arrival, links={}, waits={})
    if held is not None:
        applier.meet(inner, one, held, arrival.work.outbox.open_of(held.id))
    elif reading.is_in_use:
        applier.register(inner, [(one, here(reading.patient))])
    local_id = inner.links.get(row.resource_id, "")
    if not local_id:
        return None
    arrival.work.shadows.link("Patient", row.resource_id, local_id)
    return PatientId(local_id)


def take_landed(
    work: UnitOfWork,
    known: Shadow | None,
    landed: Shadow,
    *,
    at: dt.datetime,
    tables: RuleTables,
    actor: Actor,
    done: Op | None = None,
) -> None:
    """What others changed in a person whose new version came as the answer to a write of ours.

    Without it a change that was merged at the sending would stand upstream and never here. Called inside the
    transaction that settles the operation, before the operation and the version are written: fields of
    operations that are on their way are left alone, and those of the one that is `done` by it.
    """
    patient = work.patients.get(PatientId(landed.local_id)) if landed.local_id else None
    if landed.resource_type != "Patient" or patient is None or patient.id != landed.local_id:
        # Nobody here, or a record that was merged into another one.
        return
    row = Arrived("Patient", landed.resource_id, landed.version, landed.updated_at, landed.body)
    applier = PatientApplier()
    try:
        reading = applier.read(row)
    except InvalidValue:
        return
    arrival = Arrival(work, FixedClock(at), tables, actor, "")
    mine = values_of(patient)
    # Without an earlier version nothing was agreed before: what is told there and not here is taken.
    before = patient_values(known.body) if known is not None else _where_told(mine, reading.values)
    if done is not None:
        before |= done.payload.get(BEFORE, {})
    pending = [op for op in work.outbox.open_of(patient.id) if done is None or op.op_id != done.op_id]
    only = PATIENT_FIELDS if done is None else set(PATIENT_FIELDS) - touched_by([done], mine)
    applier.take(arrival, News(row, reading, known), patient, before, pending, only=only)


def _where_told(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """What stands for an earlier version: theirs where this side tells something too, else ours."""
    return {name: theirs[name] if is_told(name, mine[name]) else mine[name] for name in theirs}
