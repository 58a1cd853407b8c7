"""Why an answer is due then, day by day, in the reader's language."""

from __future__ import annotations

from itertools import groupby

from clinic_desk.domain.deadlines import DayRole, DayStep, Due
from clinic_desk.texts import Texts


def due_sentences(texts: Texts, due: Due) -> list[str]:
    """One line for each day from receipt to the answer: «26.10.2026: мереке күні (Республика күні)»."""
    return [texts.say("deadlines.line", day=step.day, what=step_words(texts, step)) for step in due.steps]


def step_words(texts: Texts, step: DayStep) -> str:
    """What one day does in the counting, with the holiday's name or that a weekend day is worked."""
    what = texts.say(f"deadlines.{step.role.value}")
    name = step.name.said_in(texts.language) or (texts.say("deadlines.moved") if step.is_moved else "")
    return texts.say("deadlines.named", what=what, name=name) if name else what


def due_summary(texts: Texts, due: Due) -> str:
    """The same on one line, where there is little room: «27.11 — after hours; 28–29.11 — weekend; …».

    "" when the next day is simply due, which explains itself.
    """
    roles = [step.role for step in due.steps]
    if roles == [DayRole.RECEIVED, DayRole.DUE] and not any(step.is_moved for step in due.steps):
        return ""
    # A weekend is one line, as is a holiday of several days.
    runs = [list(run) for _, run in groupby(due.steps, key=_kind)]
    return "; ".join(
        texts.say("deadlines.short_line", days=_days(texts, run), what=_short_words(texts, run[0]))
        for run in runs
    )


def _kind(step: DayStep) -> tuple[object, ...]:
    return step.role, step.name, step.is_moved


def _days(texts: Texts, run: list[DayStep]) -> str:
    first, last = run[0].day, run[-1].day
    if first == last:
        return texts.day_and_month(first)
    return texts.say("deadlines.days", first=texts.day_and_month(first), last=texts.day_and_month(last))


def _short_words(texts: Texts, step: DayStep) -> str:
    if step.is_moved or step.name.said_in(texts.language):
        return step_words(texts, step)
    return texts.say(f"deadlines.short.{step.role.value}")
