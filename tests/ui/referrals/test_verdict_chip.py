"""The chip says whose money it is, how old the answer is, and never turns "not asked" into "no"."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic_desk.domain.catalogue import Package
from clinic_desk.domain.insurance import Freshness
from clinic_desk.domain.local_text import LocalText
from clinic_desk.domain.referral import Payer
from clinic_desk.domain.rules import Verdict
from clinic_desk.services.rows import ServiceChoice
from clinic_desk.ui.kit import Kind, UiText
from clinic_desk.ui.referrals.typed_text import first_found, readings
from clinic_desk.ui.referrals.verdict_chip import verdict_chip
from tests.ui.referrals.small_clinic import CARDIOLOGIST, INSURED, Clinic

SERVICE = ServiceChoice(CARDIOLOGIST, "A", LocalText("а"), Package.INSURANCE)


@pytest.mark.parametrize(
    ("payer", "rule", "freshness", "kind", "key"),
    [
        (Payer.INSURANCE, "insured", Freshness.FRESH, Kind.OK, "insured"),
        (Payer.INSURANCE, "insured", Freshness.STALE, Kind.STALE, "insured_as_of"),
        (Payer.INSURANCE, "insured", Freshness.TOO_OLD, Kind.WARN, "insured_too_old"),
        (Payer.SELF_PAY, "uninsured", Freshness.STALE, Kind.ERR, "uninsured"),
        (Payer.UNKNOWN, "insurance_unknown", Freshness.NEVER, Kind.NEUTRAL, "insurance_unknown"),
        (Payer.UNKNOWN, "package_unknown", Freshness.FRESH, Kind.NEUTRAL, "package_unknown"),
        (Payer.GUARANTEED, "service", Freshness.NEVER, Kind.OK, "service"),
        (Payer.GUARANTEED, "diagnosis", Freshness.TOO_OLD, Kind.OK, "diagnosis"),
    ],
)
def test_chip(
    clinic: Clinic, words: UiText, payer: Payer, rule: str, freshness: Freshness, kind: Kind, key: str
) -> None:
    card = replace(clinic.desk.patients.card(INSURED), freshness=freshness)
    assert card.check is not None
    found = verdict_chip(Verdict(payer, rule, "source"), SERVICE, card, words, clinic.desk.clock.zone)
    assert found is not None
    chip, sentence = found
    day = card.check.checked_at.astimezone(clinic.desk.clock.zone).date()
    assert (chip.kind, chip.text) == (kind, words.say(f"referral.verdict.{key}", day=day))
    assert sentence == words.say(f"referral.verdict_sentence.{rule}")


def test_package_alone_until_there_is_a_diagnosis(clinic: Clinic, words: UiText) -> None:
    card, zone = clinic.desk.patients.card(INSURED), clinic.desk.clock.zone
    assert verdict_chip(None, None, card, words, zone) is None
    found = verdict_chip(None, SERVICE, card, words, zone)
    assert found is not None
    assert (found[0].kind, found[0].text) == (Kind.NEUTRAL, words.say("labels.package.insurance"))


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
