"""Loads of districts, their streets and the moves between them in the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final

from clinic_desk.domain.districts import DistrictLoad, DistrictMove, Selection, StreetChange
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, DoctorId, StreetId
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.streets import Street
from clinic_desk.services.districts_port import PersonToMove, ToMove, Undoable
from clinic_desk.services.progress import CancelCheck, Progress
from clinic_desk.storage.district_moves import DistrictMoves, chosen_people, without_house
from clinic_desk.storage.mapping.districts import STREET
from clinic_desk.storage.statement import UnitDriver
from clinic_desk.storage.values import day_of, day_text

# Nothing but `ix_patients_district_id` is read for these.
_LOADS: Final = """
    SELECT district_id, count(*), coalesce(sum(birth_date > ?), 0)
    FROM patients INDEXED BY ix_patients_district_id
    WHERE is_here = 1 AND district_id IS NOT NULL GROUP BY district_id
    """
_OF_DOCTOR: Final = """
    SELECT count(*) FROM patients INDEXED BY ix_patients_district_id
    WHERE is_here = 1 AND district_id IN (SELECT id FROM districts WHERE doctor_id = ?)
    """
_STREETS: Final = (
    f"{STREET.select_sql} WHERE district_id = coalesce(?, district_id) "
    "ORDER BY street_key, house_from, side, seq"
)


class SqlDistricts:
    """`DistrictStore` over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver
        self._moves = DistrictMoves(driver)

    def loads(self, children_born_after: dt.date) -> dict[DistrictId, DistrictLoad]:
        """By district, without districts that have nobody."""
        rows = self._driver.execute(_LOADS, (day_text(children_born_after),))
        return {DistrictId(district_id): DistrictLoad(people, kids) for district_id, people, kids in rows}

    def people_of_doctor(self, doctor_id: DoctorId) -> int:
        """Over all districts of the doctor."""
        (people,) = self._driver.execute(_OF_DOCTOR, (doctor_id,)).fetchone()
        return int(people)

    def streets_of(self, street_key: str) -> list[Street]:
        """The parts of one street in all districts."""
        sql = f"{STREET.select_sql} WHERE street_key = ? ORDER BY seq"
        return [STREET.read(row) for row in self._driver.execute(sql, (street_key,))]

    def streets(self, district_id: DistrictId | None = None) -> list[Street]:
        """Of one district or of all, by name and house."""
        return [STREET.read(row) for row in self._driver.execute(_STREETS, (district_id,))]

    def people_by_street(self, district_id: DistrictId) -> dict[str, tuple[int, str]]:
        """How many, and one of their addresses, by the key of the street; under "" who has no street."""
        rows = self._driver.execute(
            "SELECT street_key, count(*), min(address) FROM patients WHERE is_here = 1 AND district_id = ? "
            "GROUP BY street_key",
            (district_id,),
        )
        return {key: (people, address) for key, people, address in rows}

    def street_counts(self) -> dict[DistrictId, int]:
        """How many streets each district has a part of."""
        rows = self._driver.execute(
            "SELECT district_id, count(DISTINCT street_key) FROM streets GROUP BY district_id"
        )
        return {DistrictId(district_id): count for district_id, count in rows}

    def put_street(self, street: Street) -> None:
        """Added, or written over the one of the same identity."""
        if not STREET.replace(self._driver, street):
            STREET.add(self._driver, street)

    def remove_streets(self, street_ids: Iterable[StreetId]) -> None:
        """The parts are gone."""
        self._driver.executemany("DELETE FROM streets WHERE id = ?", ((one,) for one in street_ids))

    def count(self, selection: Selection) -> int:
        """How many people a selection holds."""
        chosen, values = chosen_people(selection)
        (people,) = self._driver.execute(f"SELECT count(*) FROM patients WHERE {chosen}", values).fetchone()  # noqa: S608
        return int(people)

    def count_to_move(self, selection: Selection, children_born_after: dt.date, examples: int = 3) -> ToMove:
        """What a selection holds, counted without changing anything."""
        chosen, values = chosen_people(selection)
        people, children, open_cases = self._driver.execute(
            "SELECT count(*), coalesce(sum(birth_date > ?), 0), coalesce(sum(EXISTS ("  # noqa: S608
            "SELECT 1 FROM attachment_cases WHERE patient_id = patients.id "
            "AND state IN ('draft', 'consented', 'sent', 'accepted'))), 0) "
            f"FROM patients WHERE {chosen}",
            (day_text(children_born_after), *values),
        ).fetchone()
        rows = self._driver.execute(
            "SELECT surname, given_name, patronymic, birth_date, address "  # noqa: S608
            f"FROM patients WHERE {chosen} ORDER BY seq LIMIT ?",
            (*values, examples),
        )
        shown = tuple(
            PersonToMove(PersonName(surname, given, patronymic), day_of(born), address)
            for surname, given, patronymic, born, address in rows
        )
        left, values = without_house(selection)
        (homeless,) = self._driver.execute(f"SELECT count(*) FROM patients WHERE {left}", values).fetchone()  # noqa: S608
        return ToMove(DistrictLoad(people, children), shown, homeless, open_cases)

    def move(
        self,
        move: DistrictMove,
        streets: StreetChange,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> DistrictMove:
        """The selected people and parts of streets belong to the other district."""
        self._replace_streets(streets)
        return self._moves.make(move, streets, progress, cancelled)

    def undoable(self, move_id: DistrictMoveId) -> Undoable:
        """What `undo_move` would do."""
        people, left, streets = self._moves.undoable(move_id)
        return Undoable(people, left, not self._is_as_left(streets))

    def undo_move(
        self, move_id: DistrictMoveId, by: str, at: dt.datetime, progress: Progress, cancelled: CancelCheck
    ) -> Undoable:
        """Back as before the move; whoever was moved since stays where they are."""
        people, left, streets = self._moves.undoable(move_id)
        as_left = self._is_as_left(streets)
        if as_left:
            self._replace_streets(StreetChange(streets.added, streets.removed))
        self._moves.undo(move_id, by, at, progress, cancelled)
        return Undoable(people, left, not as_left)

    def moves(self, limit: int = 50) -> list[DistrictMove]:
        """Newest first."""
        return self._moves.all(limit)

    def _replace_streets(self, change: StreetChange) -> None:
        self.remove_streets(street.id for street in change.removed)
        for street in change.added:
            STREET.add(self._driver, street)

    def _is_as_left(self, change: StreetChange) -> bool:
        """True while every part that a move made still stands and nothing came back in its place."""
        for street in change.added:
            row = self._driver.execute(f"{STREET.select_sql} WHERE id = ?", (street.id,)).fetchone()
            if row is None or STREET.read(row) != street:
                return False
        return True
