"""What does not fit in an answer: a line a case, each with what it is about."""

import datetime as dt
from dataclasses import dataclass

import pytest

from clinic_desk.domain.findings import Severity
from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.insurance_doubts import doubts
from clinic_desk.resources import read_json
from clinic_desk.services.rules_of_the_day import shipped_tables
from clinic_desk.texts import Language, Texts

S = InsuranceStatus
TODAY = dt.date(2026, 11, 27)
ALL, NONE = "p" * 12, "-" * 12


@dataclass(frozen=True)
class Said:
    status: InsuranceStatus
    category: str = ""
    months: str = ""
    valid_through: dt.date | None = None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        # Months against the status.
        (Said(S.UNINSURED, months=ALL), ["paid_but_uninsured"]),
        (Said(S.UNINSURED, months="ppppppppppp-"), []),
        (Said(S.GRACE_3M, months=ALL), ["grace_without_debt"]),
        (Said(S.GRACE_6M, months=ALL), ["grace_without_debt"]),
        (Said(S.GRACE_3M, months="pppppppppggg"), []),
        (Said(S.INSURED_CONTRIBUTIONS, months=NONE), ["nothing_paid"]),
        (Said(S.INSURED_CONTRIBUTIONS, months="-----------?"), []),
        (Said(S.INSURED_CONTRIBUTIONS, "employee", NONE), ["nothing_paid"]),
        # Twelve coming months may be paid: nothing behind them is needed.
        (Said(S.INSURED_CONTRIBUTIONS, "self_payer", NONE), []),
        (Said(S.INSURED_CONTRIBUTIONS, "single_payer", NONE), []),
        (Said(S.INSURED_STATE, months=NONE), []),
        # The category against the status.
        (Said(S.INSURED_CONTRIBUTIONS, "employee"), []),
        (Said(S.INSURED_CONTRIBUTIONS, "pensioner"), ["category_of_another_payer"]),
        (Said(S.INSURED_STATE, "employee"), ["category_of_another_payer"]),
        (Said(S.INSURED_STATE, "pensioner"), []),
        (Said(S.INSURED_STATE, "unemployed"), ["category_of_another_payer"]),
        (Said(S.INSURED_STATE_LOCAL, "unemployed"), []),
        (Said(S.INSURED_STATE_LOCAL, "child"), ["category_of_another_payer"]),
        (Said(S.CONDITIONAL_DE, "conditional_de"), []),
        (Said(S.CONDITIONAL_DE, "pensioner"), ["category_of_another_payer"]),
        (Said(S.UNINSURED, "pensioner"), ["privileged_but_uninsured"]),
        (Said(S.UNINSURED, "employee"), []),
        # The contribution of levels D and E is paid only once care is asked for.
        (Said(S.UNINSURED, "conditional_de"), []),
        (Said(S.TEMPORARY_1M, "pensioner"), []),
        (Said(S.INSURED_STATE, "no_such_category"), []),
        # The last day.
        (Said(S.INSURED_STATE, valid_through=TODAY), []),
        (Said(S.INSURED_STATE, valid_through=TODAY - dt.timedelta(days=1)), ["over_already"]),
        (Said(S.INSURED_STATE, "child", valid_through=dt.date(2043, 1, 1)), []),
        (Said(S.UNINSURED, valid_through=TODAY - dt.timedelta(days=1)), []),
        (Said(S.GRACE_3M, valid_through=dt.date(2027, 2, 28)), []),
        (Said(S.GRACE_3M, valid_through=dt.date(2027, 3, 1)), ["longer_than_kept"]),
        (Said(S.GRACE_6M, valid_through=dt.date(2027, 5, 31)), []),
        (Said(S.GRACE_6M, valid_through=dt.date(2027, 6, 1)), ["longer_than_kept"]),
        (Said(S.TEMPORARY_1M, valid_through=dt.date(2026, 12, 31)), []),
        (Said(S.TEMPORARY_1M, valid_through=dt.date(2027, 1, 1)), ["longer_than_kept"]),
        (Said(S.CONDITIONAL_DE, valid_through=dt.date(2026, 12, 31)), []),
        (Said(S.CONDITIONAL_DE, valid_through=dt.date(2027, 1, 1)), ["longer_than_the_year"]),
        # Several at once.
        (Said(S.UNINSURED, "pensioner", ALL), ["paid_but_uninsured", "privileged_but_uninsured"]),
    ],
)
def test_what_does_not_fit(said: Said, expected: list[str]) -> None:
    found = doubts(said, TODAY, shipped_tables())
    assert [doubt.code for doubt in found] == [f"insurance.{code}" for code in expected]
    for doubt in found:
        assert (doubt.severity, bool(doubt.source), bool(doubt.field)) == (Severity.WARNING, True, True)
        for texts in map(Texts, Language):
            assert texts.say(f"findings.{doubt.code}", **doubt.params)
            assert texts.has(f"sources.{doubt.source}")


def test_no_sentence_about_answers_is_left_over() -> None:
    """Every case above has its sentence, and every sentence its case."""
    keys = {key for key in read_json("texts", "findings.json") if key.startswith("insurance.")}
    marks = test_what_does_not_fit.pytestmark  # type: ignore[attr-defined]
    cases = next(mark for mark in marks if mark.name == "parametrize").args[1]
    assert keys == {f"insurance.{code}" for _, codes in cases for code in codes}
