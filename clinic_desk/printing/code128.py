"""Bar codes (Code 128, ISO/IEC 15417) of ASCII texts: set B, digits in pairs where that is shorter."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

# Widths of bar, space, bar, space, bar, space for the symbols 0 to 105, then of the stop symbol.
_PATTERNS: Final = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232
    122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122
    321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311
    211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113
    213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422
    121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111
    241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121
    412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412
    211214 211232
""".split()  # noqa: SIM905  a table stays readable
_STOP: Final = "2331112"
_START_B: Final = 104
_TO_C: Final = 99
_TO_B: Final = 100


@lru_cache(maxsize=256)
def code128_widths(text: str) -> tuple[int, ...]:
    """Widths in modules, a bar first, bars and spaces in turn, without the ten quiet modules at each side.

    Raises:
        ValueError: when `text` is empty or has other than printable ASCII characters.
    """
    if not text or not all(" " <= c <= "~" for c in text):
        raise ValueError("a bar code holds printable ASCII")
    symbols = _symbols(text)
    check = (symbols[0] + sum(n * symbol for n, symbol in enumerate(symbols))) % 103
    pattern = "".join(_PATTERNS[symbol] for symbol in (*symbols, check)) + _STOP
    return tuple(map(int, pattern))


def _symbols(text: str) -> list[int]:
    symbols = [_START_B]
    at = 0
    while at < len(text):
        digits = 0
        while at + digits < len(text) and text[at + digits].isdigit():
            digits += 1
        # Two switches cost two symbols: six digits in pairs are the first to win.
        if digits >= 6:
            if digits % 2:
                symbols.append(ord(text[at]) - 32)
                at, digits = at + 1, digits - 1
            symbols.append(_TO_C)
            symbols += [int(text[n : n + 2]) for n in range(at, at + digits, 2)]
            at += digits
            if at < len(text):
                symbols.append(_TO_B)
        else:
            symbols.append(ord(text[at]) - 32)
            at += 1
    return symbols
