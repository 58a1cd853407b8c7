"""Tables behind "what to do if not insured": sums of contributions, ways to be insured, what a package has.

Source: Law No. 405-V of 16 Nov 2015 as changed by No. 206-VIII of 14 Jul 2025; Government resolutions No. 672
and No. 421. Sums are of a year: a year without rows has no known sum, and none is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from clinic_desk.domain.rule_tables.fields import Amount, Code, Codes, Flag, Number
from clinic_desk.domain.rule_tables.insurance import CATEGORY_CODES
from clinic_desk.domain.rule_tables.schema import TableSchema


class SumPayer(StrEnum):
    """Who pays a month of contributions."""

    SELF_PAYER = "self_payer"
    SOLE_TRADER = "sole_trader"
    EMPLOYEE = "employee"
    EMPLOYER = "employer"


@dataclass(frozen=True, slots=True)
class MonthlySum:
    """A month's contribution: `percent` of `wages` minimum wages of `minimum_wage` tenge.

    `is_ceiling`: the percentage is of the income, and this is the most that is taken. `categories` are the
    codes of those whose missing months are paid at this sum.
    """

    payer: SumPayer
    percent: Decimal
    wages: Decimal
    minimum_wage: int
    is_ceiling: bool = False
    categories: tuple[str, ...] = ()

    @property
    def tenge(self) -> int:
        """The month in whole tenge; of a ceiling the most a month can cost."""
        exact = self.percent * self.wages * self.minimum_wage / 100
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Way(StrEnum):
    """A lawful way to be insured."""

    PRIVILEGED_CATEGORY = "privileged_category"
    """The state pays for the person: the category is proved."""
    ONE_MONTH_BY_DOCUMENTS = "one_month_by_documents"
    """The Fund enters a privileged person for a month while it looks at the documents."""
    EMPLOYER_DEBT = "employer_debt"
    """The employer pays what it owes for the months of work."""
    PAY_DEBT = "pay_debt"
    """The missing months of the last twelve are paid."""
    PREPAY_12_MONTHS = "prepay_12_months"
    """Twelve coming months are paid ahead; old debt is not asked for."""
    LEVEL_DE = "level_de"
    """The akimat pays for people of welfare level D or E once they have asked for care."""
    GRACE = "grace"
    """The right is kept for some months after the payments stopped, while the debt grows."""


class Begins(StrEnum):
    """When a way makes the right begin."""

    NOW = "now"
    NEXT_MONTH = "next_month"
    """On the first of the next month; at once when the current month is paid too."""
    WHEN_ENTERED = "when_entered"
    """When the Fund has entered the documents."""
    WHEN_CREDITED = "when_credited"
    """When the Fund has counted the payments."""
    AFTER_CARE = "after_care"
    """After the person has asked for care."""


@dataclass(frozen=True, slots=True)
class WayRule:
    """How a way works. `months` are paid for, `lasts_months` and `to_year_end` end it.

    `categories`: only for people whose category is one of these, or not told; empty for all. `silent_months`:
    only for people without a contribution in that many last months. `needs` are what the person brings or
    does, `mistakes` what people get wrong.
    """

    way: Way
    begins: Begins
    months: int | None = None
    lasts_months: int | None = None
    to_year_end: bool = False
    silent_months: int = 0
    categories: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()


class CarePackage(StrEnum):
    """Whose care a line of the list is."""

    GUARANTEED = "guaranteed"
    INSURANCE = "insurance"


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One line of what a package has; `is_short` lines stand on the card, all of them on the leaflet."""

    code: str
    package: CarePackage
    is_short: bool = False


_NEEDS: Final = (
    *("category_document", "ask_fund", "employer_payments", "each_month_apart", "own_iin", "ask_for_care"),
)
_MISTAKES: Final = ("one_payment", "wrong_year", "rest_of_year")
_LINES: Final = (
    *("emergency", "district_doctor", "vaccination", "significant", "suspicion", "infections"),
    *("specialists", "diagnostics", "planned_hospital", "chronic", "rehabilitation"),
)


def _sum(payer: str, percent: Decimal, wages: Decimal, minimum_wage: int, **more: Any) -> MonthlySum:
    return MonthlySum(SumPayer(payer), percent, wages, minimum_wage, **more)


def _way(way: str, begins: str, **more: Any) -> WayRule:
    return WayRule(Way(way), Begins(begins), **more)


def _line(code: str, package: str, **more: bool) -> PackageLine:
    return PackageLine(code, CarePackage(package), **more)


MONTHLY_SUMS: Final = TableSchema(
    "monthly_sums",
    _sum,
    {
        "payer": Code(known=tuple(SumPayer), labels="rule_tables.sum_payer"),
        "percent": Amount(highest=Decimal(100)),
        "wages": Amount(highest=Decimal(1000)),
        "minimum_wage": Number(lowest=1),
        "is_ceiling": Flag(optional=True),
        "categories": Codes(known=CATEGORY_CODES, labels="labels.category", optional=True),
    },
    key=("payer",),
)
WAYS: Final = TableSchema(
    "ways_to_insurance",
    _way,
    {
        "way": Code(known=tuple(Way), labels="rule_tables.way"),
        "begins": Code(known=tuple(Begins), labels="rule_tables.begins"),
        "months": Number(lowest=1, highest=120, optional=True),
        "lasts_months": Number(lowest=1, highest=120, optional=True),
        "to_year_end": Flag(optional=True),
        "silent_months": Number(lowest=1, highest=12, optional=True),
        "categories": Codes(known=CATEGORY_CODES, labels="labels.category", optional=True),
        "needs": Codes(known=_NEEDS, labels="rule_tables.need", optional=True),
        "mistakes": Codes(known=_MISTAKES, labels="rule_tables.mistake", optional=True),
    },
    key=("way",),
)
PACKAGE_LINES: Final = TableSchema(
    "package_contents",
    _line,
    {
        "code": Code(known=_LINES, labels="rule_tables.care"),
        "package": Code(known=tuple(CarePackage), labels="rule_tables.care_package"),
        "is_short": Flag(optional=True),
    },
    key=("code", "package"),
)
