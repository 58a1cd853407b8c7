"""Answers about insurance, settings and drafts, as use cases over the store."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinic_desk.domain.clinic import ClinicProfile, Desk
from clinic_desk.domain.errors import InvalidValue, NotFound, RuleBroken
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.insurance import (
    Channel,
    Coverage,
    Freshness,
    InsuranceCheck,
    InsuranceStatus,
    WhyNoAnswer,
)
from clinic_desk.domain.numbers import InvalidNumber
from clinic_desk.domain.patient import NoIinReason
from clinic_desk.services.actor import Actor
from clinic_desk.services.changes import Kind
from clinic_desk.services.desk_settings import DeskSettings, Look, Printing
from clinic_desk.services.insurance import RecordAnswer
from tests.services.desk import ACTOR, NOW, TODAY, DeskOverStore


def test_an_answer_is_kept_as_it_was_heard(desk: DeskOverStore) -> None:
    person = desk.person()
    heard = RecordAnswer(
        person.id,
        InsuranceStatus.GRACE_3M,
        Channel.QOLDAU,
        NOW - dt.timedelta(minutes=5),
        "employee",
        " Q-17 ",
        TODAY + dt.timedelta(days=20),
        "ppppppppp-gg",
    )
    kept, change = desk.insurance.record(heard, ACTOR)
    assert desk.patients.card(person.id).checks == (kept,)
    assert (kept.checked_by, kept.reference, kept.paid_months) == (ACTOR.user, "Q-17", 9)
    assert kept.checked_at == NOW - dt.timedelta(minutes=5)
    assert change.touches(Kind.INSURANCE, person.id)
    line = desk.audit("patient", person.id)[-1]
    assert (line.action, tuple(line.fields)) == ("insurance.record", ("status", "channel"))


def test_an_answer_without_a_time_was_heard_just_now_and_other_zones_are_kept_as_utc(
    desk: DeskOverStore,
) -> None:
    person = desk.person()
    now, _ = desk.insurance.record(RecordAnswer(person.id, InsuranceStatus.UNINSURED, Channel.BOT), ACTOR)
    assert now.checked_at == NOW
    almaty = NOW.astimezone(desk.clock.zone)
    other, _ = desk.insurance.record(
        RecordAnswer(person.id, InsuranceStatus.UNINSURED, Channel.BOT, almaty), ACTOR
    )
    assert other.checked_at == NOW
    assert other.checked_at.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": InsuranceStatus.UNKNOWN}, "insurance.unknown_is_no_answer"),
        ({"checked_at": NOW + dt.timedelta(minutes=3)}, "insurance.checked_in_future"),
        ({"months": "ppp"}, "insurance.months_form"),
        ({"months": "x" * 12}, "insurance.months_form"),
        ({"months": "p" * 13}, "insurance.months_form"),
    ],
)
def test_what_is_no_answer_is_refused(desk: DeskOverStore, change: dict[str, object], code: str) -> None:
    person = desk.person()
    answer = RecordAnswer(person.id, InsuranceStatus.INSURED_STATE, Channel.EGOV)
    with pytest.raises(InvalidValue) as caught:
        desk.insurance.record(replace(answer, **change), ACTOR)
    assert caught.value.code == code
    assert desk.patients.card(person.id).checks == ()


def test_what_does_not_fit_is_kept_only_when_a_person_has_decided_and_the_log_says_so(
    desk: DeskOverStore,
) -> None:
    person = desk.person()
    answer = RecordAnswer(
        person.id, InsuranceStatus.UNINSURED, Channel.EGOV, category="pensioner", months="p" * 12
    )
    codes = ["insurance.paid_but_uninsured", "insurance.privileged_but_uninsured"]
    assert [doubt.code for doubt in desk.insurance.doubts(answer)] == codes
    for decided in ((), codes[:1], ["insurance.over_already"]):
        with pytest.raises(RuleBroken) as caught:
            desk.insurance.record(answer, ACTOR, in_spite_of=decided)
        assert [doubt.code for doubt in caught.value.findings] == [c for c in codes if c not in decided]
        assert desk.patients.card(person.id).checks == ()
    kept, _ = desk.insurance.record(answer, ACTOR, in_spite_of=codes)
    assert desk.patients.card(person.id).checks == (kept,)
    assert desk.audit("patient", person.id)[-1].reason == " ".join(codes)


def test_two_minutes_of_a_clock_that_is_off_are_forgiven(desk: DeskOverStore) -> None:
    person = desk.person()
    soon = NOW + dt.timedelta(minutes=2)
    desk.insurance.record(RecordAnswer(person.id, InsuranceStatus.INSURED_STATE, Channel.EGOV, soon), ACTOR)
    assert desk.patients.card(person.id).check is not None


def test_an_answer_about_nobody(desk: DeskOverStore) -> None:
    with pytest.raises(NotFound) as caught:
        desk.insured(PatientId("f" * 32))
    assert caught.value.code == "patient.not_found"


def test_a_failed_check_is_kept_beside_the_last_good_answer(desk: DeskOverStore) -> None:
    person = desk.person()
    desk.insured(person.id)
    answered = desk.patients.card(person.id)
    desk.clock.forward(hours=2)
    kept, change = desk.insurance.record_failure(person.id, Channel.BOT, WhyNoAnswer.NO_CONNECTION, ACTOR)
    card = desk.patients.card(person.id)
    assert (card.checks, card.coverage, card.freshness) == (
        answered.checks,
        Coverage.YES,
        Freshness.FRESH,
    )
    assert card.failure == kept
    assert (kept.at, kept.by, kept.channel) == (NOW + dt.timedelta(hours=2), ACTOR.user, Channel.BOT)
    assert change.touches(Kind.INSURANCE, person.id)
    line = desk.audit("patient", person.id)[-1]
    assert (line.action, line.reason) == ("insurance.no_answer", "no_connection")


def test_an_answer_takes_the_failed_check_off_the_card_and_an_older_one_does_not(desk: DeskOverStore) -> None:
    person = desk.person()
    desk.insurance.record_failure(person.id, Channel.EGOV, WhyNoAnswer.NO_ANSWER, ACTOR)
    old = RecordAnswer(person.id, InsuranceStatus.INSURED_STATE, Channel.PAPER, NOW - dt.timedelta(days=1))
    desk.insurance.record(old, ACTOR)
    assert desk.patients.card(person.id).failure is not None
    desk.insured(person.id)
    assert desk.patients.card(person.id).failure is None


def test_a_failed_check_survives_the_end_of_the_program(desk: DeskOverStore) -> None:
    person = desk.person()
    kept, _ = desk.insurance.record_failure(person.id, Channel.EGOV, WhyNoAnswer.REFUSED, ACTOR)
    desk.abandon()
    again = DeskOverStore.open(desk.folder, desk.clock)
    assert again.patients.card(person.id).failure == kept
    desk.store = again.store


def test_a_failed_check_of_nobody(desk: DeskOverStore) -> None:
    with pytest.raises(NotFound) as caught:
        desk.insurance.record_failure(PatientId("f" * 32), Channel.EGOV, WhyNoAnswer.NO_ANSWER, ACTOR)
    assert caught.value.code == "patient.not_found"


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*InsuranceStatus, None]),
            st.integers(min_value=0, max_value=6),
        ),
        max_size=12,
    )
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_comes_the_newest_good_answer_is_the_one_shown(
    desk: DeskOverStore, acts: list[tuple[InsuranceStatus | None, int]]
) -> None:
    """Answers of any status and age, failures and refused ones, in any order."""
    person = desk.person(iin="", no_iin_reason=NoIinReason.DOCUMENT_NOT_AT_HAND)
    kept: list[InsuranceCheck] = []
    for status, hours_ago in acts:
        if status is None:
            desk.insurance.record_failure(person.id, Channel.BOT, WhyNoAnswer.NO_ANSWER, ACTOR)
            continue
        at = NOW - dt.timedelta(hours=hours_ago)
        try:
            answer = RecordAnswer(person.id, status, Channel.EGOV, at)
            kept.append(desk.insurance.record(answer, ACTOR)[0])
        except InvalidValue:
            assert status is InsuranceStatus.UNKNOWN
    # Of two for one moment the one that was recorded later counts.
    newest = max(enumerate(kept), key=lambda one: (one[1].checked_at, one[0]), default=(0, None))[1]
    card = desk.patients.card(person.id)
    assert card.check == newest
    if newest is None:
        return
    with desk.store.read() as work:
        rows = work.insurance.of_patient(person.id)
    assert rows[0] == newest


# Settings --------------------------------------------------------------------------------------

SETTINGS = DeskSettings(
    ClinicProfile("№5 емхана", "Поликлиника № 5", "Абай 1", "+7 727 255 00 00", "980940000105", "Ахметов А."),
    Desk("T2", "2", "Серікова Г."),
    Look("ru", "dark", 125),
    Printing("Canon", "a4", 2, 20),
)


def test_a_new_profile_has_defaults(desk: DeskOverStore) -> None:
    assert desk.settings.read() == DeskSettings()


def test_settings_come_back_and_outlive_the_program(desk: DeskOverStore) -> None:
    desk.settings.change(SETTINGS, ACTOR)
    assert desk.settings.read() == SETTINGS
    desk.close()
    again = DeskOverStore.open(desk.folder)
    assert again.settings.read() == SETTINGS
    again.close()


def test_only_what_differs_is_saved_and_logged(desk: DeskOverStore) -> None:
    desk.settings.change(SETTINGS, ACTOR)
    desk.settings.change(replace(SETTINGS, look=Look("ru", "light", 125)), ACTOR)
    desk.settings.change(replace(SETTINGS, look=Look("ru", "light", 125)), ACTOR)
    assert [list(line.fields) for line in desk.audit("settings", "look")] == [
        ["language", "scale", "theme"],
        ["theme"],
    ]
    assert len(desk.audit("settings", "desk")) == 1


@pytest.mark.parametrize("code", ["", "ТЕРЕЗЕ", "TOOLONG1", "I1"])
def test_a_desk_code_that_cannot_stand_in_a_number_is_refused(desk: DeskOverStore, code: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        desk.settings.change(replace(SETTINGS, desk=Desk(code)), ACTOR)
    assert caught.value.code == "number.desk_code"
    assert desk.settings.read() == DeskSettings()


def test_what_a_newer_program_added_is_left_alone(desk: DeskOverStore) -> None:
    with desk.store.write() as work:
        work.settings.put("look", {"theme": "dark", "sparkle": 7})
        work.commit()
    assert desk.settings.read().look == Look(theme="dark")


# Drafts ----------------------------------------------------------------------------------------


def test_a_draft_outlives_the_program_being_killed(desk: DeskOverStore) -> None:
    saved = desk.drafts.save("referral", "p1", {"icd": "R10.4", "note": "ә<b>"}, ACTOR)
    desk.abandon()
    again = DeskOverStore.open(desk.folder)
    assert again.drafts.load("referral", "p1", ACTOR) == saved
    assert saved.payload == {"icd": "R10.4", "note": "ә<b>"}
    again.close()


def test_drafts_belong_to_their_owner(desk: DeskOverStore) -> None:
    other = Actor("Басқа", ACTOR.desk)
    desk.drafts.save("referral", "p1", {"n": 1}, ACTOR)
    desk.drafts.save("referral", "p1", {"n": 2}, other)
    first, second = (desk.drafts.load("referral", "p1", who) for who in (ACTOR, other))
    assert first is not None
    assert second is not None
    assert (first.payload, second.payload) == ({"n": 1}, {"n": 2})
    desk.drafts.drop("referral", "p1", other)
    assert desk.drafts.load("referral", "p1", other) is None
    assert len(desk.drafts.mine(ACTOR)) == 1


def test_a_later_draft_replaces_the_earlier_and_the_newest_comes_first(desk: DeskOverStore) -> None:
    desk.drafts.save("referral", "p1", {"n": 1}, ACTOR)
    desk.clock.forward(seconds=10)
    desk.drafts.save("register", "", {"n": 2}, ACTOR)
    desk.clock.forward(seconds=10)
    desk.drafts.save("referral", "p1", {"n": 3}, ACTOR)
    assert [(draft.kind, draft.payload["n"]) for draft in desk.drafts.mine(ACTOR)] == [
        ("referral", 3),
        ("register", 2),
    ]


def test_dropping_what_is_not_there_is_harmless(desk: DeskOverStore) -> None:
    desk.drafts.drop("referral", "nobody", ACTOR)
    assert desk.drafts.mine(ACTOR) == []
