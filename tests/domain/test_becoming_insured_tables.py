"""The shipped sums, ways and lists say what the law of the year says, and nothing of years nobody knows."""

import datetime as dt

import pytest

from clinic_desk.domain.rule_tables.becoming_insured import (
    MONTHLY_SUMS,
    PACKAGE_LINES,
    WAYS,
    CarePackage,
    SumPayer,
    Way,
)
from clinic_desk.services.rules_of_the_day import shipped_tables

NEW_YEAR_26, EVE_27, NEW_YEAR_27 = dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)


@pytest.mark.parametrize(
    ("payer", "tenge", "is_ceiling"),
    [
        (SumPayer.SELF_PAYER, 4_250, False),  # 5 % of 85,000
        (SumPayer.SOLE_TRADER, 5_950, False),  # 5 % of 1.4 x 85,000
        (SumPayer.EMPLOYEE, 34_000, True),  # 2 % of 20 x 85,000
        (SumPayer.EMPLOYER, 102_000, True),  # 3 % of 40 x 85,000
    ],
)
def test_sums_of_2026(payer: SumPayer, tenge: int, is_ceiling: bool) -> None:
    for day in (NEW_YEAR_26, EVE_27):
        sums = {row.value.payer: row.value for row in shipped_tables()[MONTHLY_SUMS].on(day)}
        assert (sums[payer].tenge, sums[payer].is_ceiling) == (tenge, is_ceiling)


def test_no_sum_is_guessed_for_other_years() -> None:
    table = shipped_tables()[MONTHLY_SUMS]
    assert table.on(dt.date(2025, 12, 31)) == []
    assert table.on(NEW_YEAR_27) == []


def test_every_way_is_there_since_2026_and_level_de_not_before() -> None:
    table = shipped_tables()[WAYS]
    assert {row.value.way for row in table.on(NEW_YEAR_26)} == set(Way)
    assert {row.value.way for row in table.on(dt.date(2025, 12, 31))} == set(Way) - {Way.LEVEL_DE}
    prepay = next(row.value for row in table.on(EVE_27) if row.value.way is Way.PREPAY_12_MONTHS)
    assert (prepay.months, prepay.mistakes) == (12, ("one_payment", "wrong_year", "rest_of_year"))


def packages_of(code: str, day: dt.date) -> set[CarePackage]:
    return {row.value.package for row in shipped_tables()[PACKAGE_LINES].on(day) if row.value.code == code}


def test_chronic_diseases_went_to_insurance_on_1_january_2026() -> None:
    assert packages_of("chronic", dt.date(2025, 12, 31)) == {CarePackage.GUARANTEED}
    assert packages_of("chronic", NEW_YEAR_26) == {CarePackage.INSURANCE}


def test_what_2027_brings_is_not_known_and_said_so() -> None:
    table = shipped_tables()[PACKAGE_LINES]
    free = [row for row in table.on(EVE_27) if row.value.package is CarePackage.GUARANTEED]
    later = [row for row in table.on(NEW_YEAR_27) if row.value.package is CarePackage.GUARANTEED]
    assert not any(row.uncertain for row in free)
    assert [row.value.code for row in later] == [row.value.code for row in free]
    assert {row.value.code for row in later if not row.uncertain} == {"significant"}
