"""Who pays: the first cases of the table; every input has an answer."""

import datetime as dt

from clinic_desk.domain.insurance import InsuranceStatus
from clinic_desk.domain.referral import Answer, Payer, PayerReason
from clinic_desk.domain.verdict import PersonFacts, verdict
from clinic_desk.services.rules_of_the_day import shipped_tables
from tests.domain.samples import INSURED, THERAPIST, TODAY, ULTRASOUND, check


def test_a_service_of_insurance_is_paid_by_insurance_while_the_answer_may_be_relied_on() -> None:
    found = verdict(PersonFacts(), INSURED, ULTRASOUND, "R10.4", TODAY, shipped_tables())
    assert (found.answer, found.payer, found.reason) == (
        Answer.COVERED,
        Payer.INSURANCE,
        PayerReason.INSURED,
    )
    assert (found.evidence, found.as_of) == (INSURED.id, INSURED.checked_at)
    assert found.until == TODAY + dt.timedelta(days=30)


def test_an_answer_too_old_to_act_on_is_neither_yes_nor_no() -> None:
    for status in (InsuranceStatus.INSURED_STATE, InsuranceStatus.UNINSURED):
        old = check(status, checked_at=INSURED.checked_at - dt.timedelta(days=31))
        found = verdict(PersonFacts(), old, ULTRASOUND, "R10.4", TODAY, shipped_tables())
        assert (found.answer, found.reason) == (Answer.UNKNOWN, PayerReason.EVIDENCE_TOO_OLD)


def test_a_guaranteed_service_asks_for_no_insurance() -> None:
    found = verdict(PersonFacts(), None, THERAPIST, "R10.4", TODAY, shipped_tables())
    assert (found.answer, found.payer, found.evidence) == (Answer.COVERED, Payer.GUARANTEED, None)
