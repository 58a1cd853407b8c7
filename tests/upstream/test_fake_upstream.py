"""The upstream in memory passes the suite of the port and fails when it is told to."""

from collections.abc import Callable

import pytest

from clinic_desk.services.sync.upstream_port import NoReply, Upstream, WhyNoReply
from tests.upstream.fake_upstream import LOST_REPLY, NEVER_ARRIVED, OFFLINE, FakeUpstream, Fault
from tests.upstream.upstream_suite import SUITE, patient


@pytest.mark.parametrize("check", SUITE)
def test_suite(check: Callable[[Upstream], None]) -> None:
    check(FakeUpstream())


def test_a_lost_reply_has_its_effect_and_one_that_never_arrived_has_none() -> None:
    upstream = FakeUpstream()
    upstream.faults += [NEVER_ARRIVED, LOST_REPLY]
    for there in (0, 1):
        with pytest.raises(NoReply) as lost:
            upstream.create(patient("k"), "identifier=k")
        assert not lost.value.is_untouched
        assert len(upstream.store.all("Patient")) == there
    assert upstream.create(patient("k"), "identifier=k").status == 200


def test_offline_and_busy() -> None:
    upstream = FakeUpstream()
    upstream.always = OFFLINE
    with pytest.raises(NoReply) as off:
        upstream.capabilities()
    assert (off.value.why, off.value.is_untouched) == (WhyNoReply.CONNECT, True)
    upstream.always = None
    upstream.faults.append(Fault(status=429, retry_after_s=7))
    busy = upstream.create(patient("k"))
    assert (busy.status, busy.retry_after_s) == (429, 7)
    assert upstream.store.all("Patient") == []


def test_a_backup_put_back_forgets_what_came_since() -> None:
    upstream = FakeUpstream()
    first = upstream.store.put(patient("a"))
    backup = upstream.store.snapshot()
    upstream.update({**first, "birthDate": "1990-01-01"}, "1")
    upstream.store.put(patient("b"))
    upstream.store.restore(backup)
    assert upstream.read("Patient", first["id"]).version == "1"
    assert len(upstream.store.all("Patient")) == 1


def test_deleted_ones_are_gone_and_stand_in_the_history() -> None:
    upstream = FakeUpstream()
    made = upstream.store.put(patient("a"))
    upstream.store.delete("Patient", made["id"])
    assert upstream.read("Patient", made["id"]).status == 410
    entries = (upstream.history("Patient", []).body or {})["entry"]
    assert [entry["request"]["method"] for entry in entries] == ["DELETE", "POST"]


def test_what_it_does_not_know_is_refused() -> None:
    upstream = FakeUpstream()
    assert upstream.search("Patient", [("surname", "x")]).status == 400
    assert upstream.search("Observation", []).status == 404
