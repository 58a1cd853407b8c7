"""The person first: what is done for somebody the upstream does not know is sent behind that person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import changes_between, values_of
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.outbox import enqueue


def ensure_person(work: UnitOfWork, patient: Patient, actor: Actor, at: dt.datetime) -> bool:
    """Writes the operation that registers the person upstream unless they are known there or it waits.

    A registration that was taken back counts as none: the act that comes now needs the person. True when an
    operation was written; it holds the person as they are now, so nothing has to be sent after it.
    """
    if work.outbox.has_person(patient.id):
        return False
    register(work, patient, actor, at)
    return True


def register(work: UnitOfWork, patient: Patient, actor: Actor, at: dt.datetime) -> None:
    """The operation that registers the person upstream, as they were saved by this act."""
    enqueue(
        work,
        OpKind.PATIENT_REGISTER,
        aggregate_id=patient.id,
        record_id=patient.id,
        actor=actor,
        at=at,
        payload={"values": {name: value for name, value in values_of(patient).items() if value}},
    )


def change_person(
    work: UnitOfWork, before: Patient, after: Patient, actor: Actor, at: dt.datetime, *, reason: str = ""
) -> None:
    """The operation that carries what differs; a person not known upstream is registered as they are now.

    A form that was saved with nothing changed is no news to anybody.
    """
    changes: Mapping[str, Any] = {name: list(pair) for name, pair in changes_between(before, after).items()}
    if not changes or ensure_person(work, after, actor, at):
        return
    shadow = work.shadows.of_local("Patient", after.id)
    enqueue(
        work,
        OpKind.PATIENT_CHANGE,
        aggregate_id=after.id,
        record_id=after.id,
        actor=actor,
        at=at,
        payload={"changes": changes} | ({"why": reason} if reason else {}),
        base_version=shadow.version if shadow else "",
    )
