"""What the use cases about people need from the store beside the people themselves."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from clinic_desk.domain.ids import MergeId, PatientId
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.patient_history import HistoryLine


class HistoryStore(Protocol):
    """Every change of people, with old values."""

    def note(self, line: HistoryLine) -> None:
        """Writes a line in the transaction of the act; `merge_id` and `reason` are not kept."""

    def note_many(self, lines: Iterable[HistoryLine]) -> None:
        """As `note`, for many."""

    def of_patient(self, patient_id: PatientId) -> list[HistoryLine]:
        """Newest first: own changes, moves, imports, merges; those of people merged into this one too."""


class Pair(NamedTuple):
    """Two people of whom somebody said that they are not one; `at` is aware UTC."""

    one: PatientId
    other: PatientId
    at: dt.datetime
    by: str
    reason: str


class PairStore(Protocol):
    """Pairs nobody is asked about again; the order of the two does not matter."""

    def put(self, pair: Pair) -> None: ...
    def others_of(self, patient_id: PatientId) -> dict[PatientId, str]:
        """Those who are not this person, with the reason given."""

    def suspects(self, limit: int) -> list[tuple[Patient, Patient]]:
        """People without an IIN beside people born the same day whose names begin alike, newest first.

        Pairs that somebody spoke about are left out.
        """


@dataclass(frozen=True, slots=True)
class Merge:
    """Two records of one person made one. `rows` counts by table what was given to the kept record."""

    id: MergeId
    kept_id: PatientId
    gone_id: PatientId
    at: dt.datetime
    by: str
    allowed_by: str
    reason: str
    gone_name: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    undone_at: dt.datetime | None = None
    undone_by: str = ""


class UndoPlan(NamedTuple):
    """What the undo of a merge would leave with the kept person.

    `added` counts by table the rows that came since the merge; `changed` names the fields that were changed
    since and keep their new value.
    """

    added: dict[str, int]
    changed: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether everything is as before the merge afterwards."""
        return not self.added and not self.changed


class MergeStore(Protocol):
    """Merges and their way back."""

    def get(self, merge_id: MergeId) -> Merge | None: ...
    def last_of(self, kept_id: PatientId) -> Merge | None:
        """The newest merge into that person that still stands."""

    def merged_into(self, gone_id: PatientId) -> PatientId | None:
        """Who holds now what that person had; None when the identity is not one that was merged away."""

    def counts(self, patient_id: PatientId) -> dict[str, int]:
        """How many rows of each table belong to the person."""

    def has_open_case(self, patient_id: PatientId) -> bool:
        """Whether an attachment of the person is under way."""

    def merge(self, merge: Merge, kept: Patient) -> Merge:
        """The other record is gone, `kept` (at the version that was read) has its rows.

        Raises:
            Conflict: `store.changed_elsewhere` when one of them was changed or is gone.
        """

    def plan_undo(self, merge_id: MergeId) -> UndoPlan:
        """What an undo would do.

        Raises:
            NotFound: `merge.not_found`, also when it was undone before.
            Conflict: `merge.later_first`, `merge.kept_is_gone`, `merge.iin_taken`.
        """

    def undo(self, merge_id: MergeId, *, at: dt.datetime, by: str) -> UndoPlan:
        """Both people are as they were; what came since stays with the kept one.

        Raises:
            NotFound, Conflict: as `plan_undo`.
        """
