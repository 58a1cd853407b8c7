"""Square codes (QR, ISO/IEC 18004) of short ASCII texts: byte mode, level M, versions 1 to 6.

Made here because the drawing classes that come with ReportLab take longer than the whole slip; a
hundred bytes is all that a slip or a public address ever needs, which keeps the standard's tables small.
Knows neither paper nor screen: `printing` and `ui` draw the rows each in its own way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

# version: (data bytes, blocks, correction bytes of a block, centre of the alignment square)
_VERSIONS: Final = {
    1: (16, 1, 10, 0),
    2: (28, 1, 16, 18),
    3: (44, 1, 26, 22),
    4: (64, 2, 18, 26),
    5: (86, 2, 24, 30),
    6: (108, 4, 16, 34),
}
_LEVEL_M: Final = 0b00
_RUN: Final = re.compile("1{5,}|0{5,}")
_FINDER_LIKE: Final = re.compile("(?=10111010000|00001011101)")
_MASKS: Final[tuple[Callable[[int, int], bool], ...]] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


class TooLong(ValueError):
    """The text does not fit into version 6."""


def qr_rows(text: str) -> tuple[str, ...]:
    """The code as rows of `1` (dark) and `0`, top first, without the four quiet modules around.

    Raises:
        TooLong: more than 106 bytes.
        UnicodeEncodeError: `text` is not ASCII.
    """
    return _qr_rows(text.encode("ascii"))


@lru_cache(maxsize=256)
def _qr_rows(data: bytes) -> tuple[str, ...]:
    version = next((v for v, facts in _VERSIONS.items() if len(data) + 2 <= facts[0]), None)
    if version is None:
        raise TooLong(len(data))
    frame = _frame(version)
    bits = [0] * len(frame.order)
    for index, byte in enumerate(_codewords(data, version)):
        for shift in range(8):
            bits[index * 8 + shift] = byte >> (7 - shift) & 1
    plain = [0] * frame.size
    for (row, column), bit in zip(frame.order, bits, strict=True):
        plain[row] |= bit << column
    best: tuple[str, ...] = ()
    lowest = -1
    for mask in range(8):
        rows = [
            frame.fixed[r] | frame.formats[mask][r] | (plain[r] ^ frame.masks[mask][r])
            for r in range(frame.size)
        ]
        # Column 0 is the lowest bit, so the text is the number read backwards.
        drawn = tuple(f"{row:0{frame.size}b}"[::-1] for row in rows)
        score = _penalty(drawn, rows, frame.size)
        if lowest < 0 or score < lowest:
            best, lowest = drawn, score
    return best


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same in every code of a version. Rows are integers, bit n is column n."""

    size: int
    fixed: list[int]
    order: list[tuple[int, int]]
    masks: list[list[int]]
    formats: list[list[int]]


@cache
def _frame(version: int) -> _Frame:
    size = 17 + 4 * version
    dark: dict[tuple[int, int], bool] = {}
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for r in range(-1, 8):
            for c in range(-1, 8):
                ring = max(abs(r - 3), abs(c - 3))
                if 0 <= top + r < size and 0 <= left + c < size:
                    dark[top + r, left + c] = ring not in (2, 4)
    for n in range(8, size - 8):
        dark[6, n] = dark[n, 6] = n % 2 == 0
    centre = _VERSIONS[version][3]
    if centre:
        for r in range(-2, 3):
            for c in range(-2, 3):
                dark[centre + r, centre + c] = max(abs(r), abs(c)) != 1
    dark[size - 8, 8] = True
    format_places = _format_places(size)
    reserved = set(dark) | {place for pair in format_places for place in pair}
    order = _data_order(size, reserved)
    masks = []
    formats = []
    for mask, rule in enumerate(_MASKS):
        rows = [0] * size
        for r, c in order:
            rows[r] |= int(rule(r, c)) << c
        masks.append(rows)
        marks = [0] * size
        for bit, pair in zip(_format_bits(mask), format_places, strict=True):
            for r, c in pair:
                marks[r] |= bit << c
        formats.append(marks)
    fixed = [sum(1 << c for c in range(size) if dark.get((r, c))) for r in range(size)]
    return _Frame(size, fixed, order, masks, formats)


def _data_order(size: int, reserved: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where data bits go: two columns at a time from the right, up and down in turn, column 6 left out."""
    order = []
    upward = True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for r in range(size - 1, -1, -1) if upward else range(size):
            order += [(r, c) for c in (right, right - 1) if (r, c) not in reserved]
        upward = not upward
    return order


def _format_places(size: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Both places of each of the fifteen format bits, highest bit first."""
    around = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    along = [(size - 1 - n, 8) for n in range(7)] + [(8, size - 8 + n) for n in range(8)]
    return list(zip(around, along, strict=True))


def _format_bits(mask: int) -> list[int]:
    value = _LEVEL_M << 3 | mask
    rest = value << 10
    for shift in range(4, -1, -1):
        if rest >> (10 + shift) & 1:
            rest ^= 0b10100110111 << shift
    word = (value << 10 | rest) ^ 0b101010000010010
    return [word >> shift & 1 for shift in range(14, -1, -1)]


def _codewords(data: bytes, version: int) -> bytes:
    """Data and correction bytes, interleaved; trailing places of the frame stay zero."""
    capacity, blocks, correction, _ = _VERSIONS[version]
    # Four bits of mode and eight of length put every byte of the text half a byte to the right.
    number = int.from_bytes(bytes([len(data)]) + data) << 4 | 4 << (8 * len(data) + 12)
    stream = number.to_bytes(len(data) + 2)
    stream += bytes(0xEC if n % 2 == 0 else 0x11 for n in range(capacity - len(stream)))
    width = capacity // blocks
    parts = [stream[n * width : (n + 1) * width] for n in range(blocks)]
    checks = [_correction(part, correction) for part in parts]
    mixed = [part[n] for n in range(width) for part in parts]
    mixed += [check[n] for n in range(correction) for check in checks]
    return bytes(mixed)


@cache
def _field() -> tuple[list[int], list[int]]:
    powers = [1]
    for _ in range(254):
        value = powers[-1] << 1
        powers.append(value ^ 0x11D if value > 255 else value)
    logs = [0] * 256
    for exponent, value in enumerate(powers):
        logs[value] = exponent
    return powers + powers, logs


@cache
def _generator(degree: int) -> list[int]:
    """Logarithms of the coefficients below the leading one."""
    powers, logs = _field()
    poly = [1]
    for n in range(degree):
        shifted = [*poly, 0]
        for index, value in enumerate(poly):
            shifted[index + 1] ^= powers[logs[value] + n]
        poly = shifted
    return [logs[value] for value in poly[1:]]


def _correction(part: bytes, degree: int) -> list[int]:
    powers, logs = _field()
    generator = _generator(degree)
    rest = [*part, *([0] * degree)]
    for index in range(len(part)):
        if rest[index]:
            factor = logs[rest[index]]
            for offset, log in enumerate(generator, index + 1):
                rest[offset] ^= powers[log + factor]
    return rest[len(part) :]


def _penalty(drawn: tuple[str, ...], rows: list[int], size: int) -> int:
    """The standard's four marks against a mask: runs, squares, finder look-alikes, imbalance."""
    columns = ["".join(column) for column in zip(*drawn, strict=True)]
    # A letter that is neither dark nor light parts the lines.
    lines = "x".join((*drawn, *columns))
    score = sum(len(run) - 2 for run in _RUN.findall(lines))
    score += 40 * len(_FINDER_LIKE.findall(lines))
    full = (1 << size) - 1
    for upper, lower in pairwise(rows):
        for both in (upper & lower, ~upper & ~lower & full):
            score += 3 * (both & both >> 1).bit_count()
    share = sum(row.bit_count() for row in rows) * 100 / size**2
    return score + 10 * int(abs(share - 50) / 5)
