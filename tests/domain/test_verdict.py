"""Who pays: a table of cases, each with its source, and what holds for every input there is."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.catalogue import Package, Service
from clinic_desk.domain.ids import CheckId, PatientId, ServiceId
from clinic_desk.domain.insurance import Channel, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.patient import AttachmentBasis
from clinic_desk.domain.referral import Answer, Payer, PayerReason
from clinic_desk.domain.rule_tables import parse_tables
from clinic_desk.domain.terms import clinic_day
from clinic_desk.domain.verdict import Need, PersonFacts, Verdict, evidence, package_verdicts, verdict
from clinic_desk.services.rules_of_the_day import shipped_documents, shipped_tables
from tests.domain.samples import INSURED, NOT_TOLD, THERAPIST, TODAY, ULTRASOUND, check
from tests.domain.verdict_table import Case, read_cases

TABLES = shipped_tables()
CASES = read_cases()
UNINSURED = check(InsuranceStatus.UNINSURED)


def ask(
    answer: InsuranceCheck | None = None,
    service: Service | None = ULTRASOUND,
    icd: str = "R10.4",
    day: dt.date = TODAY,
    **more: Any,
) -> Verdict:
    return verdict(more.pop("person", PersonFacts()), answer, service, icd, day, TABLES, **more)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"line{case.line}")
def test_the_table(case: Case) -> None:
    found = verdict(case.person, case.evidence, case.service, case.icd, case.day, TABLES, onset_on=case.onset)
    assert (found.answer, found.payer, found.reason, found.until) == case.expected, case.source


def test_the_table_is_large_and_every_line_has_its_source() -> None:
    assert len(CASES) >= 120
    assert all(len(case.source) > 10 for case in CASES)
    asked = {case.evidence.status if case.evidence else None for case in CASES}
    assert asked == {*InsuranceStatus, None}
    assert {case.expected[0] for case in CASES} == set(Answer)
    assert {case.expected[1] for case in CASES} == set(Payer)
    assert {case.expected[2] for case in CASES} == set(PayerReason)


def test_every_case_of_the_table_is_another_question() -> None:
    asked = [(c.day, c.person, c.evidence, c.service, c.icd, c.onset) for c in CASES]
    assert len(set(asked)) == len(asked)


# What stands beside the answer -----------------------------------------------------------------


def test_the_evidence_stands_beside_an_answer_that_rests_on_it() -> None:
    for answer in (INSURED, UNINSURED, replace(UNINSURED, checked_at=INSURED.checked_at.replace(year=2025))):
        found = ask(answer)
        assert (found.evidence, found.as_of) == (answer.id, answer.checked_at)
    assert ask(INSURED, THERAPIST).evidence is None
    assert ask(INSURED, icd="A15.0").as_of is None
    assert ask(None).evidence is None


def test_the_rule_and_its_source_stand_beside_every_answer() -> None:
    rules = {
        ask(UNINSURED, icd="A15.0").rule: ask(UNINSURED, icd="A15.0").source,
        ask(INSURED, THERAPIST).rule: ask(INSURED, THERAPIST).source,
        ask(INSURED, icd="E11.9").rule: ask(INSURED, icd="E11.9").source,
        ask(INSURED).rule: ask(INSURED).source,
    }
    assert list(rules) == ["socially_significant", "service_guaranteed", "chronic", "service_insurance"]
    assert "108/2020" in rules["socially_significant"]
    assert "109/2020" in rules["chronic"]
    assert all(source for source in rules.values())


def test_a_group_and_its_months_stand_beside_the_answer() -> None:
    begun = ask(UNINSURED, icd="I21.0", onset_on=TODAY)
    assert (begun.group, begun.first_months, begun.needs) == ("infarction", 6, ())
    insured = ask(INSURED, icd="I21.0")
    assert (insured.group, insured.first_months, insured.needs) == ("infarction", 6, ())
    over = ask(INSURED, icd="I21.0", onset_on=dt.date(2026, 1, 1))
    assert (over.group, over.first_months) == ("", None)


@pytest.mark.parametrize(
    ("answer", "service", "icd", "needs"),
    [
        (None, ULTRASOUND, "R10.4", (Need.INSURANCE,)),
        (UNINSURED, ULTRASOUND, "I21.0", (Need.ONSET,)),
        (None, ULTRASOUND, "I21.0", (Need.ONSET, Need.INSURANCE)),
        (UNINSURED, NOT_TOLD, "R10.4", (Need.PACKAGE,)),
        (UNINSURED, NOT_TOLD, "I21.0", (Need.ONSET, Need.PACKAGE)),
        (None, NOT_TOLD, "E11.9", (Need.PACKAGE, Need.INSURANCE)),
        (UNINSURED, None, "R10.4", (Need.SERVICE,)),
        (UNINSURED, ULTRASOUND, "K51.9", ()),
    ],
)
def test_what_would_settle_it(
    answer: InsuranceCheck | None, service: Service | None, icd: str, needs: tuple[Need, ...]
) -> None:
    found = ask(answer, service, icd)
    assert (found.answer, found.needs) == (Answer.UNKNOWN, needs)


def test_what_no_source_settles_says_so() -> None:
    assert ask(INSURED).is_settled
    assert not ask(UNINSURED, icd="K74.6").is_settled  # stands in both lists
    assert not ask(INSURED, day=dt.date(2026, 11, 23), icd="K51.9").is_settled
    assert not ask(
        check(InsuranceStatus.INSURED_STATE), replace(ULTRASOUND, package=Package.UNKNOWN)
    ).is_settled
    new_year = check(InsuranceStatus.INSURED_STATE, checked_at=dt.datetime(2026, 12, 30, tzinfo=dt.UTC))
    assert not ask(new_year, THERAPIST, day=dt.date(2027, 1, 1)).is_settled


def test_the_order_of_the_questions_is_the_tables() -> None:
    """A chronic disease before the kind of service, if an order says so: then insurance pays for both."""
    documents = {**shipped_documents()}
    order = documents["decision_order"]
    rows = [
        {**row, "steps": ["socially_significant", "chronic", "service_guaranteed", "service_insurance"]}
        if row["people"] == "everyone" and row["valid_from"] == "2026-01-01"
        else row
        for row in order["rows"]
    ]
    tables = parse_tables({**documents, "decision_order": {**order, "rows": rows}})
    found = verdict(PersonFacts(), INSURED, THERAPIST, "E11.9", TODAY, tables)
    assert (found.answer, found.payer, found.rule) == (Answer.COVERED_OTHER, Payer.INSURANCE, "chronic")
    assert ask(INSURED, THERAPIST, "E11.9").payer is Payer.GUARANTEED


def test_the_limit_of_age_is_the_tables() -> None:
    documents = shipped_documents()
    limits = documents["limits"]
    rows = [
        {**row, "value": 3} if row["limit"] == "insurance_recheck_days" else row for row in limits["rows"]
    ]
    tables = parse_tables({**documents, "limits": {**limits, "rows": rows}})
    for days, expected in ((3, Answer.NOT_COVERED), (4, Answer.UNKNOWN)):
        old = check(InsuranceStatus.UNINSURED, checked_at=UNINSURED.checked_at - dt.timedelta(days=days))
        found = verdict(PersonFacts(), old, ULTRASOUND, "R10.4", TODAY, tables)
        assert found.answer is expected


# The person as a whole -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "insurance"),
    [
        (INSURED, Answer.COVERED),
        (UNINSURED, Answer.NOT_COVERED),
        (None, Answer.UNKNOWN),
        (replace(INSURED, valid_through=TODAY - dt.timedelta(days=1)), Answer.UNKNOWN),
    ],
)
def test_both_packages_of_a_person(answer: InsuranceCheck | None, insurance: Answer) -> None:
    both = package_verdicts(PersonFacts(), answer, TODAY, TABLES)
    assert (both.guaranteed.answer, both.guaranteed.payer) == (Answer.COVERED, Payer.GUARANTEED)
    assert both.insurance.answer is insurance


def test_a_worker_of_the_eaeu_has_no_guaranteed_package() -> None:
    worker = PersonFacts(basis=AttachmentBasis.EAEU_CONTRACT, contract_until=TODAY)
    both = package_verdicts(worker, INSURED, TODAY, TABLES)
    assert (both.guaranteed.answer, both.guaranteed.payer) == (Answer.COVERED_OTHER, Payer.CONTRACT)
    assert both.insurance.answer is Answer.COVERED


def test_the_referral_keeps_the_verdict_and_the_answer_behind_it() -> None:
    answer = replace(INSURED, category="pensioner", reference="Q-17", channel=Channel.QOLDAU)
    begun = dt.date(2026, 11, 1)
    kept = evidence(ask(answer, icd="I21.0", onset_on=begun), answer, begun)
    assert (kept.answer, kept.payer, kept.payer_rule) == (
        Answer.COVERED_OTHER,
        Payer.GUARANTEED,
        "guaranteed_diagnosis",
    )
    assert (kept.group, kept.until, kept.onset_on) == ("infarction", dt.date(2026, 12, 31), begun)
    assert "108/2020" in kept.source
    assert (kept.status, kept.check_id, kept.checked_at) == (answer.status, answer.id, answer.checked_at)
    assert (kept.channel, kept.reference, kept.category) == (Channel.QOLDAU, "Q-17", "pensioner")
    nothing = evidence(ask(None), None)
    assert (nothing.status, nothing.answer, nothing.payer) == (
        InsuranceStatus.UNKNOWN,
        Answer.UNKNOWN,
        Payer.UNKNOWN,
    )
    assert (nothing.check_id, nothing.checked_at, nothing.channel) == (None, None, None)


# For every input ---------------------------------------------------------------------------------

days = st.dates(dt.date(2019, 1, 1), dt.date(2029, 12, 31))
moments = st.datetimes(dt.datetime(2019, 1, 1), dt.datetime(2029, 12, 31), timezones=st.just(dt.UTC))
codes = st.one_of(
    st.sampled_from(["A15.0", "E11.9", "I21.0", "I63", "K74.6", "K51.9", "R10.4", "Z00", "", "i21", "В06"]),
    st.from_regex(r"[A-Z][0-9]{2}(\.[0-9]{1,2})?", fullmatch=True),
    st.text(max_size=8),
)
services = st.one_of(
    st.none(),
    st.builds(
        Service,
        st.just(ServiceId("s1")),
        st.one_of(st.sampled_from(["A01.001.000", "A02.004", "B03.1", "C03", "D99"]), st.text(max_size=8)),
        st.just("x"),
        package=st.sampled_from(Package),
    ),
)
checks = st.one_of(
    st.none(),
    st.builds(
        InsuranceCheck,
        st.just(CheckId("k1")),
        st.just(PatientId("p1")),
        st.sampled_from(InsuranceStatus),
        moments,
        st.sampled_from(Channel),
        st.just("registrar"),
        category=st.one_of(st.sampled_from(["", "child", "conditional_de"]), st.text(max_size=5)),
        valid_through=st.none() | st.dates(),
    ),
)
people = st.builds(
    PersonFacts, st.none() | st.dates(), st.none() | st.sampled_from(AttachmentBasis), st.none() | st.dates()
)


@settings(max_examples=1500, deadline=None)
@given(people, checks, services, codes, st.one_of(days, st.dates()), st.none() | st.dates())
def test_a_verdict_is_total_and_a_no_has_its_evidence(
    person: PersonFacts,
    answer: InsuranceCheck | None,
    service: Service | None,
    icd: str,
    day: dt.date,
    onset: dt.date | None,
) -> None:
    found = verdict(person, answer, service, icd, day, TABLES, onset_on=onset)
    assert (found.payer is Payer.UNKNOWN) is (found.answer is Answer.UNKNOWN)
    assert (found.payer is Payer.SELF_PAY) is (found.answer is Answer.NOT_COVERED)
    assert found.until is None or found.until >= day
    assert not (found.needs and found.is_covered)
    if found.answer is Answer.NOT_COVERED:
        assert answer is not None
        assert service is not None
        assert answer.status is InsuranceStatus.UNINSURED
        assert answer.valid_through is None or answer.valid_through >= day
        assert 0 <= (day - clinic_day(answer.checked_at)).days <= 30
        assert found.evidence == answer.id
        assert found.is_settled


@settings(max_examples=500, deadline=None)
@given(people, checks, services, codes, days, st.none() | days)
def test_insurance_never_takes_a_right_away(
    person: PersonFacts,
    answer: InsuranceCheck | None,
    service: Service | None,
    icd: str,
    day: dt.date,
    onset: dt.date | None,
) -> None:
    """Whoever is covered without insurance is covered with it."""
    moment = dt.datetime.combine(day, dt.time(6), dt.UTC)
    insured = check(InsuranceStatus.INSURED_CONTRIBUTIONS, checked_at=moment)
    if verdict(person, answer, service, icd, day, TABLES, onset_on=onset).is_covered:
        assert verdict(person, insured, service, icd, day, TABLES, onset_on=onset).is_covered


@settings(max_examples=500, deadline=None)
@given(people, checks, services, codes, days, st.none() | days)
def test_a_verdict_holds_until_its_last_day(
    person: PersonFacts,
    answer: InsuranceCheck | None,
    service: Service | None,
    icd: str,
    day: dt.date,
    onset: dt.date | None,
) -> None:
    found = verdict(person, answer, service, icd, day, TABLES, onset_on=onset)
    if found.until is not None:
        later = verdict(person, answer, service, icd, found.until, TABLES, onset_on=onset)
        assert (later.answer, later.payer, later.until) == (found.answer, found.payer, found.until)
