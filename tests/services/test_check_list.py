"""Who is to be checked before tomorrow, over the real encrypted store. The day is Friday 27 November 2026."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clinic_desk.domain.attachment import AttachmentCase, CaseState
from clinic_desk.domain.ids import AttachmentCaseId, OperationId, PatientId
from clinic_desk.domain.insurance import (
    AskAgain,
    Channel,
    Freshness,
    InsuranceCheck,
    InsuranceStatus,
    WhyNoAnswer,
)
from clinic_desk.domain.patient import NoIinReason, Patient
from clinic_desk.domain.referral import ReferralStatus
from clinic_desk.services.check_list import CheckList, CheckListService, CheckTile
from clinic_desk.services.check_list_port import Errand
from clinic_desk.services.identity import new_id
from clinic_desk.services.insurance import RecordAnswer
from clinic_desk.services.rules_of_the_day import shipped_book
from tests.services.desk import ACTOR, THERAPIST, DeskOverStore, MovableClock, form_of
from tests.storage.examples import iin_digits

S = InsuranceStatus
NOW = dt.datetime(2026, 11, 27, 5, 0, tzinfo=dt.UTC)
"""Ten o'clock of a Friday; the next working day is Monday the 30th."""
MONDAY = dt.datetime(2026, 11, 30, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def desk(folder: Path) -> Iterator[DeskOverStore]:
    opened = DeskOverStore.open(folder, MovableClock(NOW))
    yield opened
    opened.close()


def listed(desk: DeskOverStore) -> CheckList:
    return CheckListService(desk.store, desk.clock, shipped_book()).read()


def person(desk: DeskOverStore, surname: str) -> Patient:
    return desk.person(surname=surname, iin=iin_digits(dt.date(1980, 5, 5)), birth_date=dt.date(1980, 5, 5))


def answered(
    desk: DeskOverStore, who: Patient, ago: dt.timedelta, *, until: dt.date | None = None
) -> InsuranceCheck:
    answer = RecordAnswer(
        who.id, S.INSURED_CONTRIBUTIONS, Channel.EGOV, desk.clock.now() - ago, valid_through=until
    )
    return desk.insurance.record(answer, ACTOR)[0]


def referred(desk: DeskOverStore, who: Patient, at: dt.datetime | None = None, **form: Any) -> Any:
    issued = desk.issue(form_of(who.id, **form))
    with desk.store.write() as work:
        referral = work.referrals.get(issued.referral_id)
        assert referral is not None
        if at is not None:
            booked = replace(referral, status=ReferralStatus.SCHEDULED, appointment_at=at)
            referral = work.referrals.save(booked, by="Т.", at=desk.clock.now())
        work.commit()
    return referral


def applied(desk: DeskOverStore, who: Patient, due: dt.datetime | None = None) -> None:
    case = AttachmentCase(
        AttachmentCaseId(new_id()), who.id, OperationId(new_id()), desk.clock.now(), "Т.", CaseState.DRAFT
    )
    with desk.store.write() as work:
        work.attachments.add(replace(case, due_at=due), by="Т.", at=desk.clock.now())
        work.commit()


def names(list_: CheckList, tile: CheckTile = CheckTile.ALL) -> list[str]:
    return [row.name.split()[0] for row in list_.of(tile)]


def test_the_soonest_comes_first_then_referrals_then_applications(desk: DeskOverStore) -> None:
    applied(desk, person(desk, "Өтініш"), NOW + DAY)
    referred(desk, person(desk, "Жолдама"))
    referred(desk, person(desk, "Сәрсенбі"), MONDAY + 2 * DAY)
    referred(desk, person(desk, "Дүйсенбі"), MONDAY)
    referred(desk, person(desk, "Бүгін"), NOW + dt.timedelta(hours=2))
    found = listed(desk)
    assert names(found) == ["Бүгін", "Дүйсенбі", "Сәрсенбі", "Жолдама", "Өтініш"]
    assert [row.errand for row in found.rows] == [Errand.APPOINTMENT] * 3 + [
        Errand.REFERRAL,
        Errand.ATTACHMENT,
    ]
    assert {row.why for row in found.rows} == {AskAgain.NEVER}


def test_the_next_working_day_is_the_calendar_s(desk: DeskOverStore) -> None:
    for surname, at in (("Дүйсенбі", MONDAY), ("Сейсенбі", MONDAY + DAY), ("Апта", MONDAY + 4 * DAY)):
        referred(desk, person(desk, surname), at)
    found = listed(desk)
    assert (found.next_day, found.last_day) == (dt.date(2026, 11, 30), dt.date(2026, 12, 4))
    assert names(found, CheckTile.TOMORROW) == ["Дүйсенбі"]
    assert names(found, CheckTile.WEEK) == ["Дүйсенбі", "Сейсенбі", "Апта"]


@pytest.mark.parametrize(
    ("at", "is_there"),
    [
        (NOW - DAY, False),
        (NOW - dt.timedelta(hours=3), True),
        # The fifth working day is Friday, 4 December; its evening still counts, the night after does not.
        (dt.datetime(2026, 12, 4, 18, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 12, 4, 19, 0, tzinfo=dt.UTC), False),
    ],
)
def test_how_far_it_looks(desk: DeskOverStore, at: dt.datetime, is_there: bool) -> None:
    referred(desk, person(desk, "Адам"), at)
    assert bool(names(listed(desk))) is is_there


@pytest.mark.parametrize(
    ("ago", "until", "why"),
    [
        (dt.timedelta(hours=1), None, None),
        (5 * DAY, None, None),
        (28 * DAY, None, AskAgain.TOO_OLD),
        (5 * DAY, dt.date(2026, 11, 30), None),
        (5 * DAY, dt.date(2026, 11, 29), AskAgain.RUNS_OUT),
        (dt.timedelta(hours=1), dt.date(2026, 11, 29), None),
    ],
)
def test_whose_answer_will_not_do_on_monday(
    desk: DeskOverStore, ago: dt.timedelta, until: dt.date | None, why: AskAgain | None
) -> None:
    who = person(desk, "Адам")
    referred(desk, who, MONDAY)
    answered(desk, who, ago, until=until)
    assert [row.why for row in listed(desk).rows] == ([why] if why else [])


def test_only_what_hangs_on_an_answer_about_insurance(desk: DeskOverStore) -> None:
    referred(desk, person(desk, "Терапевт"), MONDAY, service_id=THERAPIST)
    referred(desk, person(desk, "Туберкулез"), MONDAY, icd="A15.0")
    done = referred(desk, person(desk, "Аяқталды"), MONDAY)
    over = referred(desk, person(desk, "Мерзімі"))
    desk.referrals.move(done.id, ReferralStatus.COMPLETED, ACTOR)
    assert names(listed(desk)) == ["Мерзімі"]
    desk.clock.moment = dt.datetime.combine(over.valid_until, dt.time(12), desk.clock.zone) + DAY
    assert names(listed(desk)) == []


def test_a_person_stands_there_once_with_the_soonest_thing(desk: DeskOverStore) -> None:
    who = person(desk, "Адам")
    referred(desk, who, MONDAY + DAY)
    applied(desk, who)
    (row,) = listed(desk).rows
    assert (row.errand, row.at, row.more) == (Errand.APPOINTMENT, MONDAY + DAY, 1)


def test_what_is_known_stands_beside_and_a_failed_check_until_somebody_answers(desk: DeskOverStore) -> None:
    who = person(desk, "Адам")
    referred(desk, who, MONDAY)
    old = answered(desk, who, 40 * DAY, until=dt.date(2026, 12, 31))
    desk.insurance.record_failure(who.id, Channel.EGOV, WhyNoAnswer.NO_ANSWER, ACTOR)
    (row,) = listed(desk).rows
    assert (row.status, row.checked_at, row.valid_through) == (old.status, old.checked_at, old.valid_through)
    assert (row.freshness, row.failed_at, row.phone) == (Freshness.TOO_OLD, NOW, "+77010000000")
    assert who.iin is not None
    assert row.iin_masked != who.iin.digits
    desk.clock.forward(minutes=5)
    answered(desk, who, dt.timedelta())
    assert listed(desk).rows == ()


def test_a_person_without_an_iin_is_listed_too(desk: DeskOverStore) -> None:
    who = desk.person(iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    referred(desk, who, MONDAY)
    (row,) = listed(desk).rows
    assert (row.patient_id, row.iin_masked) == (PatientId(who.id), "")


def test_nobody_is_expected(desk: DeskOverStore) -> None:
    found = listed(desk)
    assert [len(found.of(tile)) for tile in CheckTile] == [0, 0, 0, 0]
