"""Why two people who look alike are two: a few codes, each with its key, so that it costs one press."""

from __future__ import annotations

from typing import Final

from clinic_desk.ui.kit import Choice, UiText

REASONS: Final = ("twin", "namesake", "documents", "known")


def other_reasons(words: UiText) -> list[Choice]:
    """The reasons as tiles."""
    return [
        Choice(code, words.say(f"people.other.{code}"), str(number)) for number, code in enumerate(REASONS, 1)
    ]


def said(words: UiText, reason: str) -> str:
    """A stored reason in the language of the moment; one written in words stands as it is."""
    return words.say(f"people.other.{reason}") if reason in REASONS else reason
