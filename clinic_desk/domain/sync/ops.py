"""An operation: one act of a person on its way to the upstream.

Operations of one aggregate (the person they are about) go strictly in the order of `seq`; those of
different people know nothing of each other. Everything needed to send an operation under the right name and
act time, from this desk or later through the clinic's hub, stands in it: unit, author, desk, base version,
order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from clinic_desk.domain.ids import OpId


class OpKind(StrEnum):
    """Which act it was; stored values."""

    PATIENT_REGISTER = "patient.register"
    PATIENT_CHANGE = "patient.change"
    PATIENT_MERGE = "patient.merge"
    PATIENT_UNMERGE = "patient.unmerge"
    ATTACHMENT_SEND = "attachment.send"
    ATTACHMENT_END = "attachment.end"
    """An application was withdrawn, or an attachment in force ended here."""
    REFERRAL_ISSUE = "referral.issue"
    REFERRAL_MOVE = "referral.move"
    INSURANCE_ASK = "insurance.ask"
    INSURANCE_RECORD = "insurance.record"


class OpState(StrEnum):
    """Where the operation stands; stored values.

    `sending` found at the start is pending again: the reply may have been lost.
    """

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    """Both sides changed the same field; a person decides."""
    REJECTED = "rejected"
    """The upstream said no; a person mends it or takes it back."""
    HELD = "held"
    """Nobody can tell yet whom it is about (a possible duplicate); a person decides."""
    WITHDRAWN = "withdrawn"


_S = OpState
SETTLED: Final = frozenset({_S.ACCEPTED, _S.WITHDRAWN})
"""Nothing more will happen to these."""
ATTENTION: Final = frozenset({_S.CONFLICT, _S.REJECTED, _S.HELD})
"""A person has to act; later operations of the same aggregate wait."""
OP_MOVES: Final[Mapping[OpState, frozenset[OpState]]] = {
    _S.PENDING: frozenset({_S.SENDING, _S.WITHDRAWN}),
    _S.SENDING: frozenset({_S.PENDING, _S.ACCEPTED, _S.CONFLICT, _S.REJECTED, _S.HELD}),
    _S.CONFLICT: frozenset({_S.PENDING, _S.ACCEPTED, _S.WITHDRAWN}),
    _S.REJECTED: frozenset({_S.PENDING, _S.WITHDRAWN}),
    _S.HELD: frozenset({_S.PENDING, _S.ACCEPTED, _S.WITHDRAWN}),
    _S.ACCEPTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """What came of the last try.

    `code` is ours and has words under `sync.answer.<code>`; `text` are the server's own words, shown as a
    quotation and never as ours; `status` the HTTP status, None when nothing came; `at` is aware UTC.
    """

    code: str
    at: dt.datetime
    text: str = ""
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that the upstream has it: which resource, at which version."""

    resource_type: str
    resource_id: str
    version: str


@dataclass(frozen=True, slots=True)
class Op:
    """One operation of the outbox.

    Args:
        seq: its place on this desk; 0 until stored.
        op_id: the key under which the upstream knows it, however often it is sent.
        unit_id: operations of one unit land together or not at all (at most 8 resources).
        kind: which act.
        aggregate_id: the person it is about.
        record_id: the record that was made or changed (person, referral, case, check).
        actor: who did it; stays the author whoever is at the desk when it is sent.
        desk: the code of the desk.
        acted_at: when it was done, by the desk's clock, aware UTC; for showing only.
        base_version: the upstream's version of the record that was known then, "" for none.
        payload: what is needed to send it and is not in the record itself: for a change of a person
            `{"changes": {field: [old, new]}}` with the texts of `domain.patient_history.values_of`.
        depends_on: another operation (often of another aggregate) that must be accepted first, "" for none.
        next_try_at: not before this moment, None for at once.
    """

    seq: int
    op_id: OpId
    unit_id: str
    kind: OpKind
    aggregate_id: str
    record_id: str
    actor: str
    desk: str
    acted_at: dt.datetime
    base_version: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    depends_on: str = ""
    state: OpState = OpState.PENDING
    attempts: int = 0
    next_try_at: dt.datetime | None = None
    first_sent_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None
    answer: LastAnswer | None = None
    receipt: Receipt | None = None
    reason: str = ""
    """Why it was withdrawn or mended, in the words of who did it."""

    @property
    def needs_person(self) -> bool:
        """True when it goes on only after somebody decided."""
        return self.state in ATTENTION
