"""A server that answers something else than it was asked: no receipt comes of it, and nobody else waits."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from clinic_desk.domain.errors import InvalidValue
from clinic_desk.domain.sync.ops import OpKind, OpState
from clinic_desk.fhir.patient import patient_resource
from clinic_desk.services.sync.down.paging import BadReply, changed_since
from clinic_desk.services.sync.up.preparing import stamp_of
from clinic_desk.services.sync.up.send_values import Outcome
from clinic_desk.services.sync.up.settling import Settling
from clinic_desk.services.sync.upstream_port import NoReply, Query, Reply, Resource, WhyNoReply
from tests.services.desk import DeskOverStore, form_of, iin
from tests.sync.exchange import Exchange
from tests.upstream.fake_upstream import Fault

K, S = OpKind, OpState


@pytest.fixture
def ex(desk: DeskOverStore) -> Exchange:
    return Exchange.over(desk)


def _finds(ex: Exchange, monkeypatch: pytest.MonkeyPatch, *found: Resource) -> None:
    """Every search finds these, whatever was looked for."""
    page = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in found]}

    def search(resource_type: str, query: Query) -> Reply:
        return Reply(200, page)

    monkeypatch.setattr(ex.upstream, "search", search)


def _two_changes(ex: Exchange) -> tuple[str, str]:
    """Two people whom both sides know, each changed here; the ids of their resources there."""
    people = [
        ex.known(iin=iin("86051240001"), birth_date=dt.date(1986, 5, 12), surname="Ахметова"),
        ex.known(iin=iin("90031540002"), birth_date=dt.date(1990, 3, 15), surname="Жақсыбекова"),
    ]
    places = []
    for number, person in enumerate(people):
        with ex.desk.store.read() as work:
            shadow = work.shadows.of_local("Patient", person.id)
        assert shadow is not None
        places.append(shadow.resource_id)
        ex.change(person.id, phone=f"8 705 000 00 0{number}")
    return places[0], places[1]


def _states(ex: Exchange, kind: OpKind) -> list[OpState]:
    return [op.state for op in ex.ops() if op.kind is kind]


def test_a_server_that_knows_no_search_by_key_gives_nobody_elses_resource_for_ours(
    ex: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = ex.known()
    ex.desk.insured(person.id)
    ex.drain()
    stranger = {
        "resourceType": "ServiceRequest",
        "id": "other",
        "meta": {"versionId": "1"},
        "status": "active",
    }
    _finds(ex, monkeypatch, stranger, {**stranger, "resourceType": "Task"})
    ex.upstream.faults.append(Fault(status=412))
    ex.desk.issue(form_of(person.id))
    ex.send()
    assert ex.op(K.REFERRAL_ISSUE).state is S.PENDING
    assert ex.op(K.REFERRAL_ISSUE).receipt is None


def test_what_has_no_id_is_no_receipt_and_stops_no_round(
    ex: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = ex.desk.person()
    _finds(ex, monkeypatch, patient_resource(person, stamp_of(ex.op(K.PATIENT_REGISTER))))
    ex.upstream.faults.append(Fault(status=412))
    ex.send()
    assert ex.op(K.PATIENT_REGISTER).state is S.PENDING


@pytest.mark.parametrize("why", [WhyNoReply.NOT_FHIR, WhyNoReply.REDIRECT])
def test_an_id_version_or_link_that_cannot_be_called_holds_up_its_own_person_only(
    ex: Exchange, monkeypatch: pytest.MonkeyPatch, why: WhyNoReply
) -> None:
    first, _ = _two_changes(ex)
    update: Callable[[Resource, str], Reply] = ex.upstream.update

    def refusing(resource: Resource, version: str) -> Reply:
        if resource["id"] == first:
            raise NoReply(why, is_untouched=True)
        return update(resource, version)

    monkeypatch.setattr(ex.upstream, "update", refusing)
    ex.send()
    assert _states(ex, K.PATIENT_CHANGE) == [S.PENDING, S.ACCEPTED]
    stuck = next(op for op in ex.ops() if op.kind is K.PATIENT_CHANGE)
    assert (stuck.attempts, stuck.next_try_at is not None) == (1, True)


def test_an_update_answered_with_another_resource_has_no_receipt(
    ex: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _two_changes(ex)
    update: Callable[[Resource, str], Reply] = ex.upstream.update

    def mistaken(resource: Resource, version: str) -> Reply:
        reply = update(resource, version)
        if resource["id"] != first or reply.body is None:
            return reply
        return replace(reply, body={**reply.body, "id": second})

    monkeypatch.setattr(ex.upstream, "update", mistaken)
    ex.send()
    assert _states(ex, K.PATIENT_CHANGE) == [S.PENDING, S.ACCEPTED]
    with ex.desk.store.read() as work:
        shadow = work.shadows.get("Patient", second)
        change = next(op for op in work.outbox.in_states([S.ACCEPTED]) if op.kind is K.PATIENT_CHANGE)
    assert shadow is not None
    assert shadow.local_id == change.aggregate_id


@pytest.mark.parametrize("leads", ["to the same page", "ever on to the same rows"])
def test_links_that_lead_in_a_circle_end_the_reading(
    ex: Exchange, monkeypatch: pytest.MonkeyPatch, leads: str
) -> None:
    rows = [
        {
            "resourceType": "Patient",
            "id": f"p{number}",
            "meta": {"versionId": "1", "lastUpdated": "2026-11-20T08:00:00Z"},
        }
        for number in range(3)
    ]
    pages: list[str] = []

    def page(link: str) -> Reply:
        pages.append(link)
        assert len(pages) < 100, "followed for ever"
        following = "Patient?page=2" if leads == "to the same page" else f"Patient?page={len(pages)}"
        entries = [{"resource": row} for row in rows]
        links = [{"relation": "next", "url": following}]
        return Reply(200, {"resourceType": "Bundle", "type": "searchset", "entry": entries, "link": links})

    monkeypatch.setattr(ex.upstream, "search", lambda resource_type, query: page(""))
    monkeypatch.setattr(ex.upstream, "next_page", page)
    with pytest.raises(BadReply):
        list(changed_since(ex.upstream, "Patient", "2026-11-20T08:00:00Z", 3, most_rows=100_000))


def test_an_answer_that_cannot_be_written_down_holds_up_its_own_person_only(
    ex: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = _two_changes(ex)
    keep = Settling._keep_shadows

    def failing(settling: Settling, *given: object) -> None:
        outcome = next(one for one in given if isinstance(one, Outcome))
        if any(landed.resource_id == first for landed in outcome.landed):
            raise InvalidValue("patient.birth_date_needed", field="birth_date")
        keep(settling, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Settling, "_keep_shadows", failing)
    result = ex.send()
    assert _states(ex, K.PATIENT_CHANGE) == [S.PENDING, S.ACCEPTED]
    assert (result.sent, result.accepted) == (2, 1)
    monkeypatch.setattr(Settling, "_keep_shadows", keep)
    ex.drain()
    assert _states(ex, K.PATIENT_CHANGE) == [S.ACCEPTED, S.ACCEPTED]
