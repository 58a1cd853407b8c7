"""Connected, a slip is printed once the upstream has the referral, and within the limit in any case."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer

from clinic_desk.domain.referral import PrintState, ReferralStatus
from clinic_desk.services.changes import Change, Kind
from clinic_desk.services.sync.exchange.status import SyncState, SyncStatus
from clinic_desk.ui.referrals import receipt_wait
from tests.ui.referrals.conftest import Screen
from tests.ui.referrals.small_clinic import INSURED, Clinic


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> list:
    """What the wait would do at its end; a test does it by hand."""
    held: list = []

    class Held(QTimer):
        @staticmethod
        def singleShot(delay_ms, owner, act) -> None:
            held.append((delay_ms, act))

    monkeypatch.setattr(receipt_wait, "QTimer", Held)
    return held


def issue(screen: Screen) -> str:
    screen.open(INSURED)
    screen.fill()
    screen.finish()
    screen.until(lambda: screen.issued)
    screen.settle()
    return screen.issued[0].referral_id


def printed(clinic: Clinic, referral_id: str) -> bool:
    return clinic.desk.referrals.get(referral_id).print_state is PrintState.PRINTED


def test_connected_the_paper_waits_until_the_upstream_has_the_referral(
    screen: Screen, clinic: Clinic, timers: list
) -> None:
    screen.notifier.announce_exchange(SyncStatus(SyncState.ONLINE))
    referral_id = issue(screen)
    assert not printed(clinic, referral_id)
    with clinic.store.write() as work:
        referral = work.referrals.get(referral_id)
        sent = replace(referral, status=ReferralStatus.SENT)
        work.referrals.save(sent, by="", at=clinic.desk.clock.now())
        work.commit()
    screen.notifier.announce(Change.of(Kind.SYNC))
    screen.until(lambda: printed(clinic, referral_id))
    # The time that ends later prints nothing twice.
    timers[0][1]()
    screen.settle()
    assert clinic.desk.referrals.get(referral_id).copies_printed == 1


def test_a_silent_upstream_keeps_nobody_waiting(screen: Screen, clinic: Clinic, timers: list) -> None:
    screen.notifier.announce_exchange(SyncStatus(SyncState.ONLINE))
    referral_id = issue(screen)
    ((delay_ms, end),) = timers
    assert delay_ms == 4000
    end()
    screen.until(lambda: printed(clinic, referral_id))
    assert clinic.desk.referrals.get(referral_id).is_provisional


@pytest.mark.parametrize("state", [SyncState.NOT_SET, SyncState.OFFLINE, SyncState.PAUSED])
def test_out_of_reach_the_paper_comes_at_once(
    screen: Screen, clinic: Clinic, timers: list, state: SyncState
) -> None:
    screen.notifier.announce_exchange(SyncStatus(state))
    referral_id = issue(screen)
    screen.until(lambda: printed(clinic, referral_id))
    assert timers == []


def test_the_preview_bears_the_mark_only_where_the_paper_will(screen: Screen, clinic: Clinic) -> None:
    marks: list[bool] = []
    preview = clinic.desk.slips.preview

    def seen(*args, is_provisional: bool = True):
        marks.append(is_provisional)
        return preview(*args, is_provisional=is_provisional)

    object.__setattr__(clinic.desk.slips, "preview", seen)
    screen.open(INSURED)
    screen.until(lambda: marks == [True])
    screen.notifier.announce_exchange(SyncStatus(SyncState.ONLINE))
    screen.until(lambda: marks[-1] is False)
    drawn = len(marks)
    # A number that waits changes nothing on the paper.
    screen.notifier.announce_exchange(SyncStatus(SyncState.ONLINE, waiting=3))
    screen.settle()
    assert len(marks) == drawn
    screen.notifier.announce_exchange(SyncStatus(SyncState.OFFLINE))
    screen.until(lambda: marks[-1] is True)
