"""Whose money it is, in words: the chip in the corner of the dialog and the line below the fields.

Four answers, each with a sign of its own; "could not be told" never looks like "no".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from clinic_desk.domain.insurance import Freshness
from clinic_desk.domain.referral import Answer, PayerReason
from clinic_desk.domain.verdict import Verdict
from clinic_desk.services.rows import PatientCard, ServiceChoice
from clinic_desk.ui.kit.painting import ChipData
from clinic_desk.ui.kit.tokens import Kind
from clinic_desk.ui.kit.words import UiText
from clinic_desk.verdict_words import beside, group_words, reason_sentence, short_words

_LOOKS: Final = {
    Answer.COVERED: (Kind.OK, "shield-check"),
    Answer.COVERED_OTHER: (Kind.INFO, "shield-plus"),
    Answer.NOT_COVERED: (Kind.ERR, "shield-slash"),
    Answer.UNKNOWN: (Kind.NEUTRAL, "question"),
}
_OLD: Final = (PayerReason.EVIDENCE_TOO_OLD, PayerReason.EVIDENCE_RAN_OUT)


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The chip, its sentence for a screen reader, and the line with the reason and what stands beside it."""

    chip: ChipData
    sentence: str
    line: str = ""


def verdict_view(
    verdict: Verdict | None,
    service: ServiceChoice | None,
    card: PatientCard,
    words: UiText,
    today: dt.date,
) -> VerdictView | None:
    """What to show; the package alone until there is a diagnosis, None without a service."""
    if verdict is None:
        if service is None:
            return None
        text = words.say(f"labels.package.{service.package}")
        return VerdictView(ChipData(Kind.NEUTRAL, text, "first-aid"), text)
    texts = words.texts
    kind, icon = _LOOKS[verdict.answer]
    is_fresh = verdict.as_of is None or card.freshness is Freshness.FRESH
    if verdict.reason in _OLD:
        kind, icon = Kind.WARN, "hourglass"
    elif verdict.answer is Answer.COVERED and not is_fresh:
        kind, icon = Kind.STALE, "clock-counter-clockwise"
    answer = f"{words.say(f'verdict.answer.{verdict.answer}')}."
    sentence = f"{answer} {reason_sentence(texts, verdict)}"
    chip = ChipData(kind, short_words(texts, verdict, is_fresh=is_fresh), icon)
    if verdict.answer is Answer.NOT_COVERED:
        # What stands in the way is told above the form, with the day of the answer.
        return VerdictView(chip, sentence)
    # Why something is not known is told there too.
    line = [sentence] if verdict.is_covered else []
    group = group_words(texts, verdict)
    if verdict.is_covered and group:
        line.append(words.say("verdict.line.group", group=group))
    return VerdictView(chip, sentence, " ".join([*line, *beside(texts, verdict, today)]))
