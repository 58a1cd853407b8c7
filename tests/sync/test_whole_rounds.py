"""Rounds with the real halves against a server in memory: an outage and what comes after it."""

from dataclasses import replace

import pytest

from clinic_desk.domain.patient import NoIinReason
from clinic_desk.domain.sync.ops import OpState
from clinic_desk.services.duplicates import form_of
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.exchange.joining import joined
from clinic_desk.services.sync.exchange.round_values import RoundResult
from clinic_desk.services.sync.exchange.rounds import Rounds
from clinic_desk.services.sync.exchange.status import Moment, SyncLimits, SyncState, SyncStatus, status_of
from tests.services.desk import ACTOR, DeskOverStore
from tests.upstream.fake_upstream import LOST_REPLY, OFFLINE, FakeUpstream, Fault
from tests.upstream.fhir_store import FhirStore


class Joined:
    """One desk, its rounds, and the server."""

    def __init__(self, desk: DeskOverStore) -> None:
        self.desk = desk
        self.upstream = FakeUpstream(FhirStore(now=desk.clock.now))
        self.rules = shipped_book()
        join = joined(desk.store, desk.clock, self.rules)
        self.rounds = Rounds(desk.store, desk.clock, self.connect, join)

    def connect(self) -> FakeUpstream:
        self.upstream.is_closed = False
        return self.upstream

    def go(self, *, is_idle: bool = False, only_sends: bool = False) -> RoundResult:
        self.upstream.calls.clear()
        return self.rounds.run_once(
            lambda done, total: None, lambda: False, is_idle=is_idle, only_sends=only_sends
        )

    @property
    def status(self) -> SyncStatus:
        today = self.desk.clock.today()
        limits = SyncLimits.of(self.rules.on(today), today)
        moment = Moment(self.desk.clock.now(), is_set=True)
        return status_of(self.rounds.facts, self.rounds.counts(), moment, limits)

    def states(self) -> list[OpState]:
        with self.desk.store.read() as work:
            return [op.state for op in work.outbox.in_states(list(OpState))]


@pytest.fixture
def site(desk: DeskOverStore) -> Joined:
    return Joined(desk)


def test_what_was_done_in_an_outage_counts_waits_and_arrives_once(site: Joined) -> None:
    assert site.go().is_success
    assert site.status.state is SyncState.ONLINE
    site.upstream.always = OFFLINE
    site.desk.person()
    assert site.status.waiting == 1
    assert site.go().why == "connect"
    site.desk.clock.forward(hours=2)
    assert (site.status.state, site.status.waiting) == (SyncState.OFFLINE, 1)
    site.upstream.always = None
    site.upstream.faults.append(None)
    site.upstream.faults.append(LOST_REPLY)
    site.go()
    # The reply got lost: nobody may say that it arrived, though it did.
    assert (site.status.waiting, site.states()) == (1, [OpState.PENDING])
    site.desk.clock.forward(minutes=6)
    assert site.go().accepted == 1
    assert (site.status.state, site.status.waiting) == (SyncState.ONLINE, 0)
    assert len(site.upstream.store.all("Patient")) == 1


def test_an_idle_round_is_one_small_question(site: Joined) -> None:
    site.go()
    site.go()
    site.go(is_idle=True)
    assert len(site.upstream.calls) == 1


def test_a_refused_sign_in_stops_the_queue_and_burns_no_attempt(site: Joined) -> None:
    site.go()
    site.desk.person()
    site.upstream.always = Fault(status=401)
    site.go()
    assert site.status.state is SyncState.SIGN_IN_NEEDED
    with site.desk.store.read() as work:
        assert [op.attempts for op in work.outbox.in_states([OpState.PENDING])] == [0]
    site.upstream.always = None
    assert site.go().accepted == 1
    assert site.status.state is SyncState.ONLINE


def test_poison_waits_for_a_person_while_the_rest_goes_on(site: Joined) -> None:
    site.go()
    site.desk.person()
    site.upstream.store.reject = lambda _: "жоқ"
    assert site.go().rejected == 1
    site.upstream.store.reject = lambda _: None
    site.desk.person(
        surname="Жаңа", iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND, phone="8 705 000 00 05"
    )
    assert site.go().accepted == 1
    assert (site.status.state, site.status.attention) == (SyncState.ONLINE, 1)


def test_a_restored_upstream_is_told_and_not_followed(site: Joined) -> None:
    site.go()
    backup = site.upstream.store.snapshot()
    site.desk.clock.forward(minutes=30)
    site.desk.person()
    assert site.go().accepted == 1
    assert site.go().is_success
    site.upstream.store.restore(backup)
    site.desk.clock.forward(minutes=30)
    site.go()
    assert site.status.state is SyncState.RESTORED
    assert len(site.upstream.store.all("Patient")) == 0
    with site.desk.store.read() as work:
        assert work.patients.count() == 1
    # Somebody decides: what was lost there is sent once more.
    site.rounds.ask_renewal(ACTOR)
    site.go()
    site.go()
    assert site.status.state is SyncState.ONLINE
    assert len(site.upstream.store.all("Patient")) == 1


def test_nothing_is_sent_to_an_upstream_that_may_have_given_our_ids_to_somebody_else(site: Joined) -> None:
    site.go()
    backup = site.upstream.store.snapshot()
    site.desk.clock.forward(minutes=30)
    person = site.desk.person()
    assert site.go().accepted == 1
    site.go()
    (ours,) = site.upstream.store.all("Patient")
    site.upstream.store.restore(backup)
    site.desk.clock.forward(minutes=30)
    stranger = {"resourceType": "Patient", "id": ours["id"], "name": [{"family": "Басқа"}]}
    site.upstream.store.put(stranger)
    site.rounds.disconnect()
    site.desk.patients.change(person, replace(form_of(person), phone="8 705 000 00 09"), ACTOR)
    site.go(only_sends=True)
    assert site.status.state is SyncState.RESTORED
    (there,) = site.upstream.store.all("Patient")
    assert there["name"] == stranger["name"]
    assert "telecom" not in there
    assert site.states()[-1] is OpState.PENDING


def test_a_difference_that_came_down_by_itself_is_told_in_the_window(site: Joined) -> None:
    site.desk.person()
    site.go()
    (ours,) = site.upstream.store.all("Patient")
    site.upstream.store.delete("Patient", ours["id"])
    site.desk.clock.forward(minutes=30)
    site.go()
    with site.desk.store.read() as work:
        assert [one.op_id for one in work.conflicts.open()] == [""]
    assert (site.status.waiting, site.status.attention) == (0, 1)
