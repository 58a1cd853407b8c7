"""What the rules say when a referral is issued: every finding, at every boundary."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.catalogue import Diagnosis, ListState, Service, SupplierRole
from clinic_desk.domain.findings import Finding, Severity, blocks, warnings
from clinic_desk.domain.ids import OfferId, ReferralId, SupplierId
from clinic_desk.domain.insurance import COVERED, Channel, InsuranceStatus
from clinic_desk.domain.referral import LIVING, Payer, ReferralStatus
from clinic_desk.domain.rules import evidence, find_at_issue, offer_on, verdict
from clinic_desk.domain.working_days import WorkingCalendar
from clinic_desk.sentences import finding_sentence, instead_sentences
from clinic_desk.services.rules_of_the_day import shipped_tables
from clinic_desk.texts import Language, Texts
from tests.domain.samples import (
    CLINIC,
    DOCTOR,
    INSURED,
    NOT_TOLD,
    NOW,
    OFFER,
    THERAPIST,
    TODAY,
    ULTRASOUND,
    check,
    referral,
    request,
)

TABLES = shipped_tables()
CALENDAR = WorkingCalendar.of(TABLES)
YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)
UNINSURED = check(InsuranceStatus.UNINSURED)


def findings(day: dt.date = TODAY, **changed: Any) -> list[Finding]:
    return find_at_issue(request(**changed), day, TABLES, CALENDAR)


def codes(day: dt.date = TODAY, **changed: Any) -> list[str]:
    return [finding.code for finding in findings(day, **changed)]


def test_a_whole_request_has_no_findings() -> None:
    assert findings() == []


# What is required ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "code", "field"),
    [
        ({"service": None}, "referral.no_service", "service"),
        ({"diagnosis": None, "diagnosis_text": ""}, "referral.no_diagnosis", "diagnosis"),
        ({"diagnosis": None, "diagnosis_text": "Q99.99"}, "referral.unknown_diagnosis", "diagnosis"),
        ({"doctor": None}, "referral.no_doctor", "doctor"),
        ({"reason": ""}, "referral.no_reason", "reason"),
        ({"reason": "because"}, "referral.no_reason", "reason"),
        ({"supplier": None}, "referral.no_supplier", "supplier"),
    ],
)
def test_what_is_missing_blocks_and_is_named(missing: dict[str, Any], code: str, field: str) -> None:
    (found,) = findings(**missing)
    assert (found.severity, found.code, found.field) == (Severity.BLOCK, code, field)
    assert found.source


def test_an_empty_form_names_everything_at_once() -> None:
    empty = findings(
        service=None,
        diagnosis=None,
        diagnosis_text="",
        doctor=None,
        reason="",
        supplier=None,
        offers=[],
        check=None,
    )
    assert {found.field for found in blocks(empty)} == {
        "service",
        "diagnosis",
        "doctor",
        "reason",
        "supplier",
    }


def test_the_unknown_code_is_told_as_typed() -> None:
    (found,) = findings(diagnosis=None, diagnosis_text="Z99.99 ")
    assert found.params == {"icd": "Z99.99 "}


@pytest.mark.parametrize(
    ("first", "last", "works"),
    [
        (TODAY, TODAY, True),
        (None, YESTERDAY, False),
        (TOMORROW, None, False),
        (None, None, True),
    ],
)
def test_the_doctor_works_here_that_day(first: dt.date | None, last: dt.date | None, works: bool) -> None:
    found = codes(doctor=replace(DOCTOR, active_from=first, active_to=last))
    assert found == ([] if works else ["referral.doctor_not_working"])


def test_reasons_are_those_of_the_day() -> None:
    assert "referral.no_reason" in codes(dt.date(2025, 12, 5))
    assert "referral.no_reason" not in codes(dt.date(2025, 12, 6))


# The supplier ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bin": ""}, "referral.supplier_incomplete"),
        ({"state": ListState.EXCLUDED}, "referral.supplier_not_listed"),
        ({"state": ListState.UNKNOWN}, "referral.supplier_not_listed"),
        ({"listed_from": TOMORROW}, "referral.supplier_not_listed"),
        ({"listed_to": YESTERDAY}, "referral.supplier_not_listed"),
        ({"listed_from": TODAY}, None),
        ({"listed_to": TODAY}, None),
        ({"listed_from": TODAY, "listed_to": TODAY}, None),
        ({"listed_from": None, "listed_to": None}, None),
    ],
)
def test_the_supplier_is_on_the_list_that_day(change: dict[str, Any], code: str | None) -> None:
    found = findings(supplier=replace(CLINIC, **change))
    assert [f.code for f in found] == ([code] if code else [])
    for finding in found:
        assert finding.severity is Severity.BLOCK
        assert finding.field == "supplier"
        assert finding.instead == ("choose_other_supplier",)
        assert finding.params["supplier"] == "Шипа"
        assert finding.source


@pytest.mark.parametrize(
    "offers",
    [
        [],
        [replace(OFFER, valid_to=YESTERDAY)],
        [replace(OFFER, valid_from=TOMORROW)],
        [replace(OFFER, supplier_id=SupplierId("c2"))],
        [replace(OFFER, service_id=THERAPIST.id)],
    ],
)
def test_the_supplier_gives_the_service_that_day(offers: list[Any]) -> None:
    (found,) = findings(offers=offers)
    assert (found.severity, found.code) == (Severity.BLOCK, "referral.supplier_without_service")
    assert found.params == {"supplier": "Шипа", "service": "УЗИ", "day": TODAY}


@pytest.mark.parametrize(
    "offer",
    [
        replace(OFFER, valid_to=TODAY),
        replace(OFFER, valid_from=TODAY),
        replace(OFFER, valid_from=TODAY, valid_to=TODAY),
    ],
)
def test_the_first_and_the_last_day_of_an_offer_belong_to_it(offer: Any) -> None:
    assert codes(offers=[offer]) == []


def test_the_supplier_s_own_offer_comes_before_a_co_executor_s() -> None:
    by_contract = replace(OFFER, id=OfferId("o2"), role=SupplierRole.CO_EXECUTOR)
    assert offer_on([by_contract, OFFER], CLINIC, ULTRASOUND, TODAY) == OFFER
    ended = replace(OFFER, valid_to=YESTERDAY)
    assert offer_on([by_contract, ended], CLINIC, ULTRASOUND, TODAY) == by_contract
    assert codes(offers=[by_contract, ended]) == []


def test_a_wait_over_fifteen_working_days_is_noted() -> None:
    # 15 working days after Monday 23 November 2026 is Monday 14 December; Wednesday 16 is a day off.
    last = (CALENDAR.add(TODAY, 15) - TODAY).days
    assert last == 21
    assert codes(offers=[replace(OFFER, wait_days=last)]) == []
    (found,) = findings(offers=[replace(OFFER, wait_days=last + 1)])
    assert (found.severity, found.code) == (Severity.NOTE, "referral.long_wait")
    assert found.params == {"days": 22, "limit": 15}
    assert "7.0" in found.source


def test_the_wait_counts_the_holidays_of_the_calendar() -> None:
    before_new_year = dt.date(2026, 12, 14)
    fifteen, sixteen = ((CALENDAR.add(before_new_year, n) - before_new_year).days for n in (15, 16))
    assert fifteen > 21  # 16 December, 1, 2 and 4 January are days off
    assert codes(before_new_year, offers=[replace(OFFER, wait_days=fifteen)]) == []
    assert codes(before_new_year, offers=[replace(OFFER, wait_days=sixteen)]) == ["referral.long_wait"]


def test_an_unknown_wait_is_no_long_wait() -> None:
    assert codes(offers=[replace(OFFER, wait_days=None)]) == []
    assert codes(offers=[replace(OFFER, wait_days=0)]) == []


# Who pays --------------------------------------------------------------------------------------

GUARANTEED_CODES = [
    "A15", "A15.0", "A19.9", "B20", "B24", "B18.0", "B18.1", "B18.2", "B18.8", "B19", "B19.9", "K74", "K74.6",
    "C00", "C00.0", "C97", "D00", "D09.9", "D37", "D48.9", "F00", "F99", "I21", "I21.9", "I22.9",
    "G30", "G32.8", "G35", "G37.9", "G40", "G40.9", "I60", "I64",
]  # fmt: skip
OUTSIDE_CODES = [
    "A14.9", "A20", "B17.9", "B18", "B18.3", "B18.9", "B25", "K73.9", "K75", "B99", "C98", "D10", "D36.9",
    "D49",    "E99", "G00", "I20.9", "I23", "G29", "G33", "G34", "G38", "G39", "G41", "I59", "I65", "R10.4",
]  # fmt: skip


@pytest.mark.parametrize("icd", GUARANTEED_CODES)
@pytest.mark.parametrize("service", [ULTRASOUND, THERAPIST, NOT_TOLD], ids=lambda service: service.package)
def test_a_socially_significant_disease_is_paid_whatever_the_insurance(icd: str, service: Service) -> None:
    for answer in (UNINSURED, INSURED, None):
        found = verdict(service, icd, answer, TODAY, TABLES)
        assert (found.payer, found.rule) == (Payer.GUARANTEED, "diagnosis")
        assert found.group
        assert "108/2020" in found.source


@pytest.mark.parametrize("icd", OUTSIDE_CODES)
def test_its_neighbours_are_not_in_the_list(icd: str) -> None:
    assert verdict(ULTRASOUND, icd, UNINSURED, TODAY, TABLES).payer is Payer.SELF_PAY


def test_before_the_order_came_into_force_there_was_no_such_list() -> None:
    assert verdict(ULTRASOUND, "C50.9", UNINSURED, dt.date(2019, 12, 31), TABLES).payer is Payer.SELF_PAY
    assert verdict(ULTRASOUND, "C50.9", UNINSURED, dt.date(2026, 1, 1), TABLES).payer is Payer.GUARANTEED


def test_an_uninsured_person_is_refused_an_insured_service_and_told_what_is_possible() -> None:
    (found,) = findings(check=UNINSURED)
    assert (found.severity, found.code, found.field) == (Severity.BLOCK, "referral.uninsured", "service")
    assert found.instead == ("guaranteed_care", "district_doctor", "check_again", "guaranteed_diagnosis")
    assert found.source


@pytest.mark.parametrize("icd", ["C50.9", "A15.0", "F20.0", "G40.9"])
def test_an_uninsured_person_with_a_guaranteed_diagnosis_is_referred(icd: str) -> None:
    assert findings(check=UNINSURED, diagnosis=Diagnosis(icd)) == []


@pytest.mark.parametrize(("icd", "months"), [("I21.0", 6), ("I63.9", 12)])
def test_a_term_since_onset_is_noted(icd: str, months: int) -> None:
    (found,) = findings(check=UNINSURED, diagnosis=Diagnosis(icd))
    assert (found.severity, found.code) == (Severity.NOTE, "referral.guaranteed_first_months")
    assert found.params == {"months": months}


def test_an_uninsured_person_is_given_a_guaranteed_service() -> None:
    offer = replace(OFFER, service_id=THERAPIST.id)
    assert findings(check=UNINSURED, service=THERAPIST, offers=[offer]) == []


@pytest.mark.parametrize("status", sorted(COVERED))
def test_every_status_with_a_right_is_covered(status: InsuranceStatus) -> None:
    assert findings(check=check(status)) == []
    assert verdict(ULTRASOUND, "R10.4", check(status), TODAY, TABLES).payer is Payer.INSURANCE


@pytest.mark.parametrize(
    "answer",
    [
        None,
        check(InsuranceStatus.UNKNOWN),
        check(InsuranceStatus.INSURED_STATE, valid_through=YESTERDAY),
        check(InsuranceStatus.GRACE_3M, valid_through=YESTERDAY),
    ],
)
def test_an_unknown_insurance_never_blocks(answer: Any) -> None:
    (found,) = findings(check=answer)
    assert (found.severity, found.code) == (Severity.NOTE, "referral.insurance_unknown")
    assert found.instead == ("check_again",)
    assert verdict(ULTRASOUND, "R10.4", answer, TODAY, TABLES).payer is Payer.UNKNOWN


def test_the_last_day_of_an_answer_belongs_to_it() -> None:
    assert findings(check=check(InsuranceStatus.TEMPORARY_1M, valid_through=TODAY)) == []


@pytest.mark.parametrize(
    "icd", ["E10", "E14.9", "I10", "I15.9", "I20.9", "I24", "I25.9", "J44", "J45.9", "N18", "N18.9"]
)
def test_a_chronic_disease_needs_insurance_even_where_the_package_is_not_told(icd: str) -> None:
    found = verdict(NOT_TOLD, icd, UNINSURED, TODAY, TABLES)
    assert found.payer is Payer.SELF_PAY
    assert found.group
    assert "109/2020" in found.source
    assert verdict(NOT_TOLD, icd, INSURED, TODAY, TABLES).payer is Payer.INSURANCE
    assert verdict(NOT_TOLD, icd, None, TODAY, TABLES).payer is Payer.UNKNOWN


def test_a_guaranteed_service_stays_guaranteed_with_a_chronic_disease() -> None:
    found = verdict(THERAPIST, "I10", UNINSURED, TODAY, TABLES)
    assert (found.payer, found.rule) == (Payer.GUARANTEED, "service")


@pytest.mark.parametrize("icd", ["E09", "E15", "I09.9", "I16", "I23.9", "I26", "J43", "J46", "N17", "N19"])
def test_their_neighbours_do_not(icd: str) -> None:
    assert verdict(NOT_TOLD, icd, UNINSURED, TODAY, TABLES).rule == "package_unknown"


def test_a_service_without_a_package_is_noted_and_never_refused() -> None:
    offer = replace(OFFER, service_id=NOT_TOLD.id)
    for answer in (UNINSURED, INSURED, None):
        (found,) = findings(service=NOT_TOLD, offers=[offer], check=answer)
        assert (found.severity, found.code) == (Severity.NOTE, "referral.package_unknown")
        assert verdict(NOT_TOLD, "R10.4", answer, TODAY, TABLES).payer is Payer.UNKNOWN


def test_the_evidence_keeps_the_answer_and_the_rule() -> None:
    answer = check(
        InsuranceStatus.INSURED_STATE, category="pensioner", reference="Q-17", channel=Channel.QOLDAU
    )
    kept = evidence(verdict(ULTRASOUND, "R10.4", answer, TODAY, TABLES), answer)
    assert (kept.status, kept.payer, kept.payer_rule) == (
        InsuranceStatus.INSURED_STATE,
        Payer.INSURANCE,
        "insured",
    )
    assert (kept.check_id, kept.checked_at) == (answer.id, NOW - dt.timedelta(hours=1))
    assert (kept.channel, kept.reference, kept.category) == (Channel.QOLDAU, "Q-17", "pensioner")
    nothing = evidence(verdict(ULTRASOUND, "R10.4", None, TODAY, TABLES), None)
    assert (nothing.status, nothing.payer) == (InsuranceStatus.UNKNOWN, Payer.UNKNOWN)
    assert (nothing.check_id, nothing.checked_at, nothing.channel) == (None, None, None)


# A living referral -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(ReferralStatus))
def test_a_living_referral_for_the_same_service_asks_for_a_reason(status: ReferralStatus) -> None:
    found = findings(living=[referral(status=status)])
    if status not in LIVING:
        assert found == []
        return
    (warning,) = found
    assert (warning.severity, warning.code) == (Severity.WARNING, "referral.already_living")
    assert warning.params == {"number": "D1-1A7QX-00042-K", "status": status.value, "issued_at": NOW}
    assert warnings(found) == found
    assert blocks(found) == []


def test_a_referral_for_another_service_asks_for_nothing() -> None:
    assert findings(living=[referral(service_id=THERAPIST.id)]) == []
    assert findings(living=[referral(supplier_id=SupplierId("c2"))]) != []  # to whom does not matter


def test_every_living_referral_is_named() -> None:
    numbers = [
        found.params["number"]
        for found in findings(living=[referral(number="A"), referral(id=ReferralId("r2"), number="B")])
    ]
    assert numbers == ["A", "B"]


@pytest.mark.parametrize("language", list(Language))
def test_every_finding_can_be_told_with_the_parameters_it_carries(language: Language) -> None:
    nothing = {
        "service": None,
        "diagnosis": None,
        "diagnosis_text": "",
        "doctor": None,
        "reason": "",
        "supplier": None,
    }
    gone = replace(DOCTOR, active_to=YESTERDAY)
    told = [
        *findings(**nothing),
        *findings(diagnosis=None, diagnosis_text="U99", doctor=gone),
        *findings(supplier=replace(CLINIC, bin="")),
        *findings(supplier=replace(CLINIC, state=ListState.EXCLUDED)),
        *findings(offers=[]),
        *findings(offers=[replace(OFFER, wait_days=60)], living=[referral()], check=UNINSURED),
        *findings(check=None),
        *findings(service=NOT_TOLD, offers=[replace(OFFER, service_id=NOT_TOLD.id)]),
        *findings(diagnosis=Diagnosis("I21")),
    ]
    texts = Texts(language)
    sentences = {finding.code: finding_sentence(texts, finding) for finding in told}
    assert len(sentences) == 16
    for code, sentence in sentences.items():
        assert len(sentence) <= 240, code
        assert "{" not in sentence
        assert "issued" not in sentence  # a stored value is never shown as it is
    for finding in told:
        assert all(instead_sentences(texts, finding))


def test_blocks_come_first_then_warnings_then_notes() -> None:
    found = findings(
        doctor=None,
        check=None,
        living=[referral()],
        offers=[replace(OFFER, wait_days=60)],
    )
    severities = [f.severity for f in found]
    assert severities == [Severity.BLOCK, Severity.WARNING, Severity.NOTE, Severity.NOTE]
    assert all(f.source for f in found)
