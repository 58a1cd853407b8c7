"""EpisodeOfCare: an application, the register's decision, an end."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.attachment import EndReason
from clinic_desk.domain.sync.arrivals import AttachmentDecision, DecisionOutcome
from clinic_desk.fhir.attachment import (
    AttachmentParts,
    attachment_key,
    case_id_of,
    decided,
    decision_of,
    ended,
    episode,
    is_attachment,
    person_of,
)
from clinic_desk.fhir.extensions import extensions, own, part
from clinic_desk.fhir.moments import instant_text
from clinic_desk.fhir.stamp import op_id_of
from clinic_desk.fhir.strict import Unreadable
from clinic_desk.fhir.systems import systems
from tests.fhir.made import AT, CLINIC, DISTRICT, DOCTOR, LATER, STAMP, a_case

ASKED = {
    **episode(AttachmentParts(a_case(), "Patient/17", CLINIC, DISTRICT, DOCTOR), STAMP),
    "id": "3",
    "team": [],
}


def test_application_says_who_agreed_and_what_was_seen() -> None:
    consent = own(ASKED, "consent")
    told = {name: part(consent, name) for name in ("giver", "name", "way", "at", "recorded-by")}
    assert told == {
        "giver": "parent",
        "name": "Үлгібаева Б.",
        "way": "paper",
        "at": instant_text(AT),
        "recorded-by": "g.serik",
    }
    seen = [
        (part(one, "code"), part(one, "dated")) for one in extensions(ASKED, systems().ext("document-seen"))
    ]
    assert seen == [("identity", "2020-05-01"), ("contract", None)]
    asked = own(ASKED, "application")
    assert (part(asked, "basis"), part(asked, "district")) == ("eaeu_contract", "12")
    assert ASKED["period"] == {"end": "2027-06-30"}
    assert (case_id_of(ASKED), person_of(ASKED)) == (a_case().id, "Patient/17")
    assert attachment_key(a_case().id).endswith(a_case().id)
    assert is_attachment(ASKED)
    assert not is_attachment({"type": [{"text": "home"}]})


def test_nothing_is_decided_while_it_is_asked_or_when_it_was_withdrawn() -> None:
    assert decision_of(ASKED) is None
    withdrawn = ended(ASKED, replace(a_case(), ended_on=AT.date(), end_reason=EndReason.WITHDRAWN), LATER)
    assert withdrawn["status"] == "cancelled"
    assert decision_of(withdrawn) is None
    assert op_id_of(withdrawn) == LATER.op_id


@pytest.mark.parametrize(
    "decision",
    [
        AttachmentDecision(
            a_case().id, DecisionOutcome.ACCEPTED, AT, "N-1", dt.date(2026, 12, 1), by="Тіркелім"
        ),
        AttachmentDecision(a_case().id, DecisionOutcome.REFUSED, AT, ground="not_genuine", text="2-тармақ"),
        AttachmentDecision(
            a_case().id,
            DecisionOutcome.ENDED,
            AT,
            "N-1",
            dt.date(2026, 12, 1),
            dt.date(2027, 1, 9),
            "moved_away",
        ),
    ],
)
def test_decision_comes_back_as_it_was_made(decision: AttachmentDecision) -> None:
    without_contract = {name: value for name, value in ASKED.items() if name != "period"}
    made = decided(without_contract, decision, LATER)
    assert decision_of(made) == decision
    assert made["team"] == ASKED["team"]
    assert decided(made, decision, LATER) == made


def test_register_that_only_sets_the_status_is_understood() -> None:
    active = {
        **ASKED,
        "status": "active",
        "period": {"start": "2026-12-01"},
        "meta": {"lastUpdated": instant_text(AT)},
    }
    told = decision_of(active)
    assert told == AttachmentDecision(
        a_case().id, DecisionOutcome.ACCEPTED, AT, first_day=dt.date(2026, 12, 1)
    )


def test_attachment_in_force_is_finished_on_its_last_day() -> None:
    over = ended(
        {**ASKED, "status": "active"},
        replace(a_case(), ended_on=dt.date(2027, 1, 1), end_reason=EndReason.MOVED_AWAY),
        LATER,
    )
    assert (over["status"], over["period"]["end"]) == ("finished", "2027-01-01")
    assert part(own(over, "end"), "reason") == "moved_away"


@pytest.mark.parametrize(
    ("change", "why"), [({"resourceType": "Task"}, "wrong_type"), ({"status": "asked"}, "status")]
)
def test_what_is_no_attachment_is_set_aside(change: dict[str, Any], why: str) -> None:
    with pytest.raises(Unreadable) as told:
        decision_of({**ASKED, **change})
    assert told.value.why == why
