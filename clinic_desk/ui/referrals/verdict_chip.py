"""The chip in the corner of the dialog: whose money it is, in words; "not checked" never looks like "no"."""

from __future__ import annotations

import datetime as dt

from clinic_desk.domain.insurance import Freshness
from clinic_desk.domain.referral import Payer
from clinic_desk.domain.rules import Verdict
from clinic_desk.services.rows import PatientCard, ServiceChoice
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText

_LOOKS = {
    Payer.GUARANTEED: (Kind.OK, "shield-check"),
    Payer.INSURANCE: (Kind.OK, "shield-check"),
    Payer.SELF_PAY: (Kind.ERR, "shield-slash"),
    Payer.UNKNOWN: (Kind.NEUTRAL, "question"),
}


def verdict_chip(
    verdict: Verdict | None, service: ServiceChoice | None, card: PatientCard, words: UiText, zone: dt.tzinfo
) -> tuple[ChipData, str] | None:
    """The chip and its sentence; the package alone until there is a diagnosis, None without a service."""
    if verdict is None:
        if service is None:
            return None
        text = words.say(f"labels.package.{service.package}")
        return ChipData(Kind.NEUTRAL, text, "first-aid"), text
    sentence = words.say(f"referral.verdict_sentence.{verdict.rule}")
    kind, icon = _LOOKS[verdict.payer]
    check = card.check
    if verdict.payer is Payer.INSURANCE and check is not None and card.freshness is not Freshness.FRESH:
        day = check.checked_at.astimezone(zone).date()
        is_too_old = card.freshness is Freshness.TOO_OLD
        key = "insured_too_old" if is_too_old else "insured_as_of"
        text = words.say(f"referral.verdict.{key}", day=day)
        kind = Kind.WARN if is_too_old else Kind.STALE
        return ChipData(kind, text, "hourglass" if is_too_old else "clock-counter-clockwise"), sentence
    return ChipData(kind, words.say(f"referral.verdict.{verdict.rule}"), icon), sentence
