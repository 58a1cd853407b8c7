"""What the rules say when a referral is issued: every finding, at every boundary."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from clinic_desk.domain.catalogue import Diagnosis, ListState, SupplierRole
from clinic_desk.domain.findings import Finding, Severity, blocks, warnings
from clinic_desk.domain.ids import OfferId, ReferralId, SupplierId
from clinic_desk.domain.insurance import COVERED, InsuranceStatus
from clinic_desk.domain.referral import LIVING, Answer, Payer, PayerReason, ReferralStatus
from clinic_desk.domain.rules import find_at_issue, offer_on
from clinic_desk.domain.verdict import Verdict
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


SETTLED = {
    PayerReason.GUARANTEED_DIAGNOSIS,
    PayerReason.GUARANTEED_SERVICE,
    PayerReason.INSURED,
    PayerReason.CONTRACT,
    PayerReason.UNINSURED,
}
"""Reasons of an answer that is told."""


def verdict_of(answer: Answer, reason: PayerReason) -> Verdict:
    return Verdict(answer, Payer.UNKNOWN, reason, source="an order", first_months=6, as_of=NOW)


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


def test_an_uninsured_person_is_refused_an_insured_service_and_told_what_is_possible() -> None:
    (found,) = findings(check=UNINSURED)
    assert (found.severity, found.code, found.field) == (Severity.BLOCK, "referral.uninsured", "service")
    assert found.instead == ("guaranteed_care", "district_doctor", "check_again", "guaranteed_diagnosis")
    assert found.source


@pytest.mark.parametrize("icd", ["C50.9", "A15.0", "F20.0", "G40.9"])
def test_an_uninsured_person_with_a_guaranteed_diagnosis_is_referred(icd: str) -> None:
    assert findings(check=UNINSURED, diagnosis=Diagnosis(icd)) == []


def test_an_uninsured_person_is_given_a_guaranteed_service() -> None:
    offer = replace(OFFER, service_id=THERAPIST.id)
    assert findings(check=UNINSURED, service=THERAPIST, offers=[offer]) == []


@pytest.mark.parametrize("status", sorted(COVERED))
def test_every_status_with_a_right_is_covered(status: InsuranceStatus) -> None:
    assert findings(check=check(status)) == []


def test_an_unknown_insurance_is_a_note_and_never_blocks() -> None:
    for answer in (None, check(InsuranceStatus.UNKNOWN)):
        (found,) = findings(check=answer)
        assert (found.severity, found.code) == (Severity.NOTE, "referral.insurance_unknown")
        assert found.instead == ("check_again",)


@pytest.mark.parametrize("status", [InsuranceStatus.INSURED_STATE, InsuranceStatus.UNINSURED])
def test_an_answer_that_ran_out_or_is_too_old_neither_allows_nor_blocks(status: InsuranceStatus) -> None:
    ran_out = check(status, valid_through=YESTERDAY)
    too_old = check(status, checked_at=NOW - dt.timedelta(days=31))
    for answer, code in (
        (ran_out, "referral.insurance_ran_out"),
        (too_old, "referral.insurance_too_old"),
    ):
        (found,) = findings(check=answer)
        assert (found.severity, found.code) == (Severity.NOTE, code)
        assert found.params == {"day": answer.checked_at.date()}
        assert found.instead == ("check_again",)


def test_the_last_day_of_an_answer_belongs_to_it() -> None:
    assert findings(check=check(InsuranceStatus.TEMPORARY_1M, valid_through=TODAY)) == []


@pytest.mark.parametrize(("icd", "months"), [("I21.0", 6), ("I63.9", 12)])
def test_the_first_day_is_asked_for_where_it_decides(icd: str, months: int) -> None:
    (found,) = findings(check=UNINSURED, diagnosis=Diagnosis(icd))
    assert (found.severity, found.code, found.field) == (Severity.NOTE, "referral.onset_not_known", "onset")
    assert (found.params["months"], found.instead) == (months, ())
    assert findings(check=UNINSURED, diagnosis=Diagnosis(icd), onset_on=TODAY) == []
    (insured,) = findings(diagnosis=Diagnosis(icd))
    assert (insured.severity, insured.code) == (Severity.NOTE, "referral.guaranteed_first_months")
    assert insured.params["months"] == months


def test_a_disease_that_began_long_ago_needs_insurance() -> None:
    old = dt.date(2026, 1, 1)
    (found,) = findings(check=UNINSURED, diagnosis=Diagnosis("I21.0"), onset_on=old)
    assert (found.severity, found.code) == (Severity.BLOCK, "referral.uninsured")
    assert findings(diagnosis=Diagnosis("I21.0"), onset_on=old) == []


def test_a_first_day_of_tomorrow_is_refused() -> None:
    found = findings(diagnosis=Diagnosis("I21.0"), onset_on=TOMORROW)
    assert (found[0].severity, found[0].code, found[0].field) == (
        Severity.BLOCK,
        "referral.onset_in_future",
        "onset",
    )


def test_a_service_without_a_package_is_noted_and_never_refused() -> None:
    offer = replace(OFFER, service_id=NOT_TOLD.id)
    for answer in (UNINSURED, INSURED, None):
        (found,) = findings(service=NOT_TOLD, offers=[offer], check=answer)
        assert (found.severity, found.code) == (Severity.NOTE, "referral.package_unknown")


@pytest.mark.parametrize("reason", list(PayerReason))
def test_every_reason_that_tells_nothing_has_a_note(reason: PayerReason) -> None:
    told = verdict_of(Answer.UNKNOWN, reason)
    if reason in SETTLED:
        return
    (found,) = findings(verdict=told)
    assert (found.severity, found.source) == (Severity.NOTE, "an order")


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
        *findings(diagnosis=Diagnosis("I21"), onset_on=TOMORROW),
        *(
            finding
            for reason in PayerReason
            if reason not in SETTLED
            for finding in findings(verdict=verdict_of(Answer.UNKNOWN, reason))
        ),
    ]
    texts = Texts(language)
    sentences = {finding.code: finding_sentence(texts, finding) for finding in told}
    assert len(sentences) == 23
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
