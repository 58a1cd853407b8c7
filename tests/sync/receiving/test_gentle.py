"""While a page is taken nobody looks through the whole memory; afterwards everything is as it was."""

import gc

import pytest

from clinic_desk.services.sync.gentle import only_young_collections
from tests.sync.receiving.receiving_desk import ReceivingDesk, Server, somebody


def test_no_full_collection_while_it_lasts() -> None:
    before = gc.get_threshold()
    with only_young_collections():
        assert gc.get_threshold()[:2] == before[:2]
        assert gc.get_threshold()[2] > 1000 * before[2]
    assert gc.get_threshold() == before
    with pytest.raises(ZeroDivisionError), only_young_collections():
        raise ZeroDivisionError
    assert gc.get_threshold() == before


def test_receiving_is_gentle(desk: ReceivingDesk, server: Server) -> None:
    seen: list[int] = []
    server.patient(somebody(1))
    before = gc.get_threshold()
    desk.receiver().run(lambda *_: seen.append(gc.get_threshold()[2]), lambda: False)
    assert seen
    assert min(seen) > before[2]
    assert gc.get_threshold() == before
