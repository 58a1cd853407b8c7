"""Two records of one person made one, by two people's word, with the way back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.findings import Finding, blocks
from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.domain.merging import MergeField, differing, findings, first_choice, merged
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.sync.ops import OpKind
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.identity import new_id
from clinic_desk.services.people_port import Merge, UndoPlan
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.sync.acts.ensure_person import change_person, ensure_person
from clinic_desk.services.sync.acts.outbox import enqueue

_KINDS = frozenset({Kind.PATIENT, Kind.INSURANCE, Kind.REFERRAL, Kind.DRAFT})


@dataclass(frozen=True, slots=True)
class MergeSides:
    """Both records side by side. `kept_rows` and `gone_rows` count by table what belongs to each."""

    kept: Patient
    gone: Patient
    kept_rows: dict[str, int]
    gone_rows: dict[str, int]
    differing: tuple[MergeField, ...]
    taken: frozenset[MergeField]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class MergeForm:
    """A merge as decided: the records as they were shown, what is taken from `gone`, and who says so.

    `allowed_by` names the second person who looked at both records.
    """

    kept: Patient
    gone: Patient
    taken: Collection[MergeField]
    reason: str
    allowed_by: str


class MergingService:
    """Merging and its undo; one transaction each. Source of the four eyes: a merge is hard to see later."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def sides(self, kept_id: PatientId, gone_id: PatientId) -> MergeSides:
        """The two records beside each other.

        Raises:
            NotFound: `patient.not_found`.
            InvalidValue: `merge.same_record`, also when one was merged into the other before.
        """
        with self._store.read() as work:
            kept, gone = self._both(work, kept_id, gone_id)
            return MergeSides(
                kept,
                gone,
                work.merges.counts(kept.id),
                work.merges.counts(gone.id),
                differing(kept, gone),
                first_choice(kept, gone),
                self._findings(work, kept, gone),
            )

    def merge(self, form: MergeForm, actor: Actor) -> tuple[Merge, Change]:
        """The record of `form.gone` is no more; its referrals, answers and cases are the kept person's.

        Its identity and its IIN lead to the kept person from now on.

        Raises:
            InvalidValue: `merge.reason_needed`, `merge.second_person_needed`, `merge.same_person_twice`,
                `merge.same_record`.
            RuleBroken: a finding must be settled first.
            Conflict: one of them was changed since they were shown.
        """
        reason, allowed_by = _words(form, actor)
        now = self._clock.now()
        with self._store.write() as work:
            kept, gone = self._both(work, form.kept.id, form.gone.id)
            if (kept, gone) != (form.kept, form.gone):
                raise Conflict("store.changed_elsewhere")
            blocking = blocks(self._findings(work, kept, gone))
            if blocking:
                raise RuleBroken(blocking)
            merge = Merge(MergeId(new_id()), kept.id, gone.id, now, actor.user, allowed_by, reason)
            # What waits for the other record goes first: it is still theirs.
            last = [op.op_id for op in work.outbox.open_of(gone.id)][-1:]
            done = work.merges.merge(merge, merged(kept, gone, form.taken))
            self._queue(work, OpKind.PATIENT_MERGE, merge, kept, actor, depends_on="".join(last))
            for patient_id in (kept.id, gone.id):
                self._log(work, actor, "patient.merge", patient_id, sorted(form.taken), merge.id)
            work.commit()
        return done, Change(_KINDS, frozenset({kept.id, gone.id}))

    def get(self, merge_id: MergeId) -> Merge:
        """The merge, standing or undone.

        Raises:
            NotFound: `merge.not_found`.
        """
        with self._store.read() as work:
            merge = work.merges.get(merge_id)
        if merge is None:
            raise NotFound("merge.not_found")
        return merge

    def last_of(self, kept_id: PatientId) -> Merge | None:
        """The newest merge into that person that still stands: the one that can be undone."""
        with self._store.read() as work:
            return work.merges.last_of(kept_id)

    def plan_undo(self, merge_id: MergeId) -> UndoPlan:
        """What would stay with the kept person, to be asked about first.

        Raises:
            NotFound: `merge.not_found`.
            Conflict: `merge.later_first`, `merge.kept_is_gone`, `merge.iin_taken`.
        """
        with self._store.read() as work:
            return work.merges.plan_undo(merge_id)

    def undo(self, merge_id: MergeId, known: UndoPlan, actor: Actor) -> Change:
        """Both people are as before; what `known` names stays with the kept one, and nothing else.

        Raises:
            NotFound, Conflict: as `plan_undo`; `merge.more_came` when more would stay than was asked about.
        """
        with self._store.write() as work:
            merge = work.merges.get(merge_id)
            if merge is None:
                raise NotFound("merge.not_found")
            kept = work.patients.get(merge.kept_id)
            plan = work.merges.undo(merge_id, at=self._clock.now(), by=actor.user)
            if plan != known:
                raise Conflict("merge.more_came")
            assert kept is not None  # noqa: S101 - the undo would have refused
            self._queue(work, OpKind.PATIENT_UNMERGE, merge, kept, actor)
            for patient_id in (merge.kept_id, merge.gone_id):
                self._log(work, actor, "patient.unmerge", patient_id, plan.changed, merge_id)
            work.commit()
        return Change(_KINDS, frozenset({merge.kept_id, merge.gone_id}))

    def _both(self, work: UnitOfWork, kept_id: PatientId, gone_id: PatientId) -> tuple[Patient, Patient]:
        kept, gone = work.patients.get(kept_id), work.patients.get(gone_id)
        if kept is None or gone is None:
            raise NotFound("patient.not_found")
        if kept.id == gone.id:
            raise InvalidValue("merge.same_record")
        return kept, gone

    def _findings(self, work: UnitOfWork, kept: Patient, gone: Patient) -> tuple[Finding, ...]:
        return findings(
            kept,
            gone,
            both_have_open_cases=work.merges.has_open_case(kept.id) and work.merges.has_open_case(gone.id),
            said_to_differ=work.pairs.others_of(kept.id).get(gone.id),
        )

    def _queue(
        self,
        work: UnitOfWork,
        kind: OpKind,
        merge: Merge,
        before: Patient,
        actor: Actor,
        *,
        depends_on: str = "",
    ) -> None:
        """The kept person as they became, then what the other record is now; both in the kept one's order."""
        now = self._clock.now()
        kept = work.patients.get(merge.kept_id)
        assert kept is not None  # noqa: S101 - it was written just now
        change_person(work, before, kept, actor, now)
        ensure_person(work, kept, actor, now)
        enqueue(
            work,
            kind,
            aggregate_id=kept.id,
            record_id=merge.gone_id,
            actor=actor,
            at=now,
            payload={"merge": merge.id},
            depends_on=depends_on,
        )

    def _log(
        self,
        work: UnitOfWork,
        actor: Actor,
        action: str,
        patient_id: PatientId,
        fields: Collection[str],
        merge_id: MergeId,
    ) -> None:
        entry = AuditEntry(
            self._clock.now(),
            actor.user,
            actor.desk.code,
            action,
            "patient",
            patient_id,
            tuple(fields),
            operation_id=merge_id,
        )
        work.audit.write(entry)


def _words(form: MergeForm, actor: Actor) -> tuple[str, str]:
    """The reason and the second person's name, who is not the one who acts."""
    reason, allowed_by = form.reason.strip(), " ".join(form.allowed_by.split())
    if not reason:
        raise InvalidValue("merge.reason_needed", field="reason")
    if not allowed_by:
        raise InvalidValue("merge.second_person_needed", field="allowed_by")
    if allowed_by.casefold() == actor.user.casefold():
        raise InvalidValue("merge.same_person_twice", field="allowed_by")
    return reason, allowed_by
