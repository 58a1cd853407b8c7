"""Moves of a referral, what an answer about insurance says on a day, codes of diagnoses, ages."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.catalogue import InvalidIcdCode, normalise_icd
from clinic_desk.domain.ids import PatientId
from clinic_desk.domain.iin import Sex
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.names import PersonName
from clinic_desk.domain.patient import Attachment, AttachmentState, Patient
from clinic_desk.domain.referral import LIVING, MOVES, ForbiddenMove, ReferralStatus, check_move
from tests.domain.samples import TODAY, check, referral

TERMINAL = {
    ReferralStatus.COMPLETED,
    ReferralStatus.REFUSED,
    ReferralStatus.CANCELLED,
    ReferralStatus.EXPIRED,
}


# Moves -----------------------------------------------------------------------------------------


def test_every_status_has_its_row_and_can_be_reached() -> None:
    assert set(MOVES) == set(ReferralStatus)
    reached = {ReferralStatus.ISSUED}
    while True:
        further = reached | {to for status in reached for to in MOVES[status]}
        if further == reached:
            break
        reached = further
    assert reached == set(ReferralStatus)


def test_ends_are_ends_and_every_way_can_end() -> None:
    assert {status for status, moves in MOVES.items() if not moves} == TERMINAL
    for status in set(ReferralStatus) - TERMINAL:
        assert {ReferralStatus.CANCELLED, ReferralStatus.EXPIRED} <= MOVES[status]


def test_nothing_comes_back_to_issued_and_ends_are_not_living() -> None:
    assert all(ReferralStatus.ISSUED not in moves for moves in MOVES.values())
    assert not LIVING & TERMINAL
    assert ReferralStatus.ISSUED in LIVING


@given(st.lists(st.sampled_from(sorted(ReferralStatus)), max_size=12))
def test_a_referral_walks_only_along_the_table(wanted: list[ReferralStatus]) -> None:
    status = ReferralStatus.ISSUED
    for to in wanted:
        if to in MOVES[status]:
            check_move(status, to)
            status = to
        else:
            with pytest.raises(ForbiddenMove) as caught:
                check_move(status, to)
            assert caught.value.code == "referral.forbidden_move"
            assert caught.value.params == {"current": status.value, "wanted": to.value}
    assert referral(status=status).is_living is (status in LIVING)


def test_a_referral_nobody_else_knows_is_provisional() -> None:
    assert referral().is_provisional
    assert not referral(status=ReferralStatus.SENT).is_provisional


# Insurance -------------------------------------------------------------------------------------


def test_months_are_counted_when_the_channel_told_them() -> None:
    assert check(InsuranceStatus.INSURED_CONTRIBUTIONS).paid_months is None
    assert check(InsuranceStatus.UNINSURED, months="-" * 12).paid_months == 0
    assert check(InsuranceStatus.GRACE_3M, months="ppppppppp-gg").paid_months == 9


# Diagnoses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("I11.9", "I11.9"),
        ("i119", "I11.9"),
        (" i 11,9 ", "I11.9"),
        ("І11.9", "I11.9"),  # Cyrillic І of the Kazakh layout
        ("с50.9", "C50.9"),
        ("К74", "K74"),
        ("а15.0", "A15.0"),
        ("C5091", "C50.91"),
        ("F00", "F00"),
    ],
)
def test_a_code_in_any_hand_is_the_written_form(typed: str, code: str) -> None:
    assert normalise_icd(typed) == code


@pytest.mark.parametrize(
    "typed", ["", " ", "I1", "11.9", "I11.999", "гипертония", "I11.", "I11.9.9", "Ж11", "І٣٤"]
)
def test_what_is_no_code_is_named(typed: str) -> None:
    with pytest.raises(InvalidIcdCode) as caught:
        normalise_icd(typed)
    assert caught.value.code == "icd.form"


@given(st.text(max_size=12))
def test_normalising_twice_changes_nothing(typed: str) -> None:
    try:
        code = normalise_icd(typed)
    except InvalidIcdCode:
        return
    assert normalise_icd(code) == code
    assert code.isascii()


# People ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (dt.date(1990, 11, 23), 36),
        (dt.date(1990, 11, 24), 35),
        (dt.date(2026, 11, 23), 0),
        (dt.date(2004, 2, 29), 22),
        (None, None),
    ],
)
def test_full_years(born: dt.date | None, age: int | None) -> None:
    person = Patient(PatientId("p"), PersonName("Ким", "Анна"), born, Sex.FEMALE)
    assert person.age_on(TODAY) == age


def test_a_birthday_on_the_leap_day_is_kept_on_the_first_of_march() -> None:
    person = Patient(PatientId("p"), PersonName("Ким", "Анна"), dt.date(2004, 2, 29), Sex.FEMALE)
    assert person.age_on(dt.date(2026, 2, 28)) == 21
    assert person.age_on(dt.date(2026, 3, 1)) == 22


def test_only_attached_people_are_ours() -> None:
    here = {state for state in AttachmentState if Attachment(state).is_here}
    assert here == {AttachmentState.ATTACHED}


def test_a_title_falls_back_to_a_language_that_is_there() -> None:
    title = LocalText(kk="Ультрадыбыс", ru="", en="Ultrasound")
    assert [title.said_in(language) for language in ("kk", "ru", "en", "de")] == [
        "Ультрадыбыс",
        "Ультрадыбыс",
        "Ultrasound",
        "Ультрадыбыс",
    ]
    assert replace(title, ru="УЗИ").said_in("en") == "Ultrasound"
    assert LocalText().said_in("kk") == ""
