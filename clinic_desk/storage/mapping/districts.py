"""Parts of streets and moves between districts in their tables."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from clinic_desk.domain.districts import AgeGroup, DistrictMove, Selection, StreetPart
from clinic_desk.domain.ids import DistrictId, DistrictMoveId, StreetId
from clinic_desk.domain.street_parts import Houses
from clinic_desk.domain.streets import Street, StreetSide
from clinic_desk.services.districts_port import StreetChange
from clinic_desk.storage.mapping.form import Form
from clinic_desk.storage.statement import Row
from clinic_desk.storage.tables import streets
from clinic_desk.storage.values import json_of, json_text, moment_of, optional_moment_of


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


def what_text(what: StreetPart | AgeGroup, change: StreetChange) -> str:
    """What was moved as JSON, with the parts of streets as they were and as they are now."""
    return json_text(
        _what_said(what)
        | {
            "removed": [_write_street(street) for street in change.removed],
            "added": [_write_street(street) for street in change.added],
        }
    )


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
        Selection(DistrictId(from_id), _what_of(json_of(what))),
        DistrictId(to_id),
        people,
        reason,
        allowed_by,
        optional_moment_of(undone_at),
        undone_by,
    )


def _what_said(what: StreetPart | AgeGroup) -> dict[str, Any]:
    if isinstance(what, AgeGroup):
        return {"from": what.years_from, "kind": "ages", "on": what.on.isoformat(), "to": what.years_to}
    return {
        "from": what.houses.house_from,
        "keys": list(what.keys),
        "kind": "street",
        "side": what.houses.side.value,
        "to": what.houses.house_to,
    }


def _what_of(said: dict[str, Any]) -> StreetPart | AgeGroup:
    if said["kind"] == "ages":
        return AgeGroup(said["from"], said["to"], dt.date.fromisoformat(said["on"]))
    return StreetPart(tuple(said["keys"]), Houses(StreetSide(said["side"]), said["from"], said["to"]))
