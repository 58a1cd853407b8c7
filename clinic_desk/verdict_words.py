"""A verdict in words: in short for a chip, its reason as a sentence, and what stands beside it."""

from __future__ import annotations

import datetime as dt

from clinic_desk.domain.referral import Answer
from clinic_desk.domain.terms import clinic_day
from clinic_desk.domain.verdict import Verdict
from clinic_desk.sentences import source_words
from clinic_desk.texts import Texts


def short_words(texts: Texts, found: Verdict, *, is_fresh: bool = True) -> str:
    """Whose money it is, in a few words; with the day of an answer that is not fresh any more."""
    key = _key(texts, "verdict.chip", found)
    as_of = f"{key}.as_of"
    if not is_fresh and texts.has(as_of):
        key = as_of
    return texts.say(key, **_params(found))


def reason_sentence(texts: Texts, found: Verdict) -> str:
    """Why, as a sentence."""
    return texts.say(_key(texts, "verdict.sentence", found), **_params(found))


def group_words(texts: Texts, found: Verdict) -> str:
    """The group of diagnoses that decided, "" where none did."""
    key = f"rule_tables.group.{found.group}"
    return texts.say(key) if found.group and texts.has(key) else found.group


def beside(texts: Texts, found: Verdict, today: dt.date) -> list[str]:
    """The age of the evidence, the last day and whether the rule is settled: a sentence each."""
    said = []
    if found.as_of is not None:
        day = clinic_day(found.as_of)
        days = (today - day).days
        if days > 0:
            said.append(texts.say("verdict.line.days", day=day, n=days))
        elif days < 0:
            said.append(texts.say("verdict.line.later", day=day))
        else:
            said.append(texts.say("verdict.line.today", time=texts.time(found.as_of)))
    if found.until is not None:
        said.append(texts.say("verdict.line.until", until=found.until))
    if not found.is_settled:
        said.append(texts.say("verdict.line.unsettled"))
    return said


def rule_words(texts: Texts, found: Verdict) -> str:
    """Where the rule stands, in the reader's language; "" when there is none."""
    return source_words(texts, found.source) if found.source else ""


def _key(texts: Texts, area: str, found: Verdict) -> str:
    other = f"{area}.{found.reason}.other"
    is_other = found.answer is Answer.COVERED_OTHER and texts.has(other)
    return other if is_other else f"{area}.{found.reason}"


def _params(found: Verdict) -> dict[str, object]:
    day = clinic_day(found.as_of) if found.as_of is not None else ""
    return {"day": day, "months": found.first_months or ""}
