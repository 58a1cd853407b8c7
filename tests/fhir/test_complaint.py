"""Complaints: the words go, the receipt comes."""

import datetime as dt
from typing import Any

import pytest

from clinic_desk.domain.sync.arrivals import ComplaintNote, ComplaintReceipt, ComplaintStep
from clinic_desk.domain.sync.task_steps import TaskStatus
from clinic_desk.fhir.complaint import (
    complaint_bundle,
    complaint_key,
    is_complaint,
    note_of,
    receipt_of,
    receipted,
)
from clinic_desk.fhir.stamp import op_id_of
from clinic_desk.fhir.strict import Unreadable
from tests.fhir.made import AT, CLINIC, LATER, STAMP
from tests.fhir.schema import checked_parts

NOTE = ComplaintNote("c1", AT, "Ұзақ кезек", "queue", "Туысы")
BUNDLE = complaint_bundle(NOTE, CLINIC, STAMP, person="Patient/17")


def test_words_come_back_as_they_went() -> None:
    parts = checked_parts(BUNDLE)
    assert note_of(parts["Communication"]) == NOTE
    assert parts["Communication"]["subject"] == {"reference": "Patient/17"}
    assert is_complaint(parts["Task"])
    assert not is_complaint({})
    assert [one["request"]["ifNoneExist"] for one in BUNDLE["entry"]] == [complaint_key("c1")] * 2


@pytest.mark.parametrize("step", ComplaintStep)
def test_receipt_comes_back_as_written(step: ComplaintStep) -> None:
    receipt = ComplaintReceipt("c1", step, "K-7", LATER.acted_at, dt.date(2026, 12, 12), "Жауап", "Басқарма")
    task = receipted(checked_parts(BUNDLE)["Task"], receipt, LATER)
    assert receipt_of(task) == receipt
    assert op_id_of(task) == LATER.op_id
    assert receipt_of(receipted(task, receipt, LATER)) == receipt


@pytest.mark.parametrize("status", TaskStatus)
def test_every_status_of_a_server_has_a_meaning(status: TaskStatus) -> None:
    assert receipt_of({"resourceType": "Task", "status": status.value}).step in ComplaintStep


@pytest.mark.parametrize(
    "resource",
    [{"resourceType": "Patient"}, {"resourceType": "Task"}, {"resourceType": "Task", "status": []}],
)
def test_what_is_no_follow_up_is_set_aside(resource: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        receipt_of(resource)
    with pytest.raises(Unreadable):
        note_of(resource)
