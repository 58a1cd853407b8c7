"""Parts of streets and moves between districts in their tables."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from clinic_desk.domain.districts import AgeGroup, DistrictMove, Selection, StreetChange, StreetPart
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, StreetId
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import Street, StreetSide
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import streets
from clinic_desk.storage.values import day_text, json_of, json_text, moment_of, optional_moment_of


def _write_street(street: Street) -> tuple[Any, ...]:
    return (
        street.id,
        street.name,
        street.key,
        street.district_id,
        street.side.value,
        street.house_from,
        street.house_to,
    )


def _read_street(row: Row) -> Street:
    street_id, name, key, district_id, side, house_from, house_to = row
    return Street(
        StreetId(street_id), name, key, DistrictId(district_id), StreetSide(side), house_from, house_to
    )


STREET: Final = Form(
    streets,
    ("id", "street", "street_key", "district_id", "side", "house_from", "house_to"),
    _write_street,
    _read_street,
)
MOVE_COLUMNS: Final = (
    '"id", "at", "by", "from_id", "to_id", "what", "people", "reason", "allowed_by", "undone_at", "undone_by"'
)


def what_text(selection: Selection, change: StreetChange) -> str:
    """What was moved as JSON, with the parts of streets as they were and as they are now."""
    street, ages = selection.street, selection.ages
    said: dict[str, Any] = {
        "removed": [_write_street(part) for part in change.removed],
        "added": [_write_street(part) for part in change.added],
    }
    if street is not None:
        houses = street.houses
        said["street"] = [list(street.keys), houses.side.value, houses.house_from, houses.house_to]
    if ages is not None:
        said["ages"] = [ages.years_from, ages.years_to, day_text(ages.on)]
    return json_text(said)


def change_of(text: str) -> StreetChange:
    """The parts of streets out of `what_text`."""
    said = json_of(text)
    return StreetChange(
        tuple(_read_street(row) for row in said["removed"]), tuple(_read_street(row) for row in said["added"])
    )


def move_of(row: Row) -> DistrictMove:
    """The move in a row of `MOVE_COLUMNS`."""
    move_id, at, by, from_id, to_id, what, people, reason, allowed_by, undone_at, undone_by = row
    return DistrictMove(
        DistrictMoveId(move_id),
        moment_of(at),
        by,
        _selection_of(DistrictId(from_id), json_of(what)),
        DistrictId(to_id),
        people,
        reason,
        allowed_by,
        optional_moment_of(undone_at),
        undone_by,
    )


def _selection_of(district_id: DistrictId, said: dict[str, Any]) -> Selection:
    street = ages = None
    if "street" in said:
        keys, side, house_from, house_to = said["street"]
        street = StreetPart(tuple(keys), Houses(StreetSide(side), house_from, house_to))
    if "ages" in said:
        years_from, years_to, on = said["ages"]
        ages = AgeGroup(years_from, years_to, dt.date.fromisoformat(on))
    return Selection(district_id, street, ages)
