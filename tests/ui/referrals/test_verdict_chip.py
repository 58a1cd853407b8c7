"""The chip says whose money it is, how old the answer is, and never turns "not asked" into "no"."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from clinic_desk.domain.catalogue import Package
from clinic_desk.domain.decision import SOURCE_PACKAGES
from clinic_desk.domain.insurance import Freshness
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.referral import Answer, Payer, PayerReason
from clinic_desk.domain.terms import clinic_day
from clinic_desk.domain.verdict import Verdict
from clinic_desk.sentences import short_source
from clinic_desk.services.rows import PatientCard, ServiceChoice
from clinic_desk.texts import Language, Texts
from clinic_desk.ui.kit import Kind, UiText
from clinic_desk.ui.referrals.typed_text import first_found, readings
from clinic_desk.ui.referrals.verdict_chip import verdict_view
from clinic_desk.verdict_words import beside, reason_sentence, short_words
from tests.ui.referrals.small_clinic import CARDIOLOGIST, INSURED, Clinic

SERVICE = ServiceChoice(CARDIOLOGIST, "A", LocalText("а"), Package.INSURANCE)


_A, _R = Answer, PayerReason
COVERS = (Answer.COVERED, Answer.COVERED_OTHER)


def told(answer: Answer, payer: Payer, reason: PayerReason, card: PatientCard) -> Verdict:
    assert card.check is not None
    return Verdict(answer, payer, reason, source="x", first_months=6, as_of=card.check.checked_at)


@pytest.mark.parametrize(
    ("answer", "payer", "reason", "freshness", "kind", "key"),
    [
        (_A.COVERED, Payer.INSURANCE, _R.INSURED, Freshness.FRESH, Kind.OK, "insured"),
        (_A.COVERED, Payer.INSURANCE, _R.INSURED, Freshness.STALE, Kind.STALE, "insured.as_of"),
        (_A.COVERED_OTHER, Payer.INSURANCE, _R.INSURED, Freshness.FRESH, Kind.INFO, "insured.other"),
        (_A.NOT_COVERED, Payer.SELF_PAY, _R.UNINSURED, Freshness.STALE, Kind.ERR, "uninsured"),
        (_A.COVERED_OTHER, Payer.CONTRACT, _R.CONTRACT, Freshness.FRESH, Kind.INFO, "contract.other"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.NEVER_CHECKED, Freshness.NEVER, Kind.NEUTRAL, "never_checked"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.EVIDENCE_TOO_OLD, Freshness.TOO_OLD, Kind.WARN, "evidence_too_old"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.EVIDENCE_RAN_OUT, Freshness.STALE, Kind.WARN, "evidence_ran_out"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.ONSET_NOT_KNOWN, Freshness.FRESH, Kind.NEUTRAL, "onset_not_known"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.PACKAGE_NOT_KNOWN, Freshness.FRESH, Kind.NEUTRAL, "package_not_known"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.RULE_NOT_SETTLED, Freshness.FRESH, Kind.NEUTRAL, "rule_not_settled"),
        (_A.UNKNOWN, Payer.UNKNOWN, _R.CONTRACT_ENDED, Freshness.FRESH, Kind.NEUTRAL, "contract_ended"),
        (_A.COVERED, Payer.GUARANTEED, _R.GUARANTEED_SERVICE, Freshness.FRESH, Kind.OK, "guaranteed_service"),
        (
            *(_A.COVERED, Payer.GUARANTEED, _R.GUARANTEED_DIAGNOSIS),
            *(Freshness.FRESH, Kind.OK, "guaranteed_diagnosis"),
        ),
        (
            *(_A.COVERED_OTHER, Payer.GUARANTEED, _R.GUARANTEED_DIAGNOSIS),
            *(Freshness.TOO_OLD, Kind.INFO, "guaranteed_diagnosis.other"),
        ),
    ],
)
def test_chip(
    clinic: Clinic,
    words: UiText,
    answer: Answer,
    payer: Payer,
    reason: PayerReason,
    freshness: Freshness,
    kind: Kind,
    key: str,
) -> None:
    card = replace(clinic.desk.patients.card(INSURED), freshness=freshness)
    assert card.check is not None
    found = verdict_view(told(answer, payer, reason, card), SERVICE, card, words, clinic.desk.clock.today())
    assert found is not None
    day = clinic_day(card.check.checked_at)
    assert (found.chip.kind, found.chip.text) == (kind, words.say(f"verdict.chip.{key}", day=day))
    assert found.sentence.startswith(words.say(f"verdict.answer.{answer}"))
    # What stands in the way or is not known is told above the form already.
    assert (found.sentence in found.line) is (answer in COVERS)


def test_every_reason_has_its_words_in_every_language(clinic: Clinic) -> None:
    card = clinic.desk.patients.card(INSURED)
    for language in Language:
        texts = Texts(language)
        for answer in Answer:
            for reason in PayerReason:
                found = told(answer, Payer.UNKNOWN, reason, card)
                if reason is PayerReason.CONTRACT and answer is not Answer.COVERED_OTHER:
                    continue
                for said in (short_words(texts, found, is_fresh=False), reason_sentence(texts, found)):
                    assert said
                    assert "{" not in said


def test_the_line_tells_the_age_and_the_last_day(clinic: Clinic) -> None:
    texts, card = Texts(Language.RU), clinic.desk.patients.card(INSURED)
    today = clinic.desk.clock.today()
    asked = dt.datetime(2026, 11, 20, 5, 12, tzinfo=dt.UTC)
    found = replace(
        told(Answer.COVERED, Payer.INSURANCE, PayerReason.INSURED, card),
        as_of=asked,
        group="diabetes",
        until=dt.date(2026, 12, 20),
        is_settled=False,
    )
    days = (today - dt.date(2026, 11, 20)).days
    assert beside(texts, found, today) == [
        texts.say("verdict.line.days", day=dt.date(2026, 11, 20), n=days),
        "Действует до 20.12.2026.",
        "Правило установлено организацией.",
    ]
    assert beside(texts, found, dt.date(2026, 11, 20))[0] == "Ответ получен сегодня в 10:12."


@pytest.mark.parametrize(
    ("source", "short"),
    [
        (
            "Order ҚР ДСМ-108/2020 as changed by No. 112 of 21 Oct 2025, first 6 months",
            "Приказ ҚР ДСМ-108/2020",
        ),
        (SOURCE_PACKAGES, "Постановления Правительства № 672 и № 421"),
        ("An order of our own, paragraph 5", "An order of our own"),
        ("Приказ", "Приказ"),
    ],
)
def test_a_source_in_short(source: str, short: str) -> None:
    assert short_source(Texts(Language.RU), source) == short


def test_package_alone_until_there_is_a_diagnosis(clinic: Clinic, words: UiText) -> None:
    card, today = clinic.desk.patients.card(INSURED), clinic.desk.clock.today()
    assert verdict_view(None, None, card, words, today) is None
    found = verdict_view(None, SERVICE, card, words, today)
    assert found is not None
    assert (found.chip.kind, found.chip.text) == (Kind.NEUTRAL, words.say("labels.package.insurance"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", [""]),
        ("  кардио ", ["кардио"]),
        ("rfhlbj", ["rfhlbj", "кардио"]),
        ("i10", ["i10"]),
        ('ш"қ', ["i10", 'ш"қ']),
        ("ш10", ["i10", "ш10"]),
        ("шай", ["шай"]),
    ],
)
def test_readings(typed: str, meant: list[str]) -> None:
    assert readings(typed) == meant


def test_first_reading_with_an_answer_wins() -> None:
    asked: list[str] = []

    def ask(text: str) -> list[str]:
        asked.append(text)
        return ["found"] if text == "кардио" else []

    assert first_found(ask, "rfhlbj") == ["found"]
    assert asked == ["rfhlbj", "кардио"]
    assert first_found(ask, "ыыы") == []
