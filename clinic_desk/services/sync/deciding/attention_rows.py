"""What the screen of the exchange shows of each operation and of each difference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from clinic_desk.domain.ids import ConflictId, OpId
from clinic_desk.domain.sync.conflicts import ConflictKind, FieldConflict, Side
from clinic_desk.domain.sync.ops import LastAnswer, OpKind, OpState
from clinic_desk.services.sync.acts.author import Author


class ItemAct(StrEnum):
    """What a person can do with an operation; words under `sync_screen.act.<value>`."""

    DECIDE = "decide"
    """Open the difference and choose."""
    MEND = "mend"
    """Open the record, correct it and send it again."""
    RETRY = "retry"
    WITHDRAW = "withdraw"
    EXPORT = "export"


class ItemFilter(StrEnum):
    """Which operations the list shows."""

    OPEN = "open"
    """All that is not settled: what needs a person first, then the oldest."""
    WAITING = "waiting"
    ATTENTION = "attention"
    ACCEPTED_TODAY = "accepted_today"


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """One operation as a line of the list.

    Args:
        op_id: its key.
        state: where it stands.
        kind: which act.
        person: the name of the person it is about, "" when nobody knows it any more.
        iin_masked: masked IIN, "" without one.
        number: the printed number of a referral, "" for anything else.
        actor: who did it; desk: the code of the desk.
        acted_at: when it was done, aware UTC.
        attempts: how often it was sent.
        next_try_at: when it goes by itself, aware UTC, None for at once or never.
        answer: what came of the last try; its `text` are the server's own words.
        blocked_by: what it waits for: the operation that needs somebody, of the same person or of the one
            whose record was made one with theirs; None for nothing.
        acts: what a person can do, the first is the one the row offers.
        patient_id: whose card opens.
        record_id: the record it speaks of.
        conflict_id: the difference to decide, None when there is none.
        fields: how many fields differ, 0 for none.
        mended: who corrected it since and under whose name it goes, None when nobody did.
    """

    op_id: OpId
    state: OpState
    kind: OpKind
    person: str
    iin_masked: str
    number: str
    actor: str
    desk: str
    acted_at: dt.datetime
    attempts: int
    next_try_at: dt.datetime | None
    answer: LastAnswer | None
    blocked_by: OpId | None
    acts: tuple[ItemAct, ...]
    patient_id: str
    record_id: str
    conflict_id: ConflictId | None = None
    fields: int = 0
    mended: Author | None = None

    @property
    def is_alone(self) -> bool:
        """True for a difference that came down by itself: no operation waits for it, its key is its own."""
        return self.conflict_id is not None and str(self.op_id) == str(self.conflict_id)


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One difference with all that is needed to decide it.

    `proposed` names the side that a document backs, by field; a field without one is left to the person.
    `is_same_person` is true when IIN, birth date and normalised name of both agree.
    """

    id: ConflictId
    kind: ConflictKind
    op_id: str
    person: str
    iin_masked: str
    patient_id: str
    opened_at: dt.datetime
    fields: tuple[FieldConflict, ...]
    proposed: dict[str, Side]
    is_same_person: bool
