"""The two bundled faces of the paper: registered once a process, measured without a canvas.

Noto Sans (OFL 1.1) has every Kazakh letter and the tenge sign. What it lacks is printed as a visible
replacement character, never dropped.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from typing import Final

from clinic_desk.resources import resource_path

REGULAR: Final = "NotoSans-Regular"
BOLD: Final = "NotoSans-Bold"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

RENDERING: Final = threading.RLock()
"""Held while a document is made: ReportLab's font objects keep a read position and are not thread-safe."""

# Signs without a meaning on paper: break hints and joiners that come along when text is pasted.
_UNSEEN: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")


class _Visible(dict[int, str]):
    """For `str.translate`: what is printed for a character, found once a process."""

    def __init__(self, known: frozenset[int]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kind = unicodedata.category(character)
        if character in _UNSEEN:
            shown = ""
        elif character in "\t\n\v\f\r\x85" or kind[0] == "Z":
            shown = " "
        elif kind[0] == "C" or code not in self._known:
            shown = REPLACEMENT
        else:
            shown = character
        self[code] = shown
        return shown


@cache
def _faces() -> tuple[dict[int, float], dict[int, float], _Visible]:
    """Advance widths per 1000 of the regular and the bold face, and the table of visible characters."""
    # Costs half the start of the program, so it is imported when the first slip is made.
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    with RENDERING:
        # Streams stay binary: a fourth smaller and quicker than ReportLab's printable form.
        rl_config.useA85 = 0
        faces = []
        for name in (REGULAR, BOLD):
            font = TTFont(name, str(resource_path("fonts", f"{name}.ttf")))
            pdfmetrics.registerFont(font)
            faces.append(font.face)
    known = frozenset(faces[0].charToGlyph) & frozenset(faces[1].charToGlyph)
    return faces[0].charWidths, faces[1].charWidths, _Visible(known)


def register_fonts() -> None:
    """The faces are known to ReportLab. Cheap after the first call."""
    _faces()


def visible(text: str) -> str:
    """`text` as it will stand on paper: composed letters, single blanks, no control characters.

    A character that the font lacks, a control or a lone surrogate becomes a replacement character.
    """
    shown = unicodedata.normalize("NFC", text).translate(_faces()[2])
    return " ".join(shown.split())


def text_width(text: str, *, bold: bool, size: float) -> float:
    """The width in points of one line of visible text at `size` points."""
    return _width_at_one(text, bold) * size


@lru_cache(maxsize=2048)
def _width_at_one(text: str, bold: bool) -> float:
    """The width at one point: the same words come again on every slip and at every size that is tried."""
    regular_widths, bold_widths, _ = _faces()
    widths = bold_widths if bold else regular_widths
    return sum([widths[ord(character)] for character in text]) / 1000
