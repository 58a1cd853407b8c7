"""Lines of the list below the omnibox, as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from clinic_desk.domain.insurance import AgeLimits, Freshness, InsuranceStatus
from clinic_desk.domain.patient import AttachmentState
from clinic_desk.services.rows import PatientHit
from clinic_desk.texts import Texts
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.tokens import Kind


@dataclass(frozen=True, slots=True)
class Heading:
    """A caption between parts of the list; nobody can choose it."""

    text: str
    with_line: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence instead of people: nothing was found, or the number cannot be one."""

    text: str
    icon: str = "info"
    is_problem: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was found."""

    hit: PatientHit
    title: str
    second: str
    chip: ChipData
    chip_sentence: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do; `code` is register or the code of a command, `argument` its text."""

    code: str
    title: str
    second: str = ""
    icon: str = "arrow-right"
    key: str = ""
    argument: str = ""


Entry = Heading | Note | Person | Action

_STATUS_LOOKS = {
    InsuranceStatus.UNINSURED: (Kind.ERR, "shield-slash"),
    InsuranceStatus.GRACE_3M: (Kind.WARN, "hourglass"),
    InsuranceStatus.GRACE_6M: (Kind.WARN, "hourglass"),
    InsuranceStatus.CONDITIONAL_DE: (Kind.INFO, "users"),
    InsuranceStatus.TEMPORARY_1M: (Kind.INFO, "timer"),
}


def person(hit: PatientHit, texts: Texts, now: dt.datetime, zone: ZoneInfo, limits: AgeLimits) -> Person:
    """The line of a person: birth date, masked IIN, district, and how far the insurance is known."""
    say = texts.say
    parts = [texts.date(hit.birth_date) if hit.birth_date else say("omnibox.no_birth_date")]
    parts.append(hit.iin_masked or say("labels.no_iin"))
    if hit.district_number:
        parts.append(say("labels.district.short", number=hit.district_number))
    elif hit.attachment is not AttachmentState.ATTACHED:
        is_elsewhere = hit.attachment is AttachmentState.ELSEWHERE
        key = "omnibox.elsewhere" if is_elsewhere else f"labels.attachment.{hit.attachment}"
        text = say(key)
        parts.append(text[:1].lower() + text[1:])
    if hit.match in ("typo", "layout"):
        parts.append(say(f"omnibox.match.{hit.match}"))
    chip, sentence = _insurance(hit, texts, now, zone, limits)
    return Person(hit, hit.name, " · ".join(parts), chip, sentence)


def _insurance(
    hit: PatientHit, texts: Texts, now: dt.datetime, zone: ZoneInfo, limits: AgeLimits
) -> tuple[ChipData, str]:
    say = texts.say
    checked = hit.insurance_checked_at
    if hit.insurance_status is InsuranceStatus.UNKNOWN or checked is None:
        text = say("omnibox.not_checked")
        return ChipData(Kind.NEUTRAL, text, "question"), text
    status = say(f"labels.insurance.{hit.insurance_status}")
    if limits.freshness(checked, now) is Freshness.FRESH:
        kind, icon = _STATUS_LOOKS.get(hit.insurance_status, (Kind.OK, "shield-check"))
        short = hit.insurance_status
        if short in (InsuranceStatus.INSURED_STATE, InsuranceStatus.INSURED_STATE_LOCAL):
            short = InsuranceStatus.INSURED_CONTRIBUTIONS
        return ChipData(kind, say(f"labels.insurance.{short}"), icon), status
    day = checked.astimezone(zone).date()
    shown = texts.date(day)
    if day.year == now.astimezone(zone).year:
        shown = shown[:5]
    sentence = say("omnibox.as_of_sentence", status=status, day=day)
    return ChipData(Kind.STALE, say("omnibox.as_of", day=shown)), sentence
