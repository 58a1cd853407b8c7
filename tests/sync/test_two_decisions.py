"""Two questions about one field of one person, answered differently: the last answer stands everywhere."""

from collections.abc import Callable

from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.services.sync.deciding.conflict_service import ConflictService
from tests.sync.healing import decide_one, drain
from tests.sync.promises import check_copies_equal, check_nothing_vanished
from tests.sync.site import iin_of, person_form
from tests.sync.world import World
from tests.upstream.fake_upstream import OFFLINE


def test_the_last_answer_stands_here_and_there(new_world: Callable[[], World]) -> None:
    world = new_world()
    first, second = world.desk("T2"), world.desk("T3", "Оспанова Б.")
    first.register(person_form(1, "Басқаева"))
    world.round(first)
    world.take_into_clinic(str(world.upstream_person(iin_of(1))))
    second.register(person_form(1, "Үлгібаева"))
    # Reading finds the other one first: the registration itself has not been sent yet.
    world.receive(second)
    service = ConflictService(second.store, second.clock, second.use.patients)
    (row,) = service.open()
    assert row.kind is ConflictKind.DUPLICATE
    world.lines["T3"].always = OFFLINE
    assert decide_one(second, is_mine=True)
    assert decide_one(second, is_mine=True)
    world.lines["T3"].always = None
    world.round(second)
    while decide_one(second, is_mine=False):
        pass
    drain(world)
    assert service.open() == []
    check_copies_equal([first, second], world.lines["T2"])
    check_nothing_vanished(second)
