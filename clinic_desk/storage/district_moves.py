"""Moves of many people between districts: statements over sets, told and stopped piece by piece.

The people of a move are listed by their row numbers, with the version that the move gave them; the list is
made first, so that each piece of the work is a range of it and the undo knows whom it reaches.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

from clinic_desk.domain.districts import AgeGroup, DistrictMove, Selection, StreetChange, StreetPart
from clinic_desk.domain.errors import Cancelled, NotFound
from clinic_desk.domain.ids import DistrictMoveId
from clinic_desk.domain.streets import StreetSide
from clinic_desk.services.progress import CancelCheck, Progress
from clinic_desk.storage.mapping.districts import MOVE_COLUMNS, change_of, move_of, what_text
from clinic_desk.storage.statement import UnitDriver
from clinic_desk.storage.values import day_text, moment_text

_CHUNK: Final = 1_000
# Whom an undo leaves alone: moved on by a later act, by a case of attachment, or not here any more.
_STILL_THERE: Final = """
    patients.is_here = 1 AND patients.district_id = moves.to_id
    AND NOT EXISTS (
        SELECT 1 FROM district_move_people AS later JOIN district_moves AS act ON act.seq = later.move
        WHERE later.patient = patients.seq AND later.move > moves.seq AND act.undone_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM attachment_cases AS anew
        WHERE anew.patient_id = patients.id AND anew.state = 'in_force' AND anew.opened_at > moves.at)
    """
_MOVED: Final = """
    district_moves AS moves JOIN district_move_people AS moved ON moved.move = moves.seq
    JOIN patients ON patients.seq = moved.patient
    """


class DistrictMoves:
    """The moves and the people in them, over the driver of an open transaction."""

    def __init__(self, driver: UnitDriver) -> None:
        self._driver = driver

    def make(
        self, move: DistrictMove, streets: StreetChange, progress: Progress, cancelled: CancelCheck
    ) -> DistrictMove:
        """The people belong to the other district, one version on; the move with their count.

        Raises:
            Cancelled: the person stopped; the transaction must not be committed.
        """
        chosen, values = chosen_people(move.selection)
        seq = self._driver.execute(
            'INSERT INTO district_moves (id, at, "by", from_id, to_id, what, people, reason, allowed_by) '
            "VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?)",
            (
                move.id,
                moment_text(move.at),
                move.by,
                move.selection.district_id,
                move.to_id,
                what_text(move.selection, streets),
                move.reason,
                move.allowed_by,
            ),
        ).lastrowid
        people = self._driver.execute(
            "INSERT INTO district_move_people (move, patient, version) "  # noqa: S608 - own words
            f"SELECT ?, seq, version + 1 FROM patients WHERE {chosen} ORDER BY seq",
            (seq, *values),
        ).rowcount
        self._driver.execute("UPDATE district_moves SET people = ? WHERE seq = ?", (people, seq))
        listed = "SELECT patient FROM district_move_people WHERE move = ? AND patient > ? AND patient <= ?"
        self._give(move.to_id, move.at, listed, seq, progress, cancelled)
        return replace(move, people=people)

    def undoable(self, move_id: DistrictMoveId) -> tuple[int, int, StreetChange]:
        """Whom an undo would bring back, how many it would leave, and the streets of the move.

        Raises:
            NotFound: `district.no_such_move`.
        """
        seq, _, what, _ = self._standing(move_id)
        people, all_of_them = self._driver.execute(
            f"SELECT coalesce(sum({_STILL_THERE}), 0), count(*) FROM {_MOVED} WHERE moves.seq = ?",  # noqa: S608
            (seq,),
        ).fetchone()
        return people, all_of_them - people, change_of(what)

    def undo(
        self, move_id: DistrictMoveId, by: str, at: dt.datetime, progress: Progress, cancelled: CancelCheck
    ) -> None:
        """Whoever is still where the move put them goes back.

        Raises:
            NotFound: `district.no_such_move`.
            Cancelled: the person stopped; the transaction must not be committed.
        """
        seq, from_id, _, _ = self._standing(move_id)
        listed = (
            f"SELECT patients.seq FROM {_MOVED} WHERE moves.seq = ? "  # noqa: S608 - own words
            f"AND moved.patient > ? AND moved.patient <= ? AND {_STILL_THERE}"
        )
        self._give(from_id, at, listed, seq, progress, cancelled)
        self._driver.execute(
            "UPDATE district_moves SET undone_at = ?, undone_by = ? WHERE seq = ?",
            (moment_text(at), by, seq),
        )

    def all(self, limit: int) -> list[DistrictMove]:
        """Newest first."""
        sql = f"SELECT {MOVE_COLUMNS} FROM district_moves ORDER BY seq DESC LIMIT ?"  # noqa: S608
        return [move_of(row) for row in self._driver.execute(sql, (limit,))]

    def _standing(self, move_id: DistrictMoveId) -> tuple[int, str, str, str]:
        row = self._driver.execute(
            "SELECT seq, from_id, what, to_id FROM district_moves WHERE id = ? AND undone_at IS NULL",
            (move_id,),
        ).fetchone()
        if row is None:
            raise NotFound("district.no_such_move")
        seq, from_id, what, to_id = row
        return seq, from_id, what, to_id

    def _give(
        self,
        district_id: str,
        at: dt.datetime,
        listed: str,
        move: int,
        progress: Progress,
        cancelled: CancelCheck,
    ) -> None:
        """The people that `listed` names between two row numbers, piece by piece."""
        seqs = [
            patient
            for (patient,) in self._driver.execute(
                "SELECT patient FROM district_move_people WHERE move = ? ORDER BY patient", (move,)
            )
        ]
        low = 0
        for done in range(0, len(seqs), _CHUNK):
            if cancelled():
                raise Cancelled
            progress(done, len(seqs))
            high = seqs[min(done + _CHUNK, len(seqs)) - 1]
            self._driver.execute(
                "UPDATE patients SET district_id = ?, updated_at = ?, version = version + 1 "  # noqa: S608
                f"WHERE seq IN ({listed})",
                (district_id, moment_text(at), move, low, high),
            )
            low = high
        progress(len(seqs), len(seqs))


def chosen_people(selection: Selection) -> tuple[str, list[Any]]:
    """The condition that a selected person meets, and its values."""
    condition, values = "is_here = 1 AND district_id = ?", [selection.district_id]
    for more, added in (_of_ages(selection.ages), _of_street(selection.street)):
        condition += more
        values += added
    return condition, values


def without_house(selection: Selection) -> tuple[str, list[Any]]:
    """The condition for people of whom nobody can tell whether they live on the chosen part."""
    street = selection.street
    if street is None or street.houses.is_whole:
        return "0", []
    whole, values = chosen_people(replace(selection, street=StreetPart(street.keys)))
    return f"{whole} AND house IS NULL", values


def _of_ages(ages: AgeGroup | None) -> tuple[str, list[Any]]:
    if ages is None:
        return "", []
    return " AND birth_date > ? AND birth_date <= ?", [day_text(ages.born_after), day_text(ages.born_until)]


def _of_street(street: StreetPart | None) -> tuple[str, list[Any]]:
    if street is None:
        return "", []
    condition = f" AND street_key <> '' AND street_key IN ({', '.join('?' * len(street.keys))})"
    values: list[Any] = list(street.keys)
    houses = street.houses
    if houses.side is not StreetSide.ALL:
        condition += " AND house % 2 = ?"
        values.append(int(houses.side is StreetSide.ODD))
    if houses.house_from is not None:
        condition += " AND house >= ?"
        values.append(houses.house_from)
    if houses.house_to is not None:
        condition += " AND house <= ?"
        values.append(houses.house_to)
    return condition, values
