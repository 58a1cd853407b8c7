"""The sheet at the end of a shift: from `ShiftPaper` to PDF, on A5 or twice on A4.

No patient is named: papers to recall stand there by their numbers. The end of the audit log is printed, since
a chain of lines alone cannot show that its tail was cut off. Black on white, never below ten points; what
does not fit goes on to another page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from clinic_desk.printing.flow import Run, Span, largest_fitting
from clinic_desk.printing.fonts import RENDERING, register_fonts, text_width
from clinic_desk.printing.marks import practice_strip
from clinic_desk.printing.page import (
    A5_HEIGHT,
    RIGHT,
    WIDTH,
    Page,
    Row,
    joined,
    kept_together,
    rule_row,
    side_by_side,
    stack,
    stacked_height,
    text_rows,
)
from clinic_desk.printing.sections import sizes_down
from clinic_desk.printing.sheet import draw_a5, draw_two_up
from clinic_desk.printing.voice import Voice
from clinic_desk.services.sync.exchange.offline_spells import Spell
from clinic_desk.services.sync.papers.shift_paper import ShiftPaper
from clinic_desk.services.sync.papers.shift_values import Left

_TITLE: Final = "clinic-desk-shift"
_AREA: Final = "shift_paper"
_TOP: Final = 30.0
_BOTTOM: Final = A5_HEIGHT - 32.0
_SMALL: Final = 10.0
_VALUE: Final = 11.5
_STRONG: Final = 13.0
_LEADINGS: Final = (1.42, 1.3, 1.2)
_SIGNATURE: Final = 140.0
_RIGHT_SIGNATURE: Final = 218.0
_GAP: Final = 12.0
_NOT_SAID_TWICE: Final = frozenset({Left.WAITING, Left.ATTENTION, Left.RECALLS})
"""These have lines of their own above."""


def render_shift(content: ShiftPaper, *, two_up: bool = False) -> bytes:
    """The sheet on A5, or twice on A4 landscape. The same content gives the same bytes.

    Raises:
        ValueError: a moment has no time zone.
    """
    with RENDERING:
        pages = layout_shift(content)
        if two_up:
            return draw_two_up([[page, page] for page in pages], title=_TITLE)
        return draw_a5([pages], title=_TITLE)


def layout_shift(content: ShiftPaper) -> list[Page]:
    """Where everything stands: one page, or more where many papers are to be recalled."""
    register_fonts()
    for leading in _LEADINGS[:-1]:
        pages = _Layout(content, leading).pages()
        if len(pages) == 1:
            return pages
    return _Layout(content, _LEADINGS[-1]).pages()


class _Layout:
    """One sheet at one height of lines."""

    def __init__(self, content: ShiftPaper, leading: float) -> None:
        self._content = content
        self._sheet = content.sheet
        self._leading = leading
        self._voice = Voice((content.language,), content.zone, _AREA)

    def pages(self) -> list[Page]:
        """As many as it takes; the signatures stand at the lower edge of the last."""
        foot = self._foot()
        foot_height = stacked_height(foot)
        rest: Sequence[Row] = [*self._head(), *self._figures(), *self._sent(), *self._papers(), *self._log()]
        pages: list[Page] = []
        bottom = 0.0
        while rest:
            page, top = self._begin()
            bottom, rest = stack(page, rest, top, _BOTTOM)
            pages.append(page)
        if bottom + _GAP + foot_height > _BOTTOM:
            page, _ = self._begin()
            pages.append(page)
        stack(pages[-1], foot, _BOTTOM - foot_height, float("inf"))
        if len(pages) > 1:
            for number, page in enumerate(pages, 1):
                mark = self._voice.all("page", page=number, pages=len(pages))
                width = text_width(mark, bold=False, size=_SMALL)
                page.write(RIGHT - width, A5_HEIGHT - 18, Run(0, mark, False, _SMALL))
        return pages

    def _begin(self) -> tuple[Page, float]:
        content = self._content
        page = Page(is_framed=content.is_practice)
        languages = (content.language,)
        top = practice_strip(page, languages, content.zone) if content.is_practice else _TOP
        return page, top

    def _head(self) -> list[Row]:
        sheet, voice = self._sheet, self._voice
        title = voice.all("title")
        size = largest_fitting(title, WIDTH, sizes_down(20, 13), bold=True)
        rows = text_rows([Span(title, True, size)], 1.2)
        begun = sheet.opened_at or sheet.as_of
        until = sheet.closed_at or sheet.as_of
        hours = f"{voice.moment(begun)}–{voice.local(until):%H:%M}"
        desk = voice.all("desk", desk=sheet.desk_label) if sheet.desk_label else ""
        parts = [[Span(hours, whole=True)], [Span(desk)], [Span(sheet.user)]]
        rows += self._text(joined(parts))
        rows += self._text([Span(name) for name in voice.titles(self._content.clinic)[:1]])
        if not sheet.is_closed:
            rows += self._text([Span(voice.all("not_closed", when=voice.moment(sheet.as_of)), True)], gap=3)
        return [*rows, rule_row(5)]

    def _figures(self) -> list[Row]:
        done, voice = self._sheet.figures, self._voice
        rows = self._pair("served", str(done.served), gap=4)
        rows += self._pair("registered_attached", f"{done.registered} / {done.attachments}")
        rows += self._pair("insurance", str(done.insurance))
        rows += self._pair("referrals", str(done.referrals))
        rows += self._pair("provisional", str(done.provisional))
        rows += self._pair("papers", str(done.papers))
        spells = ", ".join(self._spell(spell) for spell in self._sheet.spells)
        rows += self._pair("offline", spells or voice.all("never_offline"))
        return [*rows, rule_row(5)]

    def _sent(self) -> list[Row]:
        sheet, voice = self._sheet, self._voice
        rows = self._pair("sent", str(sheet.sent), gap=4)
        rows += self._pair("unsent", str(sheet.unsent), size=_STRONG, is_strong=True)
        if sheet.taken_back:
            rows += self._pair("taken_back", str(sheet.taken_back))
        if sheet.unsent_since is not None:
            told = voice.all("unsent_since", when=voice.moment(sheet.unsent_since))
            rows += self._text([Span(told)])
        attention = next((item.n for item in sheet.left if item.kind is Left.ATTENTION), 0)
        if attention:
            rows += self._text([Span(voice.all("attention", n=attention))])
        return [*rows, rule_row(5)]

    def _papers(self) -> list[Row]:
        sheet, voice = self._sheet, self._voice
        rows = self._pair("recalls", str(len(sheet.recalls)), size=_STRONG, is_strong=True, gap=4)
        for key, numbers in (("", sheet.recalls), ("told", sheet.told)):
            if numbers:
                named = ", ".join(voice.all("number", number=number) for number in numbers)
                rows += self._text([Span(f"{voice.all(key)}: {named}" if key else named)])
        if sheet.confirmed:
            rows += self._pair("confirmed", str(sheet.confirmed))
        left = [item for item in sheet.left if item.kind not in _NOT_SAID_TWICE]
        for item in left:
            rows += self._pair(f"left.{item.kind}", str(item.n))
        passed = bool(sheet.recalls or sheet.unsent)
        if sheet.is_closed and passed:
            rows += self._text([Span(voice.all("passed_on"), True)], gap=3)
        return [*rows, rule_row(5)]

    def _log(self) -> list[Row]:
        sheet, voice = self._sheet, self._voice
        rows = self._text([Span(voice.all("log_end", seq=sheet.head_seq))], gap=4)
        rows += text_rows([Span(sheet.head_short, True, _STRONG, whole=True)], self._leading)
        return kept_together(rows)

    def _foot(self) -> list[Row]:
        voice = self._voice
        left = text_rows([Span(voice.all("handed_over"))], self._leading, width=_SIGNATURE)
        right = text_rows(
            [Span(voice.all("taken_over"))], self._leading, width=_SIGNATURE, x=_RIGHT_SIGNATURE
        )
        blank = "_" * int(_SIGNATURE / text_width("_", bold=False, size=_SMALL))
        lines = side_by_side(text_rows([Span(blank)], 1.0), text_rows([Span(blank)], 1.0, x=_RIGHT_SIGNATURE))
        return [*lines, *side_by_side(left, right)]

    def _spell(self, spell: Spell) -> str:
        since = self._voice.local(spell.since)
        until = self._local(spell.until)
        return f"{since:%H:%M}–{until:%H:%M}" if until else f"{since:%H:%M}–…"

    def _local(self, moment: dt.datetime | None) -> dt.datetime | None:
        return self._voice.local(moment) if moment is not None else None

    def _text(self, spans: Sequence[Span], gap: float = 0.0) -> list[Row]:
        return text_rows(spans, self._leading, gap=gap)

    def _pair(
        self, key: str, value: str, *, size: float = _VALUE, is_strong: bool = False, gap: float = 0.0
    ) -> list[Row]:
        """A label at the left edge and what it says at the right one."""
        wide = text_width(value, bold=True, size=size)
        narrow = min(wide, WIDTH * 0.6)
        label = text_rows(
            [Span(self._voice.all(key), is_strong, size if is_strong else _SMALL)],
            self._leading,
            width=WIDTH - narrow - 10,
            gap=gap,
        )
        told = text_rows([Span(value, True, size)], self._leading, width=narrow + 1, x=WIDTH - narrow)
        return kept_together(side_by_side(label, told))
