"""How far referrals have come: by legal steps, missing ones are walked; of two ends the upstream's wins."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from clinic_desk.domain.ids import ReferralId
from clinic_desk.domain.referral import MOVES, Referral, ReferralStatus
from clinic_desk.domain.sync.arrivals import ComplaintReceipt, ReferralProgress
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.complaint import is_complaint, receipt_of
from clinic_desk.fhir.reading import identifier_in
from clinic_desk.fhir.referral_progress import focus_of, progress_of
from clinic_desk.fhir.systems import systems
from clinic_desk.services.changes import Kind
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.down.arrivals.arrival import Arrival, News
from clinic_desk.services.sync.down.arrivals.attachments import ILLEGAL_STEP
from clinic_desk.services.sync.down.arrived import Arrived, SetAside
from clinic_desk.services.sync.papers.contradictions import note_confirmed, note_refused
from clinic_desk.services.sync.ports import Shadow

_S = ReferralStatus
ENDS: Final = frozenset(status for status, after in MOVES.items() if not after)
_BETWEEN: Final = (_S.SENT, _S.ACCEPTED, _S.SCHEDULED)
"""What may have gone by untold. That somebody stayed away or was asked something is never supposed."""
OUR_MOVE: Final = "our-move/"
"""Before the id of a referral: what came waits until our own step of it is settled."""
_CONFIRMED: Final = frozenset({_S.ACCEPTED, _S.SCHEDULED, _S.COMPLETED})


def way(current: ReferralStatus, wanted: ReferralStatus) -> list[ReferralStatus] | None:
    """The shortest legal way from one status to another, the last step is `wanted`; None where there is none.

    Staying where one is takes no step.
    """
    if current is wanted:
        return []
    seen = {current}
    open_ways = deque([[current]])
    while open_ways:
        path = open_ways.popleft()
        if wanted in MOVES[path[-1]]:
            return [*path[1:], wanted]
        for step in _BETWEEN:
            if step in MOVES[path[-1]] and step not in seen:
                seen.add(step)
                open_ways.append([*path, step])
    return None


class ServiceRequestApplier:
    """`Applier` of ServiceRequest: referrals are fixed once issued, so only the tie is kept."""

    def read(self, row: Arrived) -> str:
        """See `Applier`; our id of the referral, "" for one of somebody else's."""
        return identifier_in(row.body, systems().referral)

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        for one in news:
            if one.reading and arrival.work.referrals.get(ReferralId(one.reading)) is not None:
                arrival.link(one.row, one.reading)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """A referral that was issued was issued."""


class TaskApplier:
    """`Applier` of Task: referrals' progress, and receipts of complaints.

    A complaint's receipt is kept as the upstream's version only, tied to the complaint's id: the case of a
    complaint is not part of the desk yet. `receipt_of_complaint` reads it.
    """

    def read(self, row: Arrived) -> ReferralProgress | ComplaintReceipt:
        """See `Applier`."""
        return receipt_of(row.body) if is_complaint(row.body) else progress_of(row.body)

    def apply(self, arrival: Arrival, news: Sequence[News]) -> None:
        """See `Applier`."""
        places = {focus_of(one.row.body) for one in news if isinstance(one.reading, ReferralProgress)}
        ids = [place.partition("/")[2] for place in places if place.startswith("ServiceRequest/")]
        requests = arrival.work.shadows.many("ServiceRequest", ids) if ids else {}
        for one in news:
            if isinstance(one.reading, ComplaintReceipt):
                arrival.link(one.row, one.reading.complaint_id)
                arrival.changed(Kind.SYNC, one.reading.complaint_id)
                continue
            referral = self._referral_of(arrival, one, requests)
            if referral is not None:
                arrival.link(one.row, referral.id)
                self._move(arrival, one, referral)

    def gone(self, arrival: Arrival, before: Shadow) -> None:
        """A referral stays where it had come."""

    def _referral_of(self, arrival: Arrival, one: News, requests: dict[str, Shadow]) -> Referral | None:
        told = one.reading.referral_id
        if told:
            return arrival.work.referrals.get(ReferralId(told))
        focus = focus_of(one.row.body)
        if not focus.startswith("ServiceRequest/"):
            return None
        request = requests.get(focus.partition("/")[2])
        if request is None:
            arrival.wait(one.row, focus)
            return None
        return arrival.work.referrals.get(ReferralId(request.local_id)) if request.local_id else None

    def _move(self, arrival: Arrival, one: News, referral: Referral) -> None:
        progress: ReferralProgress = one.reading
        path = way(referral.status, progress.status)
        if progress.status not in ENDS and our_move_waits(arrival.work, referral, even_refused=path is None):
            # What was done here is on its way: the sending half settles what comes of both. This is looked
            # at again then, for nobody tells it a second time.
            arrival.wait(one.row, OUR_MOVE + referral.id)
            return
        if path is None and not (referral.status in ENDS and progress.status in ENDS):
            arrival.tally.set_aside.append(SetAside(one.row.place, one.row.version, ILLEGAL_STEP))
            return
        moved = self._walk(arrival, one, referral, path if path is not None else [progress.status])
        if moved.version == referral.version:
            return
        if progress.status is _S.REFUSED:
            words = progress.text or progress.ground
            note_refused(arrival.work, referral.id, actor=arrival.actor, at=arrival.now, words=words)
        elif progress.status in _CONFIRMED:
            note_confirmed(arrival.work, referral.id, actor=arrival.actor, at=arrival.now)
        arrival.log(f"referral.{moved.status}", "referral", referral.id, ("status",))
        arrival.changed(Kind.REFERRAL, referral.id, referral.patient_id)

    def _walk(self, arrival: Arrival, one: News, referral: Referral, path: list[ReferralStatus]) -> Referral:
        """The referral after these steps; the words and the date belong to the last."""
        progress: ReferralProgress = one.reading
        by, at = progress.by or arrival.actor.user, progress.at or one.row.moment
        note = progress.question or progress.text or progress.ground
        for status in path[:-1]:
            referral = arrival.work.referrals.save(replace(referral, status=status), by=by, at=at)
        appointment = progress.appointment_at or referral.appointment_at
        wanted = replace(referral, status=progress.status, appointment_at=appointment)
        if wanted == referral:
            return referral
        return arrival.work.referrals.save(wanted, by=by, at=at, note=note)


def our_move_waits(work: UnitOfWork, referral: Referral, *, even_refused: bool = False) -> bool:
    """Whether a step made here is on its way. A refused one is not, though a person may send it again."""
    return any(
        op.kind is OpKind.REFERRAL_MOVE
        and op.record_id == referral.id
        and (even_refused or op.state is not OpState.REJECTED)
        for op in work.outbox.open_of(referral.patient_id)
    )


def settled_moves(work: UnitOfWork) -> list[str]:
    """What waited for steps made here that are settled by now."""
    found = []
    for wants in work.shadows.wanted_under(OUR_MOVE):
        referral = work.referrals.get(ReferralId(wants.removeprefix(OUR_MOVE)))
        if referral is None or not our_move_waits(work, referral):
            found.append(wants)
    return found
