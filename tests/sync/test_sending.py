"""What is sent and what becomes of it: each act, each row of the table of answers, lost replies, races."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.attachment import EndReason
from clinic_desk.domain.eligibility import EligibilityAnswer
from clinic_desk.domain.ids import PatientId, ReferralId
from clinic_desk.domain.insurance import Channel, InsuranceStatus
from clinic_desk.domain.merging import MergeField
from clinic_desk.domain.patient import NoIinReason
from clinic_desk.domain.patient_history import HistoryKind
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.conflicts import ConflictKind
from clinic_desk.domain.sync.ops import LastAnswer, Op, OpKind, OpState
from clinic_desk.fhir.capability import abilities_of
from clinic_desk.fhir.insurance import eligibility_response
from clinic_desk.fhir.patient import PATIENT_FIELDS, patient_values, with_patient_values
from clinic_desk.fhir.stamp import Stamp, author_of, op_id_of
from clinic_desk.services.actor import Actor
from clinic_desk.services.merging import MergeForm
from clinic_desk.services.rules_of_the_day import shipped_book
from clinic_desk.services.sync.acts.outbox import enqueue
from clinic_desk.services.sync.down.receiving import Receiver
from clinic_desk.services.sync.upstream_port import WhyNoReply
from tests.services.attaching import application
from tests.services.desk import ACTOR, PERSON, DeskOverStore, form_of, iin
from tests.sync.exchange import Exchange
from tests.upstream.fake_upstream import LOST_REPLY, NEVER_ARRIVED, OFFLINE, Fault

K, S = OpKind, OpState
WITHOUT_IIN: dict[str, Any] = {
    "iin": "",
    "no_iin_reason": NoIinReason.DOCUMENT_NOT_AT_HAND,
    "surname": "Жаңа",
    "phone": "8 705 000 00 05",
}


@pytest.fixture
def ex(desk: DeskOverStore) -> Exchange:
    return Exchange.over(desk)


def issue(ex: Exchange, person: PatientId) -> ReferralId:
    ex.desk.insured(person)
    return ReferralId(ex.desk.issue(form_of(person)).referral_id)


# Each act ------------------------------------------------------------------------------------------


def test_a_registered_person_is_there_once_under_their_registrar(ex: Exchange) -> None:
    person = ex.desk.person()
    ex.desk.clock.forward(hours=3)
    result = ex.send()
    op = ex.op(K.PATIENT_REGISTER)
    there = ex.there()
    assert (result.sent, result.accepted, result.rejected) == (1, 1, 0)
    assert (op.state, op.answer.code if op.answer else "", op.attempts) == (S.ACCEPTED, "accepted", 1)
    assert op.receipt is not None
    assert (op.receipt.resource_type, op.receipt.resource_id, op.receipt.version) == (
        "Patient",
        there["id"],
        "1",
    )
    assert op_id_of(there) == op.op_id
    assert author_of(there) == (ACTOR.user, op.acted_at)
    assert patient_values(there)["iin"] == PERSON.iin
    with ex.desk.store.read() as work:
        shadow = work.shadows.of_local("Patient", person.id)
    assert shadow is not None
    assert (shadow.resource_id, shadow.version) == (there["id"], "1")


def test_what_was_saved_at_the_act_is_sent_and_each_change_under_its_own_author(ex: Exchange) -> None:
    person = ex.desk.person()
    other = Actor("Ким В.", ACTOR.desk)
    ex.desk.clock.forward(minutes=1)
    patient = ex.at.patient(person.id)
    ex.desk.patients.change(patient, replace(PERSON, phone="8 702 111 22 33"), other)
    ex.send()
    versions = [
        entry["resource"] for entry in ex.upstream.versions("Patient", ex.there()["id"]).body["entry"]
    ]
    told = [(patient_values(one)["phone"], author_of(one)[0]) for one in reversed(versions)]
    assert told == [("+77010000000", ACTOR.user), ("+77021112233", "Ким В.")]


def test_a_change_keeps_what_the_server_knows_besides(ex: Exchange) -> None:
    person = ex.known()
    there = ex.there()
    ex.server.put({**there, "maritalStatus": {"text": "үйленген"}})
    ex.change(person.id, phone="8 702 111 22 33")
    ex.drain()
    now = ex.there()
    assert now["maritalStatus"] == {"text": "үйленген"}
    assert patient_values(now)["phone"] == "+77021112233"
    assert ex.op(K.PATIENT_CHANGE).state is S.ACCEPTED


def test_a_referral_lands_whole_and_is_sent_with_its_history(ex: Exchange) -> None:
    person = ex.desk.person()
    referral_id = issue(ex, person.id)
    ex.drain()
    request, task = ex.there("ServiceRequest"), ex.there("Task")
    assert request["subject"]["reference"] == f"Patient/{ex.there()['id']}"
    assert task["focus"]["reference"] == f"ServiceRequest/{request['id']}"
    referral = ex.desk.referrals.get(referral_id)
    assert (referral.status, request["requisition"]["value"]) == (ReferralStatus.SENT, referral.number)
    with ex.desk.store.read() as work:
        events = work.referrals.history(referral_id)
    assert [(event.status, event.by) for event in events] == [
        (ReferralStatus.ISSUED, ACTOR.user),
        (ReferralStatus.SENT, ACTOR.user),
    ]
    ex.desk.referrals.move(referral_id, ReferralStatus.CANCELLED, ACTOR, "қате")
    ex.drain()
    assert (ex.there("ServiceRequest")["status"], ex.there("Task")["status"]) == ("revoked", "cancelled")


def test_a_referral_lands_where_there_are_no_transactions(ex: Exchange) -> None:
    assert ex.abilities is not None
    ex.abilities = replace(ex.abilities, has_transaction=False)
    person = ex.desk.person()
    issue(ex, person.id)
    ex.drain()
    request = ex.there("ServiceRequest")
    assert ex.there("Task")["focus"]["reference"] == f"ServiceRequest/{request['id']}"
    assert "transaction" not in ex.upstream.calls


def test_what_the_supplier_ended_stays_ended(ex: Exchange) -> None:
    person = ex.desk.person()
    referral_id = issue(ex, person.id)
    ex.drain()
    task = ex.there("Task")
    ex.server.put({**task, "status": "completed"})
    ex.desk.referrals.move(referral_id, ReferralStatus.NOT_ATTENDED, ACTOR)
    ex.drain()
    assert ex.there("Task")["status"] == "completed"
    assert ex.op(K.REFERRAL_MOVE).answer.code == "nothing_to_send"


def test_an_application_and_its_end(ex: Exchange) -> None:
    person = ex.desk.person()
    case = ex.at.send(application(person.id))
    ex.drain()
    assert ex.there("EpisodeOfCare")["status"] == "planned"
    ex.at.use.attachment_answers.withdraw(case.id, ACTOR, "қате")
    ex.drain()
    assert ex.there("EpisodeOfCare")["status"] == "cancelled"


def test_an_attachment_in_force_that_ends_here(ex: Exchange) -> None:
    person = ex.desk.person()
    case = ex.at.in_force(person.id)
    ex.drain()
    ex.server.put({**ex.there("EpisodeOfCare"), "status": "active"})
    ex.at.use.attachment_answers.end(case.id, ACTOR, EndReason.MOVED_AWAY)
    ex.drain()
    assert ex.there("EpisodeOfCare")["status"] == "finished"


def test_two_records_made_one_and_taken_apart(ex: Exchange) -> None:
    kept, gone = ex.desk.person(), ex.desk.person(**WITHOUT_IIN)
    ex.drain()
    form = MergeForm(ex.at.patient(kept.id), ex.at.patient(gone.id), {MergeField.PHONE}, "бір адам", "Ким В.")
    done = ex.desk.merging.merge(form, ACTOR)[0]
    ex.drain()
    by_name = {patient_values(one)["surname"]: one for one in ex.server.all("Patient")}
    stays, over = by_name["Үлгібаева"], by_name["Жаңа"]
    assert (over["active"], over["link"][0]["other"]["reference"]) == (False, f"Patient/{stays['id']}")
    assert patient_values(stays)["phone"] == "+77050000005"
    ex.desk.merging.undo(done.id, ex.desk.merging.plan_undo(done.id), ACTOR)
    ex.drain()
    by_name = {patient_values(one)["surname"]: one for one in ex.server.all("Patient")}
    assert by_name["Жаңа"]["active"] is True
    assert patient_values(by_name["Үлгібаева"])["phone"] == "+77010000000"


def test_an_answer_written_down_by_hand_goes_up_as_question_and_answer(ex: Exchange) -> None:
    person = ex.desk.person()
    ex.desk.insured(person.id)
    ex.drain()
    asked = ex.there("CoverageEligibilityRequest")
    answered = ex.there("CoverageEligibilityResponse")
    assert answered["request"]["reference"] == f"CoverageEligibilityRequest/{asked['id']}"


# Asking about insurance ------------------------------------------------------------------------------


EARLIER = dt.datetime(2026, 11, 23, 4, 40, tzinfo=dt.UTC)


def _insured(request: dict[str, Any]) -> dict[str, Any]:
    at = EARLIER
    answer = EligibilityAnswer(InsuranceStatus.INSURED_STATE, at, reference="К-1")
    key = request["identifier"][0]["value"]
    return eligibility_response(answer, request, request_reference="", key=key, created=at)


def _failing(request: dict[str, Any]) -> dict[str, Any]:
    return {**_insured(request), "outcome": "error", "insurance": []}


def test_submit_answers_at_once(ex: Exchange) -> None:
    person = ex.known()
    ex.server.eligibility = _insured
    ex.desk.insurance.ask(person.id, None, ACTOR)
    ex.drain()
    with ex.desk.store.read() as work:
        (check,) = work.insurance.of_patient(person.id)
    assert (check.channel, check.status, check.reference) == (
        Channel.SERVICE,
        InsuranceStatus.INSURED_STATE,
        "К-1",
    )
    assert ex.op(K.INSURANCE_ASK).receipt.resource_type == "CoverageEligibilityResponse"


def test_an_error_replaces_no_answer(ex: Exchange) -> None:
    person = ex.known()
    ex.desk.insured(person.id)
    ex.server.eligibility = _failing
    ex.desk.clock.forward(hours=1)
    ex.desk.insurance.ask(person.id, None, ACTOR)
    ex.drain()
    with ex.desk.store.read() as work:
        (check,) = work.insurance.of_patient(person.id)
        (failure,) = work.insurance.failures_of(person.id)
    assert check.channel is Channel.EGOV
    assert failure.channel is Channel.SERVICE


def test_without_submit_the_question_is_kept_there_and_given_up_after_a_day(ex: Exchange) -> None:
    ex.server.offers_submit = False
    ex.abilities = abilities_of(ex.server.capability_statement())
    person = ex.known()
    ex.desk.insurance.ask(person.id, None, ACTOR)
    ex.drain()
    assert ex.there("CoverageEligibilityRequest")["status"] == "active"
    ex.desk.clock.forward(hours=23)
    ex.send()
    assert ex.desk.insurance.failures(person.id) == []
    ex.desk.clock.forward(hours=2)
    ex.send()
    ex.send()
    assert len(ex.desk.insurance.failures(person.id)) == 1


@pytest.mark.parametrize("names_it", ["by its key", "by its place"])
def test_an_answer_ends_the_question_though_the_desks_clock_is_ahead(ex: Exchange, names_it: str) -> None:
    ex.server.offers_submit = False
    ex.abilities = abilities_of(ex.server.capability_statement())
    person = ex.known()
    first, _ = ex.desk.insurance.ask(person.id, None, ACTOR)
    ex.drain()
    asked = ex.there("CoverageEligibilityRequest")
    answer = eligibility_response(
        EligibilityAnswer(InsuranceStatus.INSURED_STATE, EARLIER),
        asked,
        request_reference=f"CoverageEligibilityRequest/{asked['id']}",
        key=first.op_id if names_it == "by its key" else "of-the-fund",
        created=EARLIER,
    )
    ex.server.put({**answer, "patient": {"reference": f"Patient/{ex.there()['id']}"}})
    Receiver(ex.desk.store, ex.desk.clock, shipped_book(), ex.upstream).run(lambda *_: None, lambda: False)
    assert ex.desk.insurance.asked_at(person.id) is None
    assert ex.desk.insurance.ask(person.id, None, ACTOR)[0].op_id != first.op_id


def test_a_question_answered_at_once_may_be_put_again_though_the_desks_clock_is_ahead(ex: Exchange) -> None:
    ex.server.eligibility = _insured
    person = ex.known()
    first, _ = ex.desk.insurance.ask(person.id, None, ACTOR)
    ex.desk.clock.forward(hours=1)
    second, _ = ex.desk.insurance.ask(person.id, None, ACTOR)
    assert first.op_id == second.op_id
    ex.drain()
    assert second.acted_at > EARLIER
    assert ex.desk.insurance.asked_at(person.id) is None
    assert ex.desk.insurance.ask(person.id, None, ACTOR)[0].op_id != first.op_id


def test_a_question_that_could_not_be_sent_for_a_day_is_no_question_any_more(ex: Exchange) -> None:
    person = ex.known()
    ex.desk.insurance.ask(person.id, None, ACTOR)
    ex.desk.clock.forward(hours=25)
    ex.send()
    op = ex.op(K.INSURANCE_ASK)
    assert (op.state, op.answer.code) == (S.WITHDRAWN, "expired")
    assert ex.upstream.calls == []
    assert len(ex.desk.insurance.failures(person.id)) == 1


# The table of answers --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 425, 500, 502, 504])
def test_a_bad_moment_of_the_server_is_tried_again_by_itself(ex: Exchange, status: int) -> None:
    ex.desk.person()
    ex.upstream.faults.append(Fault(status=status))
    result = ex.send()
    op = ex.op(K.PATIENT_REGISTER)
    assert (op.state, op.attempts, op.answer.status) == (S.PENDING, 1, status)
    assert op.answer.code in ("server_busy", "server_fault")
    assert op.next_try_at is not None
    assert op.next_try_at <= ex.desk.clock.now() + dt.timedelta(seconds=2)
    assert result.next_due == op.next_try_at
    ex.drain()
    assert ex.op(K.PATIENT_REGISTER).state is S.ACCEPTED


@pytest.mark.parametrize("status", [429, 503])
def test_throttling_stops_the_pass_and_its_wait_is_honoured(ex: Exchange, status: int) -> None:
    ex.desk.person()
    ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    ex.upstream.faults.append(Fault(status=status, retry_after_s=90))
    result = ex.send()
    first, second = ex.ops()
    assert ex.upstream.calls == ["create"]
    assert (first.attempts, second.attempts, second.state) == (1, 0, S.PENDING)
    assert first.next_try_at == result.next_due == ex.desk.clock.now() + dt.timedelta(seconds=90)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_sign_in_pauses_the_queue_and_burns_no_attempt(ex: Exchange, status: int) -> None:
    ex.desk.person()
    ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    ex.upstream.faults.append(Fault(status=status))
    result = ex.send()
    assert result.is_paused
    assert result.next_due is None
    assert [(op.state, op.attempts) for op in ex.ops()] == [(S.PENDING, 0), (S.PENDING, 0)]
    assert ex.upstream.calls == ["create"]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_refused_waits_for_a_person_and_holds_up_only_its_own(ex: Exchange, status: int) -> None:
    first = ex.desk.person()
    issue(ex, first.id)
    ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    ex.upstream.faults.append(Fault(status=status))
    result = ex.send()
    states = {(op.aggregate_id == first.id, op.kind): op.state for op in ex.ops()}
    assert states == {
        (True, K.PATIENT_REGISTER): S.REJECTED,
        (True, K.INSURANCE_RECORD): S.PENDING,
        (True, K.REFERRAL_ISSUE): S.PENDING,
        (False, K.PATIENT_REGISTER): S.ACCEPTED,
    }
    assert (result.rejected, result.accepted) == (1, 1)
    assert ex.ops()[0].answer.text == f"fault {status}"
    assert ex.send().sent == 0


@pytest.mark.parametrize(
    "why", [WhyNoReply.TIMEOUT, WhyNoReply.BROKEN, WhyNoReply.NOT_FHIR, WhyNoReply.TOO_LARGE]
)
def test_no_usable_reply_is_tried_again(ex: Exchange, why: WhyNoReply) -> None:
    ex.desk.person()
    ex.upstream.faults.append(Fault(why, lost=True))
    ex.send()
    op = ex.op(K.PATIENT_REGISTER)
    wanted = "not_fhir" if why is WhyNoReply.NOT_FHIR else "no_reply"
    assert (op.state, op.answer.code, op.attempts) == (S.PENDING, wanted, 1)
    ex.drain()
    assert len(ex.server.all("Patient")) == 1


def test_one_that_no_server_can_digest_lets_the_rest_go(ex: Exchange) -> None:
    ex.desk.person()
    for number in range(4):
        ex.desk.person(iin=iin(f"9001014000{number}"), surname=f"Басқа{number}")
    ex.upstream.faults.append(Fault(status=500))
    result = ex.send()
    assert [op.state for op in ex.ops()] == [S.PENDING, *[S.ACCEPTED] * 4]
    assert result.no_reply is None


def test_three_in_a_row_are_the_server_s(ex: Exchange) -> None:
    for number in range(6):
        ex.desk.person(iin=iin(f"9001014000{number}"), surname=f"Басқа{number}")
    ex.upstream.always = Fault(WhyNoReply.TIMEOUT)
    result = ex.send()
    assert (len(ex.upstream.calls), result.no_reply) == (3, WhyNoReply.TIMEOUT)
    assert [op.attempts for op in ex.ops()] == [1, 1, 1, 0, 0, 0]


def test_without_a_network_nothing_is_counted_and_the_pass_ends(ex: Exchange) -> None:
    ex.desk.person()
    ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    ex.upstream.always = OFFLINE
    result = ex.send()
    assert (result.no_reply, result.sent, len(ex.upstream.calls)) == (WhyNoReply.CONNECT, 0, 1)
    assert [(op.state, op.attempts, op.next_try_at, op.first_sent_at) for op in ex.ops()] == [
        (S.PENDING, 0, None, None)
    ] * 2


@pytest.mark.parametrize("is_deleted", [True, False])
def test_what_is_gone_upstream_is_for_a_person(ex: Exchange, is_deleted: bool) -> None:
    person = ex.known()
    ex.change(person.id, phone="8 702 111 22 33")
    if is_deleted:
        ex.server.delete("Patient", ex.there()["id"])
    else:
        ex.upstream.faults.append(Fault(status=404))
    result = ex.send()
    (conflict,) = ex.conflicts()
    op = ex.op(K.PATIENT_CHANGE)
    assert (op.state, op.answer.code, result.conflicts) == (S.CONFLICT, "gone", 1)
    assert (conflict.kind, conflict.op_id) == (ConflictKind.GONE, op.op_id)


# Lost replies ----------------------------------------------------------------------------------------


def test_reply_lost_after_commit_one_resource_and_accepted_on_retry(ex: Exchange) -> None:
    ex.desk.person()
    ex.upstream.faults.append(LOST_REPLY)
    ex.drain()
    assert len(ex.server.all("Patient")) == 1
    op = ex.op(K.PATIENT_REGISTER)
    assert (op.state, op.answer.code, op.attempts) == (S.ACCEPTED, "already_there", 2)


def test_reply_of_an_update_lost(ex: Exchange) -> None:
    person = ex.known()
    ex.change(person.id, phone="8 702 111 22 33")
    ex.upstream.faults.append(LOST_REPLY)
    ex.drain()
    assert ex.there()["meta"]["versionId"] == "2"
    assert ex.op(K.PATIENT_CHANGE).answer.code == "already_there"


def test_reply_of_an_update_lost_and_somebody_else_wrote_since(ex: Exchange) -> None:
    person = ex.known()
    ex.change(person.id, phone="8 702 111 22 33")
    ex.upstream.faults.append(LOST_REPLY)
    ex.send()
    ex.server.put({**ex.there(), "telecom": [], "extension": []})
    ex.drain()
    assert ex.there()["meta"]["versionId"] == "3"
    assert ex.op(K.PATIENT_CHANGE).answer.code == "already_there"


def test_reply_of_a_transaction_lost(ex: Exchange) -> None:
    person = ex.known()
    ex.desk.insured(person.id)
    ex.drain()
    referral_id = ReferralId(ex.desk.issue(form_of(person.id)).referral_id)
    ex.upstream.faults.append(LOST_REPLY)
    ex.drain()
    assert len(ex.server.all("ServiceRequest")) == len(ex.server.all("Task")) == 1
    assert ex.desk.referrals.get(referral_id).status is ReferralStatus.SENT


def test_a_request_that_never_arrived_is_sent_again(ex: Exchange) -> None:
    ex.desk.person()
    ex.upstream.faults.append(NEVER_ARRIVED)
    ex.drain()
    assert ex.op(K.PATIENT_REGISTER).answer.code == "accepted"
    assert len(ex.server.all("Patient")) == 1


def test_every_reply_lost_once(ex: Exchange) -> None:
    """Each request of a whole visit loses its reply the first time: one resource each in the end."""
    person = ex.desk.person()
    referral_id = issue(ex, person.id)
    ex.change(person.id, phone="8 702 111 22 33")
    ex.at.send(application(person.id))
    ex.desk.referrals.move(referral_id, ReferralStatus.CANCELLED, ACTOR, "қате")
    for turn in range(40):
        ex.upstream.faults.extend([LOST_REPLY] if turn % 2 else [None, LOST_REPLY])
        ex.send()
        ex.upstream.faults.clear()
        ex.desk.clock.forward(minutes=6)
    ex.drain()
    assert {op.state for op in ex.ops()} == {S.ACCEPTED}
    kinds = ("Patient", "ServiceRequest", "Task", "EpisodeOfCare")
    counts = {kind: len(ex.server.all(kind)) for kind in kinds}
    assert set(counts.values()) == {1}, counts


# Who it is -------------------------------------------------------------------------------------------


def _registered_elsewhere(ex: Exchange, **values: str) -> dict[str, Any]:
    stamp = Stamp("", "Астана", "X1", ex.desk.clock.now())
    told = {
        "iin": PERSON.iin,
        "surname": PERSON.surname,
        "given_name": PERSON.given_name,
        "patronymic": PERSON.patronymic,
        "birth_date": "1988-02-14",
        "sex": "female",
        **values,
    }
    assert set(told) <= set(PATIENT_FIELDS)
    resource = with_patient_values({"resourceType": "Patient", "active": True}, told, stamp)
    return ex.server.put(resource)


def _mine(ex: Exchange) -> Op:
    """Somebody is registered here whom another clinic registered before."""
    person = ex.desk.person()
    return next(op for op in ex.ops() if op.aggregate_id == person.id)


def test_somebody_known_there_by_number_name_and_birth_date_is_linked(ex: Exchange) -> None:
    there = _registered_elsewhere(ex)
    op = _mine(ex)
    ex.drain()
    now = ex.server.get("Patient", there["id"])
    assert now is not None
    assert ex.again(op).receipt.resource_id == there["id"]
    # What only this desk told is there now, and so is its own number of the person.
    assert patient_values(now)["phone"] == "+77010000000"
    assert op.aggregate_id in [one["value"] for one in now["identifier"]]


def test_another_spelling_of_the_name_is_the_same_name(ex: Exchange) -> None:
    there = _registered_elsewhere(ex, surname="УЛГИБАЕВА", given_name="Айсулу", patronymic="Маратқызы")
    op = _mine(ex)
    ex.drain()
    assert ex.again(op).state is S.ACCEPTED
    assert ex.again(op).receipt.resource_id == there["id"]


def test_another_telephone_there_is_for_a_person(ex: Exchange) -> None:
    _registered_elsewhere(ex, phone="+77055555555")
    op = _mine(ex)
    ex.send()
    (conflict,) = ex.conflicts()
    assert (ex.again(op).state, conflict.kind) == (S.CONFLICT, ConflictKind.FIELDS)
    (field,) = conflict.fields
    assert (field.field, field.mine, field.theirs, field.mine_by, field.theirs_by) == (
        "phone",
        "+77010000000",
        "+77055555555",
        ACTOR.user,
        "Астана",
    )


@pytest.mark.parametrize("other", [{"birth_date": "1988-02-15"}, {"surname": "Басқаева"}])
def test_the_same_number_and_somebody_else_is_held(ex: Exchange, other: dict[str, str]) -> None:
    there = _registered_elsewhere(ex, **other)
    op = _mine(ex)
    issue(ex, PatientId(op.aggregate_id))
    result = ex.send()
    (conflict,) = ex.conflicts()
    assert (ex.again(op).state, result.held) == (S.HELD, 1)
    assert (conflict.kind, conflict.resource_id) == (ConflictKind.DUPLICATE, there["id"])
    assert [one.field for one in conflict.fields] == list(other)
    assert ex.op(K.REFERRAL_ISSUE).state is S.PENDING
    with ex.desk.store.read() as work:
        shadow = work.shadows.get("Patient", there["id"])
    assert shadow is not None
    assert shadow.local_id == ""


def test_two_with_that_number_are_for_a_person(ex: Exchange) -> None:
    _registered_elsewhere(ex)
    ex.server.put({key: value for key, value in _registered_elsewhere(ex).items() if key != "id"})
    op = _mine(ex)
    ex.send()
    assert ex.again(op).state is S.HELD
    assert [one.kind for one in ex.conflicts()] == [ConflictKind.DUPLICATE]


def test_both_register_one_iin_at_once(ex: Exchange) -> None:
    """The server's condition let both through: the look afterwards finds the other one."""
    op = _mine(ex)
    create = ex.upstream.create

    def slow(resource: Any, if_none_exist: str = "") -> Any:
        reply = create(resource, if_none_exist)
        _registered_elsewhere(ex, surname="Басқаева")
        return reply

    ex.upstream.create = slow  # type: ignore[method-assign]
    ex.sender().run(lambda: bool(ex.conflicts()))
    assert ex.again(op).state is S.ACCEPTED
    assert [one.kind for one in ex.conflicts()] == [ConflictKind.DUPLICATE]


def _both_at_once_and_the_look_fails(ex: Exchange, fault: Fault) -> Op:
    """Another desk was as quick, and what came of the look after our create nobody knows."""
    op = _mine(ex)
    create = ex.upstream.create

    def slow(resource: Any, if_none_exist: str = "") -> Any:
        reply = create(resource, if_none_exist)
        _registered_elsewhere(ex, surname="Басқаева")
        ex.upstream.always = fault
        return reply

    ex.upstream.create = slow  # type: ignore[method-assign]
    ex.send()
    ex.upstream.create = create  # type: ignore[method-assign]
    assert ex.again(op).state is S.ACCEPTED
    assert ex.conflicts() == []
    return op


@pytest.mark.parametrize("fault", [Fault(status=503), OFFLINE, NEVER_ARRIVED, LOST_REPLY])
def test_a_look_that_failed_is_made_in_a_later_pass(ex: Exchange, fault: Fault) -> None:
    op = _both_at_once_and_the_look_fails(ex, fault)
    ex.send()
    assert ex.conflicts() == []
    ex.upstream.always = None
    ex.send()
    (conflict,) = ex.conflicts()
    assert (conflict.kind, conflict.op_id) == (ConflictKind.DUPLICATE, op.op_id)
    assert [(one.field, one.mine, one.theirs) for one in conflict.fields] == [
        ("surname", PERSON.surname, "Басқаева")
    ]
    assert ex.again(op).state is S.ACCEPTED
    ex.upstream.calls.clear()
    ex.send()
    assert ex.upstream.calls == []
    assert len(ex.conflicts()) == 1


def test_a_look_that_the_server_refuses_is_not_asked_for_ever(ex: Exchange) -> None:
    _both_at_once_and_the_look_fails(ex, Fault(status=400))
    ex.upstream.always = None
    ex.upstream.calls.clear()
    ex.send()
    assert ex.upstream.calls == []


def test_kept_apart_is_made_under_the_desk_s_own_number(ex: Exchange) -> None:
    _registered_elsewhere(ex, surname="Басқаева")
    op = _mine(ex)
    ex.send()
    with ex.desk.store.write() as work:
        held = ex.again(op)
        work.outbox.save(replace(held, state=S.PENDING, payload={**held.payload, "apart": True}))
        work.commit()
    ex.drain()
    assert ex.again(op).state is S.ACCEPTED
    names = {patient_values(one)["surname"]: patient_values(one)["iin"] for one in ex.server.all("Patient")}
    assert names["Үлгібаева"] == ""


# Two sides -------------------------------------------------------------------------------------------


def test_two_desks_edit_different_fields_both_stay(ex: Exchange) -> None:
    person = ex.known()
    there = ex.there()
    stamp = Stamp("a" * 32, "Ким В.", "D9", ex.desk.clock.now())
    ex.server.put(with_patient_values(there, {"address": "Алматы, Сатпаев 22"}, stamp))
    ex.change(person.id, phone="8 702 111 22 33")
    ex.drain()
    told = patient_values(ex.there())
    assert (told["phone"], told["address"]) == ("+77021112233", "Алматы, Сатпаев 22")
    assert ex.conflicts() == []


def test_two_desks_edit_one_field_one_visible_conflict_and_neither_value_lost(ex: Exchange) -> None:
    person = ex.known()
    stamp = Stamp("a" * 32, "Ким В.", "D9", ex.desk.clock.now())
    ex.server.put(with_patient_values(ex.there(), {"phone": "+77055555555"}, stamp))
    ex.change(person.id, phone="8 702 111 22 33")
    ex.send()
    (conflict,) = ex.conflicts()
    (field,) = conflict.fields
    assert ex.op(K.PATIENT_CHANGE).state is S.CONFLICT
    assert (field.base, field.mine, field.theirs) == ("+77010000000", "+77021112233", "+77055555555")
    assert (field.mine_by, field.theirs_by) == (ACTOR.user, "Ким В.")
    assert patient_values(ex.there())["phone"] == "+77055555555"


# Order, units, stopping ------------------------------------------------------------------------------


def test_a_person_s_own_go_in_order_and_nobody_waits_for_another(ex: Exchange) -> None:
    first = ex.desk.person()
    issue(ex, first.id)
    second = ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    ex.change(first.id, phone="8 702 111 22 33")
    ex.send()
    settled = [op for op in ex.ops() if op.aggregate_id == first.id]
    assert [op.state for op in settled] == [S.ACCEPTED] * 4
    assert ex.there("ServiceRequest")["subject"]["reference"].startswith("Patient/")
    assert {op.state for op in ex.ops() if op.aggregate_id == second.id} == {S.ACCEPTED}


def test_many_of_many_in_one_pass(ex: Exchange) -> None:
    people = [ex.desk.person(iin=iin(f"900101400{n:02d}"), surname=f"Басқа{n}") for n in range(40)]
    for person in people:
        ex.change(person.id, phone="8 702 111 22 33")
    result = ex.send()
    assert (result.accepted, result.next_due) == (80, None)


def test_what_depends_on_another_waits_for_it(ex: Exchange) -> None:
    first = ex.desk.person()
    second = ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    mine, theirs = ex.ops()
    with ex.desk.store.write() as work:
        work.outbox.save(replace(mine, depends_on=theirs.op_id))
        work.commit()
    ex.upstream.faults.append(Fault(status=422))
    ex.send()
    assert [op.aggregate_id for op in ex.ops()] == [first.id, second.id]
    assert [op.state for op in ex.ops()] == [S.PENDING, S.REJECTED]
    with ex.desk.store.write() as work:
        work.outbox.save(replace(ex.again(theirs), state=S.PENDING))
        work.commit()
    assert ex.send().accepted == 2


MANY_THAT_WAIT = 600
"""More than a pass keeps in mind of what stands behind another."""


def waiting(ex: Exchange, depends_on: str = "") -> None:
    """So many changes, each of somebody else, that cannot go yet."""
    with ex.desk.store.write() as work:
        for number in range(MANY_THAT_WAIT):
            enqueue(
                work,
                K.PATIENT_CHANGE,
                aggregate_id=f"{number:032x}",
                record_id=f"{number:032x}",
                actor=ACTOR,
                at=ex.desk.clock.now(),
                payload={"changes": {"phone": ["", "+77021112233"]}},
                depends_on=depends_on,
            )
        work.commit()


def test_hundreds_that_wait_for_another_hold_up_nobody(ex: Exchange) -> None:
    ex.desk.person()
    (refused,) = ex.ops()
    with ex.desk.store.write() as work:
        work.outbox.save(replace(refused, state=S.REJECTED))
        work.commit()
    waiting(ex, refused.op_id)
    ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    assert ex.send().accepted == 1
    assert patient_values(ex.there())["surname"] == "Басқа"


def test_hundreds_that_want_a_person_hold_up_nobody(ex: Exchange) -> None:
    waiting(ex)
    with ex.desk.store.write() as work:
        for number in range(MANY_THAT_WAIT):
            # The first of each was refused because the registration before it was taken back.
            (first,) = work.outbox.of_aggregate(f"{number:032x}")
            no_person = LastAnswer("person_not_sent", ex.desk.clock.now())
            work.outbox.save(replace(first, state=S.REJECTED, answer=no_person))
        work.commit()
    waiting(ex)
    ex.desk.person(iin=iin("90010140000"), surname="Басқа")
    assert ex.send().accepted == 1
    assert patient_values(ex.there())["surname"] == "Басқа"


def test_what_was_put_off_goes_in_the_same_pass_and_in_order(ex: Exchange) -> None:
    first = ex.desk.person()
    ex.change(first.id, phone="8 702 111 22 33")
    others = [ex.desk.person(iin=iin(f"900101400{n:02d}"), surname=f"Басқа{n}") for n in range(30)]
    mine = ex.ops()[0]
    (last,) = (op for op in ex.ops() if op.aggregate_id == others[-1].id)
    with ex.desk.store.write() as work:
        work.outbox.save(replace(mine, depends_on=last.op_id))
        work.commit()
    assert ex.send().accepted == 32
    phone = {patient_values(one)["surname"]: patient_values(one)["phone"] for one in ex.server.all("Patient")}
    assert phone[PERSON.surname] == "+77021112233"


def test_a_pass_over_what_never_goes_ends(ex: Exchange) -> None:
    """Two that wait for each other, and one that goes: read over again, and not for ever."""
    waiting(ex)
    with ex.desk.store.write() as work:
        one, two, *_ = work.outbox.waiting(0, 2)
        work.outbox.save(replace(one, depends_on=two.op_id))
        work.outbox.save(replace(two, depends_on=one.op_id))
        work.commit()
    ex.desk.person()
    result = ex.send()
    assert (result.accepted, result.rejected) == (1, MANY_THAT_WAIT - 2)
    assert [op.state for op in ex.ops(S.PENDING)] == [S.PENDING] * 2


def test_cancelled_it_stops_soon_and_nothing_is_half_sent(ex: Exchange) -> None:
    for number in range(5):
        ex.desk.person(iin=iin(f"9001014000{number}"), surname=f"Басқа{number}")
    ex.send(lambda: len(ex.server.all("Patient")) >= 2)
    assert [op.state for op in ex.ops()] == [S.ACCEPTED] * 2 + [S.PENDING] * 3
    assert [op.attempts for op in ex.ops()] == [1, 1, 0, 0, 0]


def test_a_person_whose_registration_was_taken_back_holds_what_needs_them(ex: Exchange) -> None:
    person = ex.desk.person()
    referral_id = issue(ex, person.id)
    ex.desk.slips.print(referral_id, ACTOR)
    with ex.desk.store.write() as work:
        work.outbox.save(replace(ex.ops()[0], state=S.WITHDRAWN))
        work.commit()
    ex.send()
    ex.at.use.attention.withdraw(ex.ops(S.REJECTED)[0].op_id, "басқа арнадан", ACTOR)
    ex.send()
    with ex.desk.store.read() as work:
        assert work.recalls.of_referral(referral_id) == []
    (stopped,) = ex.ops(S.REJECTED)
    assert stopped.answer.code == "person_not_sent"
    ex.change(person.id, phone="8 702 111 22 33")
    ex.drain()
    assert {op.state for op in ex.ops()} == {S.WITHDRAWN, S.ACCEPTED}
    assert len(ex.server.all("ServiceRequest")) == 1


def test_a_refused_referral_on_paper_is_listed(ex: Exchange) -> None:
    person = ex.known()
    ex.desk.insured(person.id)
    ex.drain()
    referral_id = ReferralId(ex.desk.issue(form_of(person.id)).referral_id)
    ex.desk.slips.print(referral_id, ACTOR)
    ex.server.reject = lambda one: "бұл қызмет жоқ" if one["resourceType"] == "Task" else None
    ex.send()
    with ex.desk.store.read() as work:
        (recall,) = work.recalls.of_referral(referral_id)
    op = ex.op(K.REFERRAL_ISSUE)
    assert (op.state, op.answer.code) == (S.REJECTED, "refused")
    assert op.answer.text == "Task: entry 1: бұл қызмет жоқ"
    assert "бұл қызмет жоқ" in recall.detail
    assert ex.server.all("ServiceRequest") == []


def test_a_part_that_is_not_named_is_refused_together(ex: Exchange) -> None:
    person = ex.known()
    ex.desk.insured(person.id)
    ex.upstream.faults.append(Fault(status=422))
    ex.send()
    assert ex.op(K.INSURANCE_RECORD).answer.code == "refused_together"


def test_what_others_changed_in_a_person_is_taken_from_the_answer_to_our_change(ex: Exchange) -> None:
    person = ex.known()
    stamp = Stamp("a" * 32, "Ким В.", "D9", ex.desk.clock.now())
    ex.server.put(with_patient_values(ex.there(), {"address": "Алматы, Сатпаев 22"}, stamp))
    ex.change(person.id, phone="8 702 111 22 33")
    ex.drain()
    here = ex.at.patient(person.id)
    assert (here.address, str(here.phone.e164)) == ("Алматы, Сатпаев 22", "+77021112233")
    taken = ex.desk.patients.history(person.id)[0]
    assert (taken.what, taken.by, taken.changes) == (
        HistoryKind.RECEIVED,
        "Ким В.",
        {"address": ("Алматы, Абай 1", "Алматы, Сатпаев 22")},
    )


def test_what_a_supplier_decided_meanwhile_is_left_for_the_next_reading(ex: Exchange) -> None:
    """Known as read it would be passed over, and the desk would never hear of it."""
    person = ex.desk.person()
    referral_id = issue(ex, person.id)
    ex.drain()
    ex.server.put({**ex.there("Task"), "status": "completed"})
    ex.desk.referrals.move(referral_id, ReferralStatus.NOT_ATTENDED, ACTOR)
    ex.drain()
    task = ex.there("Task")
    with ex.desk.store.read() as work:
        known = work.shadows.of_local("Task", referral_id)
    assert known is not None
    assert known.version != task["meta"]["versionId"]


def test_a_lost_reply_of_what_a_supplier_has_answered_since(ex: Exchange) -> None:
    person = ex.known()
    ex.desk.insured(person.id)
    ex.drain()
    referral_id = ReferralId(ex.desk.issue(form_of(person.id)).referral_id)
    ex.upstream.faults.append(LOST_REPLY)
    ex.send()
    ex.server.put({**ex.there("Task"), "status": "accepted", "extension": []})
    ex.drain()
    with ex.desk.store.read() as work:
        known = work.shadows.of_local("Task", referral_id)
    assert known is not None
    assert known.version == "0"
    ex.desk.referrals.move(referral_id, ReferralStatus.CANCELLED, ACTOR, "қате")
    ex.drain()
    assert ex.there("Task")["status"] == "cancelled"


def test_a_clock_that_was_set_back_makes_nobody_wait_for_tomorrow(ex: Exchange) -> None:
    ex.desk.clock.forward(days=1)
    ex.desk.person()
    ex.upstream.faults.append(Fault(status=500))
    ex.send()
    ex.desk.clock.forward(days=-1)
    assert ex.send().accepted == 1
