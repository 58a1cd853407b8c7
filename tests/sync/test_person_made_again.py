"""An old registration is offered again after the person was made anew as they are now."""

from collections.abc import Callable

import pytest

from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from tests.sync.healing import decide_one, drain
from tests.sync.promises import check_copies_equal, check_nothing_vanished
from tests.sync.site import iin_of, person_form
from tests.sync.world import World

REGISTERED, NOW = "+77010000000", "+77011111112"


@pytest.mark.parametrize("is_mine", [True, False])
def test_the_chosen_value_stands_here_too(new_world: Callable[[], World], is_mine: bool) -> None:
    world = new_world()
    site = world.desk()
    backup = world.server.snapshot()
    patient = site.register(person_form(3))
    world.round(site)
    # The upstream forgets the person, and the desk does not know it yet when it sends a change.
    site.change(patient.id, phone="+7 701 111 11 12")
    world.forward(minutes=1)
    world.server.restore(backup)
    world.send(site)
    service = ConflictService(site.store, site.clock, site.use.patients)
    (gone,) = service.open()
    assert gone.kind is ConflictKind.GONE
    world.round(site)
    assert decide_one(site, is_mine=True)
    assert world.go_on_if_restored(site)
    drain(world)
    (row,) = service.open()
    assert row.kind is ConflictKind.FIELDS
    assert [(one.mine, one.theirs) for one in row.fields] == [(REGISTERED, NOW)]
    assert decide_one(site, is_mine=is_mine)
    drain(world)
    world.take_into_clinic(str(world.upstream_person(iin_of(3))))
    drain(world)
    person = site.patient(patient.id)
    assert person.phone is not None
    assert person.phone.e164 == (REGISTERED if is_mine else NOW)
    check_copies_equal([site], world.lines["T2"])
    check_nothing_vanished(site)
