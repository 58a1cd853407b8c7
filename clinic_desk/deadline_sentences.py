"""Why an answer is due then, day by day, in the reader's language."""

from __future__ import annotations

from clinic_desk.domain.deadlines import DayStep, Due
from clinic_desk.texts import Texts


def due_sentences(texts: Texts, due: Due) -> list[str]:
    """One line for each day from receipt to the answer: «26.10.2026: мереке күні (Республика күні)»."""
    return [texts.say("deadlines.line", day=step.day, what=step_words(texts, step)) for step in due.steps]


def step_words(texts: Texts, step: DayStep) -> str:
    """What one day does in the counting, with the holiday's name or that a weekend day is worked."""
    what = texts.say(f"deadlines.{step.role.value}")
    name = step.name.said_in(texts.language) or (texts.say("deadlines.moved") if step.is_moved else "")
    return texts.say("deadlines.named", what=what, name=name) if name else what
