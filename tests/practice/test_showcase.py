"""The shown people are in every practice clinic, differ from everybody else and show what they promise."""

import datetime as dt
from itertools import pairwise

import pytest

from clinic_desk.domain.address import split_address, street_key
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import parse_iin
from clinic_desk.domain.insurance import Coverage, InsuranceCheck, InsuranceStatus
from clinic_desk.domain.patient import Patient
from clinic_desk.domain.referral import Payer, ReferralStatus, check_move
from clinic_desk.domain.standing import standing
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.practice.attachments import ATTACHING
from clinic_desk.practice.clinic import MadeUpClinic
from clinic_desk.practice.doubles import MOTHER, TWICE, doubles
from clinic_desk.practice.iins import IinIssuer, reserved_iin
from clinic_desk.practice.population import people
from clinic_desk.practice.seeding import make_clinic
from clinic_desk.practice.showcase import (
    CHILD,
    NEVER_CHECKED,
    PREPAID,
    THIRD_MONTH,
    UNINSURED_DIABETES,
    UNINSURED_TUBERCULOSIS,
    ShownPerson,
    past_seeds,
    showcase,
)
from clinic_desk.practice.town import served_streets
from clinic_desk.services.clock import FixedClock
from clinic_desk.services.patients import PatientService
from clinic_desk.services.rules_of_the_day import shipped_book, shipped_tables
from clinic_desk.storage.database import SqlStore

NOW = dt.datetime(2026, 11, 23, 4, 41, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
DAYS = [TODAY, dt.date(2026, 1, 1), dt.date(2027, 2, 28), dt.date(2028, 2, 29), dt.date(2026, 12, 31)]


def by_role(today: dt.date = TODAY) -> dict[str, ShownPerson]:
    return {one.role: one for one in showcase(today)}


@pytest.mark.parametrize("today", DAYS)
def test_everybody_has_a_role_and_a_number_of_their_own(today: dt.date) -> None:
    shown = showcase(today)
    assert shown == showcase(today)
    assert len({one.role for one in shown}) == len(shown) >= 7
    assert len({one.person.iin for one in shown}) == len(shown)
    for one in shown:
        iin = parse_iin(one.person.iin)
        assert iin.birth_date == one.person.birth_date
        assert iin.sex == {"F": "female", "M": "male"}[one.person.sex]
        assert (one.answer is None) == (one.person.insurance_status == "unknown")
        if one.answer is not None:
            assert InsuranceStatus(one.answer.status) == one.person.insurance_status
            assert len(one.answer.months) == 12


def test_nobody_of_a_large_town_has_their_number() -> None:
    drawn = {row.iin for row in people(60_000, today=TODAY)}
    assert drawn.isdisjoint(one.person.iin for one in showcase(TODAY))


def test_reserved_numbers_are_those_given_out_last() -> None:
    born = dt.date(1991, 2, 26)
    issuer = IinIssuer()
    walk: list[str] = []
    with pytest.raises(RuntimeError):
        while True:
            walk.append(issuer.issue(born, born.toordinal(), False))
    assert [reserved_iin(born, female=False, nth=n) for n in range(3)] == walk[:-4:-1]


def test_the_child_stays_a_child_and_the_answer_ends_the_day_before_18() -> None:
    for year in (2026, 2031):
        one = by_role(dt.date(year, 5, 4))[CHILD]
        assert one.answer is not None
        assert one.answer.valid_through is not None
        eighteen = one.answer.valid_through + dt.timedelta(days=1)
        assert (eighteen.month, eighteen.day) == (one.person.birth_date.month, one.person.birth_date.day)
        assert eighteen.year - one.person.birth_date.year == 18


def test_the_third_month_is_the_last_of_the_kept_right() -> None:
    answer = by_role()[THIRD_MONTH].answer
    assert answer is not None
    assert (answer.months, answer.valid_through) == ("p" * 9 + "g" * 3, dt.date(2026, 11, 30))


def test_twelve_months_ahead_end_with_the_eleventh_from_now() -> None:
    answer = by_role()[PREPAID].answer
    assert answer is not None
    assert (answer.category, answer.valid_through) == ("self_payer", dt.date(2027, 10, 31))


@pytest.mark.parametrize("today", DAYS)
def test_past_referrals_are_over_and_keep_to_working_days(today: dt.date) -> None:
    shown = showcase(today)
    seeds = past_seeds(shown, MadeUpClinic(today), first_index=100)
    calendar = WorkingCalendar.of(shipped_tables())
    assert {shown[seed.person_index - 100].role for seed in seeds} == {
        UNINSURED_DIABETES,
        UNINSURED_TUBERCULOSIS,
    }
    for seed in seeds:
        days = [step.day for step in seed.steps]
        assert days == sorted(days)
        assert days[-1] < today
        assert all(calendar.is_working(day) for day in days)
        steps = [ReferralStatus(step.status) for step in seed.steps]
        for before, after in pairwise(steps):
            check_move(before, after)


def test_the_made_clinic_has_them_with_answers_and_past_referrals(store: SqlStore) -> None:
    make_clinic(store, FixedClock(NOW), 10, lambda done, total: None, lambda: False)
    told: dict[str, tuple[Patient, list[InsuranceCheck], dict[str, Payer]]] = {}
    with store.read() as work:
        assert work.patients.count() == 10 + len(showcase(TODAY))
        for one in showcase(TODAY):
            patient = work.patients.by_iin(one.person.iin)
            if "iin" in one.changes:
                # Somebody without an IIN: the number of the row is nobody's.
                assert patient is None
                continue
            assert patient is not None
            past = {row.icd_code: row.insurance.payer for row in work.referrals.of_patient(patient.id)}
            told[one.role] = (patient, work.insurance.of_patient(PatientId(patient.id)), past)
    attaching = {one.role for one in ATTACHING}
    never_asked = attaching | {NEVER_CHECKED} | {one.role for one in doubles(TODAY)}
    for role, (patient, checks, _) in told.items():
        assert patient.attachment.is_here or role in attaching, role
        assert bool(checks) == (role not in never_asked)
    assert told[UNINSURED_DIABETES][2] == {"E11.9": Payer.INSURANCE}
    assert told[UNINSURED_TUBERCULOSIS][2] == {"A15.0": Payer.GUARANTEED}
    for role, expected in (
        (UNINSURED_DIABETES, Coverage.NO),
        (UNINSURED_TUBERCULOSIS, Coverage.NO),
        (PREPAID, Coverage.YES),
    ):
        assert standing(told[role][1][0], None, TODAY, shipped_tables()).coverage is expected


def test_twins_share_the_mother_and_somebody_is_here_twice(store: SqlStore) -> None:
    make_clinic(store, FixedClock(NOW), 10, lambda done, total: None, lambda: False)
    iins = {role: one.person.iin for role, one in by_role().items()}
    service = PatientService(store, FixedClock(NOW), shipped_book())
    mother = service.by_iin(iins[MOTHER])
    assert mother is not None
    with store.read() as work:
        twins = work.patients.look_alikes(
            name_key="",
            surname_key="абдирахманов",
            birth_date=TODAY - dt.timedelta(days=9),
            phone="",
            limit=9,
        )
    assert sorted(twin.name.given_name for twin in twins) == ["Асан", "Үсен"]
    assert {twin.mother_iin for twin in twins} == {mother.iin}
    # The twins are two people to the list; the one who is here twice is not.
    (suspect,) = service.suspects()
    assert suspect.likelihood == "almost_sure"
    assert suspect.other.iin is not None
    assert suspect.other.iin.digits == iins[TWICE]


def test_whoever_is_shown_as_attached_lives_on_a_street_of_their_district() -> None:
    held = {(street_key(served.street), served.district_index) for served in served_streets()}
    shown = [one.person for one in showcase(TODAY) if one.person.attached and one.person.address]
    assert shown
    for person in shown:
        assert (split_address(person.address).street_key, person.district_index) in held
