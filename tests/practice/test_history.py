"""Insurance answers and referrals of the made-up people agree with them and with the rules."""

import datetime as dt
from collections import Counter, defaultdict

import pytest

from clinic_desk.domain.insurance import COVERED, Channel, InsuranceStatus
from clinic_desk.domain.referral import LIVING, ReferralStatus, check_move
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.evidence import EvidenceRow, evidence_for
from clinic_desk.practice.population import PersonRow, people
from clinic_desk.practice.referrals import STATUSES, ReferralSeed, referral_seeds
from clinic_desk.services.rules_of_the_day import shipped_tables

TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def clinic() -> MadeUpClinic:
    return MadeUpClinic(TODAY)


@pytest.fixture(scope="module")
def town() -> list[PersonRow]:
    return list(people(12_000, today=TODAY))


@pytest.fixture(scope="module")
def seeds(town: list[PersonRow], clinic: MadeUpClinic) -> list[ReferralSeed]:
    return list(referral_seeds(1500, town, clinic))


@pytest.fixture(scope="module")
def answers(town: list[PersonRow]) -> list[tuple[PersonRow, EvidenceRow | None]]:
    return [(person, evidence_for(person, today=TODAY)) for person in town]


def test_nobody_was_asked_about_the_unknown(answers: list[tuple[PersonRow, EvidenceRow | None]]) -> None:
    for person, answer in answers:
        assert (answer is None) == (person.insurance_status == "unknown")


def test_answers_repeat_in_any_order(town: list[PersonRow]) -> None:
    forwards = [evidence_for(person, today=TODAY) for person in town[:300]]
    assert forwards == [evidence_for(person, today=TODAY) for person in reversed(town[:300])][::-1]


def test_answers_agree_with_the_person(answers: list[tuple[PersonRow, EvidenceRow | None]]) -> None:
    channels: Counter[str] = Counter()
    for person, answer in answers:
        if answer is None:
            continue
        channels[answer.channel] += 1
        assert answer.status == person.insurance_status
        assert answer.category == person.insurance_category
        assert answer.checked_by
        assert 0 < answer.checked_minutes_ago < 302 * 24 * 60
        checked_on = TODAY - dt.timedelta(days=answer.checked_minutes_ago // 1440)
        if answer.valid_through is not None:
            assert answer.valid_through >= checked_on
        if not answer.months:
            assert answer.channel in {"paper", "call_centre"}
            continue
        assert len(answer.months) == 12
        assert set(answer.months) <= set("p-g?")
        assert ("g" in answer.months) == (answer.status in {"grace_3m", "grace_6m"})
        if answer.status == "grace_3m":
            assert answer.months.count("g") <= 3
        if answer.status == "uninsured":
            assert answer.months.endswith("-" * 6)
        if answer.status == "insured_state":
            assert answer.months.endswith("p")
            assert "-" not in answer.months
    assert set(channels) == set(Channel)


def test_answers_are_of_every_age(answers: list[tuple[PersonRow, EvidenceRow | None]]) -> None:
    ages = [answer.checked_minutes_ago / 1440 for _, answer in answers if answer is not None]
    assert 0.08 < sum(age < 1 for age in ages) / len(ages) < 0.16
    assert 0.4 < sum(age < 30 for age in ages) / len(ages) < 0.75
    assert sum(age > 30 for age in ages) > 1000


def test_statuses_are_the_domains() -> None:
    # A question comes from a supplier that can be answered: only the practice authority asks.
    assert set(STATUSES) == set(ReferralStatus) - {ReferralStatus.RETURNED}


def test_seeds_repeat(seeds: list[ReferralSeed], town: list[PersonRow], clinic: MadeUpClinic) -> None:
    assert seeds[:200] == list(referral_seeds(200, town, clinic))
    assert seeds[:200] != list(referral_seeds(200, town, clinic, seed=2))


def test_seeds_are_in_every_state(seeds: list[ReferralSeed]) -> None:
    assert [seed.status for seed in seeds[:9]] == list(STATUSES)
    counts = Counter(seed.status for seed in seeds)
    assert min(counts.values()) > 20
    assert counts["completed"] > 400
    assert len({seed.reason for seed in seeds}) == 5
    assert {seed.payer for seed in seeds} == {"insurance", "guaranteed"}


def test_seeds_name_what_exists(
    seeds: list[ReferralSeed], town: list[PersonRow], clinic: MadeUpClinic
) -> None:
    services = {row.code: row for row in clinic.services}
    suppliers = {row.code: row for row in clinic.suppliers}
    offers = {(row.supplier_code, row.service_code): row for row in clinic.offers}
    specialists = {row.specialty for row in clinic.doctors}
    reasons = {row.value.code for row in shipped_tables().reasons.on(TODAY)}
    groups = [row.value for row in shipped_tables().guaranteed_diagnoses.on(TODAY)]
    for seed in seeds:
        person, service = town[seed.person_index], services[seed.service_code]
        issued_on = seed.steps[0].day
        assert person.attached
        assert seed.doctor_code == clinic.districts[person.district_index].doctor_code
        assert seed.icd_code in service.icd_codes
        assert seed.reason in reasons
        if seed.reason == "no_specialist":
            assert service.specialty not in specialists
        assert suppliers[seed.supplier_code].is_listed_on(issued_on)
        assert offers[seed.supplier_code, seed.service_code].is_valid_on(issued_on)
        assert seed.supplier_role == suppliers[seed.supplier_code].role
        assert service.sex in {"", person.sex}
        assert person.birth_date < issued_on
        age = (issued_on - person.birth_date).days / 365.25
        assert service.ages != "adult" or age >= 18
        assert service.ages != "infant" or age < 1
        guaranteed = service.package == "guaranteed" or any(group.holds(seed.icd_code) for group in groups)
        assert (seed.payer == "guaranteed") == guaranteed
        if seed.payer == "insurance":
            assert InsuranceStatus(person.insurance_status) in COVERED


def test_steps_follow_the_allowed_moves_in_time(seeds: list[ReferralSeed]) -> None:
    calendar = WorkingCalendar.of(shipped_tables())
    for seed in seeds:
        assert seed.steps[0].status == "issued"
        assert seed.steps[-1].status == seed.status
        assert calendar.is_working(seed.steps[0].day)
        assert all(step.day < TODAY for step in seed.steps)
        for before, after in zip(seed.steps, seed.steps[1:], strict=False):
            check_move(ReferralStatus(before.status), ReferralStatus(after.status))
            assert (before.day, before.minute) < (after.day, after.minute)
            assert 0 <= after.minute < 24 * 60
            if after.status != "expired":
                assert calendar.is_working(after.day)
        if seed.status in LIVING:
            assert seed.valid_until >= TODAY
        if seed.status == "expired":
            assert seed.valid_until < TODAY


def test_appointments(seeds: list[ReferralSeed]) -> None:
    for seed in seeds:
        given = any(step.status == "scheduled" for step in seed.steps)
        assert (seed.appointment is not None) == given
        if seed.appointment is None:
            continue
        assert seed.appointment.day <= seed.valid_until
        assert (seed.appointment.day > TODAY) == (seed.status == "scheduled")
        assert 8 * 60 <= seed.appointment.minute < 18 * 60


def test_nobody_has_two_living_referrals_for_one_service(seeds: list[ReferralSeed]) -> None:
    by_person: dict[tuple[int, str], int] = defaultdict(int)
    for seed in seeds:
        if seed.status in LIVING:
            by_person[seed.person_index, seed.service_code] += 1
    assert set(by_person.values()) == {1}
    several = Counter(seed.person_index for seed in seeds)
    assert max(several.values()) > 1


def test_too_few_people_are_refused(clinic: MadeUpClinic) -> None:
    with pytest.raises(ValueError, match="Too few people"):
        list(referral_seeds(500, list(people(2, today=TODAY)), clinic))
