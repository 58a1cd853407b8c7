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
from clinic_desk.services.actor import Actor
from clinic_desk.services.ports import UnitOfWork
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.deciding.person_values import with_values
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
        change goes its own way.
        """
        now = values_of(self.patient)
        taken = {
            one.field: one.theirs
            for one in self.conflict.fields
            if self.choice[one.field] is Side.THEIRS and now.get(one.field) == one.mine
        }
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
        for later in self.work.outbox.open_of(self.conflict.aggregate_id):
            if later.kind is OpKind.PATIENT_CHANGE and later.op_id != self.conflict.op_id:
                self._begin_from_theirs(later)

    def accept(self, op: Op) -> None:
        """The upstream has it: the resource is known there."""
        shadow = self.shadow
        if shadow is not None:
            receipt = Receipt(shadow.resource_type, shadow.resource_id, shadow.version)
            self.work.outbox.save(
                replace(op, state=OpState.ACCEPTED, receipt=receipt, settled_at=self.at, next_try_at=None)
            )

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
        shadow = self.shadow
        if changes:
            self.work.outbox.save(
                replace(
                    op,
                    state=OpState.PENDING,
                    payload={**op.payload, "changes": changes},
                    base_version=shadow.version if shadow else op.base_version,
                    next_try_at=None,
                )
            )
        else:
            # The upstream's values stand in every field: nothing of the act is left to be sent.
            self.work.outbox.save(replace(op, state=OpState.WITHDRAWN, settled_at=self.at, next_try_at=None))

    def _send(self, mine: Changes) -> None:
        if mine:
            shadow = self.shadow
            enqueue(
                self.work,
                OpKind.PATIENT_CHANGE,
                aggregate_id=self.conflict.aggregate_id,
                record_id=self.conflict.aggregate_id,
                actor=self.actor,
                at=self.at,
                payload={"changes": mine},
                base_version=shadow.version if shadow else "",
            )

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
