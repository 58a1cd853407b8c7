"""A change that the upstream refused and a registrar took back stays in this desk's record alone."""

from collections.abc import Callable

from clinic_desk.domain.sync.ops import OpState
from tests.sync.healing import drain, settle_one
from tests.sync.promises import check_copies_equal, kept_here
from tests.sync.site import iin_of, person_form
from tests.sync.world import World


def test_only_the_field_that_was_taken_back_may_differ(new_world: Callable[[], World]) -> None:
    world = new_world()
    site = world.desk()
    patient = site.register(person_form(1))
    world.round(site)
    upstream_id = str(world.upstream_person(iin_of(1)))
    world.take_into_clinic(upstream_id)
    world.round(site)
    world.server.reject = lambda body: "жоқ" if body["resourceType"] == "Patient" else None
    site.change(patient.id, phone="+7 701 111 11 12")
    world.round(site)
    (refused,) = site.ops(frozenset({OpState.REJECTED}))
    assert settle_one(site, is_withdrawn=True)
    world.heal()
    world.change_upstream(upstream_id, address="Алматы, Абай 3")
    drain(world)
    person = site.patient(patient.id)
    assert person.phone is not None
    assert (person.phone.e164, person.address) == ("+77011111112", "Алматы, Абай 3")
    assert kept_here(site.ops()) == set(refused.payload["changes"]) == {"phone"}
    check_copies_equal([site], world.lines["T2"])
