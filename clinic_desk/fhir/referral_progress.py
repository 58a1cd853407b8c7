"""Task: how far a referral has come, and the steps a desk takes with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.arrivals import ReferralProgress
from clinic_desk.domain.sync.task_steps import TaskStatus
from clinic_desk.fhir.moments import instant_text, read_instant
from clinic_desk.fhir.reading import (
    Json,
    Resource,
    clean,
    code_in,
    identifier_in,
    mapping,
    objects,
    reference_of,
    text,
    words_of,
)
from clinic_desk.fhir.references import concept
from clinic_desk.fhir.stamp import Stamp, stamped
from clinic_desk.fhir.strict import Unreadable, WhyUnreadable
from clinic_desk.fhir.systems import systems
from clinic_desk.fhir.words import cut_name, cut_note

_R, _T = ReferralStatus, TaskStatus
_READ: Final[Mapping[str, ReferralStatus]] = {
    _T.DRAFT: _R.SENT,
    _T.REQUESTED: _R.SENT,
    _T.RECEIVED: _R.SENT,
    _T.ACCEPTED: _R.ACCEPTED,
    _T.READY: _R.ACCEPTED,
    _T.IN_PROGRESS: _R.ACCEPTED,
    _T.ON_HOLD: _R.RETURNED,
    _T.REJECTED: _R.REFUSED,
    # Whoever could not do it does not say that the person stayed away, unless they say so.
    _T.FAILED: _R.REFUSED,
    _T.COMPLETED: _R.COMPLETED,
    _T.CANCELLED: _R.CANCELLED,
    _T.ENTERED_IN_ERROR: _R.CANCELLED,
}
"""What a status means where `businessStatus` adds nothing."""
_FINER: Final[Mapping[tuple[str, str], ReferralStatus]] = {
    (_T.ON_HOLD, _R.NOT_ATTENDED): _R.NOT_ATTENDED,
    (_T.FAILED, _R.NOT_ATTENDED): _R.NOT_ATTENDED,
    (_T.CANCELLED, _R.EXPIRED): _R.EXPIRED,
}
"""What `businessStatus` adds to a status."""
_WRITE: Final[Mapping[ReferralStatus, TaskStatus]] = {
    _R.SENT: _T.REQUESTED,
    _R.ACCEPTED: _T.ACCEPTED,
    _R.SCHEDULED: _T.IN_PROGRESS,
    _R.RETURNED: _T.ON_HOLD,
    _R.COMPLETED: _T.COMPLETED,
    # Not failed, which is an end: a new date may still be given.
    _R.NOT_ATTENDED: _T.ON_HOLD,
    _R.REFUSED: _T.REJECTED,
    _R.CANCELLED: _T.CANCELLED,
    _R.EXPIRED: _T.CANCELLED,
}
_APPOINTMENT: Final = "appointment"


def progress_of(task: Json) -> ReferralProgress:
    """What the Task says.

    Raises:
        Unreadable: no Task, or a status that is none.
    """
    if task.get("resourceType") != "Task":
        raise Unreadable(WhyUnreadable.WRONG_TYPE)
    told = text(task.get("status"))
    if told not in _READ:
        raise Unreadable(WhyUnreadable.STATUS)
    finer = code_in(task.get("businessStatus"), systems().task_step)
    status = _FINER.get((told, finer), _READ[told])
    appointment = _appointment(task)
    if status is ReferralStatus.ACCEPTED and appointment is not None:
        status = ReferralStatus.SCHEDULED
    reason = task.get("statusReason")
    note = last_note(task)
    said = words_of(reason) or clean(note.get("text"))
    is_asking = status is ReferralStatus.RETURNED
    owner = clean(mapping(task.get("owner")).get("display"))
    return ReferralProgress(
        referral_id=referral_id_of(task),
        status=status,
        at=_at(task),
        appointment_at=appointment,
        ground=code_in(reason, systems().referral_refusal),
        text="" if is_asking else cut_note(said),
        question=cut_note(clean(note.get("text")) or words_of(reason)) if is_asking else "",
        by=cut_name((clean(note.get("authorString")) if is_asking else "") or owner),
    )


def _at(task: Json) -> dt.datetime | None:
    changed = read_instant(task.get("lastModified"))
    return changed or read_instant(mapping(task.get("meta")).get("lastUpdated"))


def _appointment(task: Json) -> dt.datetime | None:
    """The last date that was given."""
    given = [
        read_instant(item.get("valueDateTime"))
        or read_instant(item.get("valueInstant"))
        or read_instant(mapping(item.get("valuePeriod")).get("start"))
        for item in objects(task.get("output"))
        if code_in(item.get("type"), systems().task_output) == _APPOINTMENT
    ]
    return next((moment for moment in reversed(given) if moment is not None), None)


def last_note(task: Json) -> Json:
    """The newest note; where no times are given the last in the list."""
    notes = objects(task.get("note"))
    epoch = dt.datetime.min.replace(tzinfo=dt.UTC)
    times = [read_instant(note.get("time")) or epoch for note in notes]
    return notes[max(range(len(notes)), key=lambda place: (times[place], place))] if notes else {}


def referral_id_of(task: Json) -> str:
    """Our id of the referral, "" when the Task does not carry it."""
    return identifier_in(task, systems().task)


def focus_of(task: Json) -> str:
    """`ServiceRequest/id` it is about, "" when it is not told."""
    return reference_of(task.get("focus"))


def moved(task: Json, status: ReferralStatus, stamp: Stamp, words: str = "") -> Resource:
    """A copy of the server's Task in that status; `words` say why, as the reason of the status.

    Raises:
        KeyError: `ISSUED`, which only the desk knows.
    """
    copy = dict(task)
    for name in ("businessStatus", "statusReason"):
        copy.pop(name, None)
    copy["status"] = _WRITE[status].value
    if status in {ReferralStatus.NOT_ATTENDED, ReferralStatus.EXPIRED}:
        copy["businessStatus"] = concept((systems().task_step, status.value))
    if words:
        copy["statusReason"] = {"text": words}
    copy["lastModified"] = instant_text(stamp.acted_at)
    return stamped(copy, stamp)


def answered(task: Json, words: str, stamp: Stamp) -> Resource:
    """A copy in which the supplier's question is answered and the referral is before them again."""
    copy = moved(task, ReferralStatus.SENT, stamp)
    return with_note(copy, words, stamp.actor, stamp.acted_at) if words else copy


def asked(task: Json, words: str, stamp: Stamp) -> Resource:
    """A copy that comes back with a question: a supplier's step."""
    return with_note(moved(task, ReferralStatus.RETURNED, stamp), words, stamp.actor, stamp.acted_at)


def scheduled(task: Json, at: dt.datetime, stamp: Stamp) -> Resource:
    """A copy with a date: a supplier's step. Earlier dates stay before it in the list."""
    copy = moved(task, ReferralStatus.SCHEDULED, stamp)
    kind = concept((systems().task_output, _APPOINTMENT))
    given = {"type": kind, "valueDateTime": instant_text(at)}
    copy["output"] = [*objects(task.get("output")), given]
    return copy


def refused(task: Json, ground: str, words: str, stamp: Stamp) -> Resource:
    """A copy that is refused with a ground: a supplier's step."""
    copy = moved(task, ReferralStatus.REFUSED, stamp)
    copy["statusReason"] = concept((systems().referral_refusal, ground), words=words)
    return copy


def with_note(task: Json, words: str, by: str, at: dt.datetime) -> Resource:
    """A copy with one note more."""
    note = {"authorString": by, "time": instant_text(at), "text": words}
    return {**task, "note": [*objects(task.get("note")), note]}
