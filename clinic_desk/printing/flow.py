"""Breaks runs of regular and bold text into lines of a given width. Nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clinic_desk.printing.fonts import text_width, visible


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one face. Pieces touch unless a blank ends one or begins the next.

    `shift` moves the piece to the right by that many points, to group digits without a blank between.
    A `whole` piece (a phone, a date with its time) is broken at its blanks only where a line cannot hold it.
    A piece `between` two others is a sign such as « · » that is left out where the line breaks.
    """

    text: str
    bold: bool = False
    size: float = 10.0
    shift: float = 0.0
    whole: bool = False
    between: bool = False


class Run(NamedTuple):
    """Text at `x` points from the left edge of its line."""

    x: float
    text: str
    bold: bool
    size: float


Line = tuple[Run, ...]

_ROUNDING = 1e-6


class _Piece(NamedTuple):
    text: str
    bold: bool
    size: float
    shift: float
    width: float
    between: bool = False


def break_lines(spans: Sequence[Span], width: float) -> list[Line]:
    """The lines, each at most `width` points wide; one without words gives none.

    Breaks at blanks; a word wider than the line is broken between letters.
    """
    lines: list[Line] = []
    current: list[Run] = []
    at = 0.0
    sign: _Piece | None = None
    for word in _words(spans, width):
        if word[0].between:
            sign = word[0]
            continue
        word_width = sum(piece.shift + piece.width for piece in word)
        blank = text_width(" ", bold=word[0].bold, size=word[0].size) if current else 0.0
        sign_width = blank + sign.width if current and sign else 0.0
        if current and at + sign_width + blank + word_width > width + _ROUNDING:
            lines.append(tuple(current))
            current, at, blank = [], 0.0, 0.0
        elif current and sign:
            at = _append(current, sign, at, blank)
        sign = None
        for piece in word if word_width <= width + _ROUNDING else _letters(word, width):
            if current and at + blank + piece.shift + piece.width > width + _ROUNDING:
                lines.append(tuple(current))
                current, at = [], 0.0
            at = _append(current, piece, at, blank)
            blank = 0.0
    if current:
        lines.append(tuple(current))
    return lines


def fits(spans: Sequence[Span], width: float) -> bool:
    """Whether one line of `width` points holds everything."""
    return len(break_lines(spans, width)) <= 1


def largest_fitting(text: str, width: float, sizes: Iterable[float], *, bold: bool) -> float:
    """The first of `sizes` (largest first) at which `text` stands on one line, else the last of them."""
    shown = visible(text)
    chosen = 0.0
    for size in sizes:
        chosen = size
        if text_width(shown, bold=bold, size=size) <= width:
            break
    return chosen


def _append(line: list[Run], piece: _Piece, at: float, blank: float) -> float:
    """Adds the piece to the line, to its last run where face and size go on; returns the new right edge."""
    text = piece.text
    if line and not piece.shift and line[-1].bold == piece.bold and line[-1].size == piece.size:
        last = line[-1]
        line[-1] = last._replace(text=f"{last.text}{' ' if blank else ''}{text}")
    else:
        line.append(Run(at + blank + piece.shift, text, piece.bold, piece.size))
    return at + blank + piece.shift + piece.width


def _words(spans: Sequence[Span], width: float) -> list[list[_Piece]]:
    words: list[list[_Piece]] = []
    open_word = False
    for span in spans:
        shown = visible(span.text)
        if not shown:
            open_word = open_word and not span.text
            continue
        starts_apart = not open_word or span.text[0].isspace()
        whole = span.whole and text_width(shown, bold=span.bold, size=span.size) <= width
        for index, text in enumerate([shown] if whole else shown.split(" ")):
            shift = span.shift if index == 0 else 0.0
            piece = _Piece(
                text,
                span.bold,
                span.size,
                shift,
                text_width(text, bold=span.bold, size=span.size),
                span.between,
            )
            if index or starts_apart:
                words.append([piece])
            else:
                words[-1].append(piece)
        open_word = not span.text[-1].isspace()
    return words


def _letters(word: list[_Piece], width: float) -> list[_Piece]:
    """The word in pieces that are no wider than the line, as long as they can be."""
    parts: list[_Piece] = []
    room = width
    for piece in word:
        text, wide = "", 0.0
        for letter in piece.text:
            step = text_width(letter, bold=piece.bold, size=piece.size)
            if text and wide + step > room:
                parts.append(_Piece(text, piece.bold, piece.size, 0.0, wide))
                text, wide, room = "", 0.0, width
            text, wide = text + letter, wide + step
        if text:
            parts.append(_Piece(text, piece.bold, piece.size, 0.0, wide))
            room -= wide
    return parts
