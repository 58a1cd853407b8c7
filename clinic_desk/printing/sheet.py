"""Draws laid-out pages with ReportLab: A5 sheets, or two pages on A4 landscape."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from clinic_desk.printing.code128 import code128_widths
from clinic_desk.printing.fonts import BOLD, REGULAR, register_fonts, text_width
from clinic_desk.printing.page import A4_LANDSCAPE_WIDTH, A5_HEIGHT, A5_WIDTH, Code, Page
from clinic_desk.qr import qr_rows

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_MARK_ANGLE = 52.0
_MARK_LENGTH = 500.0
_MARK_LARGEST = 96.0
_MARK_GREY = 0.915
_PRACTICE_FRAME = 13.0


def draw_a5(slips: Sequence[Sequence[Page]], *, title: str) -> bytes:
    """Each page on an A5 sheet of its own."""
    canvas, out = _canvas(A5_WIDTH, A5_HEIGHT, title)
    for page in (page for slip in slips for page in slip):
        _draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def draw_two_up(slips: Sequence[Sequence[Page]], *, title: str) -> bytes:
    """Two pages on each A4 landscape sheet, left first."""
    canvas, out = _canvas(A4_LANDSCAPE_WIDTH, A5_HEIGHT, title)
    half = A4_LANDSCAPE_WIDTH / 2
    pages = [page for slip in slips for page in slip]
    for first in range(0, len(pages), 2):
        for place, page in enumerate(pages[first : first + 2]):
            canvas.saveState()
            canvas.translate(place * half + (half - A5_WIDTH) / 2, 0)
            _draw(canvas, page)
            canvas.restoreState()
        canvas.setLineWidth(0.4)
        canvas.setDash(3, 3)
        canvas.line(half, 0, half, A5_HEIGHT)
        canvas.setDash()
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _canvas(width: float, height: float, title: str) -> tuple[Canvas, io.BytesIO]:
    from reportlab.pdfgen.canvas import Canvas

    register_fonts()
    out = io.BytesIO()
    # Without a date and a random id inside, the same slip gives the same bytes.
    canvas = Canvas(out, pagesize=(width, height), pageCompression=1, invariant=1)
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("Clinic Desk")
    canvas.setProducer("Clinic Desk")
    return canvas, out


def _draw(canvas: Canvas, page: Page) -> None:
    if page.watermark:
        _draw_mark(canvas, page.watermark)
    if page.is_framed:
        canvas.setLineWidth(1.4)
        edge = _PRACTICE_FRAME
        canvas.rect(edge, edge, A5_WIDTH - 2 * edge, A5_HEIGHT - 2 * edge)
    for box in page.boxes:
        canvas.setLineWidth(box.thickness)
        canvas.roundRect(box.x, A5_HEIGHT - box.y - box.height, box.width, box.height, box.radius)
    for rule in page.rules:
        canvas.setLineWidth(rule.thickness)
        canvas.line(rule.x, A5_HEIGHT - rule.y, rule.x + rule.width, A5_HEIGHT - rule.y)
    for stroke in page.strokes:
        canvas.setLineWidth(stroke.thickness)
        path = canvas.beginPath()
        path.moveTo(stroke.points[0][0], A5_HEIGHT - stroke.points[0][1])
        for x, y in stroke.points[1:]:
            path.lineTo(x, A5_HEIGHT - y)
        canvas.drawPath(path)
    for code in page.bar_codes:
        _draw_modules(canvas, _bar_path(code.text), sum(code128_widths(code.text)), 1, code)
    for code in page.square_codes:
        side = len(qr_rows(code.text))
        _draw_modules(canvas, _square_path(code.text), side, side, code)
    for text in page.texts:
        canvas.setFont(BOLD if text.bold else REGULAR, text.size)
        canvas.drawString(text.x, A5_HEIGHT - text.y, text.text)


def _draw_mark(canvas: Canvas, mark: str) -> None:
    size = min(_MARK_LARGEST, _MARK_LENGTH / text_width(mark, bold=True, size=1))
    canvas.saveState()
    canvas.setFillGray(_MARK_GREY)
    canvas.translate(A5_WIDTH / 2, A5_HEIGHT / 2)
    canvas.rotate(_MARK_ANGLE)
    canvas.setFont(BOLD, size)
    canvas.drawString(-text_width(mark, bold=True, size=size) / 2, -0.36 * size, mark)
    canvas.restoreState()


def _draw_modules(canvas: Canvas, path: str, columns: int, rows: int, code: Code) -> None:
    """Fills a path of whole modules, given with its first row on top, stretched over the code's place."""
    from reportlab.pdfgen.pathobject import PDFPathObject

    canvas.saveState()
    canvas.translate(code.x, A5_HEIGHT - code.y)
    canvas.scale(code.width / columns, -code.height / rows)
    # One ready path of whole numbers: formatting each module's corners would take longer than the slip.
    canvas.drawPath(PDFPathObject(code=[path]), stroke=0, fill=1)
    canvas.restoreState()


@lru_cache(maxsize=64)
def _bar_path(text: str) -> str:
    widths = code128_widths(text)
    edges = [0, *accumulate(widths)]
    return " ".join(f"{edges[n]} 0 {widths[n]} 1 re" for n in range(0, len(widths), 2))


@lru_cache(maxsize=64)
def _square_path(text: str) -> str:
    """The dark runs of each row as rectangles."""
    parts = []
    for y, row in enumerate(qr_rows(text)):
        x = 0
        for light in row.split("0"):
            if light:
                parts.append(f"{x} {y} {len(light)} 1 re")
            x += len(light) + 1
    return " ".join(parts)
