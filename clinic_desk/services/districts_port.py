"""What use cases about districts need of the store."""
# The names of the methods speak; only what a signature cannot say has a docstring.
# ruff: noqa: D102

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from clinic_desk.domain.districts import DistrictLoad, DistrictMove, Selection, StreetChange
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, DoctorId, StreetId
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.streets import Street
from clinic_desk.services.progress import CancelCheck, Progress


class PersonToMove(NamedTuple):
    """One of the people a move would reach, as an example."""

    name: PersonName
    birth_date: dt.date | None
    address: str


class ToMove(NamedTuple):
    """What a selection holds.

    `without_house` lives on the street without a known house while only some houses are meant: nobody of
    them is moved. `open_cases` counts the open attachment cases of the people who are.
    """

    load: DistrictLoad
    examples: tuple[PersonToMove, ...] = ()
    without_house: int = 0
    open_cases: int = 0


class Undoable(NamedTuple):
    """How many people a move can be taken back for, and how many were moved or attached anew since.

    `streets_changed` when the parts of streets are not any more as the move left them.
    """

    people: int
    left: int
    streets_changed: bool = False


class DistrictStore(Protocol):
    """Who and what belongs to which district; only people attached here count."""

    def loads(self, children_born_after: dt.date) -> dict[DistrictId, DistrictLoad]:
        """By district, without districts that have nobody."""

    def people_of_doctor(self, doctor_id: DoctorId) -> int:
        """Over all districts of the doctor."""

    def streets_of(self, street_key: str) -> list[Street]:
        """The parts of one street in all districts."""

    def streets(self, district_id: DistrictId | None = None) -> list[Street]:
        """Of one district or of all, by name and house."""

    def people_by_street(self, district_id: DistrictId) -> dict[str, tuple[int, str]]:
        """How many, and one of their addresses, by the key of the street; under "" who has no street."""

    def street_counts(self) -> dict[DistrictId, int]: ...
    def put_street(self, street: Street) -> None:
        """Added, or written over the one of the same identity."""

    def remove_streets(self, street_ids: Iterable[StreetId]) -> None: ...

    def count(self, selection: Selection) -> int:
        """How many people a selection holds."""

    def count_to_move(
        self, selection: Selection, children_born_after: dt.date, examples: int = 3
    ) -> ToMove: ...

    def move(
        self,
        move: DistrictMove,
        streets: StreetChange,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> DistrictMove:
        """The selected people and parts of streets belong to the other district; with the count of people.

        Raises:
            Cancelled: the person stopped; the transaction must not be committed.
        """

    def undoable(self, move_id: DistrictMoveId) -> Undoable:
        """What `undo_move` would do.

        Raises:
            NotFound: code `district.no_such_move`, also when it was taken back before.
        """

    def undo_move(
        self, move_id: DistrictMoveId, by: str, at: dt.datetime, progress: Progress, cancelled: CancelCheck
    ) -> Undoable:
        """Back as before the move; whoever was moved since stays where they are.

        Raises:
            NotFound: code `district.no_such_move`.
            Cancelled: the person stopped; the transaction must not be committed.
        """

    def moves(self, limit: int = 50) -> list[DistrictMove]:
        """Newest first."""
