"""Pictures of PDF pages, for the preview and for printers without PDF. Needs no screen and no Qt."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from clinic_desk.services.slips import PreviewImage

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_POINTS_IN_INCH: Final = 72
_WIDEST_PX: Final = 8000
# The library behind keeps its state in globals: one thread at a time.
_ONE_AT_A_TIME: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class GreyPage:
    """A page as rows of pixels from the top, a byte each, 0 black."""

    width: int
    height: int
    pixels: bytes


def page_count(pdf: bytes) -> int:
    """How many pages the document has."""
    with _opened(pdf) as document:
        return len(document)


def render_preview(pdf: bytes, width_px: int, *, page: int = 0) -> PreviewImage:
    """The page (from 0), `width_px` pixels wide, on white.

    Raises:
        ValueError: a width out of 1 to 8000, or no such page.
    """
    if not 1 <= width_px <= _WIDEST_PX:
        raise ValueError("width of 1 to 8000 pixels")
    from pypdfium2 import raw

    with _opened(pdf) as document:
        if not 0 <= page < len(document):
            raise ValueError("no such page")
        sheet = document[page]
        bitmap = sheet.render(
            scale=width_px / sheet.get_width(),
            rev_byteorder=True,
            force_bitmap_format=raw.FPDFBitmap_BGRA,
        )
        try:
            rows = bytes(bitmap.buffer)
            return PreviewImage(bitmap.width, bitmap.height, _packed(rows, bitmap.width * 4, bitmap.stride))
        finally:
            bitmap.close()
            sheet.close()


def render_grey(pdf: bytes, dpi: int) -> Iterator[GreyPage]:
    """Each page at `dpi` dots an inch, one after another, so that only one is in memory."""
    with _opened(pdf) as document:
        for sheet in document:
            bitmap = sheet.render(scale=dpi / _POINTS_IN_INCH, grayscale=True)
            try:
                rows = bytes(bitmap.buffer)
                yield GreyPage(bitmap.width, bitmap.height, _packed(rows, bitmap.width, bitmap.stride))
            finally:
                bitmap.close()
                sheet.close()


def _packed(rows: bytes, width: int, stride: int) -> bytes:
    """The rows without the spare bytes at the end of each."""
    if stride == width:
        return rows
    return b"".join(rows[start : start + width] for start in range(0, len(rows), stride))


@contextmanager
def _opened(pdf: bytes) -> Iterator[PdfDocument]:
    import pypdfium2

    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()
