"""Another server is set: nothing of the old one is taken for the new one's."""

from collections.abc import Iterator

import pytest

from clinic_desk.domain.errors import ClinicDeskError
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.ops import Op, OpKind, OpState
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.sync.down.witness import is_restored
from clinic_desk.services.sync.exchange.status import RoundFacts, Stop
from clinic_desk.services.sync.upstream_settings import UpstreamSettings, UpstreamSettingsService
from tests.services.desk import ACTOR, DeskOverStore, form_of
from tests.sync.exchange import Exchange
from tests.sync.test_upstream_settings import Secrets
from tests.sync.test_whole_rounds import Joined
from tests.upstream.fake_upstream import FakeUpstream
from tests.upstream.fhir_store import FhirStore

OLD, NEW = "https://old.example/r4", "https://new.example/r4"


class Moving(Joined):
    """A desk whose server can be exchanged for another one."""

    def __init__(self, desk: DeskOverStore) -> None:
        super().__init__(desk)
        self.settings = UpstreamSettingsService(
            desk.store, FixedClock(desk.clock.now()), Secrets(), _no_file, is_practice=False
        )
        self.settings.on_moved = self.rounds.begin_anew
        self.set(OLD)

    def set(self, url: str) -> None:
        self.settings.change(UpstreamSettings(url), "", ACTOR)

    def move(self) -> None:
        self.upstream = FakeUpstream(FhirStore(now=self.desk.clock.now))
        self.set(NEW)

    def link(self, patient_id: str) -> str:
        with self.desk.store.read() as work:
            shadow = work.shadows.of_local("Patient", patient_id)
        return shadow.resource_id if shadow else ""

    def ops(self) -> list[Op]:
        with self.desk.store.read() as work:
            return work.outbox.in_states(list(OpState))


def _no_file(path: str) -> None:
    raise ClinicDeskError("upstream.ca_file")


@pytest.fixture
def site(desk: DeskOverStore) -> Iterator[Moving]:
    return Moving(desk)


def _settle(site: Moving) -> None:
    for _ in range(3):
        site.go()
        site.desk.clock.forward(minutes=6)


def test_the_new_server_is_no_restored_one_and_people_are_found_there_by_their_number(site: Moving) -> None:
    person = site.desk.person()
    _settle(site)
    known_there = {**site.upstream.store.all("Patient")[0], "id": "as-named-there"}
    receipts = [op.receipt for op in site.ops()]
    site.move()
    with site.desk.store.read() as work:
        assert site.link(person.id) == ""
        assert work.shadows.cursor("Patient") is None
    site.upstream.store.put(known_there)
    result = site.go()
    assert (result.is_success, result.stop) == (True, Stop.NONE)
    with site.desk.store.read() as work:
        assert not is_restored(work)
    assert site.link(person.id) == "as-named-there"
    assert [op.receipt for op in site.ops()] == receipts


def test_what_the_new_server_knows_otherwise_is_for_a_person_to_decide(site: Moving) -> None:
    ex = Exchange.over(site.desk)
    person = site.desk.person()
    _settle(site)
    other = {**site.upstream.store.all("Patient")[0], "id": "as-named-there", "active": True}
    ex.change(person.id, phone="8 705 111 22 33")
    site.move()
    site.upstream.store.put(other)
    _settle(site)
    assert {(op.kind, op.state) for op in site.ops()} == {
        (OpKind.PATIENT_REGISTER, OpState.ACCEPTED),
        (OpKind.PATIENT_REGISTER, OpState.CONFLICT),
        (OpKind.PATIENT_CHANGE, OpState.REJECTED),
    }
    (there,) = site.upstream.store.all("Patient")
    assert (there["id"], "+77051112233" in str(there)) == ("as-named-there", False)


def test_somebody_the_new_server_does_not_know_is_registered_there_with_what_waits(site: Moving) -> None:
    ex = Exchange.over(site.desk)
    person = site.desk.person()
    _settle(site)
    ex.change(person.id, phone="8 705 111 22 33")
    site.move()
    _settle(site)
    (there,) = site.upstream.store.all("Patient")
    assert "+77051112233" in str(there)
    assert site.link(person.id) == there["id"]
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}


def test_the_next_act_brings_somebody_the_new_server_does_not_know(site: Moving) -> None:
    ex = Exchange.over(site.desk)
    person = site.desk.person()
    _settle(site)
    site.move()
    _settle(site)
    assert site.upstream.store.all("Patient") == []
    ex.change(person.id, phone="8 705 111 22 33")
    _settle(site)
    (there,) = site.upstream.store.all("Patient")
    assert site.link(person.id) == there["id"]


def test_the_same_address_typed_again_forgets_nothing(site: Moving) -> None:
    person = site.desk.person()
    _settle(site)
    facts, link = site.rounds.facts, site.link(person.id)
    site.set("HTTPS://OLD.example:443/r4/")
    site.settings.forget(ACTOR)
    site.set(OLD)
    assert link
    assert site.link(person.id) == link
    assert site.rounds.facts is facts
    assert site.desk.audit("sync", "upstream") == []


def test_it_is_audited_and_a_stop_of_the_old_server_is_over(site: Moving) -> None:
    site.desk.person()
    _settle(site)
    site.rounds.facts = RoundFacts(stop=Stop.RESTORED)
    site.settings.forget(ACTOR)
    site.move()
    (line,) = site.desk.audit("sync", "upstream")
    assert (line.action, line.user) == ("upstream.forget", ACTOR.user)
    assert site.go().is_success


def test_a_step_of_a_referral_that_only_the_old_server_has_brings_the_referral_first(site: Moving) -> None:
    person = site.desk.person()
    site.desk.insured(person.id)
    issued = site.desk.issue(form_of(person.id))
    _settle(site)
    site.move()
    _settle(site)
    assert issued.referral_id is not None
    site.desk.referrals.move(issued.referral_id, ReferralStatus.CANCELLED, ACTOR, "адам бас тартты")
    _settle(site)
    (request,) = site.upstream.store.all("ServiceRequest")
    assert request["status"] == "revoked"
    assert {op.state for op in site.ops()} == {OpState.ACCEPTED}
