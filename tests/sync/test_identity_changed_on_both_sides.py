"""Who somebody is was changed here and upstream, in different fields: asked, whichever was seen first."""

from collections.abc import Callable

import pytest

from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from tests.sync.healing import decide_one, drain
from tests.sync.promises import check_copies_equal, check_nothing_vanished
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import World

OURS, THEIRS = "Басқаева", "Айгүл"


@pytest.fixture
def met(new_world: Callable[[], World]) -> tuple[World, Site, str, str]:
    """A desk, and a person whom both sides know: the desk's id and the upstream's."""
    world = new_world()
    site = world.desk()
    patient = site.register(person_form(1))
    world.round(site)
    upstream_id = str(world.upstream_person(iin_of(1)))
    world.take_into_clinic(upstream_id)
    world.round(site)
    return world, site, patient.id, upstream_id


@pytest.mark.parametrize("is_mine", [True, False])
@pytest.mark.parametrize("is_read_first", [True, False])
def test_two_halves_are_asked_about(
    met: tuple[World, Site, str, str], is_read_first: bool, is_mine: bool
) -> None:
    world, site, patient_id, upstream_id = met
    site.change(patient_id, surname=OURS)
    world.change_upstream(upstream_id, given_name=THEIRS)
    if is_read_first:
        world.receive(site)
    world.round(site)
    (row,) = ConflictService(site.store, site.clock, site.use.patients).open()
    told = {one.field: (one.base, one.mine, one.theirs) for one in row.fields}
    assert told == {
        "surname": ("Үлгібаева", OURS, "Үлгібаева"),
        "given_name": ("Айсұлу", "Айсұлу", THEIRS),
    }
    assert decide_one(site, is_mine=is_mine)
    drain(world)
    name = site.patient(patient_id).name
    assert (name.surname, name.given_name) == ((OURS, "Айсұлу") if is_mine else ("Үлгібаева", THEIRS))
    assert ConflictService(site.store, site.clock, site.use.patients).open() == []
    check_copies_equal([site], world.lines["T2"])
    check_nothing_vanished(site)


@pytest.mark.parametrize("is_read_first", [True, False])
def test_what_was_told_besides_the_same_change_is_taken(
    met: tuple[World, Site, str, str], is_read_first: bool
) -> None:
    world, site, patient_id, upstream_id = met
    site.change(patient_id, surname=OURS)
    world.change_upstream(upstream_id, surname=OURS, given_name=THEIRS)
    if is_read_first:
        world.receive(site)
    drain(world)
    name = site.patient(patient_id).name
    assert (name.surname, name.given_name) == (OURS, THEIRS)
    assert ConflictService(site.store, site.clock, site.use.patients).open() == []
    check_copies_equal([site], world.lines["T2"])
