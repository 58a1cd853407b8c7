"""Complaint: Communication with the person's words, and the Task by which it is followed.

The complaint case itself is not part of the desk yet: these are the two resources and plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinic_desk.domain.clinic import ClinicProfile
from clinic_desk.domain.sync.arrivals import ComplaintNote, ComplaintReceipt, ComplaintStep
from clinic_desk.domain.sync.task_steps import TaskStatus
from clinic_desk.fhir.bundles import Entry, local_url, transaction
from clinic_desk.fhir.moments import day_text, instant_text, read_day, read_instant
from clinic_desk.fhir.reading import (
    Json,
    Resource,
    clean,
    code_in,
    identifier_in,
    mapping,
    objects,
    text,
    words_of,
)
from clinic_desk.fhir.references import clinic_reference, concept, patient_reference
from clinic_desk.fhir.referral_progress import last_note
from clinic_desk.fhir.stamp import Stamp, stamped
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import key_of, systems
from clinic_desk.fhir.words import cut_name, cut_note

_T, _C = TaskStatus, ComplaintStep
_STEPS: Final[Mapping[str, ComplaintStep]] = {
    _T.DRAFT: _C.RECEIVED,
    _T.REQUESTED: _C.RECEIVED,
    _T.RECEIVED: _C.RECEIVED,
    _T.ACCEPTED: _C.IN_WORK,
    _T.READY: _C.IN_WORK,
    _T.IN_PROGRESS: _C.IN_WORK,
    _T.ON_HOLD: _C.IN_WORK,
    _T.COMPLETED: _C.ANSWERED,
    _T.REJECTED: _C.REFUSED,
    _T.CANCELLED: _C.REFUSED,
    _T.FAILED: _C.REFUSED,
    _T.ENTERED_IN_ERROR: _C.REFUSED,
}


def complaint_key(complaint_id: str) -> str:
    """The search that finds the Communication, and under Task its follow-up."""
    return key_of(systems().complaint, complaint_id)


def complaint_bundle(
    note: ComplaintNote, clinic: ClinicProfile, stamp: Stamp, *, person: str = "", iin: str = ""
) -> Resource:
    """The words and the follow-up in one transaction; without a person it is nobody's in particular."""
    url = local_url(systems().complaint, note.complaint_id)
    key = complaint_key(note.complaint_id)
    about = patient_reference(person, iin) if person or iin else None
    return transaction(
        [
            Entry(communication(note, clinic, stamp, about), url, key),
            Entry(follow_up(note, clinic, stamp, url), if_none_exist=key),
        ]
    )


def communication(
    note: ComplaintNote, clinic: ClinicProfile, stamp: Stamp, about: Resource | None = None
) -> Resource:
    """The complaint's words."""
    resource: Resource = {
        "resourceType": "Communication",
        "identifier": [{"system": systems().complaint, "value": note.complaint_id}],
        "status": "completed",
        "sent": instant_text(note.told_at),
        "recipient": [clinic_reference(clinic)],
        "payload": [{"contentString": note.words}],
    }
    if note.category:
        resource["category"] = [concept((systems().complaint_category, note.category))]
    if about is not None:
        resource["subject"] = about
    if note.told_by:
        resource["note"] = [{"text": note.told_by}]
    return stamped(resource, stamp)


def follow_up(note: ComplaintNote, clinic: ClinicProfile, stamp: Stamp, focus: str) -> Resource:
    """The Task by which the complaint is followed; `focus` is `Communication/id` or its entry's full URL."""
    told = instant_text(note.told_at)
    resource: Resource = {
        "resourceType": "Task",
        "identifier": [{"system": systems().complaint, "value": note.complaint_id}],
        "status": "requested",
        "intent": "order",
        "focus": {"reference": focus},
        "authoredOn": told,
        "lastModified": told,
        "requester": clinic_reference(clinic),
    }
    return stamped(resource, stamp)


def note_of(resource: Json) -> ComplaintNote:
    """The complaint as a server holds it.

    Raises:
        Unreadable: no Communication, without its moment or without words.
    """
    if resource.get("resourceType") != "Communication":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    told_at = read_instant(resource.get("sent"))
    words = " ".join(clean(one.get("contentString")) for one in objects(resource.get("payload"))).strip()
    if told_at is None or not words:
        raise Unreadable(WhyUnreadable.NO_KEY)
    kinds = (code_in(one, systems().complaint_category) for one in objects(resource.get("category")))
    return ComplaintNote(
        complaint_id=identifier_in(resource, systems().complaint),
        told_at=told_at,
        words=words,
        category=next((code for code in kinds if code), ""),
        told_by=clean(next(iter(objects(resource.get("note"))), {}).get("text")),
    )


def is_complaint(task: Json) -> bool:
    """Whether a Task follows a complaint."""
    return bool(identifier_in(task, systems().complaint))


def receipt_of(task: Json) -> ComplaintReceipt:
    """How far the complaint is.

    Raises:
        Unreadable: no Task, or a status that is none.
    """
    if task.get("resourceType") != "Task":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    status = text(task.get("status"))
    if status not in _STEPS:
        raise Unreadable(WhyUnreadable.STATUS)
    changed = read_instant(task.get("lastModified"))
    return ComplaintReceipt(
        complaint_id=identifier_in(task, systems().complaint),
        step=_STEPS[status],
        number=identifier_in(task, systems().complaint_number),
        at=changed or read_instant(mapping(task.get("meta")).get("lastUpdated")),
        due_on=read_day(mapping(mapping(task.get("restriction")).get("period")).get("end")),
        text=cut_note(words_of(task.get("statusReason")) or clean(last_note(task).get("text"))),
        by=cut_name(clean(mapping(task.get("owner")).get("display"))),
    )


def receipted(task: Json, receipt: ComplaintReceipt, stamp: Stamp) -> Resource:
    """A copy with the receiver's word: the authority's step, not a desk's."""
    status = {
        _C.RECEIVED: _T.RECEIVED,
        _C.IN_WORK: _T.IN_PROGRESS,
        _C.ANSWERED: _T.COMPLETED,
        _C.REFUSED: _T.REJECTED,
    }
    copy = {**task, "status": status[receipt.step].value, "lastModified": instant_text(stamp.acted_at)}
    if receipt.number:
        number = {"system": systems().complaint_number, "value": receipt.number}
        others = [one for one in objects(task.get("identifier")) if one.get("system") != number["system"]]
        copy["identifier"] = [*others, number]
    if receipt.due_on:
        copy["restriction"] = {"period": {"end": day_text(receipt.due_on)}}
    if receipt.text:
        copy["statusReason"] = {"text": receipt.text}
    if receipt.by:
        copy["owner"] = {"type": "Organization", "display": receipt.by}
    return stamped(copy, stamp)
