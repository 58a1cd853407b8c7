"""The page that shows an IT person whether a printer is set up: letters, edges, scale, both codes."""

from __future__ import annotations

from typing import Final

from clinic_desk.domain.slip_code import slip_code
from clinic_desk.printing.code128 import code128_widths
from clinic_desk.printing.flow import Run, Span
from clinic_desk.printing.fonts import RENDERING, register_fonts, text_width
from clinic_desk.printing.page import (
    A5_HEIGHT,
    A5_WIDTH,
    LEFT,
    RIGHT,
    Box,
    Code,
    Page,
    Row,
    rule_row,
    stack,
    text_rows,
)
from clinic_desk.printing.sheet import draw_a5
from clinic_desk.texts import Language, Texts

KAZAKH_LETTERS: Final = "Ә ә Ғ ғ Қ қ Ң ң Ө ө Ұ ұ Ү ү Һ һ І і"
SAMPLE_NUMBER: Final = "TEST-00000-00000-0"
"""Stands in both codes; its check character is wrong, so no referral can ever have it."""

_ALPHABET: Final = "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя"
_POINTS_IN_MM: Final = 72 / 25.4
_EDGE_MM: Final = 6
_RULER_MM: Final = 100
_BAR_MODULE: Final = 0.72
_QR_SIZE: Final = 59.0


def render_test_page(language: Language = Language.KK, *, printer: str = "", printed_at: str = "") -> bytes:
    """An A5 page in `language`; `printer` and `printed_at` are shown as given, empty ones are left out."""
    texts = Texts(language)
    with RENDERING:
        register_fonts()
        page = Page()
        edge = _EDGE_MM * _POINTS_IN_MM
        page.boxes.append(Box(edge, edge, A5_WIDTH - 2 * edge, A5_HEIGHT - 2 * edge, 0.8, 0))
        stack(page, _rows(texts, printer, printed_at), 34, A5_HEIGHT)
        _codes(page)
        return draw_a5([[page]], title=texts.say("printing.test.title"))


def _rows(texts: Texts, printer: str, printed_at: str) -> list[Row]:
    name = printer or texts.say("printing.test.default_printer")
    rows = text_rows([Span(texts.say("printing.test.title"), True, 23)], 1.25)
    rows += text_rows([Span(texts.say("printing.test.printer", printer=name))], 1.3)
    if printed_at:
        rows += text_rows([Span(printed_at)], 1.3)
    rows.append(rule_row(5, 1.2))
    rows += text_rows([Span(texts.say("printing.test.letters"))], 1.3, gap=8)
    for size, bold in ((16.0, True), (13.0, False), (10.0, True), (10.0, False)):
        rows += text_rows([Span(KAZAKH_LETTERS, bold, size)], 1.35)
    rows += text_rows([Span(texts.say("printing.test.small"))], 1.3, gap=8)
    rows += text_rows([Span(f"{_ALPHABET} № « » — · ₸ 0123456789")], 1.3)
    rows += text_rows([Span(texts.say("printing.test.frame"), True)], 1.3, gap=12)
    rows += text_rows([Span(texts.say("printing.test.ruler"), True)], 1.3, gap=6)
    rows.append(rule_row(4, 1.2, _RULER_MM * _POINTS_IN_MM))
    return rows + text_rows([Span(texts.say("printing.test.scan"), True)], 1.3, gap=10)


def _codes(page: Page) -> None:
    top = A5_HEIGHT - 44 - _QR_SIZE
    width = sum(code128_widths(SAMPLE_NUMBER)) * _BAR_MODULE
    page.bar_codes.append(Code(LEFT, top, width, 36, SAMPLE_NUMBER))
    label = text_width(SAMPLE_NUMBER, bold=False, size=10)
    page.write(LEFT + (width - label) / 2, top + 48, Run(0, SAMPLE_NUMBER, False, 10))
    page.square_codes.append(Code(RIGHT - _QR_SIZE, top, _QR_SIZE, _QR_SIZE, slip_code(SAMPLE_NUMBER)))
