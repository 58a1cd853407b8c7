"""The plan: what is free, what is missing, which ways are open and what they cost, at each boundary."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desk.domain.insurance import COVERED, Channel, Coverage, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.insurance_plan import (
    InsurancePlan,
    KnownDiagnosis,
    PlanPerson,
    Situation,
    insurance_plan,
)
from clinic_desk.domain.rule_tables import RuleTables, parse_tables
from clinic_desk.domain.rule_tables.becoming_insured import Begins, CarePackage, Way
from clinic_desk.services.rules_of_the_day import shipped_documents, shipped_tables
from tests.domain.samples import TODAY, check

S = InsuranceStatus
ADULT = PlanPerson(dt.date(1979, 5, 12))
HALF_PAID = "ppp--ppp----"
"""December 2025 to November 2026: March, April and August to November are unpaid."""
NO_WAYS: set[Way] = set()
EVERY_WAY_OF_UNINSURED = {
    Way.PRIVILEGED_CATEGORY,
    Way.ONE_MONTH_BY_DOCUMENTS,
    Way.EMPLOYER_DEBT,
    Way.PAY_DEBT,
    Way.PREPAY_12_MONTHS,
    Way.LEVEL_DE,
}


def plan_of(
    status: InsuranceStatus | None,
    *diagnoses: KnownDiagnosis,
    person: PlanPerson = ADULT,
    day: dt.date = TODAY,
    tables: RuleTables | None = None,
    **changed: Any,
) -> InsurancePlan:
    answer = None if status is None else check(status, **changed)
    return insurance_plan(person, answer, diagnoses, day, tables or shipped_tables())


def first(year: int, month: int) -> dt.date:
    return dt.date(year, month, 1)


def ways(plan: InsurancePlan) -> set[Way]:
    return {offer.way for offer in plan.ways}


# Where the person stands -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "situation"),
    [
        (None, Situation.NOT_KNOWN),
        (S.UNKNOWN, Situation.NOT_KNOWN),
        (S.INSURED_CONTRIBUTIONS, Situation.INSURED),
        (S.INSURED_STATE, Situation.INSURED),
        (S.INSURED_STATE_LOCAL, Situation.INSURED),
        (S.GRACE_3M, Situation.GRACE),
        (S.GRACE_6M, Situation.GRACE),
        (S.CONDITIONAL_DE, Situation.CONDITIONAL),
        (S.TEMPORARY_1M, Situation.TEMPORARY),
        (S.UNINSURED, Situation.UNINSURED),
    ],
)
def test_every_answer_has_a_situation(status: InsuranceStatus | None, situation: Situation) -> None:
    assert plan_of(status).situation is situation


def test_nobody_asked_is_never_a_no() -> None:
    plan = plan_of(None)
    assert (plan.coverage, plan.ways, plan.missing, plan.paid) == (Coverage.UNKNOWN, (), (), None)
    assert [line.code for line in plan.free][:2] == ["emergency", "district_doctor"]


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_through": TODAY - dt.timedelta(days=1), "status": S.GRACE_3M},
        {"checked_at": dt.datetime(2026, 10, 1, 4, 0, tzinfo=dt.UTC), "status": S.UNINSURED},
    ],
    ids=["ran out", "too old"],
)
def test_an_answer_that_says_nothing_any_more_opens_no_ways(changed: dict[str, Any]) -> None:
    plan = plan_of(changed.pop("status"), months=HALF_PAID, **changed)
    assert (plan.situation, plan.coverage, plan.ways) == (Situation.NOT_KNOWN, Coverage.UNKNOWN, ())


# Months ----------------------------------------------------------------------------------------


def test_the_missing_months_are_named() -> None:
    plan = plan_of(S.UNINSURED, months=HALF_PAID)
    assert plan.missing == (
        first(2026, 3), first(2026, 4), first(2026, 8), first(2026, 9), first(2026, 10), first(2026, 11),
    )  # fmt: skip
    assert (plan.paid, plan.not_told) == (6, 0)


def test_months_nobody_told_are_not_missing() -> None:
    plan = plan_of(S.UNINSURED, months="????????????")
    assert (plan.missing, plan.not_told) == ((), 12)
    offer = plan.way(Way.PAY_DEBT)
    assert offer is not None
    assert (offer.months, offer.cost) == ((), None)


def test_twelve_months_ahead_ask_for_no_old_debt() -> None:
    plan = plan_of(
        S.INSURED_CONTRIBUTIONS,
        months="-" * 11 + "p",
        category="self_payer",
        valid_through=dt.date(2027, 10, 31),
    )
    assert (plan.situation, plan.missing, plan.ways) == (Situation.INSURED, (), ())


def test_the_months_end_with_the_one_of_the_check_not_of_today() -> None:
    asked = dt.datetime(2026, 10, 31, 20, 0, tzinfo=dt.UTC)  # 1 November at the clinic
    assert plan_of(S.UNINSURED, months="p" * 11 + "-", checked_at=asked).missing == (first(2026, 11),)
    asked -= dt.timedelta(hours=2)  # 31 October, 23:00 at the clinic
    assert plan_of(S.UNINSURED, months="p" * 11 + "-", checked_at=asked).missing == (first(2026, 10),)


# Ways and costs --------------------------------------------------------------------------------


def test_an_uninsured_adult_has_every_way() -> None:
    plan = plan_of(S.UNINSURED, months=HALF_PAID)
    assert ways(plan) == EVERY_WAY_OF_UNINSURED
    debt, ahead = plan.way(Way.PAY_DEBT), plan.way(Way.PREPAY_12_MONTHS)
    assert debt is not None
    assert debt.cost is not None
    assert (debt.cost.months, debt.cost.monthly, debt.cost.total) == (6, 4_250, 25_500)
    assert (debt.cost.year, debt.cost.asks_fund, debt.begins_on) == (2026, False, None)
    assert ahead is not None
    assert ahead.cost is not None
    assert (ahead.cost.months, ahead.cost.total) == (12, 51_000)
    # December is of 2026, the other eleven of a year without a known sum.
    assert ahead.cost.asks_fund
    assert (ahead.months[0], ahead.months[-1]) == (first(2026, 12), first(2027, 11))
    assert (ahead.begins, ahead.begins_on, ahead.until) == (
        Begins.NEXT_MONTH, first(2026, 12), dt.date(2027, 11, 30),
    )  # fmt: skip
    assert ahead.mistakes == ("one_payment", "wrong_year", "rest_of_year")


def test_twelve_months_from_the_next_within_one_year_need_no_question() -> None:
    """Paid in December 2025 the table knows no sum yet; paid on New Year's Day eleven months have one."""
    early = plan_of(
        S.UNINSURED, day=dt.date(2025, 12, 31), checked_at=dt.datetime(2025, 12, 31, 4, tzinfo=dt.UTC)
    )
    offer = early.way(Way.PREPAY_12_MONTHS)
    assert offer is not None
    assert offer.cost is None
    later = plan_of(
        S.UNINSURED, day=dt.date(2026, 1, 1), checked_at=dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC)
    ).way(Way.PREPAY_12_MONTHS)
    assert later is not None
    assert later.cost is not None
    assert (later.months[-1], later.cost.asks_fund) == (first(2027, 1), True)


def test_after_the_last_known_year_the_old_sum_is_named_and_the_fund_asked() -> None:
    plan = plan_of(
        S.UNINSURED,
        months="-" * 12,
        day=dt.date(2027, 1, 1),
        checked_at=dt.datetime(2027, 1, 1, 4, tzinfo=dt.UTC),
    )
    for way in (Way.PAY_DEBT, Way.PREPAY_12_MONTHS):
        offer = plan.way(way)
        assert offer is not None
        assert offer.cost is not None
        assert (offer.cost.monthly, offer.cost.year, offer.cost.asks_fund) == (4_250, 2026, True)


@pytest.mark.parametrize(
    ("category", "monthly", "closed"),
    [
        ("", 4_250, set()),
        ("employee", 4_250, set()),
        ("civil_contract", 4_250, set()),
        ("self_payer", 4_250, {Way.EMPLOYER_DEBT}),
        ("sole_trader", 5_950, {Way.EMPLOYER_DEBT, Way.PREPAY_12_MONTHS, Way.LEVEL_DE}),
        ("single_payer", None, {Way.EMPLOYER_DEBT, Way.PREPAY_12_MONTHS, Way.LEVEL_DE}),
        ("pensioner", None, {Way.EMPLOYER_DEBT, Way.PREPAY_12_MONTHS, Way.LEVEL_DE, Way.PAY_DEBT}),
        ("conditional_de", None, {Way.EMPLOYER_DEBT, Way.PREPAY_12_MONTHS, Way.PAY_DEBT}),
    ],
)
def test_the_category_closes_what_does_not_fit(category: str, monthly: int | None, closed: set[Way]) -> None:
    plan = plan_of(S.UNINSURED, months="-" * 12, category=category)
    assert ways(plan) == EVERY_WAY_OF_UNINSURED - closed
    debt = plan.way(Way.PAY_DEBT)
    assert (debt.cost.monthly if debt is not None and debt.cost is not None else None) == monthly


def test_a_child_proves_its_age_and_pays_nothing() -> None:
    birthday = dt.date(TODAY.year - 18, TODAY.month, TODAY.day)
    grown = plan_of(S.UNINSURED, person=PlanPerson(birthday), months="-" * 12)
    child = plan_of(S.UNINSURED, person=PlanPerson(birthday + dt.timedelta(days=1)), months="-" * 12)
    assert ways(child) == {Way.PRIVILEGED_CATEGORY, Way.ONE_MONTH_BY_DOCUMENTS}
    assert child.is_state_paid
    assert ways(grown) == EVERY_WAY_OF_UNINSURED
    assert not grown.is_state_paid


def test_without_an_iin_nobody_can_pay_and_the_iin_comes_first() -> None:
    plan = plan_of(S.UNINSURED, person=ADULT._replace(has_iin=False), months="-" * 12)
    assert ways(plan) == EVERY_WAY_OF_UNINSURED - {Way.PAY_DEBT, Way.PREPAY_12_MONTHS}
    assert all(offer.needs[0] == "own_iin" for offer in plan.ways)


def test_a_worker_on_a_contract_can_only_ask_the_employer() -> None:
    plan = plan_of(S.UNINSURED, person=ADULT._replace(is_on_contract=True), months="-" * 12)
    assert ways(plan) == {Way.EMPLOYER_DEBT}
    assert plan.is_on_contract


@pytest.mark.parametrize(
    ("months", "is_open"),
    [
        ("-" * 12, True),
        ("-" * 11 + "p", False),
        ("--------" + "p---", True),
        ("-" * 9 + "p--", False),
        ("", True),
    ],
)
def test_level_de_asks_for_three_months_without_contributions(months: str, is_open: bool) -> None:
    assert (Way.LEVEL_DE in ways(plan_of(S.UNINSURED, months=months))) is is_open


def test_level_de_came_with_2026() -> None:
    eve = dt.date(2025, 12, 31)
    asked = dt.datetime(2025, 12, 31, 4, tzinfo=dt.UTC)
    assert Way.LEVEL_DE not in ways(plan_of(S.UNINSURED, day=eve, checked_at=asked))
    offer = plan_of(S.UNINSURED).way(Way.LEVEL_DE)
    assert offer is not None
    assert offer.until == dt.date(2026, 12, 31)


def test_one_month_by_documents_is_not_offered_twice() -> None:
    assert ways(plan_of(S.TEMPORARY_1M, valid_through=dt.date(2026, 12, 23))) == {Way.PRIVILEGED_CATEGORY}
    assert ways(plan_of(S.CONDITIONAL_DE)) == NO_WAYS


# A kept right ----------------------------------------------------------------------------------


def test_the_third_month_after_leaving_work() -> None:
    plan = plan_of(
        S.GRACE_3M, months="p" * 9 + "ggg", category="employee", valid_through=dt.date(2026, 11, 30)
    )
    kept = plan.kept
    assert kept is not None
    assert (kept.months, kept.until) == (3, dt.date(2026, 11, 30))
    assert kept.debt_months == (first(2026, 9), first(2026, 10), first(2026, 11))
    assert kept.debt is not None
    assert kept.debt.total == 12_750
    assert (kept.longer_months, kept.continuous_months) == (6, 60)
    assert plan.ways[0].way is Way.GRACE
    assert ways(plan) == {
        Way.GRACE, Way.PRIVILEGED_CATEGORY, Way.EMPLOYER_DEBT, Way.PAY_DEBT, Way.PREPAY_12_MONTHS,
    }  # fmt: skip


def test_without_a_named_day_the_right_ends_with_the_months_the_status_keeps() -> None:
    for status, months, until in (
        (S.GRACE_3M, "p" * 10 + "gg", dt.date(2026, 12, 31)),
        (S.GRACE_6M, "p" * 8 + "gggg", dt.date(2027, 1, 31)),
    ):
        kept = plan_of(status, months=months).kept
        assert kept is not None
        assert kept.until == until


@pytest.mark.parametrize(
    ("status", "months", "category"),
    [
        (S.GRACE_6M, "p" * 8 + "gggg", "employee"),
        (S.GRACE_3M, "-" + "p" * 9 + "gg", "employee"),
        (S.GRACE_3M, "p" * 10 + "gg", "pensioner"),
    ],
    ids=["longer already", "a gap within the year", "paid by the state"],
)
def test_six_months_are_not_promised(status: InsuranceStatus, months: str, category: str) -> None:
    kept = plan_of(status, months=months, category=category).kept
    assert kept is not None
    assert kept.longer_months is None


# Diagnoses -------------------------------------------------------------------------------------


def known(icd: str, *, ago: int = 30, onset: dt.date | None = None) -> KnownDiagnosis:
    return KnownDiagnosis(icd, TODAY - dt.timedelta(days=ago), onset)


@pytest.mark.parametrize(
    ("icd", "group", "package", "line"),
    [
        ("A15.0", "tuberculosis", CarePackage.GUARANTEED, "significant"),
        ("C50.9", "malignant", CarePackage.GUARANTEED, "significant"),
        ("B18.1", "hepatitis", CarePackage.GUARANTEED, "significant"),
        ("E11.9", "diabetes", CarePackage.INSURANCE, "chronic"),
        ("I10", "hypertension", CarePackage.INSURANCE, "chronic"),
    ],
)
def test_a_diagnosis_on_record_says_whose_it_is(
    icd: str, group: str, package: CarePackage, line: str
) -> None:
    (note,) = plan_of(S.UNINSURED, known(icd)).notes
    assert (note.group, note.package, note.line) == (group, package, line)
    assert line in {
        one.code
        for one in (plan_of(S.UNINSURED).free if package == "guaranteed" else plan_of(None).insured_only)
    }


def test_diabetes_was_free_until_2026() -> None:
    plan = plan_of(S.UNINSURED, known("E11.9", ago=400), day=dt.date(2025, 12, 31))
    assert [(note.package, note.line) for note in plan.notes] == [(CarePackage.GUARANTEED, "chronic")]
    assert "chronic" in {line.code for line in plan.free}
    assert "chronic" not in {line.code for line in plan.insured_only}


def test_a_diagnosis_that_changes_nothing_leaves_no_note() -> None:
    assert plan_of(S.UNINSURED, known("J00"), known("M54.5")).notes == ()


def test_one_note_a_group_and_the_newest_diagnosis_speaks() -> None:
    (note,) = plan_of(S.UNINSURED, known("E10.0", ago=90), known("E11.9", ago=5)).notes
    assert note.diagnosis.icd_code == "E11.9"


@pytest.mark.parametrize(
    ("icd", "onset", "package", "until", "asks"),
    [
        ("I21.0", dt.date(2026, 5, 23), CarePackage.GUARANTEED, dt.date(2026, 11, 23), False),
        ("I21.0", dt.date(2026, 5, 22), None, None, False),
        ("I63.9", dt.date(2025, 11, 23), CarePackage.GUARANTEED, dt.date(2026, 11, 23), False),
        ("I63.9", dt.date(2025, 11, 22), None, None, False),
        ("I21.0", None, CarePackage.GUARANTEED, None, True),
        ("I63.9", TODAY + dt.timedelta(days=1), CarePackage.GUARANTEED, None, True),
    ],
)
def test_first_months_since_onset(
    icd: str, onset: dt.date | None, package: CarePackage | None, until: dt.date | None, asks: bool
) -> None:
    notes = plan_of(S.UNINSURED, known(icd, onset=onset)).notes
    if package is None:
        assert all(note.package is not CarePackage.GUARANTEED for note in notes)
        return
    (note,) = notes
    assert (note.package, note.until, note.asks_onset) == (package, until, asks)


def test_a_known_onset_is_not_hidden_by_a_newer_referral_without_one() -> None:
    onset = dt.date(2026, 8, 1)
    (note,) = plan_of(S.UNINSURED, known("I21.0", ago=90, onset=onset), known("I21.9", ago=3)).notes
    assert (note.asks_onset, note.until) == (False, dt.date(2027, 2, 1))


# Properties ------------------------------------------------------------------------------------

CATEGORIES = ["", "?", *(row.value.code for row in shipped_tables().categories.rows)]
CHECKS = st.builds(
    check,
    st.sampled_from(InsuranceStatus),
    checked_at=st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC))
    | st.datetimes(dt.datetime(2025, 11, 1), dt.datetime(2027, 3, 1), timezones=st.just(dt.UTC)),
    channel=st.sampled_from(Channel),
    category=st.sampled_from(CATEGORIES),
    valid_through=st.none() | st.dates() | st.dates(dt.date(2025, 12, 1), dt.date(2027, 12, 31)),
    months=st.just("") | st.text("p-g?", min_size=12, max_size=12),
)
PEOPLE = st.builds(PlanPerson, st.none() | st.dates(), st.booleans(), st.booleans())
CODES = st.sampled_from(["A15.0", "E11.9", "I21.0", "I63.9", "J00", "B18.1", ""]) | st.text(max_size=6)
DIAGNOSES = st.lists(st.builds(KnownDiagnosis, CODES, st.dates(), st.none() | st.dates()), max_size=4)
DAYS = st.dates() | st.dates(dt.date(2025, 11, 1), dt.date(2027, 3, 1))


@settings(max_examples=600)
@given(PEOPLE, st.none() | CHECKS, DIAGNOSES, DAYS)
def test_the_plan_is_total_and_offers_nothing_the_facts_exclude(
    person: PlanPerson, answer: InsuranceCheck | None, diagnoses: list[KnownDiagnosis], day: dt.date
) -> None:
    plan = insurance_plan(person, answer, diagnoses, day, shipped_tables())
    offered = ways(plan)
    assert len(offered) == len(plan.ways)
    if plan.situation in {Situation.NOT_KNOWN, Situation.INSURED, Situation.CONDITIONAL}:
        assert offered == NO_WAYS
    if answer is None or answer.status in COVERED or answer.status is S.UNKNOWN:
        assert plan.coverage is not Coverage.NO
    if plan.is_state_paid or not person.has_iin or person.is_on_contract:
        assert offered.isdisjoint({Way.PAY_DEBT, Way.PREPAY_12_MONTHS})
    if person.is_on_contract:
        assert offered <= {Way.EMPLOYER_DEBT, Way.GRACE}
    if answer is not None and "p" in answer.months[-3:]:
        assert Way.LEVEL_DE not in offered
    assert (Way.GRACE in offered) == (plan.situation is Situation.GRACE) == (plan.kept is not None)
    costs = [offer.cost for offer in plan.ways if offer.cost is not None]
    if plan.kept is not None and plan.kept.debt is not None:
        costs.append(plan.kept.debt)
    for cost in costs:
        assert cost.total == cost.months * cost.monthly > 0
        assert cost.monthly in {4_250, 5_950}
        assert cost.year <= day.year
        assert cost.year == 2026
    for offer in plan.ways:
        assert offer.cost is None or offer.cost.months == len(offer.months)
        assert list(offer.months) == sorted(set(offer.months))
    assert len(plan.missing) + plan.not_told + (plan.paid or 0) <= 12
    if plan.way(Way.PREPAY_12_MONTHS) is not None and day.year < 9990:
        ahead = plan.way(Way.PREPAY_12_MONTHS)
        assert ahead is not None
        assert len(ahead.months) == 12
        assert ahead.months[0] > day


def test_tables_that_say_nothing_leave_an_empty_plan() -> None:
    silent = parse_tables({name: {**table, "rows": []} for name, table in shipped_documents().items()})
    plan = plan_of(S.UNINSURED, known("A15.0"), months=HALF_PAID, tables=silent)
    assert (plan.free, plan.insured_only, plan.notes, plan.ways) == ((), (), (), ())
    assert plan.situation is Situation.NOT_KNOWN
