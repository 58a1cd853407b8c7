"""What the rounds ask of the store."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

from clinic_desk.domain.ids import ConflictId, OpId, RecallId, ReferralId, ShiftId
from clinic_desk.domain.sync.conflicts import SyncConflict
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.domain.sync.recalls import PaperRecall


class OutboxCounts(NamedTuple):
    """How many operations wait, need a person, and since when the oldest waits (aware UTC)."""

    waiting: int
    attention: int
    oldest: dt.datetime | None


class OutboxStore(Protocol):
    """The operations of this desk; never deleted."""

    def add(self, op: Op) -> Op:
        """The operation with its place in the order."""

    def get(self, op_id: OpId) -> Op | None: ...
    def save(self, op: Op) -> None:
        """Writes what may change: state, tries, answer, receipt, payload of a mended one."""

    def of_aggregate(self, aggregate_id: str) -> list[Op]:
        """In their order, settled ones too."""

    def open_of(self, aggregate_id: str) -> list[Op]:
        """In their order, those that are not settled."""

    def open_of_many(self, aggregates: Collection[str]) -> dict[str, list[Op]]:
        """As `open_of` for many; without those that have none."""

    def known(self, op_ids: Collection[str]) -> set[str]:
        """Which of these keys are operations of this desk."""

    def latest(self, aggregate_id: str, kind: OpKind) -> Op | None: ...
    def has_person(self, patient_id: str) -> bool:
        """Whether the upstream knows the person, or their registration is on its way."""

    def of_record(self, aggregate_id: str, record_id: str) -> list[Op]: ...
    def waiting(self, after_seq: int, limit: int) -> list[Op]:
        """Pending ones behind a place, in their order; whether each may go is for the caller."""

    def in_states(self, states: Collection[OpState], limit: int = 500, offset: int = 0) -> list[Op]:
        """In their order."""

    def accepted_since(self, since: dt.datetime, limit: int) -> list[Op]:
        """The newest first; looked for among the last few thousand operations of this desk."""

    def confirmed_since(self, at: dt.datetime, after_seq: int, limit: int) -> list[Op]:
        """Accepted ones that were settled at or after a moment, behind a place, in their order."""

    def counts(self, actor: str | None = None) -> OutboxCounts:
        """Of everybody, or of one author."""

    def states_since(self, actor: str, since: dt.datetime) -> dict[OpState, int]:
        """How many operations of an author, done at or after `since`, stand in each state."""

    def blocked(self) -> frozenset[str]:
        """The aggregates with an operation that needs a person."""

    def reset_sending(self) -> int:
        """What was being sent when the program ended is pending again; how many."""


@dataclass(frozen=True, slots=True)
class Shadow:
    """The upstream's last known version of a resource.

    `local_id` is our record, "" where there is none (yet). `updated_at` is the server's own text of
    `meta.lastUpdated`. `body` is the resource. `gone_at` is set when the upstream no longer has it.
    """

    resource_type: str
    resource_id: str
    version: str
    updated_at: str
    body: dict[str, Any]
    local_id: str = ""
    gone_at: dt.datetime | None = None
    missed_sweeps: int = 0


class Cursor(NamedTuple):
    """How far a type was read: the server's timestamp (its own text) and the id of the last row taken."""

    resource_type: str
    since: str
    last_id: str = ""
    is_first_done: bool = False
    rows: int = 0
    total: int | None = None


class ShadowStore(Protocol):
    """What the upstream has, as far as this desk knows, and how far it was read."""

    def get(self, resource_type: str, resource_id: str) -> Shadow | None: ...
    def of_local(self, resource_type: str, local_id: str) -> Shadow | None: ...
    def put(self, shadows: Sequence[Shadow]) -> None: ...
    def many(self, resource_type: str, ids: Collection[str]) -> dict[str, Shadow]:
        """As `get` for many, by id; without those that are not known."""

    def known_versions(self, resource_type: str, ids: Collection[str]) -> dict[str, str]: ...
    def known_times(self, resource_type: str, ids: Collection[str]) -> dict[str, tuple[str, str]]:
        """As `known_versions`, each with the server's text of when it was made."""

    def link(self, resource_type: str, resource_id: str, local_id: str) -> None: ...
    def cursor(self, resource_type: str) -> Cursor | None: ...
    def put_cursor(self, cursor: Cursor) -> None: ...
    def wait_for(self, resource_type: str, resource_id: str, wants: str) -> None:
        """The resource came before what it refers to (`wants` is `Type/id`)."""

    def take_waiting(self, wants: str, limit: int = 1_000) -> list[tuple[str, str]]:
        """The (type, id) of those that waited for it, at most so many; they wait no longer."""

    def wanted(self, limit: int = 1_000) -> list[str]:
        """What something waits for and is there now, as `Type/id`."""

    def wanted_under(self, prefix: str, limit: int = 1_000) -> list[str]:
        """What something waits for whose name begins so."""

    def unresolved(self) -> int: ...
    def ids_after(self, resource_type: str, after_id: str, limit: int) -> dict[str, int]:
        """Ids of what is known and not gone behind an id, in order, with the sweeps that missed them."""

    def note_missed(self, resource_type: str, missed: Mapping[str, int]) -> None:
        """Writes how many sweeps in a row missed each."""

    def count(self, resource_type: str) -> int: ...
    def forget_all(self) -> int:
        """No resource, reference or cursor is known any more; how many resources were."""


class ConflictStore(Protocol):
    """What a person has to decide; never deleted."""

    def add(self, conflict: SyncConflict) -> None: ...
    def get(self, conflict_id: ConflictId) -> SyncConflict | None: ...
    def save(self, conflict: SyncConflict) -> None: ...
    def of_op(self, op_id: OpId) -> SyncConflict | None:
        """The open one, else the last."""

    def open(self) -> list[SyncConflict]:
        """Oldest first."""

    def open_of(self, aggregate_id: str) -> list[SyncConflict]:
        """Those about one person, oldest first."""

    def decided_of(self, aggregate_id: str, resource_type: str, resource_id: str) -> list[SyncConflict]:
        """What was decided about one person and one resource."""


class RecallStore(Protocol):
    """Papers to recall; never deleted."""

    def add(self, recall: PaperRecall) -> None: ...
    def get(self, recall_id: RecallId) -> PaperRecall | None: ...
    def save(self, recall: PaperRecall) -> None: ...
    def of_referral(self, referral_id: ReferralId) -> list[PaperRecall]: ...
    def listed(self, *, since: dt.datetime | None = None) -> list[PaperRecall]:
        """The open ones, and those settled at or after `since`; oldest first."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One registrar's time at a desk. `summary` is what the sheet said when it was closed, JSON-ready."""

    id: ShiftId
    user: str
    desk: str
    opened_at: dt.datetime
    closed_at: dt.datetime | None = None
    summary: dict[str, Any] | None = None


class ShiftStore(Protocol):
    """Shifts of this desk."""

    def add(self, shift: Shift) -> None: ...
    def save(self, shift: Shift) -> None: ...
    def open_of(self, user: str) -> Shift | None: ...
    def last_closed(self, user: str | None = None) -> Shift | None:
        """Of one registrar, or of anybody."""


class SyncDay(NamedTuple):
    """What one day (of the clinic) brought."""

    day: dt.date
    sent: int = 0
    accepted: int = 0
    rejected: int = 0
    conflicts: int = 0
    pulled: int = 0


SUPPLIER_LIST_DAY: Final = "supplier_list_day"
"""Under this `SyncStateStore` keeps the day (ISO) on which the upstream's suppliers were read to the end."""


class SyncStateStore(Protocol):
    """What the rounds remember of the upstream between two starts."""

    def get(self, name: str) -> Any | None: ...
    def put(self, name: str, value: Any) -> None: ...
    def day(self, day: dt.date) -> SyncDay: ...
    def count_on(self, more: SyncDay) -> None:
        """Adds to the day's figures."""
