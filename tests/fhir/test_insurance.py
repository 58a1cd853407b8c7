"""Questions and answers about insurance: an answer only where the server gives one."""

import datetime as dt
from typing import Any

import pytest

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.insurance import InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.sync.arrivals import CoverageSeen
from clinic_desk.fhir.extensions import own, part
from clinic_desk.fhir.insurance import (
    answer_of,
    asked_of,
    check_key,
    coverage_of,
    eligibility_request,
    eligibility_response,
    is_waiting,
    recorded_answer_bundle,
    request_of,
)
from clinic_desk.fhir.strict import Unreadable
from tests.fhir.made import AT, STAMP, a_check, an_iin
from tests.fhir.schema import check, checked_parts

DAY = dt.date(2026, 12, 3)
ASKED = eligibility_request("k1", an_iin(), DAY, AT, person="Patient/17")


def _answered(answer: EligibilityAnswer | EligibilityFailure) -> dict[str, Any]:
    return eligibility_response(
        answer, ASKED, request_reference="CoverageEligibilityRequest/4", key="k1", created=AT
    )


def test_question_is_about_the_day_of_the_visit() -> None:
    assert asked_of(ASKED) == (an_iin(), DAY)
    assert ASKED["servicedDate"] == "2026-12-03"
    assert asked_of({}) == ("", None)


@pytest.mark.parametrize("status", [one for one in InsuranceStatus if one is not InsuranceStatus.UNKNOWN])
def test_answer_comes_back_as_it_was_given(status: InsuranceStatus) -> None:
    answer = EligibilityAnswer(status, AT, "04", "R-1", dt.date(2026, 12, 31), "pppppp-ppg??")
    response = _answered(answer)
    assert answer_of(response) == answer
    assert request_of(response) == "CoverageEligibilityRequest/4"
    bare = EligibilityAnswer(status, AT)
    assert answer_of(_answered(bare)) == bare


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"outcome": "queued"}, "no_answer"),
        ({"outcome": "partial"}, "no_answer"),
        ({"outcome": "error"}, "refused"),
        ({"error": [{"code": {"text": "?"}}]}, "refused"),
        ({"outcome": "yes"}, "not_understood"),
        ({"insurance": []}, "not_understood"),
        ({"insurance": [{"coverage": {}}]}, "not_understood"),
        ({"insurance": [{"inforce": "true"}]}, "not_understood"),
        ({"created": "2026-11-27"}, "not_understood"),
        ({"resourceType": "Bundle"}, "not_understood"),
    ],
)
def test_what_is_no_answer_says_nothing_of_the_person(change: dict[str, Any], why: str) -> None:
    told = answer_of({**_answered(EligibilityAnswer(InsuranceStatus.UNINSURED, AT)), **change})
    assert told == EligibilityFailure(WhyNoAnswer(why))


def test_status_that_contradicts_itself_is_no_answer() -> None:
    response = _answered(EligibilityAnswer(InsuranceStatus.INSURED_STATE, AT))
    response["insurance"][0]["inforce"] = False
    assert answer_of(response) == EligibilityFailure(WhyNoAnswer.NOT_UNDERSTOOD)


@pytest.mark.parametrize(
    ("in_force", "status"),
    [(True, InsuranceStatus.INSURED_CONTRIBUTIONS), (False, InsuranceStatus.UNINSURED)],
)
def test_plain_server_is_understood(in_force: bool, status: InsuranceStatus) -> None:
    told = answer_of(
        {
            "resourceType": "CoverageEligibilityResponse",
            "outcome": "complete",
            "created": "2026-11-27T14:30:00+05:00",
            "insurance": [{"inforce": in_force}],
        }
    )
    assert told == EligibilityAnswer(status, dt.datetime(2026, 11, 27, 9, 30, tzinfo=dt.UTC))


def test_coverage_in_force_outweighs_one_that_ended() -> None:
    response = _answered(EligibilityAnswer(InsuranceStatus.UNINSURED, AT))
    response["insurance"].append({"inforce": True, "benefitPeriod": {"end": "2027-01-31"}})
    told = answer_of(response)
    assert isinstance(told, EligibilityAnswer)
    assert told.valid_through == dt.date(2027, 1, 31)
    assert told.status is InsuranceStatus.INSURED_CONTRIBUTIONS


def test_answer_that_waits_is_told_from_none() -> None:
    waiting = _answered(EligibilityFailure(WhyNoAnswer.NO_ANSWER))
    assert is_waiting(waiting)
    assert not is_waiting(_answered(EligibilityFailure(WhyNoAnswer.REFUSED)))
    check(waiting)


def test_recorded_answer_carries_where_it_was_read() -> None:
    told = checked_parts(recorded_answer_bundle(a_check(), an_iin(), STAMP))
    response = told["CoverageEligibilityResponse"]
    answer = answer_of(response)
    ours = a_check()
    assert answer == EligibilityAnswer(
        ours.status, AT, ours.category, ours.reference, ours.valid_through, ours.months
    )
    source = own(response, "recorded")
    assert (part(source, "channel"), part(source, "by")) == ("egov", "g.serik")
    bundle = recorded_answer_bundle(a_check(), an_iin(), STAMP)
    assert response["request"]["reference"] == bundle["entry"][0]["fullUrl"]
    assert [one["request"]["ifNoneExist"] for one in bundle["entry"]] == [check_key(ours.id)] * 2
    alone = recorded_answer_bundle(a_check(), "", STAMP, person="Patient/17", request_id="9")
    assert request_of(alone["entry"][0]["resource"]) == "CoverageEligibilityRequest/9"
    assert len(alone["entry"]) == 1


def test_unknown_is_never_sent_as_a_no() -> None:
    bundle = recorded_answer_bundle(a_check(status=InsuranceStatus.UNKNOWN), an_iin(), STAMP)
    response = checked_parts(bundle)["CoverageEligibilityResponse"]
    assert "insurance" not in response
    assert answer_of(response) == EligibilityFailure(WhyNoAnswer.NO_ANSWER)


def test_question_about_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        eligibility_request("k1", "", DAY, AT)


def test_coverage_is_read() -> None:
    coverage = {
        "resourceType": "Coverage",
        "id": "8",
        "status": "active",
        "beneficiary": {"identifier": {"system": "urn:clinic-desk:id:iin", "value": an_iin()}},
        "type": {"text": "ОСМС"},
        "period": {"start": "2026-01-01", "end": "2026-12"},
        "payor": [{"reference": "Organization/1"}, {"display": "Қор"}],
    }
    check(coverage)
    assert coverage_of(coverage) == CoverageSeen(
        "8", True, an_iin(), "ОСМС", dt.date(2026, 1, 1), None, "Қор"
    )
    with pytest.raises(Unreadable):
        coverage_of({"resourceType": "Patient"})
