"""The leaflet "what can be done", a half page a language: from `LeafletContent` to PDF.

In the order of the paper: title, clinic and day; what is free beside what needs insurance; the ways that are
open to this person; the district doctor; where to check, with a square code. When something does not fit,
sizes and gaps shrink (never below 10 points), then the finer remarks are left out; in the extreme the ways
go on to another page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from clinic_desk.domain.insurance import Coverage
from clinic_desk.domain.insurance_plan import CareLine, InsurancePlan, Situation
from clinic_desk.domain.rule_tables.becoming_insured import CarePackage, Way
from clinic_desk.plan_sentences import PlanWords
from clinic_desk.printing.flow import Span
from clinic_desk.printing.fonts import RENDERING, register_fonts
from clinic_desk.printing.marks import practice_strip
from clinic_desk.printing.page import (
    A5_HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    Code,
    Frame,
    Page,
    Row,
    Stroke,
    rule_row,
    stack,
    stacked_height,
    text_rows,
)
from clinic_desk.printing.sheet import draw_a5, draw_two_up
from clinic_desk.qr import TooLong, qr_rows
from clinic_desk.services.leaflet_content import LeafletContent
from clinic_desk.texts import NBSP, Language, Texts

_TITLE: Final = "clinic-desk-leaflet"
_TOP: Final = 30.0
_BOTTOM: Final = A5_HEIGHT - 28.0
_QR_SIZE: Final = 58.0
_GUTTER: Final = 16.0
_COLUMN: Final = (WIDTH - _GUTTER) / 2
_SIGN_WIDTH: Final = 15.0
_ENDLESS: Final = float("inf")


@dataclass(frozen=True, slots=True)
class _Density:
    """Sizes in points, row heights in parts of the size, gaps in points."""

    title: float
    head: float
    text: float
    leading: float
    gap: float
    pad: float


_DENSITIES: Final = (
    _Density(20, 13, 11, 1.28, 9, 7),
    _Density(18, 12, 10.5, 1.24, 7, 6),
    _Density(16, 11.5, 10, 1.2, 5, 5),
    _Density(15, 11, 10, 1.13, 3, 4),
)
_REMARKS: Final = (frozenset(Way), frozenset({Way.PREPAY_12_MONTHS}), frozenset[Way]())
"""The ways with their finer remarks: when the right begins, what people get wrong."""


def render_leaflet(content: LeafletContent, *, two_up: bool = False) -> bytes:
    """The leaflet on A5, or its half pages beside each other on A4 landscape.

    The same content gives the same bytes; the metadata name nobody.

    Raises:
        ValueError: a moment has no time zone, or there is no language.
    """
    with RENDERING:
        halves = layout_leaflet(content)
        if two_up:
            return draw_two_up(halves if len(halves) > 1 else halves * 2, title=_TITLE)
        return draw_a5(halves, title=_TITLE)


def layout_leaflet(content: LeafletContent) -> list[list[Page]]:
    """Where everything stands: the pages of each language, one unless it is very long."""
    if not content.languages:
        raise ValueError("a leaflet needs a language")
    register_fonts()
    links = dict(zip(content.languages, content.links, strict=False))
    return [_half(content, language, links.get(language, "")) for language in content.languages]


def _half(content: LeafletContent, language: Language, link: str) -> list[Page]:
    for remarks, density in product(_REMARKS, _DENSITIES):
        pages = _Layout(content, language, link, density, remarks).pages()
        if len(pages) == 1:
            return pages
    return pages


class _Layout:
    """One half page in one language at one density."""

    def __init__(
        self,
        content: LeafletContent,
        language: Language,
        link: str,
        density: _Density,
        remarks: frozenset[Way],
    ) -> None:
        self._content, self._link = content, link
        self._plan: InsurancePlan = content.plan
        self._density, self._remarks = density, remarks
        self._texts = Texts(language, ZoneInfo(content.zone))
        self._words = PlanWords(self._texts, content.plan, content.fund_channel)

    def pages(self) -> list[Page]:
        """The page, and more where not everything fits on it."""
        foot = self._foot_rows()
        foot_top = _BOTTOM - max(stacked_height(foot), _QR_SIZE)
        page, top = self._begin()
        y, _ = stack(page, self._head(), top, _ENDLESS)
        y = self._packages(page, y + self._density.gap)
        rest: Sequence[Row] = [*self._way_rows(), *self._doctor_rows()]
        pages: list[Page] = []
        while True:
            pages.append(page)
            _, rest = stack(page, rest, y + self._density.gap, foot_top - self._density.gap)
            if not rest:
                break
            page, y = self._begin()
        stack(page, foot, foot_top, _ENDLESS)
        self._square_code(page)
        return pages

    def _begin(self) -> tuple[Page, float]:
        content = self._content
        page = Page(is_framed=content.is_practice)
        if not content.is_practice:
            return page, _TOP
        return page, practice_strip(page, (self._texts.language,), content.zone)

    # Rows ----------------------------------------------------------------------------------------

    def _head(self) -> list[Row]:
        rows = text_rows([Span(self._title(), True, self._density.title)], 1.16)
        return [*rows, *self._text(self._issued(), gap=3), rule_row(3, 1.2)]

    def _issued(self) -> list[Span]:
        """Which clinic gave it, when, and when the status was checked."""
        content, zone = self._content, ZoneInfo(self._content.zone)
        day = content.issued_at.astimezone(zone).date()
        told = {"clinic": content.clinic.said_in(self._texts.language), "day": day}
        checked = content.checked_at
        if checked is not None and checked.astimezone(zone).date() == day:
            return [Span(self._say("issued.today", time=self._texts.time(checked), **told))]
        moment = self._texts.moment(checked) if checked is not None else "—"
        return [Span(self._say("issued", moment=moment, **told))]

    def _title(self) -> str:
        kept = self._plan.kept
        until = kept.until if kept is not None else self._plan.until
        if self._plan.situation is Situation.UNINSURED:
            return self._say("title.uninsured")
        key = "title.grace" if self._plan.situation is Situation.GRACE else "title.temporary"
        return self._say(key, day=until) if until is not None else self._say(f"{key}_open")

    def _packages(self, page: Page, top: float) -> float:
        """What is free and what needs insurance, side by side; returns the lower edge."""
        words, plan = self._words, self._plan
        left = self._column(page, top, 0.0, words.free_title(), plan.free, CarePackage.GUARANTEED)
        at = _COLUMN + _GUTTER
        right = self._column(page, top, at, words.insured_title(), plan.insured_only, CarePackage.INSURANCE)
        return max(left, right)

    def _column(
        self, page: Page, top: float, x: float, title: str, lines: Iterable[CareLine], package: CarePackage
    ) -> float:
        density = self._density
        heading = text_rows([Span(title, True, density.head)], density.leading, width=_COLUMN, x=x)
        y, _ = stack(page, heading, top, _ENDLESS)
        own = {note.line for note in self._plan.notes_of(package)}
        for line in lines:
            rows = text_rows(
                self._line(line, is_own=line.code in own),
                density.leading,
                width=_COLUMN - _SIGN_WIDTH,
                x=x + _SIGN_WIDTH,
            )
            is_open = package is CarePackage.GUARANTEED or self._plan.coverage is Coverage.YES
            page.strokes.append(_sign(LEFT + x, y + rows[0].baseline, density.text, is_check=is_open))
            y, _ = stack(page, rows, y, _ENDLESS)
        return y

    def _line(self, line: CareLine, *, is_own: bool) -> list[Span]:
        """The line; one that speaks of the reader's own disease stands out, without naming the disease."""
        size = self._density.text
        said = self._words.line(line, with_examples=True)
        if not line.is_settled:
            said = f"{said} ({self._texts.say('insurance_plan.not_settled')})"
        if not is_own:
            return [Span(said, False, size)]
        is_missed = line in self._plan.insured_only and self._plan.coverage is not Coverage.YES
        key = "for_you.insurance" if is_missed else "for_you"
        return [Span(said, True, size), Span(f" {self._say(key)}", True, size)]

    def _way_rows(self) -> list[Row]:
        density = self._density
        frame = Frame(thickness=0.9, pad=density.pad)
        title = Span(self._words.ways_title(), True, density.head)
        rows = text_rows([title], density.leading, width=frame.inner_width, frame=frame)
        for number, way in enumerate(self._words.ways(), 1):
            told = [way.text, way.begins, way.mistakes] if way.way in self._remarks else [way.text]
            lead = Span(f"{number}. {way.lead}", True, density.text)
            rows += text_rows(
                [lead, *self._unbroken(" ".join(filter(None, told)))],
                density.leading,
                width=frame.inner_width,
                gap=density.gap / 3,
                frame=frame,
            )
        return rows

    def _unbroken(self, text: str) -> list[Span]:
        """The text with what hangs together by hard blanks kept on one line, such as a sum."""
        size = self._density.text
        return [Span(f" {word}", False, size, whole=NBSP in word) for word in text.split(" ") if word]

    def _doctor_rows(self) -> list[Row]:
        content, density = self._content, self._density
        frame = Frame(thickness=1.8, pad=density.pad)
        parts = [self._say("doctor.visit")]
        if content.doctor:
            parts = [self._say("doctor.named", doctor=content.doctor)]
        if content.district:
            parts.append(self._texts.say("labels.district.short", number=content.district))
        if content.doctor and content.room:
            parts.append(self._say("doctor.room", room=content.room))
        rows = text_rows(
            [Span(", ".join(parts), True, density.text)],
            density.leading,
            width=frame.inner_width,
            gap=density.gap,
            frame=frame,
        )
        decides = Span(self._say("doctor.decides"), False, density.text)
        return rows + text_rows([decides], density.leading, width=frame.inner_width, frame=frame)

    def _foot_rows(self) -> list[Row]:
        content, density = self._content, self._density
        width = WIDTH - _QR_SIZE - _GUTTER
        rows = self._text([Span(self._say("check"), True, density.head)], width=width)
        rows += self._text([Span(", ".join(content.channels))], width=width)
        if content.fund_phone:
            former = content.fund_phone_former
            after = self._say("fund.former", former=former) if former else self._say("fund.free")
            phone = [Span(f"{self._say('fund')} "), Span(content.fund_phone, True), Span(f" {after}")]
            rows += self._text(phone, width=width)
        return rows + self._text([Span(self._say("as_of", day=self._plan.day))], width=width)

    def _text(self, spans: Sequence[Span], *, width: float = WIDTH, gap: float = 0.0) -> list[Row]:
        return text_rows(spans, self._density.leading, width=width, gap=gap)

    def _square_code(self, page: Page) -> None:
        """What opens the page on the reader's own phone; an address too long for a code is left out."""
        if not self._link:
            return
        try:
            qr_rows(self._link)
        except (TooLong, UnicodeEncodeError):
            return
        page.square_codes.append(Code(RIGHT - _QR_SIZE, _BOTTOM - _QR_SIZE, _QR_SIZE, _QR_SIZE, self._link))

    def _say(self, key: str, **params: object) -> str:
        return self._texts.say(f"leaflet.{key}", **params)


def _sign(x: float, baseline: float, size: float, *, is_check: bool) -> Stroke:
    """A tick or a dash before a line of text: the faces have neither sign."""
    if not is_check:
        y = baseline - 0.3 * size
        return Stroke(((x + 1, y), (x + 0.8 * size, y)), 1.5)
    return Stroke(
        (
            (x + 0.5, baseline - 0.34 * size),
            (x + 0.32 * size, baseline - 0.04 * size),
            (x + 0.95 * size, baseline - 0.68 * size),
        ),
        1.4,
    )
