"""The papers to recall, as a work list: whom to tell, why, and what becomes of the paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from clinic_desk.domain.errors import InvalidValue, NotFound
from clinic_desk.domain.ids import PatientId, RecallId, ReferralId
from clinic_desk.domain.iin import mask
from clinic_desk.domain.patient import SlipLanguage
from clinic_desk.domain.referral import Referral, ReferralStatus
from clinic_desk.domain.sync.recalls import PaperRecall, RecallEnd, RecallReason
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.ports import Clock, ReferralFilter, Store, UnitOfWork
from clinic_desk.services.sync.papers.contradictions import is_on_paper, log_recall, settle_open
from clinic_desk.services.sync.papers.replacement import Replacement, replacement

MAX_NOTE: Final = 500
_GRAVEST: Final = (
    RecallReason.REFUSED,
    RecallReason.NOT_INSURED,
    RecallReason.SUPPLIER_GONE,
    RecallReason.REPLACED,
    RecallReason.RIGHT_AGAIN,
)
"""Which reason is named first where a paper has several."""


class PaperState(StrEnum):
    """What is to be done about a paper; words under `shift.state.<value>`."""

    RETURN = "return"
    """The person must not use it."""
    REPLACE = "replace"
    """Another paper takes its place."""
    TELL = "tell"
    """The paper is right again, and the person has to hear it."""
    TOLD = "told"
    """The person was called."""
    WAITING = "waiting"
    """Printed while nobody but the desk knew the referral, and still so."""
    NOTHING = "nothing"
    """Printed so, and confirmed since: nobody has to do anything."""
    DONE = "done"
    """Settled: replaced by another paper or brought back."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper somebody holds.

    Args:
        state: what is to be done about it.
        referral_id: the referral it is of.
        patient_id: who holds it.
        patient_name: in full; the IIN is masked.
        phone: as it is read out, "" without one.
        language: what the person reads.
        number: of the paper.
        supplier: where it sends the person.
        printed_at: when its last copy came out, aware UTC; the issue where the log does not tell.
        was_provisional: it came out before anybody but the desk knew of the referral.
        recalls: why it is to be recalled, the gravest first; empty when it is not.
        replaced_by: the number of the paper in its place, "" without one.
    """

    state: PaperState
    referral_id: ReferralId
    patient_id: PatientId
    patient_name: str
    iin_masked: str
    phone: str
    language: SlipLanguage
    number: str
    supplier: str
    printed_at: dt.datetime
    was_provisional: bool
    recalls: tuple[PaperRecall, ...] = ()
    replaced_by: str = ""

    @property
    def recall(self) -> PaperRecall | None:
        """The recall that is named first."""
        return self.recalls[0] if self.recalls else None

    @property
    def needs_call(self) -> bool:
        """True while somebody has to tell the person."""
        return self.state in {PaperState.RETURN, PaperState.REPLACE, PaperState.TELL}


class RecallService:
    """Use cases about papers to recall; one transaction each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def rows(self, since: dt.datetime | None = None) -> list[PaperRow]:
        """The papers to recall and those settled at or after `since`: whom to tell, then the others."""
        with self._store.read() as work:
            return recall_rows(work, since)

    def of_patient(self, patient_id: PatientId) -> list[PaperRow]:
        """The papers of one person that are to be recalled."""
        with self._store.read() as work:
            referrals = work.referrals.of_patient(patient_id)
            open_ones = [r for one in referrals for r in work.recalls.of_referral(one.id) if r.is_open]
            return _grouped(work, open_ones)

    def provisional(self, since: dt.datetime) -> list[PaperRow]:
        """Papers of referrals issued at or after `since` that came out before the upstream knew them.

        Each says whether it was confirmed since and needs nobody, waits for its answer, or is to be recalled.
        """
        with self._store.read() as work:
            return provisional_rows(work, since)

    def to_tell(self) -> int:
        """How many people somebody still has to call."""
        with self._store.read() as work:
            papers = {recall.referral_id for recall in work.recalls.listed() if not recall.is_told}
            held = (work.referrals.get(referral_id) for referral_id in papers)
            return len({referral.patient_id for referral in held if referral is not None})

    def called(self, recall_id: RecallId, actor: Actor, note: str = "") -> tuple[PaperRecall, Change]:
        """The person was told; all the reasons of the same paper count as told.

        Raises:
            NotFound: `shift.no_such_recall`.
            InvalidValue: `shift.note_too_long`.
        """
        if len(note) > MAX_NOTE:
            raise InvalidValue("shift.note_too_long", limit=MAX_NOTE)
        now = self._clock.now()
        return self._change(
            recall_id,
            lambda work, recall: _told(work, recall, actor, now, note.strip()),
        )

    def not_called(self, recall_id: RecallId, actor: Actor) -> tuple[PaperRecall, Change]:
        """The call is taken back: it was another line of the list.

        Raises:
            NotFound: `shift.no_such_recall`.
        """
        now = self._clock.now()

        def untold(work: UnitOfWork, recall: PaperRecall) -> None:
            work.recalls.save(replace(recall, called_at=None, called_by="", note=""))
            log_recall(work, "not_told", recall, actor, now, recall.reason.value)

        return self._change(recall_id, untold)

    def settle(self, recall_id: RecallId, end: RecallEnd, actor: Actor) -> tuple[PaperRecall, Change]:
        """The paper needs nobody any more: it was brought back, or the person knows.

        Raises:
            NotFound: `shift.no_such_recall`.
        """
        now = self._clock.now()
        return self._change(recall_id, lambda work, recall: settle_open(work, [recall], end, actor, now))

    def to_replace(self, recall_id: RecallId) -> Replacement:
        """What the dialog of a referral opens with, in place of the one on the paper.

        Raises:
            NotFound: `shift.no_such_recall`.
        """
        with self._store.read() as work:
            recall = _found(work, recall_id)
            is_gone = any(one.reason is RecallReason.SUPPLIER_GONE for one in _open_of(work, recall))
            return replacement(work, recall.referral_id, keeps_supplier=not is_gone)

    def in_place_of(self, referral_id: ReferralId) -> Replacement:
        """What the dialog of a referral opens with, in place of one that the upstream refused.

        Raises:
            NotFound: `referral.not_found`.
        """
        with self._store.read() as work:
            return replacement(work, referral_id, keeps_supplier=True)

    def _change(
        self, recall_id: RecallId, change: Callable[[UnitOfWork, PaperRecall], object]
    ) -> tuple[PaperRecall, Change]:
        with self._store.write() as work:
            asked = _found(work, recall_id)
            for recall in _open_of(work, asked):
                change(work, recall)
            done = _found(work, recall_id)
            work.commit()
        return done, Change.of(Kind.SYNC, done.referral_id)


def recall_rows(work: UnitOfWork, since: dt.datetime | None = None) -> list[PaperRow]:
    """As `RecallService.rows`, in an open transaction."""
    rows = _grouped(work, work.recalls.listed(since=since))
    # All papers of one person stand together: one call does for them.
    first = {row.patient_id: place for place, row in reversed(list(enumerate(rows)))}
    return sorted(rows, key=lambda row: (not row.needs_call, first[row.patient_id]))


def provisional_rows(work: UnitOfWork, since: dt.datetime) -> list[PaperRow]:
    """As `RecallService.provisional`, in an open transaction."""
    found = []
    offset = 0
    while page := work.referrals.rows(ReferralFilter(issued_from=since, limit=500, offset=offset)):
        offset += len(page)
        for line in page:
            referral = work.referrals.get(line.referral_id)
            if referral is None or not is_on_paper(referral):
                continue
            row = _row(
                work, referral, _by_gravity(r for r in work.recalls.of_referral(referral.id) if r.is_open)
            )
            if row.was_provisional:
                found.append(row)
    return found[::-1]


def _told(work: UnitOfWork, recall: PaperRecall, actor: Actor, at: dt.datetime, note: str) -> None:
    told = replace(recall, called_at=at, called_by=actor.user, note=note or recall.note)
    work.recalls.save(told)
    log_recall(work, "told", told, actor, at, told.reason.value)


def _found(work: UnitOfWork, recall_id: RecallId) -> PaperRecall:
    recall = work.recalls.get(recall_id)
    if recall is None:
        raise NotFound("shift.no_such_recall")
    return recall


def _open_of(work: UnitOfWork, recall: PaperRecall) -> list[PaperRecall]:
    return [one for one in work.recalls.of_referral(recall.referral_id) if one.is_open]


def _grouped(work: UnitOfWork, recalls: Iterable[PaperRecall]) -> list[PaperRow]:
    """One row a paper; reasons that were settled are named only when no other is left."""
    papers: dict[ReferralId, list[PaperRecall]] = {}
    for recall in recalls:
        if recall.end is not RecallEnd.HEALED:
            papers.setdefault(recall.referral_id, []).append(recall)
    rows = []
    for referral_id, reasons in papers.items():
        referral = work.referrals.get(referral_id)
        if referral is not None:
            open_ones = [recall for recall in reasons if recall.is_open]
            rows.append(_row(work, referral, _by_gravity(open_ones or reasons)))
    return rows


def _by_gravity(recalls: Iterable[PaperRecall]) -> tuple[PaperRecall, ...]:
    return tuple(sorted(recalls, key=lambda recall: _GRAVEST.index(recall.reason)))


def _row(work: UnitOfWork, referral: Referral, recalls: tuple[PaperRecall, ...]) -> PaperRow:
    patient = work.patients.get(referral.patient_id)
    supplier = work.catalogue.supplier(referral.supplier_id)
    newer = next((work.referrals.get(r.replaced_by) for r in recalls if r.replaced_by), None)
    printed_at = _printed_at(work, referral)
    known_at = _known_at(work, referral)
    return PaperRow(
        _state(referral, recalls),
        referral.id,
        referral.patient_id,
        patient.name.full if patient else "",
        mask(patient.iin.digits) if patient and patient.iin else "",
        patient.phone.shown if patient and patient.phone else "",
        patient.slip_language if patient else SlipLanguage.KK,
        referral.number,
        supplier.name if supplier else "",
        printed_at,
        known_at is None or printed_at <= known_at,
        recalls,
        newer.number if newer else "",
    )


def _state(referral: Referral, recalls: tuple[PaperRecall, ...]) -> PaperState:
    if not recalls:
        return PaperState.WAITING if referral.is_provisional else PaperState.NOTHING
    if not recalls[0].is_open:
        return PaperState.TOLD if recalls[0].end is RecallEnd.TOLD else PaperState.DONE
    if all(recall.is_told for recall in recalls):
        return PaperState.TOLD
    if recalls[0].reason in {RecallReason.REFUSED, RecallReason.NOT_INSURED}:
        return PaperState.RETURN
    return PaperState.TELL if recalls[0].reason is RecallReason.RIGHT_AGAIN else PaperState.REPLACE


def _printed_at(work: UnitOfWork, referral: Referral) -> dt.datetime:
    printed = [
        entry.at
        for entry in work.audit.of_object("referral", referral.id)
        if entry.action == "slip.print" and entry.reason == "accepted"
    ]
    return printed[-1] if printed else referral.issued_at


def _known_at(work: UnitOfWork, referral: Referral) -> dt.datetime | None:
    """When somebody besides the desk knew of it first; None when nobody does or did."""
    later = [
        event.at
        for event in work.referrals.history(referral.id)
        if event.status not in {ReferralStatus.ISSUED, ReferralStatus.CANCELLED, ReferralStatus.EXPIRED}
    ]
    return later[0] if later else None
