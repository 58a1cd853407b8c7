"""ServiceRequest and Task: what was issued comes back, each step is read, what a server adds stays."""

import datetime as dt
from typing import Any

import pytest

from clinic_desk.domain.referral import MOVES, ReferralStatus
from clinic_desk.domain.sync.task_steps import TASK_ENDS, TASK_MOVES, TaskStatus, may_follow
from clinic_desk.fhir.bundles import local_url
from clinic_desk.fhir.referral import (
    referral_bundle,
    referral_key,
    revoked,
    service_request,
    task,
    task_key,
    together,
)
from clinic_desk.fhir.referral_progress import (
    answered,
    asked,
    focus_of,
    moved,
    progress_of,
    referral_id_of,
    refused,
    scheduled,
)
from clinic_desk.fhir.referral_reading import requested_of
from clinic_desk.fhir.stamp import author_of, op_id_of
from clinic_desk.fhir.strict import Unreadable
from tests.fhir.made import AT, LATER, STAMP, SUPPLIER, a_referral, referral_parts

PARTS = referral_parts(replaces="0190")
TASK = {
    **task(PARTS, STAMP, "ServiceRequest/5"),
    "id": "6",
    "meta": {"versionId": "1"},
    "reasonCode": {"text": "stays"},
}


def test_issued_referral_is_read_as_it_was() -> None:
    told, ours = requested_of(service_request(PARTS, STAMP)), a_referral()
    assert (told.referral_id, told.number, told.replaces) == (ours.id, ours.number, "0190")
    assert (told.service_code, told.icd_code, told.quantity) == ("A02.015.000", "I11.9", 2)
    assert (told.reason, told.reason_evidence, told.note) == (ours.reason, ours.reason_evidence, ours.note)
    assert (told.supplier_bin, told.supplier_role, told.doctor_code) == (SUPPLIER.bin, "co_executor", "D-17")
    assert (told.issued_at, told.valid_until, told.status) == (ours.issued_at, ours.valid_until, "active")
    assert (told.payer, told.payer_rule, told.answer) == ("insurance", "insured", "covered")


def test_both_land_together_and_refer_to_each_other() -> None:
    bundle = referral_bundle(PARTS, STAMP)
    first, second = bundle["entry"]
    key = a_referral().id
    assert first["request"] == {"method": "POST", "url": "ServiceRequest", "ifNoneExist": referral_key(key)}
    assert second["request"]["ifNoneExist"] == task_key(key)
    assert second["resource"]["focus"] == {"reference": first["fullUrl"]}
    assert first["fullUrl"] == local_url("urn:clinic-desk:id:referral", key) != second["fullUrl"]
    assert {op_id_of(entry["resource"]) for entry in bundle["entry"]} == {STAMP.op_id}
    assert referral_bundle(PARTS, STAMP) == bundle


def test_day_of_issue_is_the_clinics() -> None:
    late = dt.datetime(2026, 11, 27, 21, 0, tzinfo=dt.UTC)
    period = service_request(referral_parts(referral=a_referral(issued_at=late)), STAMP)["occurrencePeriod"]
    assert period["start"] == "2026-11-28"


@pytest.mark.parametrize("status", [one for one in ReferralStatus if one is not ReferralStatus.ISSUED])
def test_step_is_read_as_it_was_written(status: ReferralStatus) -> None:
    before = scheduled(TASK, AT, STAMP) if status is ReferralStatus.SCHEDULED else TASK
    told = progress_of(moved(before, status, LATER, "Себебі"))
    # A question needs words of its own; without them the reason is the question.
    said = told.question if status is ReferralStatus.RETURNED else told.text
    assert (told.status, said, told.at) == (status, "Себебі", LATER.acted_at)
    assert told.referral_id == a_referral().id


@pytest.mark.parametrize("status", [*TaskStatus])
def test_every_status_of_a_server_has_a_meaning(status: TaskStatus) -> None:
    told = progress_of({"resourceType": "Task", "status": status.value}).status
    assert told is not ReferralStatus.ISSUED
    assert told in MOVES[ReferralStatus.SENT] | {ReferralStatus.SENT}


def test_appointment_is_the_last_one_given() -> None:
    first = scheduled({**TASK, "status": "accepted"}, AT, STAMP)
    told = progress_of(scheduled(first, LATER.acted_at, LATER))
    assert (told.status, told.appointment_at) == (ReferralStatus.SCHEDULED, LATER.acted_at)
    told = progress_of({**first, "status": "accepted", "output": [*first["output"], {"type": {"text": "?"}}]})
    assert (told.status, told.appointment_at) == (ReferralStatus.SCHEDULED, AT)


def test_refusal_has_its_ground() -> None:
    told = progress_of(refused(TASK, "no_contract", "Шарт жоқ", LATER))
    assert (told.status, told.ground, told.text) == (ReferralStatus.REFUSED, "no_contract", "Шарт жоқ")
    assert told.by == SUPPLIER.name


def test_question_is_answered_and_goes_back() -> None:
    question = asked(TASK, "Қай жағы?", LATER)
    told = progress_of(question)
    assert (told.status, told.question, told.by) == (ReferralStatus.RETURNED, "Қай жағы?", LATER.actor)
    back = answered(question, "Сол жағы", STAMP)
    assert progress_of(back).status is ReferralStatus.SENT
    assert [note["text"] for note in back["note"]] == ["Қай жағы?", "Сол жағы"]
    assert back["note"][1]["authorString"] == STAMP.actor
    assert (back["id"], back["meta"], back["reasonCode"]) == (TASK["id"], TASK["meta"], TASK["reasonCode"])
    assert op_id_of(back) == STAMP.op_id


def test_person_who_stayed_away_is_not_one_refused() -> None:
    failed = {"resourceType": "Task", "status": "failed", "statusReason": {"text": "Құрылғы бұзылды"}}
    assert progress_of(failed).status is ReferralStatus.REFUSED
    away = moved(failed, ReferralStatus.NOT_ATTENDED, LATER)
    assert progress_of({**away, "status": "failed"}).status is ReferralStatus.NOT_ATTENDED


def test_focus_is_read_whatever_its_base() -> None:
    assert focus_of(TASK) == "ServiceRequest/5"
    assert (
        focus_of({"focus": {"reference": "https://h/fhir/ServiceRequest/5/_history/2"}}) == "ServiceRequest/5"
    )
    assert focus_of({"focus": {"reference": "urn:uuid:1"}}) == focus_of({}) == referral_id_of({}) == ""


def test_revoked_changes_nothing_else() -> None:
    request: dict[str, Any] = {**service_request(PARTS, STAMP), "id": "5", "priority": "urgent"}
    taken_back = revoked(request, LATER, "Қате қызмет")
    assert requested_of(taken_back).status == "revoked"
    assert taken_back["note"][-1]["text"] == "Қате қызмет"
    assert author_of(taken_back) == (LATER.actor, LATER.acted_at)
    for name in set(request) - {"status", "note", "extension"}:
        assert taken_back[name] == request[name]
    bundle = together((taken_back, "3"), (moved(TASK, ReferralStatus.CANCELLED, LATER), "4"))
    assert [entry["request"] for entry in bundle["entry"]] == [
        {"method": "PUT", "url": "ServiceRequest/5", "ifMatch": 'W/"3"'},
        {"method": "PUT", "url": "Task/6", "ifMatch": 'W/"4"'},
    ]


@pytest.mark.parametrize(
    ("resource", "why"),
    [({"resourceType": "Patient"}, "wrong_type"), ({"resourceType": "Task", "status": "soon"}, "status")],
)
def test_what_is_no_step_is_set_aside(resource: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable) as told:
        progress_of(resource)
    assert told.value.why == why


def test_nothing_comes_after_an_end() -> None:
    for before in TaskStatus:
        assert may_follow(before, before)
        for after in TaskStatus:
            if before in TASK_ENDS and after is not before:
                assert not may_follow(before, after)
    assert set(TASK_MOVES) == set(TaskStatus)
    assert may_follow("requested", "completed")
    assert may_follow("on-hold", "requested")
    assert not may_follow("accepted", "requested")
    assert not may_follow("requested", "nonsense")
