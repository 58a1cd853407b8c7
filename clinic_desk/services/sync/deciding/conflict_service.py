"""What a person decides between the desk and the upstream: fields, possible doubles, what is gone there.

How the sending half takes up a decision: a change of a person is pending again with the fields that still
differ, begun from the upstream's values. A registration whose person turned out to be known there is
accepted, and what was chosen here follows as a change. One that was kept apart is pending with
`"apart": true` in its payload: the person is made under the desk's own number, for the IIN belongs to
somebody else there. What shall be made again is pending with `"again": true`, signed by whoever decided it;
its resource is no record of ours any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from clinic_desk.domain.errors import Conflict, InvalidValue, NotFound
from clinic_desk.domain.ids import ConflictId, OpId, PatientId
from clinic_desk.domain.iin import mask
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import values_of
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side, SyncConflict
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.domain.sync.person_match import PersonMatch, match_people
from clinic_desk.fhir.patient import PATIENT_FIELDS, patient_values
from clinic_desk.fhir.stamp import author_of
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.duplicates import form_of
from clinic_desk.services.identity import new_id
from clinic_desk.services.patients import PatientService
from clinic_desk.services.ports import AuditEntry, Clock, Store, UnitOfWork
from clinic_desk.services.sync.acts.author import signed
from clinic_desk.services.sync.acts.ensure_person import register
from clinic_desk.services.sync.deciding.attention_rows import ConflictRow
from clinic_desk.services.sync.deciding.deciding import Decision
from clinic_desk.services.sync.deciding.person_values import evidence_of, is_told, with_values
from clinic_desk.services.sync.down.arrivals.conflict_items import PAIR
from clinic_desk.services.sync.down.offering import CREATES, offer_again

_RECORDS = ("ServiceRequest", "Task", "EpisodeOfCare")
_KINDS = frozenset({Kind.SYNC, Kind.PATIENT})


class ConflictService:
    """Use cases about differences; one transaction each."""

    def __init__(self, store: Store, clock: Clock, patients: PatientService) -> None:
        self._store = store
        self._clock = clock
        self._patients = patients

    def open(self) -> list[ConflictRow]:
        """Those that wait for a person, oldest first."""
        with self._store.read() as work:
            return [self._row(work, conflict) for conflict in work.conflicts.open()]

    def get(self, conflict_id: ConflictId) -> ConflictRow:
        """One of them, decided or not.

        Raises:
            NotFound: `sync.no_difference`.
        """
        with self._store.read() as work:
            conflict = work.conflicts.get(conflict_id)
            if conflict is None:
                raise NotFound("sync.no_difference")
            return self._row(work, conflict)

    def decide(self, conflict_id: ConflictId, choice: Mapping[str, Side], actor: Actor) -> Change:
        """The chosen values stand, here and upstream; those that were not chosen stay in the history.

        Raises:
            NotFound: `sync.no_difference`.
            Conflict: `sync.decided_before`.
            InvalidValue: `sync.choice_needed` for a field without a choice, `sync.other_difference`,
                `sync.value`.
        """
        now = self._clock.now()
        with self._store.write() as work:
            conflict, patient = self._open_one(work, conflict_id, ConflictKind.FIELDS)
            missing = [one.field for one in conflict.fields if one.field not in choice]
            if missing:
                raise InvalidValue("sync.choice_needed", field=missing[0])
            wanted = {one.field: choice[one.field] for one in conflict.fields}
            decision = Decision(work, conflict, wanted, patient, actor, now)
            decision.write_person()
            decision.settle_operations()
            decision.take_what_came_since()
            self._close(work, conflict, wanted, actor)
            work.commit()
        return Change(_KINDS, frozenset({patient.id}))

    def link(self, conflict_id: ConflictId, actor: Actor) -> Change:
        """They are one person: the upstream's record is this one's. What still differs is asked about next.

        Raises:
            NotFound, Conflict, InvalidValue: as `decide`; Conflict `sync.linked_otherwise` when the person
                is another record of the upstream already.
        """
        with self._store.write() as work:
            conflict, patient = self._open_one(work, conflict_id, ConflictKind.DUPLICATE)
            known = work.shadows.of_local(conflict.resource_type, patient.id)
            if known is not None and known.resource_id != conflict.resource_id and known.gone_at is None:
                raise Conflict("sync.linked_otherwise")
            work.shadows.link(conflict.resource_type, conflict.resource_id, patient.id)
            self._close(work, conflict, {PAIR: Side.THEIRS}, actor)
            following = self._what_differs(work, conflict, patient)
            if following is not None:
                work.conflicts.add(following)
            else:
                self._registered(work, conflict, patient, actor)
            work.commit()
        return Change(_KINDS, frozenset({patient.id}))

    def keep_apart(self, conflict_id: ConflictId, reason: str, actor: Actor) -> Change:
        """They are two people; nobody is asked about these two again.

        Raises:
            NotFound, Conflict, InvalidValue: as `decide`; InvalidValue `sync.reason_needed`.
        """
        words = _reason(reason)
        with self._store.write() as work:
            conflict, patient = self._open_one(work, conflict_id, ConflictKind.DUPLICATE)
            self._close(work, replace(conflict, reason=words), {PAIR: Side.MINE}, actor)
            self._go_on(work, conflict, {"apart": True}, words)
            work.commit()
        return Change(_KINDS, frozenset({patient.id}))

    def create_again(self, conflict_id: ConflictId, actor: Actor) -> Change:
        """What is gone upstream is made there anew from what is here.

        Raises:
            NotFound, Conflict, InvalidValue: as `decide`.
        """
        with self._store.write() as work:
            conflict, patient = self._open_one(work, conflict_id, ConflictKind.GONE)
            work.shadows.link(conflict.resource_type, conflict.resource_id, "")
            if conflict.resource_type != "Patient":
                self._make_record_again(work, conflict)
            elif not self._go_on(work, conflict, signed({"again": True}, actor, self._clock.now())):
                register(work, patient, actor, self._clock.now())
            self._close(work, conflict, {}, actor)
            work.commit()
        return Change(_KINDS, frozenset({patient.id}))

    def leave(self, conflict_id: ConflictId, reason: str, actor: Actor) -> Change:
        """What is gone upstream stays gone there; the record here stays, and what waited is taken back.

        Raises:
            NotFound, Conflict, InvalidValue: as `decide`; InvalidValue `sync.reason_needed`.
        """
        words = _reason(reason)
        with self._store.write() as work:
            conflict, patient = self._open_one(work, conflict_id, ConflictKind.GONE)
            op = _waiting(work, conflict)
            if op is not None:
                now = self._clock.now()
                work.outbox.save(
                    replace(op, state=OpState.WITHDRAWN, settled_at=now, reason=words, next_try_at=None)
                )
            self._close(work, replace(conflict, reason=words), {}, actor)
            work.commit()
        return Change(_KINDS, frozenset({patient.id}))

    def restore_value(self, patient_id: PatientId, field: str, value: str, actor: Actor) -> Change:
        """A value out of the history stands again, as any change at the desk does.

        Raises:
            NotFound: `patient.not_found`.
            InvalidValue: `sync.value`, and whatever a form with that value would be refused for.
            Conflict: somebody changed the person meanwhile.
        """
        with self._store.read() as work:
            patient = work.patients.get(patient_id)
        if patient is None:
            raise NotFound("patient.not_found")
        wanted = with_values(patient, {field: value}, by=actor.user, at=self._clock.now())
        return self._patients.change(patient, form_of(wanted), actor)[1]

    # Inside ----------------------------------------------------------------------------------

    def _row(self, work: UnitOfWork, conflict: SyncConflict) -> ConflictRow:
        patient = work.patients.get(PatientId(conflict.aggregate_id))
        shadow = work.shadows.get(conflict.resource_type, conflict.resource_id)
        theirs = patient_values(shadow.body) if shadow and conflict.resource_type == "Patient" else {}
        return ConflictRow(
            conflict.id,
            conflict.kind,
            conflict.op_id,
            patient.name.full if patient else "",
            mask(patient.iin.digits) if patient and patient.iin else "",
            patient.id if patient else "",
            conflict.opened_at,
            conflict.fields,
            {one.field: side for one in conflict.fields if (side := _backed(one)) is not None},
            bool(patient and theirs and match_people(values_of(patient), theirs) is PersonMatch.SAME),
        )

    def _open_one(
        self, work: UnitOfWork, conflict_id: ConflictId, kind: ConflictKind
    ) -> tuple[SyncConflict, Patient]:
        conflict = work.conflicts.get(conflict_id)
        patient = work.patients.get(PatientId(conflict.aggregate_id)) if conflict else None
        if conflict is None or patient is None:
            raise NotFound("sync.no_difference")
        if not conflict.is_open:
            raise Conflict("sync.decided_before")
        if conflict.kind is not kind:
            raise InvalidValue("sync.other_difference")
        return conflict, patient

    def _close(
        self, work: UnitOfWork, conflict: SyncConflict, choice: Mapping[str, Side], actor: Actor
    ) -> None:
        now = self._clock.now()
        work.conflicts.save(replace(conflict, resolved_at=now, resolved_by=actor.user, choice=choice))
        work.audit.write(
            AuditEntry(
                now,
                actor.user,
                actor.desk.code,
                f"sync.decide.{conflict.kind}",
                "patient",
                conflict.aggregate_id,
                sorted(f"{name}:{side}" for name, side in choice.items()),
                operation_id=conflict.op_id or conflict.id,
            )
        )

    def _go_on(
        self, work: UnitOfWork, conflict: SyncConflict, more: Mapping[str, Any], reason: str = ""
    ) -> bool:
        """What waited is pending again; whether anything did."""
        op = _waiting(work, conflict)
        if op is None:
            return False
        payload = {**op.payload, **more}
        work.outbox.save(
            replace(op, state=OpState.PENDING, payload=payload, reason=reason or op.reason, next_try_at=None)
        )
        return True

    def _make_record_again(self, work: UnitOfWork, conflict: SyncConflict) -> None:
        """The act that made the record is offered once more, then the step that found it gone."""
        op = _waiting(work, conflict)
        if op is None:
            return
        made = [
            one
            for one in work.outbox.of_record(op.aggregate_id, op.record_id)
            if one.kind in CREATES and one.state is OpState.ACCEPTED
        ]
        for kind in _RECORDS:
            known = work.shadows.of_local(kind, op.record_id)
            if known is not None:
                work.shadows.link(kind, known.resource_id, "")
        for one in (*made[-1:], op):
            offer_again(work, one)
        now = self._clock.now()
        work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=now, next_try_at=None))

    def _registered(self, work: UnitOfWork, conflict: SyncConflict, patient: Patient, actor: Actor) -> None:
        """A registration that waited is done: the person is known there."""
        op = _waiting(work, conflict)
        if op is not None and op.kind is OpKind.PATIENT_REGISTER:
            Decision(work, conflict, {}, patient, actor, self._clock.now()).accept(op)
        elif op is not None:
            self._go_on(work, conflict, {})

    def _what_differs(
        self, work: UnitOfWork, conflict: SyncConflict, patient: Patient
    ) -> SyncConflict | None:
        """The next question, about fields that both sides tell and tell differently."""
        shadow = work.shadows.get(conflict.resource_type, conflict.resource_id)
        if shadow is None:
            return None
        mine, theirs = values_of(patient), patient_values(shadow.body)
        by, at = author_of(shadow.body)
        lines = work.history.of_patient(patient.id)
        told = {one.field: one for one in conflict.fields}
        fields = []
        for name in PATIENT_FIELDS:
            is_both = is_told(name, mine[name]) and is_told(name, theirs[name])
            if not is_both or mine[name] == theirs[name]:
                continue
            line = next((line for line in lines if name in line.changes), None)
            fields.append(
                told.get(name)
                or FieldConflict(
                    name,
                    "",
                    mine[name],
                    theirs[name],
                    line.by if line else "",
                    line.at if line else None,
                    evidence_of(mine),
                    by,
                    at,
                    evidence_of(theirs),
                )
            )
        if not fields:
            return None
        return replace(
            conflict,
            id=ConflictId(new_id()),
            kind=ConflictKind.FIELDS,
            opened_at=self._clock.now(),
            fields=tuple(fields),
        )


def _waiting(work: UnitOfWork, conflict: SyncConflict) -> Op | None:
    """The operation that waits for the decision."""
    op = work.outbox.get(OpId(conflict.op_id)) if conflict.op_id else None
    return op if op is not None and op.needs_person else None


def _backed(one: FieldConflict) -> Side | None:
    """The side whose value a document backs, when only one is."""
    if bool(one.mine_evidence) == bool(one.theirs_evidence):
        return None
    return Side.MINE if one.mine_evidence else Side.THEIRS


def _reason(words: str) -> str:
    told = " ".join(words.split())[:400]
    if not told:
        raise InvalidValue("sync.reason_needed", field="reason")
    return told
