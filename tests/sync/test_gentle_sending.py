"""While operations are sent nobody looks through the whole memory; afterwards everything is as it was."""

import gc

from tests.services.desk import DeskOverStore
from tests.sync.exchange import Exchange


def test_sending_is_gentle(desk: DeskOverStore) -> None:
    exchange = Exchange.over(desk)
    desk.person()
    before = gc.get_threshold()
    seen: list[int] = []

    def cancelled() -> bool:
        seen.append(gc.get_threshold()[2])
        return False

    exchange.send(cancelled)
    assert seen
    assert min(seen) > before[2]
    assert gc.get_threshold() == before
