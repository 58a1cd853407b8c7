"""Rows of SYNC's table "Promises under fault" about two desks, each beside what fails without it.

See `test_promises_under_fault`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.domain.sync.person_match import PersonMatch
from clinic_desk.fhir.patient import patient_values
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from clinic_desk.services.sync.down.arrivals import patients as arriving
from clinic_desk.services.sync.up import creating, sending, updating
from tests.sync.healing import drain, heal_and_drain
from tests.sync.machine.line import Line
from tests.sync.promises import (
    check_at_rest,
    check_copies_equal,
    check_nothing_vanished,
    everything,
    place_of,
)
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import World

NewWorld = Callable[[], World]


def _known_to_both(world: World) -> tuple[Site, Site, str, str]:
    """Two desks that have the same person from upstream: the desks and their own ids of the person."""
    first, second = world.desk("T2"), world.desk("T3", "Оспанова Б.")
    mine = first.register(person_form(1))
    world.round(first)
    world.take_into_clinic(str(world.upstream_person(iin_of(1))))
    world.round(first)
    world.round(second)
    theirs = second.use.patients.by_iin(iin_of(1))
    assert theirs is not None
    return first, second, mine.id, theirs.id


# two desks edit different fields / one field ----------------------------------------------------------


def _different_fields_are_both_kept(world: World) -> None:
    first, second, mine, theirs = _known_to_both(world)
    first.change(mine, phone="+7 701 444 44 44")
    second.change(theirs, address="Алматы, Төле би 5")
    drain(world)
    assert _open(first, second) == []
    check_copies_equal([first, second], world.lines["T2"])
    kept = patient_values(everything(world.lines["T2"], "Patient")[0])
    assert (kept["phone"], kept["address"]) == ("+77014444444", "Алматы, Төле би 5")


def test_two_desks_edit_different_fields(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without If-Match the second desk's copy of the first field would go over what the first desk saved."""
    _different_fields_are_both_kept(new_world())
    _without_if_match(monkeypatch)
    with pytest.raises(AssertionError):
        _different_fields_are_both_kept(new_world())


def _one_field_is_one_conflict(world: World) -> None:
    first, second, mine, theirs = _known_to_both(world)
    first.change(mine, phone="+7 701 555 55 51")
    second.change(theirs, phone="+7 701 555 55 52")
    drain(world)
    (row,) = _open(first, second)
    assert row.kind is ConflictKind.FIELDS
    assert [one.field for one in row.fields] == ["phone"]
    assert {row.fields[0].mine, row.fields[0].theirs} == {"+77015555551", "+77015555552"}
    assert {row.fields[0].mine_by, row.fields[0].theirs_by} == {first.actor.user, second.actor.user}
    heal_and_drain(world)
    check_copies_equal([first, second], world.lines["T2"])
    for site in (first, second):
        check_at_rest(site)
        check_nothing_vanished(site)


def test_two_desks_edit_one_field(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without If-Match the later one would win in silence."""
    _one_field_is_one_conflict(new_world())
    _without_if_match(monkeypatch)
    with pytest.raises((AssertionError, ValueError)):
        _one_field_is_one_conflict(new_world())


def _without_if_match(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever version is named, the server takes it."""

    def update(self: Line, resource: Any, version: str) -> Any:
        return self._ask("update", "PUT", f"{resource['resourceType']}/{resource['id']}", body=resource)

    monkeypatch.setattr(Line, "update", update)


def _open(*sites: Site) -> list[Any]:
    return [
        row for site in sites for row in ConflictService(site.store, site.clock, site.use.patients).open()
    ]


# both register one IIN offline ------------------------------------------------------------------------


def _one_iin_is_one_patient_or_a_question(world: World) -> None:
    """The same person at both desks is one; another name under the number is a question, never a merge."""
    first, second = world.desk("T2"), world.desk("T3", "Оспанова Б.")
    same = first.register(person_form(1)), second.register(person_form(1))
    other = first.register(person_form(2)), second.register(person_form(2, "Басқаева"))
    drain(world)
    for key in (1, 2):
        assert len([p for p in everything(world.lines["T2"], "Patient") if iin_of(key) in str(p)]) == 1
    (row,) = _open(first, second)
    assert row.kind is ConflictKind.DUPLICATE
    assert row.patient_id == other[1].id
    assert second.patient(other[1].id).name.surname == "Басқаева"
    upstream = patient_values(world.server.get("Patient", str(world.upstream_person(iin_of(2)))) or {})
    assert upstream["surname"] == "Үлгібаева"
    linked = [place_of(first, same[0].id), place_of(second, same[1].id)]
    assert linked[0] == linked[1] != ""
    assert place_of(second, other[1].id) == ""


def test_both_register_one_iin_offline(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the number alone said who somebody is, two people would become one in silence."""
    _one_iin_is_one_patient_or_a_question(new_world())
    for module in (creating, arriving):
        monkeypatch.setattr(module, "match_people", lambda *_: PersonMatch.SAME)
    with pytest.raises((AssertionError, ValueError)):
        _one_iin_is_one_patient_or_a_question(new_world())


# desk clock off by a day ------------------------------------------------------------------------------


def _clock_of_a_desk(world: World, ahead: dt.timedelta) -> None:
    """The later save in the order of the server stands, whatever the clocks of the desks say."""
    first, second, mine, theirs = _known_to_both(world)
    first.clock.moment += ahead
    first.change(mine, phone="+7 701 777 77 71")
    world.round(first)
    world.round(second)
    second.change(theirs, phone="+7 701 777 77 72")
    world.round(second)
    drain(world)
    assert _open(first, second) == []
    check_copies_equal([first, second], world.lines["T2"])
    kept = patient_values(everything(world.lines["T2"], "Patient")[0])
    assert kept["phone"] == "+77017777772"


@pytest.mark.parametrize("hours", [-24, 24])
def test_desk_clock_off_by_a_day(new_world: NewWorld, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """With times of desks to decide by, the desk that is ahead would win."""
    _clock_of_a_desk(new_world(), dt.timedelta(hours=hours))

    def by_the_clock(self: Any, body: Any, version: str) -> Any:
        from clinic_desk.fhir.stamp import author_of

        written_at = author_of(body)[1]
        if written_at is not None and written_at > self.op.acted_at:
            return sending.Outcome(OpState.ACCEPTED, "nothing_to_send", [])
        return made(self, body, version)

    made = updating.ChangePerson._made
    monkeypatch.setattr(updating.ChangePerson, "_made", by_the_clock)
    with pytest.raises((AssertionError, IndexError)):
        _clock_of_a_desk(new_world(), dt.timedelta(hours=24))
