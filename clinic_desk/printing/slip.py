"""The referral slip: from `SlipContent` to PDF, on A5 or two on A4.

The order and weight of things is that of the paper form: title, number and bar code, issuer, patient,
insurance evidence, service and diagnosis, destination, reason and validity, people, signature, what to do.
When something does not fit, gaps and sizes shrink (never below 10 points); in the extreme the slip goes on
to another page, each with number, bar code and page count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from clinic_desk.domain.slip_code import slip_code
from clinic_desk.printing.code128 import code128_widths
from clinic_desk.printing.flow import Run, Span, largest_fitting
from clinic_desk.printing.fonts import RENDERING, register_fonts, text_width, visible
from clinic_desk.printing.marks import practice_strip
from clinic_desk.printing.page import (
    A5_HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    Code,
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
from clinic_desk.printing.sections import EASY, NORMAL, SNUG, TIGHT, Density, Sections, sizes_down
from clinic_desk.printing.sheet import draw_a5, draw_two_up
from clinic_desk.printing.voice import SEPARATOR, Voice
from clinic_desk.services.slip_content import SlipContent

_TOP = 30.0
_BOTTOM = A5_HEIGHT - 32.0
_BAR_HEIGHT = 32.0
_BAR_MODULE = 0.72
_WIDEST_BAR_CODE = 170.0
_QUIET = 12.0
_QR_SIZE = 59.0
_SIGNATURE_WIDTH = 130.0
_RIGHT_CAPTION_AT = 218.0


class Cancelled(Exception):
    """The batch was given up between two slips; nothing was made."""


def render_slip(content: SlipContent) -> bytes:
    """The slip as an A5 PDF. The same content gives the same bytes; its metadata name nobody.

    Raises:
        ValueError: the number cannot stand in a code, a moment has no time zone, or there is no language.
    """
    with RENDERING:
        return draw_a5([layout_slip(content)], title=content.number)


def render_two_up(contents: Sequence[SlipContent]) -> bytes:
    """The slips side by side on A4 landscape sheets, two on each, with a line to cut along.

    Raises:
        ValueError: as `render_slip`, or `contents` is empty.
    """
    with RENDERING:
        slips = [layout_slip(content) for content in contents]
        return draw_two_up(slips, title=_title(contents))


def render_together(contents: Sequence[SlipContent]) -> bytes:
    """All slips in one A5 PDF, in order: one job for the printer.

    Raises:
        ValueError: as `render_slip`, or `contents` is empty.
    """
    with RENDERING:
        return draw_a5([layout_slip(content) for content in contents], title=_title(contents))


def render_batch(
    contents: Iterable[SlipContent], cancelled: Callable[[], bool] = lambda: False
) -> list[bytes]:
    """A PDF for each slip, in order. Other threads may render in between.

    Raises:
        Cancelled: `cancelled` said so; asked before each slip.
        ValueError: as `render_slip`.
    """
    made = []
    for content in contents:
        if cancelled():
            raise Cancelled
        made.append(render_slip(content))
    return made


def layout_slip(content: SlipContent) -> list[Page]:
    """Where everything stands: one page, or more where even the tightest setting does not fit."""
    register_fonts()
    voice = Voice(content.languages, content.zone)
    normal_height = 0.0
    for density in (NORMAL, EASY, SNUG, TIGHT):
        if normal_height * density.share > _BOTTOM:
            continue
        layout = _Layout(content, voice, density)
        page = layout.on_one_page()
        if page is not None:
            return [page]
        normal_height = normal_height or layout.height
    return _Layout(content, voice, SNUG).on_many_pages()


class _Layout:
    """One slip at one density."""

    def __init__(self, content: SlipContent, voice: Voice, density: Density) -> None:
        self._content = content
        self._voice = voice
        self._density = density
        sections = Sections(content, voice, density)
        self._body = sections.body()
        self._people = sections.people()
        self._signature = self._signature_rows()
        self._advice = self._advice_rows()
        self._foot_height = stacked_height(self._signature) + max(stacked_height(self._advice), _QR_SIZE + 8)

    @property
    def _above_foot(self) -> float:
        """How far down the rows may come, so that a doctor can still sign."""
        return _BOTTOM - self._foot_height - self._density.signature_gap

    @property
    def height(self) -> float:
        """How far down everything would come on a page without an end."""
        _, top = self._begin_page()
        return top + stacked_height([*self._body, *self._people]) + _BOTTOM - self._above_foot

    def on_one_page(self) -> Page | None:
        """The page, or None when it does not all fit."""
        page, top = self._begin_page()
        _, rest = stack(page, [*self._body, *self._people], top, self._above_foot)
        if rest:
            return None
        self._foot(page)
        return page

    def on_many_pages(self) -> list[Page]:
        """As many pages as it takes; the people, signature and advice stand together on the last."""
        rest = self._body
        people = kept_together(self._people)
        pages: list[Page] = []
        bottom = 0.0
        while rest:
            page, top = self._begin_page(continued=bool(pages))
            bottom, rest = stack(page, rest, top, _BOTTOM)
            pages.append(page)
        if bottom + people[0].gap + stacked_height(people) > self._above_foot:
            page, bottom = self._begin_page(continued=True)
            pages.append(page)
        stack(pages[-1], people, bottom + people[0].gap, float("inf"))
        self._foot(pages[-1])
        for index, page in enumerate(pages, 1):
            mark = self._voice.all("page", page=index, pages=len(pages))
            width = text_width(mark, bold=True, size=10)
            page.write(RIGHT - width, self._code_bottom + 11, Run(0, mark, True, 10))
        return pages

    def _begin_page(self, *, continued: bool = False) -> tuple[Page, float]:
        """A page with its head, and where its rows begin."""
        content = self._content
        page = Page(is_framed=content.is_practice)
        if content.is_provisional:
            page.watermark = self._voice.each("provisional_mark")[0]
        elif content.void_key:
            page.watermark = self._voice.each("void_mark")[0]
        top = practice_strip(page, content.languages, content.zone) if content.is_practice else _TOP
        code_x = self._bar_code(page, top)
        width = code_x - _QUIET - LEFT
        rows = self._continued_head(width) if continued else self._head(width)
        bottom, _ = stack(page, rows, top - 2, _BOTTOM)
        self._code_bottom = top + _BAR_HEIGHT + 12
        return page, max(bottom, self._code_bottom + (12 if continued else 0)) + 2

    def _bar_code(self, page: Page, top: float) -> float:
        """Puts the bar code into the upper right corner, the number below it; returns its left edge."""
        number = self._content.number
        if not number:
            return RIGHT
        modules = sum(code128_widths(number))
        width = min(modules * _BAR_MODULE, _WIDEST_BAR_CODE)
        x = RIGHT - width
        page.bar_codes.append(Code(x, top, width, _BAR_HEIGHT, number))
        label = text_width(number, bold=False, size=10)
        page.write(x + (width - label) / 2, top + _BAR_HEIGHT + 11, Run(0, number, False, 10))
        return x

    def _head(self, width: float) -> list[Row]:
        content, voice, density = self._content, self._voice, self._density
        title = voice.all("title")
        size = largest_fitting(title, width, sizes_down(density.title, 13), bold=True)
        rows = text_rows([Span(title, True, size)], 1.2, width=width)
        rows += self._number_rows(width)
        when = Span(voice.moment(content.issued_at), whole=True)
        copy = voice.all("copy", n=content.copy_no) if content.copy_no else ""
        spans = joined([[Span(copy, True, whole=True)], [when]])
        return rows + text_rows(spans, density.leading, width=width)

    def _continued_head(self, width: float) -> list[Row]:
        content, density = self._content, self._density
        rows = text_rows([Span(self._voice.all("title"), True, 13)], 1.2, width=width)
        rows += self._number_rows(width)
        return rows + text_rows([Span(content.patient.name, True, 10)], density.leading, width=width)

    def _number_rows(self, width: float) -> list[Row]:
        content, voice, density = self._content, self._voice, self._density
        size = density.number
        if not content.number:
            return text_rows([Span(voice.each("number_at_issue")[0])], density.leading, width=width)
        shown = visible(content.number)
        spans = [Span(voice.each("number", number=shown)[0], True, size, whole=True)]
        if content.is_provisional:
            spans.append(Span(f" ({voice.each('local_number')[0]})"))
        rows = text_rows(spans, density.leading, width=width)
        if content.upstream_number:
            portal = voice.each("portal_number", number=content.upstream_number)
            rows += text_rows([Span(portal[0], True, size)], density.leading, width=width)
        return rows

    def _foot(self, page: Page) -> None:
        """Signature, advice and the square code at the lower edge."""
        top = _BOTTOM - self._foot_height
        y, _ = stack(page, self._signature, top, _BOTTOM)
        stack(page, self._advice, y, float("inf"))
        side = _QR_SIZE
        if not self._content.number:
            return
        page.square_codes.append(
            Code(RIGHT - side, _BOTTOM - side, side, side, slip_code(self._content.number))
        )

    def _signature_rows(self) -> list[Row]:
        voice, leading = self._voice, self._density.leading
        left = text_rows([Span(voice.all("signature"))], leading, width=_RIGHT_CAPTION_AT - 8)
        right = text_rows(
            [Span(voice.all("stamp"))], leading, width=WIDTH - _RIGHT_CAPTION_AT, x=_RIGHT_CAPTION_AT
        )
        line = Row((), 1.0, 1.0, 0.0, None, 0.6, _SIGNATURE_WIDTH)
        space = Row((), 2.0, 0.0)
        return [line, space, *side_by_side(left, right), rule_row(2.0, 1.2)]

    def _advice_rows(self) -> list[Row]:
        content, voice, density = self._content, self._voice, self._density
        width = WIDTH - _QR_SIZE - _QUIET
        if content.is_free_of_charge:
            told = voice.all("free" if voice.is_single else "free_short")
        else:
            told = voice.known("paid", content.insurance.payer_key)
        size = largest_fitting(told, width, sizes_down(density.strong), bold=True)
        rows = text_rows([Span(told, True, size)], density.leading, width=width, gap=4)
        # The gap of the first row is left out at the top of a stack, so it is a row of its own.
        rows.insert(0, Row((), 4.0 * density.gaps, 0.0))
        if content.is_free_of_charge and content.fund_phone:
            spans = [Span(f"{voice.all('report')}: "), Span(content.fund_phone, True)]
            if content.fund_phone_former:
                spans.append(Span(f" ({voice.all('former')} {content.fund_phone_former})"))
            rows += text_rows([*spans, Span(".")], density.leading, width=width)
        if voice.is_single:
            advice = [voice.all("bring"), voice.all("cannot_come")]
        else:
            advice = [f"{SEPARATOR.join(voice.each('bring_short'))}."]
        for sentence in advice:
            rows += text_rows([Span(sentence)], density.leading, width=width)
        return rows


def _title(contents: Sequence[SlipContent]) -> str:
    if not contents:
        raise ValueError("nothing to print")
    return contents[0].number if len(contents) == 1 else f"{contents[0].number} +{len(contents) - 1}"
