"""Every visible rule comes true, step by step, as versions that a desk finds by asking again."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clinic_desk.domain.eligibility import EligibilityAnswer, EligibilityFailure
from clinic_desk.domain.ids import AttachmentCaseId, ReferralId
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.insurance import InsuranceStatus, WhyNoAnswer
from clinic_desk.domain.numbers import ReferralNumber
from clinic_desk.domain.phone import Phone
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.domain.sync.arrivals import ComplaintNote, ComplaintStep, DecisionOutcome
from clinic_desk.fhir.attachment import AttachmentParts, decision_of, ended, episode
from clinic_desk.fhir.complaint import complaint_bundle, receipt_of
from clinic_desk.fhir.insurance import answer_of, coverage_of, eligibility_request, recorded_answer_bundle
from clinic_desk.fhir.patient import patient_resource
from clinic_desk.fhir.referral import referral_bundle
from clinic_desk.fhir.referral_progress import answered, moved, progress_of
from clinic_desk.fhir.systems import systems
from clinic_desk.practice_authority.authority import Authority
from clinic_desk.practice_authority.rules import rules
from clinic_desk.services.sync.practice_switches import Push, Switch
from clinic_desk.texts import Language, Texts
from tests.authority.serving import RunningAuthority, serving
from tests.fhir.made import (
    AT,
    CLINIC,
    LATER,
    STAMP,
    a_case,
    a_check,
    a_patient,
    a_referral,
    an_iin,
    referral_parts,
)
from tests.fhir.schema import check

_numbers = itertools.count(1)
_S = ReferralStatus
REFERRALS: dict[str, list[ReferralStatus]] = {
    "0": [_S.ACCEPTED, _S.SCHEDULED],
    "1": [_S.ACCEPTED, _S.SCHEDULED],
    "2": [_S.RETURNED],
    "3": [_S.REFUSED],
    "4": [_S.ACCEPTED, _S.SCHEDULED, _S.COMPLETED],
    "5": [_S.ACCEPTED, _S.SCHEDULED, _S.REFUSED],
    "6": [_S.ACCEPTED, _S.SCHEDULED],
    "7": [_S.ACCEPTED, _S.SCHEDULED, _S.SCHEDULED],
    "8": [_S.ACCEPTED, _S.SCHEDULED],
    "9": [_S.SENT],
}
REFUSED, ACCEPTED = DecisionOutcome.REFUSED, DecisionOutcome.ACCEPTED
ATTACHMENTS: dict[str, list[tuple[DecisionOutcome, str]]] = {
    **{str(digit): [(ACCEPTED, "")] for digit in range(7)},
    "7": [(REFUSED, "not_by_rules")],
    "8": [(REFUSED, "not_genuine")],
    "9": [(ACCEPTED, ""), (REFUSED, "not_by_rules")],
}
KNOWN = an_iin("77010130001")


def tell_the_fund(authority: Authority) -> None:
    standing = {"status": "grace_3m", "category": "employee", "months": "pppppppppggg"}
    authority.fund.know({KNOWN: {**standing, "valid_through": "2999-12-31"}})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAuthority]:
    folder = tmp_path_factory.mktemp("deciding")
    with serving(folder, prepare=tell_the_fund, language=Language.RU) as running:
        yield running


@pytest.fixture(scope="module")
def http(authority: RunningAuthority) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=authority.base, timeout=10) as client:
        yield client


def ending_with(digit: str) -> str:
    return next(iin for serial in range(1, 99) if (iin := an_iin(f"880214400{serial:02d}")).endswith(digit))


def new_person(http: httpx.Client, iin: str = "") -> str:
    """`Patient/id` of somebody new, of whom nobody else has the number."""
    person = a_patient(iin=parse_iin(iin) if iin else None)
    answer = http.post("/Patient", json=patient_resource(person, STAMP))
    assert answer.status_code == 201, answer.text
    return f"Patient/{answer.json()['id']}"


def new_referral(http: httpx.Client, digit: str) -> dict[str, Any]:
    """The Task of a referral whose counter ends so."""
    number = next(_numbers)
    referral = a_referral(
        id=ReferralId(f"{number:032d}"), number=str(ReferralNumber("D1", "K5X3Q", number * 10 + int(digit)))
    )
    parts = referral_parts(referral=referral, person=new_person(http))
    answer = http.post("", json=referral_bundle(parts, STAMP))
    assert answer.status_code == 200, answer.text
    return answer.json()["entry"][1]["resource"]


def current(http: httpx.Client, resource: dict[str, Any]) -> dict[str, Any]:
    return http.get(f"/{resource['resourceType']}/{resource['id']}").json()


def put(http: httpx.Client, resource: dict[str, Any]) -> dict[str, Any]:
    version = resource["meta"]["versionId"]
    address = f"/{resource['resourceType']}/{resource['id']}"
    answer = http.put(address, json=resource, headers={"if-match": f'W/"{version}"'})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("digit", REFERRALS)
def test_referral_goes_the_way_of_its_digit(
    authority: RunningAuthority, http: httpx.Client, digit: str
) -> None:
    task = new_referral(http, digit)
    seen, dates = [], []
    for _ in REFERRALS[digit]:
        assert authority.tick() == 1
        task = current(http, task)
        progress = progress_of(task)
        seen.append(progress.status)
        if progress.appointment_at is not None:
            dates.append(progress.appointment_at)
    assert seen == REFERRALS[digit]
    assert authority.tick() == 0
    assert task["status"] == ("received" if digit == "9" else task["status"])
    assert progress.by == "Центр «Улги-Кардио»"
    if _S.SCHEDULED in seen:
        assert min(dates) > dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    if digit == "7":
        assert dates[0] < dates[1]
    if progress.status is _S.REFUSED:
        assert progress.ground == "no_capacity"
        assert progress.text
    assert progress.question == ("Когда делали ЭКГ? Укажите дату заключения." if digit == "2" else "")


def test_every_step_is_a_version_that_a_desk_finds(authority: RunningAuthority, http: httpx.Client) -> None:
    task = new_referral(http, "4")
    since = task["meta"]["lastUpdated"]
    authority.tick_all()
    found = http.get("/Task", params={"_lastUpdated": f"gt{since}"}).json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [task["id"]]
    told = http.get(f"/Task/{task['id']}/_history").json()
    statuses = [entry["resource"]["status"] for entry in told["entry"]]
    assert statuses == ["completed", "in-progress", "accepted", "requested"]


def test_answered_question_is_decided(authority: RunningAuthority, http: httpx.Client) -> None:
    task = new_referral(http, "2")
    authority.tick_all()
    put(http, answered(current(http, task), "ЭКГ 12.11.2026", LATER))
    assert authority.tick_all() == 2
    assert progress_of(current(http, task)).status is _S.SCHEDULED


def test_withdrawn_referral_is_not_decided(authority: RunningAuthority, http: httpx.Client) -> None:
    task = new_referral(http, "1")
    put(http, moved(task, _S.CANCELLED, LATER, "Қате"))
    authority.tick_all()
    assert current(http, task)["status"] == "cancelled"


def test_referral_sent_twice_is_decided_once(authority: RunningAuthority, http: httpx.Client) -> None:
    parts = referral_parts(referral=a_referral(id=ReferralId("f" * 32)), person=new_person(http))
    bundle = referral_bundle(parts, STAMP)
    for _ in range(2):
        task = http.post("", json=bundle).json()["entry"][1]["resource"]
    authority.tick_all()
    steps = len(http.get(f"/Task/{task['id']}/_history").json()["entry"])
    assert steps == 1 + len(REFERRALS["6"])


def test_mind_is_changed_at_once(authority: RunningAuthority, http: httpx.Client) -> None:
    task = new_referral(http, "1")
    authority.tick_all()
    assert authority.switch("change_mind")["changed"] >= 1
    progress = progress_of(current(http, task))
    assert (progress.status, progress.text) == (_S.REFUSED, "Аппарат вышел из строя, приёма не будет")


@pytest.mark.parametrize("digit", ATTACHMENTS)
def test_application_is_decided_by_the_iin(
    authority: RunningAuthority, http: httpx.Client, digit: str
) -> None:
    iin = ending_with(digit)
    case = a_case(id=AttachmentCaseId(f"a{next(_numbers):031d}"), contract_until=None)
    sent = http.post(
        "/EpisodeOfCare", json=episode(AttachmentParts(case, new_person(http), CLINIC, iin=iin), STAMP)
    )
    one = sent.json()
    assert decision_of(one) is None
    seen = []
    for _ in ATTACHMENTS[digit]:
        assert authority.tick() == 1
        one = current(http, one)
        decision = decision_of(one)
        assert decision is not None
        assert decision.case_id == case.id
        seen.append((decision.outcome, decision.ground))
        if decision.outcome is ACCEPTED:
            assert decision.number
            assert decision.first_day
            assert decision.first_day > dt.datetime.now(dt.UTC).date()
        else:
            assert "Правил" in decision.text
    assert seen == ATTACHMENTS[digit]
    assert authority.tick() == 0


def test_iin_of_the_register_decides_where_the_application_names_none(
    authority: RunningAuthority, http: httpx.Client
) -> None:
    case = a_case(id=AttachmentCaseId("b" * 32))
    parts = AttachmentParts(case, new_person(http, an_iin("88021440087")), CLINIC)
    wanted = ATTACHMENTS[an_iin("88021440087")[-1]][-1][0]
    one = http.post("/EpisodeOfCare", json=episode(parts, STAMP)).json()
    authority.tick_all()
    decision = decision_of(current(http, one))
    assert decision is not None
    assert decision.outcome is wanted


def test_withdrawn_application_is_not_decided(authority: RunningAuthority, http: httpx.Client) -> None:
    case = a_case(id=AttachmentCaseId("c" * 32))
    sent = http.post("/EpisodeOfCare", json=episode(AttachmentParts(case, new_person(http), CLINIC), STAMP))
    put(http, ended(sent.json(), case, LATER))
    authority.tick_all()
    assert current(http, sent.json())["status"] == "cancelled"


def submitted(http: httpx.Client, iin: str, key: str) -> httpx.Response:
    return http.post("/CoverageEligibilityRequest/$submit", json=eligibility_request(key, iin, AT.date(), AT))


def test_fund_knows_the_made_up_people(http: httpx.Client) -> None:
    response = submitted(http, KNOWN, "known").json()
    answer = answer_of(response)
    assert isinstance(answer, EligibilityAnswer)
    assert (answer.status, answer.category, answer.months) == (
        InsuranceStatus.GRACE_3M,
        "employee",
        "p" * 9 + "ggg",
    )
    assert answer.valid_through == dt.date(2999, 12, 31)
    assert abs(answer.answered_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)
    assert submitted(http, KNOWN, "known").json() == response
    assert http.get("/CoverageEligibilityRequest", params={"identifier": "known"}).json()["total"] == 1


def test_coverage_says_what_was_answered_last(authority: RunningAuthority, http: httpx.Client) -> None:
    iin = an_iin("77010130004")
    asked = {"beneficiary:identifier": f"{systems().iin}|{iin}"}
    for key, status, is_active in (("c1", "uninsured", False), ("c2", "insured_state", True)):
        assert authority.authority is not None
        authority.authority.fund.know({iin: {"status": status, "category": "", "valid_through": ""}})
        for again in "ab":
            submitted(http, iin, key + again)
        found = http.get("/Coverage", params=asked).json()
        assert found["total"] == 1
        seen = coverage_of(found["entry"][0]["resource"])
        assert (seen.is_active, seen.iin) == (is_active, iin)
    assert found["entry"][0]["resource"]["meta"]["versionId"] == "2"


@pytest.mark.parametrize("digit", "0123456789")
def test_new_person_is_insured_by_the_last_digit(http: httpx.Client, digit: str) -> None:
    answer = answer_of(submitted(http, ending_with(digit), f"new-{digit}").json())
    if digit in "01234":
        assert isinstance(answer, EligibilityAnswer)
        assert (answer.status, answer.category) == (InsuranceStatus.INSURED_CONTRIBUTIONS, "employee")
    elif digit in "567":
        assert isinstance(answer, EligibilityAnswer)
        assert answer.status is InsuranceStatus.UNINSURED
    else:
        assert answer == EligibilityFailure(WhyNoAnswer.NO_ANSWER)


def test_question_that_was_only_created_is_answered_later(
    authority: RunningAuthority, http: httpx.Client
) -> None:
    asked = http.post(
        "/CoverageEligibilityRequest", json=eligibility_request("polled", KNOWN, AT.date(), AT)
    ).json()
    query = {"request": f"CoverageEligibilityRequest/{asked['id']}"}
    assert http.get("/CoverageEligibilityResponse", params=query).json()["total"] == 0
    assert authority.tick() == 1
    found = http.get("/CoverageEligibilityResponse", params=query).json()
    assert found["total"] == 1
    assert isinstance(answer_of(found["entry"][0]["resource"]), EligibilityAnswer)


def test_question_that_brings_its_answer_is_not_answered(
    authority: RunningAuthority, http: httpx.Client
) -> None:
    answer = http.post("", json=recorded_answer_bundle(a_check(), KNOWN, STAMP))
    assert answer.status_code == 200
    asked = answer.json()["entry"][0]["resource"]
    authority.tick_all()
    query = {"request": f"CoverageEligibilityRequest/{asked['id']}"}
    assert http.get("/CoverageEligibilityResponse", params=query).json()["total"] == 1


def test_complaint_gets_a_receipt_and_an_answer(authority: RunningAuthority, http: httpx.Client) -> None:
    note = ComplaintNote("e" * 32, AT, "Кезек тым ұзақ")
    task = http.post("", json=complaint_bundle(note, CLINIC, STAMP, person=new_person(http))).json()["entry"][
        -1
    ]["resource"]
    seen = []
    while authority.tick():
        task = current(http, task)
        receipt = receipt_of(task)
        seen.append(receipt.step)
        assert receipt.number
        assert receipt.due_on
    assert seen == [ComplaintStep.RECEIVED, ComplaintStep.ANSWERED]


def test_register_refuses_a_phone_and_says_why(http: httpx.Client) -> None:
    wrong = patient_resource(a_patient(phone=Phone("+77010000404")), STAMP)
    answer = http.post("/Patient", json=wrong)
    assert answer.status_code == 422
    issue = answer.json()["issue"][0]
    assert issue["diagnostics"] == "Номер телефона в списке несуществующих"
    assert issue["expression"] == ["Patient.telecom"]


def test_unreadable_task_stops_nobody(authority: RunningAuthority, http: httpx.Client) -> None:
    good = new_referral(http, "1")
    broken = {**good, "status": "requested", "focus": 7, "owner": "nobody", "id": ""}
    del broken["meta"]
    assert http.post("/Task", json=broken).status_code == 201
    authority.tick_all()
    assert progress_of(current(http, good)).status is _S.SCHEDULED


def test_what_was_decided_is_valid(authority: RunningAuthority, http: httpx.Client) -> None:
    """One of each kind goes its whole way here; what other tests left in the file is looked at too."""
    made = [new_referral(http, digit) for digit in REFERRALS]
    for digit in ATTACHMENTS:
        case = a_case(id=AttachmentCaseId(f"d{next(_numbers):031d}"), contract_until=None)
        parts = AttachmentParts(case, new_person(http), CLINIC, iin=ending_with(digit))
        made.append(http.post("/EpisodeOfCare", json=episode(parts, STAMP)).json())
        made.append(submitted(http, ending_with(digit), f"valid-{digit}").json())
    note = ComplaintNote("d" * 32, AT, "Кезек тым ұзақ")
    answer = http.post("", json=complaint_bundle(note, CLINIC, STAMP, person=new_person(http)))
    made.append(answer.json()["entry"][-1]["resource"])
    authority.tick_all()
    seen = set()
    for kind in ("Task", "EpisodeOfCare", "CoverageEligibilityResponse", "Coverage"):
        of_kind = set()
        for entry in http.get(f"/{kind}", params={"_count": 1000}).json().get("entry", ()):
            if entry["resource"].get("focus") != 7:
                check(entry["resource"])
                of_kind.add((kind, entry["resource"]["id"]))
        assert of_kind, kind
        seen |= of_kind
    assert seen >= {(one["resourceType"], one["id"]) for one in made}
    statement = http.get("/metadata").json()
    assert statement["fhirVersion"] == "4.0.1"


def test_each_rule_has_words_and_each_digit_one_rule() -> None:
    for part in ("referral", "attachment", "insurance"):
        digits = sorted("".join(rule.digits for rule in rules() if rule.part == part))
        assert digits == list("0123456789"), part
    for language in Language:
        texts = Texts(language)
        for rule in rules():
            assert texts.say(f"practice_server.rule.{rule.name}", end="0404")


def test_switch_names_are_those_of_the_server(authority: RunningAuthority) -> None:
    assert {switch.value for switch in Switch} <= set(authority.state()["switches"])
    for push in Push:
        if push not in (Push.DECIDE, Push.RESTORE):
            assert "error" not in authority.switch(push.value)
