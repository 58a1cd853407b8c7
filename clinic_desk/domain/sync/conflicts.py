"""Something a person has to decide between the desk and the upstream."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clinic_desk.domain.ids import ConflictId


class ConflictKind(StrEnum):
    """What is to be decided; stored values."""

    FIELDS = "fields"
    """The same field holds one value here and another one upstream."""
    DUPLICATE = "duplicate"
    """The upstream knows somebody with this IIN who may or may not be this person."""
    GONE = "gone"
    """The upstream no longer has what is to be changed."""


class Side(StrEnum):
    """Whose value stands."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field with both values, as the texts of `domain.patient_history.values_of`.

    `by` and `at` say who wrote each value and when (aware UTC, None where the upstream does not say).
    `evidence` is the kind of document that backs a value, "" for somebody's word.
    """

    field: str
    base: str
    mine: str
    theirs: str
    mine_by: str = ""
    mine_at: dt.datetime | None = None
    mine_evidence: str = ""
    theirs_by: str = ""
    theirs_at: dt.datetime | None = None
    theirs_evidence: str = ""


@dataclass(frozen=True, slots=True)
class SyncConflict:
    """One item for a person. `op_id` is the operation that waits, "" when the difference came by itself."""

    id: ConflictId
    kind: ConflictKind
    aggregate_id: str
    opened_at: dt.datetime
    resource_type: str
    resource_id: str
    op_id: str = ""
    fields: tuple[FieldConflict, ...] = ()
    resolved_at: dt.datetime | None = None
    resolved_by: str = ""
    choice: Mapping[str, Side] = field(default_factory=dict)
    reason: str = ""
    """Why two people were kept apart or a change was given up, in the words of who decided."""

    @property
    def is_open(self) -> bool:
        """True until somebody has decided."""
        return self.resolved_at is None
