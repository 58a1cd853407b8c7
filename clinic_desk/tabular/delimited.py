"""Text tables cut into cells, also where quotes are unbalanced.

The standard `csv` module drops quotes that do not stand where it wants them and lets a quote that
nobody closes swallow the rows below. Lists of organisations are full of such quotes
(`ТОО "Клиника "Жүрек"`), so a row is read by the strict rules only where they hold, else as it
stands, and what was guessed is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

DELIMITERS: Final = ";\t,|"
_MOST_LINES_OF_A_CELL: Final = 100
_SAMPLE_LINES: Final = 100


class Cut(NamedTuple):
    """The cells of one row: `lines` is how many lines it took, `is_guess` that its quotes are not sound."""

    cells: list[str]
    lines: int
    is_guess: bool


def split_lines(text: str) -> list[str]:
    """The lines of a file without their ends; only CR and LF end a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.rstrip("\x1a\n").split("\n")


def cut_rows(
    lines: list[str],
    delimiter: str,
    *,
    start: int = 0,
    width: int | None = None,
    most_characters: int = 32_000,
) -> Iterator[tuple[int, Cut]]:
    """Index of the first line and the cells of each row from line `start` on; empty lines are none.

    `width`, the number of columns where it is known, tells a cell of several lines from a quote
    that was never closed.
    """
    index = start
    while index < len(lines):
        line = lines[index]
        if not line:
            index += 1
            continue
        if '"' not in line:
            yield index, Cut(line.split(delimiter), 1, is_guess=False)
            index += 1
            continue
        cut = cut_quoted(lines, index, delimiter, width, most_characters)
        yield index, cut
        index += cut.lines


def cut_quoted(
    lines: list[str], index: int, delimiter: str, width: int | None, most_characters: int = 32_000
) -> Cut:
    """The row that begins with the line of `index`, which holds a quote."""
    strict = _strictly(lines, index, delimiter, most_characters)
    if strict is not None and (strict.lines == 1 or not _swallows(lines, index, strict, delimiter, width)):
        return strict
    literal = _literally(lines[index], delimiter)
    if width is not None and len(literal) != width:
        wrapped = _wrapped(lines[index], delimiter)
        if len(wrapped) == width:
            return Cut(wrapped, 1, is_guess=True)
    return Cut(literal, 1, is_guess=True)


def detect_delimiter(lines: list[str]) -> str | None:
    """The character that parts the cells; None when no character parts most lines into as many cells."""
    best: tuple[float, ...] = (0.0,)
    found = None
    for delimiter in DELIMITERS:
        counts: Counter[int] = Counter()
        first = 0
        for seen, (_, cut) in enumerate(cut_rows(lines, delimiter)):
            if seen == _SAMPLE_LINES:
                break
            if not any(map(str.strip, cut.cells)):
                continue
            counts[len(cut.cells)] += 1
            first = first or len(cut.cells)
        if not counts:
            continue
        width, rows = max(counts.items(), key=lambda item: (item[1], item[0]))
        if width < 2:
            continue
        share = rows / counts.total()
        score = (float(share >= 0.8), float(first == width), share, float(width))
        if score > best:
            best, found = score, delimiter
    return found


def _strictly(lines: list[str], index: int, delimiter: str, most_characters: int) -> Cut | None:
    """The cells by the usual rules (RFC 4180); None where a quoted cell does not end as it should."""
    line = lines[index]
    cells: list[str] = []
    used = 1
    position = 0
    while True:
        if not line.startswith('"', position):
            end = line.find(delimiter, position)
            if end < 0:
                cells.append(line[position:])
                return Cut(cells, used, is_guess=False)
            cells.append(line[position:end])
            position = end + 1
            continue
        parts: list[str] = []
        length = 0
        position += 1
        while True:
            end = line.find('"', position)
            if end < 0:
                parts.append(line[position:] + "\n")
                length += len(parts[-1])
                if index + used >= len(lines) or used >= _MOST_LINES_OF_A_CELL or length > most_characters:
                    return None
                line = lines[index + used]
                used += 1
                position = 0
            elif line.startswith('""', end):
                parts.append(line[position : end + 1])
                length += len(parts[-1])
                position = end + 2
            else:
                parts.append(line[position:end])
                position = end + 1
                break
        cells.append("".join(parts))
        if position == len(line):
            return Cut(cells, used, is_guess=False)
        if not line.startswith(delimiter, position):
            return None
        position += 1


def _swallows(lines: list[str], index: int, cut: Cut, delimiter: str, width: int | None) -> bool:
    """Whether a row of several lines is really several rows with a quote too many."""
    if width is None:
        return False
    following = range(index + 1, index + cut.lines)
    whole = [len(_literally(lines[number], delimiter)) == width for number in following]
    return len(_literally(lines[index], delimiter)) == width and whole[-1]


def _literally(line: str, delimiter: str) -> list[str]:
    return [_unwrapped(cell) for cell in line.split(delimiter)]


def _unwrapped(cell: str) -> str:
    """A cell without the quotes around it, unless these belong to its text: `"Сана" және "Нұр"`."""
    text = cell.strip()
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return cell
    inner = text[1:-1]
    first = inner.find('"')
    if first < 0 or first == 0 or inner[first - 1].isspace() or inner.startswith('""', first):
        return inner.replace('""', '"')
    return cell


def _wrapped(line: str, delimiter: str) -> list[str]:
    """Cells of an export that puts quotes around texts without doubling those inside.

    A quote ends the cell only before a delimiter or the end of the line.
    """
    cells: list[str] = []
    position = 0
    while True:
        if line.startswith('"', position):
            end = line.find(f'"{delimiter}', position + 1)
            if end < 0:
                rest = line[position + 1 :].rstrip()
                cells.append(rest.removesuffix('"'))
                return cells
            cells.append(line[position + 1 : end])
            position = end + 2
        else:
            end = line.find(delimiter, position)
            if end < 0:
                cells.append(line[position:])
                return cells
            cells.append(line[position:end])
            position = end + 1
