"""Marks that stand on every paper alike."""

from __future__ import annotations

from typing import Final

from clinic_desk.printing.flow import Span
from clinic_desk.printing.page import LEFT, WIDTH, Box, Page, joined, stack, stacked_height, text_rows
from clinic_desk.printing.voice import Voice
from clinic_desk.texts import Language

_TOP: Final = 19.0
_LANGUAGES: Final = (Language.KK, Language.RU)


def practice_strip(page: Page, languages: tuple[Language, ...], zone: str) -> float:
    """Puts the frame that says the people are made up across the top; returns where the head begins."""
    voice = Voice(tuple(dict.fromkeys((*_LANGUAGES, *languages))), zone)
    spans = joined([[Span(voice.all("practice"), True, 12)], [Span(voice.all("practice_note"))]])
    rows = text_rows(spans, 1.2, width=WIDTH - 14, x=7)
    height = stacked_height(rows) + 5
    stack(page, rows, _TOP + 2, float("inf"))
    page.boxes.append(Box(LEFT, _TOP, WIDTH, height, 1.4, 0))
    return _TOP + height + 7
