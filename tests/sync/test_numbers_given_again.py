"""A server that was put back gives the number of a version that it lost to another one."""

from collections.abc import Callable

from tests.sync.healing import drain
from tests.sync.promises import check_copies_equal
from tests.sync.site import iin_of, person_form
from tests.sync.world import World


def test_the_version_that_stands_is_taken_though_its_number_is_known(
    new_world: Callable[[], World],
) -> None:
    world = new_world()
    first, second = world.desk("T2"), world.desk("T3", "Оспанова Б.")
    first.register(person_form(1))
    world.round(first)
    person = str(world.upstream_person(iin_of(1)))
    world.take_into_clinic(person)
    backup = world.server.snapshot()
    world.change_upstream(person, address="Алматы, Абай 2")
    lost = world.server.get("Patient", person)
    world.round(second)
    world.forward(minutes=1)
    world.server.restore(backup)
    world.round(second)
    world.change_upstream(person, address="Алматы, Абай 3")
    now = world.server.get("Patient", person)
    assert lost is not None
    assert now is not None
    assert now["meta"]["versionId"] == lost["meta"]["versionId"]
    assert world.go_on_if_restored(second)
    drain(world)
    check_copies_equal([first, second], world.lines["T2"])
