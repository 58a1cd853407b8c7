"""Referral numbers: readable, checked, forgiving to the ear and the eye, in series that only go up."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.numbers import (
    ALPHABET,
    LAST_COUNTER,
    InvalidNumber,
    ReferralNumber,
    check_character,
    make_series,
    normalise_desk_code,
    parse_number,
)

DESKS = st.text(ALPHABET, min_size=1, max_size=6)
SERIES = st.text(ALPHABET, min_size=5, max_size=5)
NUMBERS = st.builds(ReferralNumber, DESKS, SERIES, st.integers(0, LAST_COUNTER))
MOMENTS = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2087, 1, 1), timezones=st.just(dt.UTC))


@given(NUMBERS)
def test_a_number_comes_back_from_its_text(number: ReferralNumber) -> None:
    text = str(number)
    assert text.isascii()
    assert parse_number(text) == number
    assert len(text) <= 6 + 1 + 5 + 1 + 5 + 1 + 1


@given(NUMBERS, st.data())
def test_every_single_wrong_character_is_found(number: ReferralNumber, data: st.DataObject) -> None:
    text = str(number)
    places = [i for i, c in enumerate(text) if c != "-"]
    place = data.draw(st.sampled_from(places))
    # The counter has digits only: another letter there breaks the form, which is found too.
    wrong = data.draw(st.sampled_from([c for c in ALPHABET if c != text[place]]))
    with pytest.raises(InvalidNumber) as caught:
        parse_number(text[:place] + wrong + text[place + 1 :])
    assert caught.value.code in {"number.check", "number.form"}


def test_nearly_all_swapped_neighbours_are_found() -> None:
    missed = swaps = 0
    for counter in range(1, 3000, 7):
        text = str(
            ReferralNumber(
                "T2", make_series(dt.datetime(2026, 11, 23, 4, counter % 60, tzinfo=dt.UTC)), counter
            )
        )
        for i in range(len(text) - 1):
            one, other = text[i], text[i + 1]
            if "-" in (one, other) or one == other:
                continue
            swaps += 1
            try:
                parse_number(text[:i] + other + one + text[i + 2 :])
            except InvalidNumber:
                continue
            missed += 1
    assert swaps > 3000
    assert missed / swaps < 0.01


@given(NUMBERS)
def test_case_and_blanks_around_do_not_matter(number: ReferralNumber) -> None:
    assert parse_number(f"  {str(number).lower()}\n") == number


@given(NUMBERS)
def test_misread_letters_are_forgiven(number: ReferralNumber) -> None:
    text = str(number)
    for right, wrong in (
        ("1", "I"),
        ("1", "l"),
        ("0", "O"),
        ("0", "О"),
        ("V", "U"),
    ):  # the second О is Cyrillic
        assert parse_number(text.replace(right, wrong)) == number
    cyrillic = text.translate(str.maketrans("ABEKMHPCTX", "АВЕКМНРСТХ"))
    assert parse_number(cyrillic) == number


@pytest.mark.parametrize(
    "text",
    ["", "T2", "T2-1A7QX-00042", "T2-1A7QX-0042-K", "T2-1A7Q-00042-K", "TOOLONG-1A7QX-00042-K", "T2--00042-K",
     "T2-1A7QX-٠٠٠٤٢-K", "T2-1A7QX-00042-K-1", "900101300007", "Т2-1А7QХ-000Ж2-К"],
)  # fmt: skip
def test_other_texts_are_no_numbers(text: str) -> None:
    with pytest.raises(InvalidNumber) as caught:
        parse_number(text)
    assert caught.value.code == "number.form"


def test_a_wrong_check_character_is_named() -> None:
    text = str(ReferralNumber("T2", "1A7QX", 42))
    wrong = text[:-1] + ALPHABET[(ALPHABET.index(text[-1]) + 1) % 32]
    with pytest.raises(InvalidNumber) as caught:
        parse_number(wrong)
    assert caught.value.code == "number.check"


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_named_error(text: str) -> None:
    try:
        number = parse_number(text)
    except InvalidNumber as error:
        assert error.code in {"number.form", "number.check"}
    else:
        assert parse_number(str(number)) == number


def test_the_check_character_is_iso_7064_mod_33_32() -> None:
    """Recomputed the long way: the pure definition of a hybrid system, MOD M+1,M."""
    for body in ("D1-00000-00001", "T2-1A7QX-00042", "ZZZZZZ-ZZZZZ-99999"):
        rest = 32
        for character in body.replace("-", "") + check_character(body):
            total = (rest + ALPHABET.index(character)) % 32 or 32
            rest = 2 * total % 33
        assert total == 1


@given(MOMENTS, MOMENTS)
def test_later_series_sort_behind_earlier_ones(one: dt.datetime, other: dt.datetime) -> None:
    early, late = sorted((one, other))
    assert make_series(early) <= make_series(late)
    if (late - early) >= dt.timedelta(minutes=1):
        assert make_series(early) < make_series(late)


@given(MOMENTS, st.text(ALPHABET[:31], min_size=5, max_size=5))
def test_a_series_is_always_later_than_the_newest_known(moment: dt.datetime, newest: str) -> None:
    series = make_series(moment, newest)
    assert series > newest
    assert series >= make_series(moment)
    assert len(series) == 5


def test_a_clock_set_back_brings_no_old_series_again() -> None:
    now = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
    newest = make_series(now)
    for years in range(6):
        newest_before = newest
        newest = make_series(now.replace(year=2026 - years), newest)
        assert newest > newest_before
    assert make_series(dt.datetime(1999, 1, 1, tzinfo=dt.UTC)) == "00000"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("d1", "D1"),
        (" T2 ", "T2"),
        ("ABC123", "ABC123"),
        ("REGIST", None),
        ("РЕГ", None),
        ("", None),
        ("1234567", None),
        ("O", None),
        ("A-1", None),
    ],
)
def test_desk_codes(text: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(InvalidNumber) as caught:
            normalise_desk_code(text)
        assert caught.value.code == "number.desk_code"
    else:
        assert normalise_desk_code(text) == code
