"""Who did something, as a list says it: a person's name as it is, the upstream by a word of ours."""

from __future__ import annotations

from clinic_desk.services.sync.down.arrivals.arrival import UPSTREAM
from clinic_desk.ui.kit.words import UiText


def author(words: UiText, by: str) -> str:
    """The name; the account under which the upstream's own acts are kept in the reader's language."""
    return words.say("sync_arrivals.author.upstream") if by == UPSTREAM else by
