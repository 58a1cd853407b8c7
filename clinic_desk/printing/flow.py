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
    if len(spans) == 1:
        # Most lines of a slip are one piece that fits.
        span = spans[0]
        shown = visible(span.text)
        if text_width(shown, bold=span.bold, size=span.size) + span.shift <= width:
            return [(Run(span.shift, shown, span.bold, span.size),)] if shown else []
    lines = _Lines(width)
    sign: _Piece | None = None
    for word in _words(spans, width):
        if word[0].between:
            sign = word[0]
        else:
            lines.add(word, sign)
            sign = None
    return lines.finish()


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


class _Lines:
    """Fills line after line with words."""

    def __init__(self, width: float) -> None:
        self._width = width + _ROUNDING
        self._lines: list[Line] = []
        self._begin()

    def add(self, word: list[_Piece], sign: _Piece | None) -> None:
        """Puts the word behind the last one, the sign between them, or both words on lines of their own."""
        wide = sum([piece.shift + piece.width for piece in word])
        blank = text_width(" ", bold=word[0].bold, size=word[0].size) if self._text else 0.0
        if self._text:
            extra = blank + sign.width if sign else 0.0
            if self._at + extra + blank + wide > self._width:
                self._break()
                blank = 0.0
            elif sign:
                self._append(sign, blank)
        for piece in word if wide <= self._width else _letters(word, self._width):
            if self._text and self._at + blank + piece.shift + piece.width > self._width:
                self._break()
                blank = 0.0
            self._append(piece, blank)
            blank = 0.0

    def finish(self) -> list[Line]:
        """All lines."""
        if self._text:
            self._break()
        return self._lines

    def _begin(self) -> None:
        self._runs: list[Run] = []
        self._at = self._x = 0.0
        self._text = ""
        self._face = (False, 0.0)

    def _break(self) -> None:
        self._close_run()
        self._lines.append(tuple(self._runs))
        self._begin()

    def _close_run(self) -> None:
        if self._text:
            self._runs.append(Run(self._x, self._text, *self._face))

    def _append(self, piece: _Piece, blank: float) -> None:
        """The piece goes on with the last run where its face does, so that a phrase is drawn at once."""
        face = (piece.bold, piece.size)
        if self._text and not piece.shift and self._face == face:
            self._text = f"{self._text} {piece.text}" if blank else self._text + piece.text
        else:
            self._close_run()
            self._x = self._at + blank + piece.shift
            self._text, self._face = piece.text, face
        self._at += blank + piece.shift + piece.width


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
