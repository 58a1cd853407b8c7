"""What a decision about differing fields does to the person and to the operations that wait for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from clinic_desk.domain.ids import OpId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import FIELDS, HistoryKind, HistoryLine, changes_between, values_of
from clinic_desk.domain.sync.conflicts import Side, SyncConflict
from clinic_desk.domain.sync.ops import Op, OpKind, OpState, Receipt
from clinic_desk.fhir.patient import patient_values
from clinic_desk.fhir.stamp import author_of
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.deciding.person_values import with_values
from clinic_desk.services.sync.down.arrivals.arrival import UPSTREAM
from clinic_desk.services.sync.down.arrivals.patients import BEFORE, touched_by
from clinic_desk.services.sync.ports import Shadow

Changes = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decided difference in the transaction that writes it down."""

    work: UnitOfWork
    conflict: SyncConflict
    choice: Mapping[str, Side]
    patient: Patient
    actor: Actor
    at: dt.datetime

    @property
    def shadow(self) -> Shadow | None:
        """What the upstream has of it."""
        return self.work.shadows.get(self.conflict.resource_type, self.conflict.resource_id)

    def write_person(self) -> Patient:
        """The person with the values that were chosen; the history keeps those that were not.

        A field that somebody changed here since the difference was opened keeps the newer value: that
        change goes its own way. Where no change is on its way the chosen value stands, also when the record
        had another one than the question showed, as when an old registration is offered again.
        """
        now = values_of(self.patient)
        on_its_way = touched_by(self._later_changes(), now)
        taken = {}
        for one in self.conflict.fields:
            is_theirs = self.choice[one.field] is Side.THEIRS
            if one.field not in on_its_way or (is_theirs and now.get(one.field) == one.mine):
                taken[one.field] = one.theirs if is_theirs else one.mine
        saved = self.patient
        changes: dict[str, tuple[str, str]] = {}
        if taken:
            wanted = with_values(self.patient, taken, by=self.actor.user, at=self.at)
            changes = changes_between(self.patient, wanted)
            saved = self.work.patients.save(wanted) if changes else self.patient
        kept = {
            one.field: (one.theirs, one.mine)
            for one in self.conflict.fields
            if self.choice[one.field] is Side.MINE and one.theirs != one.mine
        }
        # Which value was given up stands at the version that did not change by it.
        self._note(self.patient.version, kept)
        self._note(saved.version, changes)
        return saved

    def settle_operations(self) -> None:
        """What waited for the decision goes on with what is left of it."""
        op = self.work.outbox.get(OpId(self.conflict.op_id)) if self.conflict.op_id else None
        mine = self._chosen_here()
        if op is None:
            self._send(mine)
        elif op.kind is OpKind.PATIENT_CHANGE:
            self._go_on(op, mine)
        elif op.needs_person:
            # Whoever is registered is known upstream by now; what was chosen here goes up as a change.
            self.accept(op)
            self._send(mine)
        for later in self._later_changes():
            self._begin_from_theirs(later)

    def take_what_came_since(self) -> None:
        """Where the upstream's value was chosen and it has another one by now, that one stands here too.

        While a difference is open its fields are left alone by whatever comes down, so the version that is
        known may say more than the question did. A field that was changed here, or whose change is still on
        its way, is asked about again by the sending.
        """
        shadow = self.shadow
        patient = self.work.patients.get(self.patient.id)
        if self.conflict.resource_type != "Patient" or shadow is None or patient is None:
            return
        mine, theirs = values_of(patient), patient_values(shadow.body)
        pending = touched_by(self.work.outbox.open_of(patient.id), mine)
        newer = {
            one.field: theirs[one.field]
            for one in self.conflict.fields
            if self.choice[one.field] is Side.THEIRS
            and one.field not in pending
            and mine.get(one.field) == one.theirs != theirs.get(one.field, one.theirs)
        }
        holder = self.work.patients.by_iin(newer["iin"]) if newer.get("iin") else None
        if holder is not None and holder.id != patient.id:
            # No two people here may have one number.
            del newer["iin"]
        if not newer:
            return
        by, at = author_of(shadow.body)
        told_by, told_at = by or UPSTREAM, at or self.at
        saved = self.work.patients.save(with_values(patient, newer, by=told_by, at=told_at))
        changes = changes_between(patient, saved)
        self.work.history.note(
            HistoryLine(saved.id, saved.version, told_at, told_by, HistoryKind.RECEIVED, changes)
        )

    def accept(self, op: Op) -> None:
        """The upstream has it: the resource is known there."""
        shadow = self.shadow
        if shadow is not None:
            receipt = Receipt(shadow.resource_type, shadow.resource_id, shadow.version)
            self.work.outbox.save(
                replace(op, state=OpState.ACCEPTED, receipt=receipt, settled_at=self.at, next_try_at=None)
            )

    def _later_changes(self) -> list[Op]:
        """The changes of the person that are on their way, without the one that waits for this decision."""
        return [
            op
            for op in self.work.outbox.open_of(self.conflict.aggregate_id)
            if op.kind is OpKind.PATIENT_CHANGE and op.op_id != self.conflict.op_id
        ]

    def _chosen_here(self) -> Changes:
        return {
            one.field: [one.theirs, one.mine]
            for one in self.conflict.fields
            if self.choice[one.field] is Side.MINE and one.theirs != one.mine
        }

    def _go_on(self, op: Op, mine: Changes) -> None:
        decided = {one.field for one in self.conflict.fields}
        rest = {name: pair for name, pair in op.payload.get("changes", {}).items() if name not in decided}
        changes = rest | mine
        if changes:
            self.work.outbox.save(
                replace(
                    op,
                    state=OpState.PENDING,
                    payload={name: told for name, told in op.payload.items() if name != BEFORE}
                    | {"changes": changes},
                    base_version=self._seen_version or op.base_version,
                    next_try_at=None,
                )
            )
        else:
            # The upstream's values stand in every field: nothing of the act is left to be sent.
            self.work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=self.at, next_try_at=None))

    def _send(self, mine: Changes) -> None:
        if mine:
            enqueue(
                self.work,
                OpKind.PATIENT_CHANGE,
                aggregate_id=self.conflict.aggregate_id,
                record_id=self.conflict.aggregate_id,
                actor=self.actor,
                at=self.at,
                payload={"changes": mine},
                base_version=self._seen_version,
            )

    @property
    def _seen_version(self) -> str:
        """The version that was decided about; "" when the upstream says something else by now.

        Then the sending compares, and whoever gave the newer value is not overruled by an answer about
        another one.
        """
        shadow = self.shadow
        if shadow is None:
            return ""
        theirs = patient_values(shadow.body) if self.conflict.resource_type == "Patient" else {}
        is_seen = all(theirs.get(one.field, one.theirs) == one.theirs for one in self.conflict.fields)
        return shadow.version if is_seen else ""

    def _begin_from_theirs(self, op: Op) -> None:
        """A later change of a field that was decided for the upstream begins from what stands there.

        One that led to the very value that was given up now, as after an earlier decision about the same
        field, is given up with it: the upstream would otherwise hold what nobody here sees.
        """
        theirs = {
            one.field: (one.mine, one.theirs)
            for one in self.conflict.fields
            if self.choice[one.field] is Side.THEIRS
        }
        changes: Changes = {name: list(pair) for name, pair in op.payload.get("changes", {}).items()}
        moved = {
            name: [theirs[name][1], pair[1]]
            for name, pair in changes.items()
            if name in theirs and pair[0] == theirs[name][0]
        }
        left = {name: pair for name, pair in (changes | moved).items() if name not in self._given_up}
        if not left:
            self.work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=self.at, next_try_at=None))
        elif left != changes:
            self.work.outbox.save(replace(op, payload={**op.payload, "changes": left}))

    @property
    def _given_up(self) -> frozenset[str]:
        """The fields in which the person here took the upstream's value by this decision."""
        before = values_of(self.patient)
        return frozenset(
            one.field
            for one in self.conflict.fields
            if self.choice[one.field] is Side.THEIRS and before.get(one.field) == one.mine
        )

    def _note(self, version: int, changes: Mapping[str, tuple[str, str]]) -> None:
        if changes:
            ordered = {name: changes[name] for name in FIELDS if name in changes}
            self.work.history.note(
                HistoryLine(self.patient.id, version, self.at, self.actor.user, HistoryKind.DECIDED, ordered)
            )
