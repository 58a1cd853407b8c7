"""The upstream says yet another value while a difference waits for a person: the answer must not lose it."""

from collections.abc import Callable

import pytest

from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from tests.sync.healing import decide_one, drain
from tests.sync.promises import check_copies_equal, check_nothing_vanished
from tests.sync.site import Site, iin_of, person_form
from tests.sync.world import OTHERS, World

ASKED, NEWER = "+77011111110", "+77011111113"


@pytest.fixture
def asked(new_world: Callable[[], World]) -> tuple[World, Site]:
    """A desk whose question about a phone is open, and an upstream that has a newer phone by now."""
    world = new_world()
    site = world.desk()
    patient = site.register(person_form(1))
    world.round(site)
    upstream_id = str(world.upstream_person(iin_of(1)))
    world.take_into_clinic(upstream_id)
    world.round(site)
    site.change(patient.id, phone="+7 701 111 11 11")
    world.change_upstream(upstream_id, phone=ASKED)
    world.round(site)
    world.change_upstream(upstream_id, phone=NEWER)
    world.round(site)
    (row,) = ConflictService(site.store, site.clock, site.use.patients).open()
    assert row.kind is ConflictKind.FIELDS
    assert [one.theirs for one in row.fields] == [ASKED]
    return world, site


def test_whoever_chooses_the_upstreams_value_has_the_newest_one(asked: tuple[World, Site]) -> None:
    world, site = asked
    assert decide_one(site, is_mine=False)
    patient = site.use.patients.by_iin(iin_of(1))
    assert patient is not None
    assert patient.phone is not None
    assert patient.phone.e164 == NEWER
    received = [line for line in site.use.patients.history(patient.id) if line.what is HistoryKind.RECEIVED]
    assert (received[0].by, received[0].changes) == (OTHERS, {"phone": (ASKED, NEWER)})
    drain(world)
    check_copies_equal([site], world.lines["T2"])
    check_nothing_vanished(site)


def test_whoever_chooses_the_own_value_is_asked_about_the_newest_one(asked: tuple[World, Site]) -> None:
    world, site = asked
    assert decide_one(site, is_mine=True)
    world.round(site)
    (row,) = ConflictService(site.store, site.clock, site.use.patients).open()
    assert [one.theirs for one in row.fields] == [NEWER]
