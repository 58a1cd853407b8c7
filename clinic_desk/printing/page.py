"""A page before it is drawn: where each text, frame, rule and code stands, in points from the top left.

Rows are stacked one below the other; rows of one frame are drawn round together, and a frame that goes on
to another page is closed on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from clinic_desk.printing.flow import Line, Run, Span, break_lines

A5_WIDTH: Final = 419.528
A5_HEIGHT: Final = 595.276
A4_LANDSCAPE_WIDTH: Final = 841.890
LEFT: Final = 28.0
RIGHT: Final = A5_WIDTH - LEFT
WIDTH: Final = RIGHT - LEFT
# Where a letter's baseline stands in its row, from the row's bottom, in parts of the size.
_BELOW_BASELINE: Final = 0.27


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A box round the rows that name it; thickness, corner radius and inner space in points."""

    thickness: float = 0.8
    radius: float = 4.5
    pad: float = 6.0
    inset: float = 7.0

    @property
    def inner_width(self) -> float:
        """The width its rows have."""
        return WIDTH - 2 * self.inset


class Row(NamedTuple):
    """One line of the page. `gap` is the space before it, left out at the top of a page.

    A row that is `kept` stays on the page of the next one where a page can hold all that is kept.
    A row with `rule` is a horizontal line of that thickness, from the left edge `rule_width` points long.
    """

    runs: Line
    height: float
    baseline: float
    gap: float = 0.0
    frame: Frame | None = None
    rule: float = 0.0
    rule_width: float = WIDTH
    kept: bool = False


class Text(NamedTuple):
    """A run where it stands; `y` is its baseline."""

    x: float
    y: float
    text: str
    bold: bool
    size: float


class Box(NamedTuple):
    """A drawn frame; `y` is its top."""

    x: float
    y: float
    width: float
    height: float
    thickness: float
    radius: float


class Rule(NamedTuple):
    """A horizontal line."""

    x: float
    y: float
    width: float
    thickness: float


class Code(NamedTuple):
    """A bar code or a square code of `text`; `y` is its top."""

    x: float
    y: float
    width: float
    height: float
    text: str


class Stroke(NamedTuple):
    """A drawn sign: a line through the points."""

    points: tuple[tuple[float, float], ...]
    thickness: float


@dataclass(slots=True)
class Page:
    """One A5 page. `watermark` stands in grey behind everything, `is_framed` marks practice."""

    texts: list[Text] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    bar_codes: list[Code] = field(default_factory=list)
    square_codes: list[Code] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    watermark: str = ""
    is_framed: bool = False

    def write(self, x: float, baseline: float, run: Run) -> None:
        """Puts the run at `x` (its own offset is ignored)."""
        self.texts.append(Text(x, baseline, run.text, run.bold, run.size))


def text_rows(
    spans: Sequence[Span],
    leading: float,
    *,
    width: float = WIDTH,
    x: float = 0.0,
    gap: float = 0.0,
    frame: Frame | None = None,
) -> list[Row]:
    """The spans as rows of at most `width` points, `leading` times their size high, `gap` above."""
    inset = frame.inset if frame else 0.0
    rows = []
    for line in break_lines(spans, width):
        size = max(run.size for run in line)
        moved = tuple(run._replace(x=run.x + x + inset) for run in line)
        rows.append(Row(moved, size * leading, size * (leading - _BELOW_BASELINE), gap, frame))
        gap = 0.0
    return rows


def side_by_side(left: Sequence[Row], right: Sequence[Row]) -> list[Row]:
    """Both columns' rows, line by line on a common baseline; the left column's gaps count."""
    rows = list(left)
    for index, row in enumerate(right):
        if index >= len(rows):
            rows.append(row)
            continue
        other = rows[index]
        rows[index] = other._replace(
            runs=other.runs + row.runs,
            height=max(other.height, row.height),
            baseline=max(other.baseline, row.baseline),
        )
    return rows


def stack(page: Page, rows: Sequence[Row], top: float, limit: float) -> tuple[float, list[Row]]:
    """Puts rows from `top` down as far as `limit`; returns the bottom edge and the rows that are left.

    At least one row is put, so that a row higher than a page cannot go round for ever.
    """
    y = top
    frame: Frame | None = None
    frame_top = top
    done = 0
    for index, row in enumerate(rows):
        begins = index == 0 or not rows[index - 1].kept
        if done and begins and row.kept and _kept_apart(rows, index, y, limit, limit - top):
            break
        opens = row.frame is not frame
        closing = frame.pad if frame and opens else 0.0
        start = y + closing + (row.gap if done else 0.0)
        inner = start + (row.frame.pad if row.frame and opens else 0.0)
        bottom = inner + row.height
        if done and bottom + (row.frame.pad if row.frame else 0.0) > limit:
            break
        if opens:
            if frame:
                _close(page, frame, frame_top, y)
            frame, frame_top = row.frame, start
        for run in row.runs:
            page.write(LEFT + run.x, inner + row.baseline, run)
        if row.rule:
            page.rules.append(Rule(LEFT, inner + row.height / 2, row.rule_width, row.rule))
        y = bottom
        done += 1
    if frame:
        y = _close(page, frame, frame_top, y)
    return y, list(rows[done:])


def _kept_apart(rows: Sequence[Row], first: int, y: float, limit: float, page: float) -> bool:
    """Whether the rows kept together from `first` on need a new page and fit on one."""
    last = first
    while last + 1 < len(rows) and rows[last].kept:
        last += 1
    height = stacked_height(rows[first : last + 1])
    return y + rows[first].gap + height > limit and height <= page


def stacked_height(rows: Sequence[Row]) -> float:
    """How high all rows stand together."""
    return stack(Page(), rows, 0.0, float("inf"))[0]


def _close(page: Page, frame: Frame, top: float, y: float) -> float:
    bottom = y + frame.pad
    page.boxes.append(Box(LEFT, top, WIDTH, bottom - top, frame.thickness, frame.radius))
    return bottom


def rule_row(gap: float, thickness: float = 1.0, width: float = WIDTH) -> Row:
    """A horizontal line across the page or part of it."""
    return Row((), thickness, thickness, gap, None, thickness, width)


def kept_together(rows: Sequence[Row]) -> list[Row]:
    """The rows, to stand on one page."""
    return [row._replace(kept=True) for row in rows[:-1]] + list(rows[-1:])


def joined(parts: Iterable[Sequence[Span]], separator: str = "·") -> list[Span]:
    """The parts that say something, with the separator between them."""
    spans: list[Span] = []
    for part in parts:
        told = [span for span in part if span.text]
        if told:
            if spans:
                spans.append(Span(f" {separator} ", between=True) if separator else Span(" "))
            spans.extend(told)
    return spans
