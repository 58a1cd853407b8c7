"""The vectors of Resolution No. 406: both passes of the check digit, century, sex, what a mismatch means."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desk.domain.iin import (
    InvalidIin,
    Sex,
    check_digit,
    compare_with_document,
    has_valid_check_digit,
    mask,
    parse_iin,
)

FIRST_PASS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)


def _needs_second_pass(digits: str) -> bool:
    return sum(int(d) * w for d, w in zip(digits, FIRST_PASS, strict=False)) % 11 == 10


@pytest.mark.parametrize(
    ("digits", "born", "sex"),
    [
        ("900101300007", dt.date(1990, 1, 1), Sex.MALE),
        ("900101300017", dt.date(1990, 1, 1), Sex.MALE),
        ("150320500002", dt.date(2015, 3, 20), Sex.MALE),
        ("210909600004", dt.date(2021, 9, 9), Sex.FEMALE),
    ],
)
def test_numbers_of_the_first_pass(digits: str, born: dt.date, sex: Sex) -> None:
    iin = parse_iin(digits)
    assert not _needs_second_pass(digits)
    assert (iin.digits, iin.birth_date, iin.sex, iin.is_unusual) == (digits, born, sex, False)


@pytest.mark.parametrize("digits", ["900101300811", "900101300823", "900101300835"])
def test_numbers_of_the_second_pass(digits: str) -> None:
    assert _needs_second_pass(digits)
    assert parse_iin(digits).birth_date == dt.date(1990, 1, 1)


@pytest.mark.parametrize("prefix", ["90010130080", "85061540078", "15032050033", "82121424009"])
def test_numbers_that_both_passes_refuse_are_never_issued(prefix: str) -> None:
    assert check_digit(prefix) is None
    for last in "0123456789":
        with pytest.raises(InvalidIin) as caught:
            parse_iin(prefix + last)
        assert caught.value.code == "iin.check_digit"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("900101300018", "iin.check_digit"),
        ("821214240092", "iin.check_digit"),
        ("90010130000", "iin.length"),
        ("9001013000077", "iin.length"),
        ("90010130000а", "iin.characters"),
        ("٩٠٠١٠١٣٠٠٠٠٧", "iin.characters"),
        ("９００１０１３００００７", "iin.characters"),
        ("900101³00007", "iin.characters"),
        ("", "iin.empty"),
        (" - \t", "iin.empty"),
    ],
)
def test_what_is_not_an_iin_is_named(text: str, code: str) -> None:
    with pytest.raises(InvalidIin) as caught:
        parse_iin(text)
    assert caught.value.code == code


def test_the_wrong_length_is_told() -> None:
    with pytest.raises(InvalidIin) as caught:
        parse_iin("9001013000077")
    assert caught.value.params == {"length": 13}


@pytest.mark.parametrize(
    "text",
    ["900101 300007", "900101-300-007", "\u00a0900101\u202f300007 ", "900101300007\r\n", "900101.300007"],
)
def test_separators_that_people_and_scanners_add_are_forgiven(text: str) -> None:
    assert parse_iin(text).digits == "900101300007"


def _with_check(eleven: str) -> str:
    check = check_digit(eleven)
    assert check is not None
    return f"{eleven}{check}"


@pytest.mark.parametrize(
    ("seventh", "year", "sex"),
    [
        ("1", 1888, Sex.MALE),
        ("2", 1888, Sex.FEMALE),
        ("3", 1988, Sex.MALE),
        ("4", 1988, Sex.FEMALE),
        ("5", 2088, Sex.MALE),
        ("6", 2088, Sex.FEMALE),
    ],
)
def test_the_seventh_digit_tells_century_and_sex(seventh: str, year: int, sex: Sex) -> None:
    iin = parse_iin(_with_check(f"880214{seventh}0001"))
    assert (iin.birth_date, iin.sex) == (dt.date(year, 2, 14), sex)


def test_zero_as_seventh_digit_is_accepted_and_tells_nothing() -> None:
    iin = parse_iin(_with_check("88021400001"))
    assert (iin.birth_date, iin.sex, iin.is_unusual) == (None, None, True)
    assert not compare_with_document(iin, dt.date(2001, 1, 1), Sex.FEMALE)


@pytest.mark.parametrize(
    "eleven", ["88021470001", "88021490001", "88023030001", "88130130001", "01022930001"]
)
def test_a_date_that_never_was_is_refused(eleven: str) -> None:
    with pytest.raises(InvalidIin) as caught:
        parse_iin(_with_check(eleven))
    assert caught.value.code == "iin.date"


def test_the_leap_day_depends_on_the_century() -> None:
    assert parse_iin(_with_check("00022950001")).birth_date == dt.date(2000, 2, 29)
    with pytest.raises(InvalidIin):
        parse_iin(_with_check("00022930001"))  # 1900 had none


def test_a_mismatch_says_what_the_number_says() -> None:
    iin = parse_iin("900101300007")
    agrees = compare_with_document(iin, dt.date(1990, 1, 1), Sex.MALE)
    assert not agrees
    differs = compare_with_document(iin, dt.date(1990, 10, 1), Sex.FEMALE)
    assert differs
    assert (differs.number_birth_date, differs.number_sex) == (dt.date(1990, 1, 1), Sex.MALE)
    assert compare_with_document(iin, dt.date(1990, 1, 1), Sex.FEMALE).number_birth_date is None
    assert not compare_with_document(iin, None, None)
    assert not compare_with_document(iin, None, Sex.UNKNOWN)


def test_lists_show_a_masked_number() -> None:
    assert parse_iin("900101300007").masked == mask("900101300007") == "900101 ••0007"
    assert str(parse_iin("900101300007")) == "900101300007"


@given(st.text("0123456789", min_size=11, max_size=11))
def test_exactly_one_last_digit_fits_or_none(eleven: str) -> None:
    fitting = [d for d in "0123456789" if has_valid_check_digit(eleven + d)]
    check = check_digit(eleven)
    assert fitting == ([] if check is None else [str(check)])


@given(st.text(max_size=20))
def test_any_text_is_an_iin_or_a_named_error(text: str) -> None:
    try:
        iin = parse_iin(text)
    except InvalidIin as error:
        assert error.code in {"iin.empty", "iin.characters", "iin.length", "iin.check_digit", "iin.date"}
    else:
        assert parse_iin(iin.digits) == iin
