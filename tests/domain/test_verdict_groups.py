"""Which codes the lists of diagnoses hold, at the edges of every range."""

import datetime as dt

import pytest

from clinic_desk.domain.catalogue import Service
from clinic_desk.domain.insurance import InsuranceCheck, InsuranceStatus
from clinic_desk.domain.referral import Answer, Payer, PayerReason
from clinic_desk.domain.verdict import PersonFacts, Verdict, onset_group, verdict
from clinic_desk.services.rules_of_the_day import shipped_tables
from tests.domain.samples import INSURED, NOT_TOLD, THERAPIST, TODAY, ULTRASOUND, check

TABLES = shipped_tables()
UNINSURED = check(InsuranceStatus.UNINSURED)

GUARANTEED_CODES = [
    "A15", "A15.0", "A19.9", "B20", "B24", "B18.0", "B18.1", "B18.2", "B18.8", "B19", "B19.9", "K74", "K74.6",
    "C00", "C00.0", "C97", "D00", "D09.9", "D37", "D48.9", "F00", "F99", "I21", "I21.9", "I22.9",
    "G30", "G32.8", "G35", "G37.9", "G40", "G40.9", "I60", "I64",
]  # fmt: skip
OUTSIDE_CODES = [
    "A14.9", "A20", "B17.9", "B18", "B18.3", "B18.9", "B25", "K73.9", "K75", "B99", "C98", "D10", "D36.9",
    "D49",    "E99", "G00", "I20.9", "I23", "G29", "G33", "G34", "G38", "G39", "G41", "I59", "I65", "R10.4",
]  # fmt: skip


OBSERVED_CODES = [
    "E10", "E14.9", "I10", "I15.9", "I20.9", "I24", "I25.9", "J44", "J45.9", "N18", "N18.9",
]  # fmt: skip
IN_NEITHER = ["E09", "E15", "I09.9", "I16", "I23.9", "I26", "J43", "J46", "N17", "N19", "K52", "G41"]


def ask(
    service: Service, icd: str, answer: InsuranceCheck | None, onset_on: dt.date | None = None
) -> Verdict:
    return verdict(PersonFacts(), answer, service, icd, TODAY, TABLES, onset_on=onset_on)


@pytest.mark.parametrize("icd", GUARANTEED_CODES)
@pytest.mark.parametrize("service", [ULTRASOUND, THERAPIST, NOT_TOLD], ids=lambda service: service.package)
def test_a_socially_significant_disease_is_paid_whatever_the_insurance(icd: str, service: Service) -> None:
    for answer in (UNINSURED, INSURED, None):
        found = ask(service, icd, answer, TODAY)
        assert (found.payer, found.reason) == (Payer.GUARANTEED, PayerReason.GUARANTEED_DIAGNOSIS)
        assert found.group
        assert "108/2020" in found.source


@pytest.mark.parametrize("icd", OUTSIDE_CODES)
def test_its_neighbours_are_not_in_the_list(icd: str) -> None:
    found = ask(ULTRASOUND, icd, UNINSURED, TODAY)
    assert found.rule != "socially_significant"
    assert found.payer is not Payer.GUARANTEED


@pytest.mark.parametrize("icd", OBSERVED_CODES)
def test_a_chronic_disease_needs_insurance(icd: str) -> None:
    refused, covered, asked = (ask(ULTRASOUND, icd, answer) for answer in (UNINSURED, INSURED, None))
    assert (refused.answer, covered.answer, asked.answer) == (
        Answer.NOT_COVERED,
        Answer.COVERED,
        Answer.UNKNOWN,
    )
    for found in (refused, covered, asked):
        assert (found.rule, bool(found.group)) == ("chronic", True)
        assert "109/2020" in found.source


@pytest.mark.parametrize("icd", IN_NEITHER)
def test_a_disease_of_neither_list_is_judged_by_the_service(icd: str) -> None:
    found = ask(ULTRASOUND, icd, UNINSURED)
    assert (found.rule, found.group) == ("service_insurance", "")
    assert ask(NOT_TOLD, icd, UNINSURED).reason is PayerReason.PACKAGE_NOT_KNOWN


@pytest.mark.parametrize("icd", ["B18.3", "B18.9", "G33", "K50.1", "K51.0"])
def test_what_stands_in_both_lists_by_one_reading_refuses_nobody(icd: str) -> None:
    assert ask(ULTRASOUND, icd, UNINSURED).reason is PayerReason.RULE_NOT_SETTLED
    assert ask(ULTRASOUND, icd, INSURED).answer is Answer.COVERED


@pytest.mark.parametrize(
    ("icd", "group"), [("I21", "infarction"), ("I22.8", "infarction"), ("I60.1", "stroke"), ("I64", "stroke")]
)
def test_which_diseases_ask_for_their_first_day(icd: str, group: str) -> None:
    found = onset_group(icd, TODAY, TABLES)
    assert found is not None
    assert found.code == group


@pytest.mark.parametrize("icd", ["I20", "I23.0", "I65", "A15.0", "", "x"])
def test_which_diseases_do_not(icd: str) -> None:
    assert onset_group(icd, TODAY, TABLES) is None
