"""How much of what a stranger wrote is kept for people to read."""

from __future__ import annotations

from clinic_desk.fhir.systems import systems


def cut(words: str, most: int) -> str:
    """The words, with an ellipsis for what is more than `most`."""
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def cut_note(words: str) -> str:
    """What somebody explains or asks."""
    return cut(words, systems().strict.max_note)


def cut_name(words: str) -> str:
    """How somebody is called who decided or wrote."""
    return cut(words, systems().strict.max_name)
