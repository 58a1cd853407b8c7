"""Colours, sizes and spaces of the window, all in one place; nothing else names a colour.

Owns values only. Sizes are pixels at scale 1; `theme.Look.px` multiplies them by the scale of the moment.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ThemeName(StrEnum):
    """A set of colours; the value is what the settings store."""

    LIGHT = "light"
    DARK = "dark"


class Kind(StrEnum):
    """What a chip, a banner or a toast means. Colour is its third sign, after the word and the icon."""

    OK = "ok"
    WARN = "warn"
    ERR = "err"
    INFO = "info"
    STALE = "stale"
    NEUTRAL = "neutral"


SCALES: Final = (1.0, 1.25, 1.5)
"""The text sizes a person can choose: 100, 125 and 150 %."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, each `#RRGGBB`. A pair of the same meaning is `<kind>` on `<kind>_bg`."""

    bg: str
    surface: str
    sunken: str
    text: str
    text2: str
    line: str
    border: str
    accent: str
    on_accent: str
    focus: str
    ok: str
    ok_bg: str
    warn: str
    warn_bg: str
    err: str
    err_bg: str
    info: str
    info_bg: str
    stale: str
    stale_bg: str

    @property
    def neutral(self) -> str:
        """Text of a chip that means neither good nor bad."""
        return self.text2

    @property
    def neutral_bg(self) -> str:
        """Ground of a chip that means neither good nor bad."""
        return self.sunken

    @property
    def paper(self) -> str:
        """Paper is white in every theme: it is what comes out of the printer."""
        return "#FFFFFF"


LIGHT: Final = Colours(
    bg="#F3F5F8", surface="#FFFFFF", sunken="#EAEEF3",
    text="#15202B", text2="#47566A", line="#D3DAE3", border="#6F7C8B",
    accent="#1257A6", on_accent="#FFFFFF", focus="#B45309",
    ok="#0A5F47", ok_bg="#DCF2E9", warn="#6E4600", warn_bg="#FFEFC7",
    err="#A31A14", err_bg="#FDE4E1", info="#124E96", info_bg="#E1EDFC",
    stale="#5A3E8C", stale_bg="#EEE7FA",
)  # fmt: skip

DARK: Final = Colours(
    bg="#10161D", surface="#1A222C", sunken="#232D39",
    text="#E9EEF4", text2="#AEBBC9", line="#364352", border="#8593A3",
    accent="#79B8FF", on_accent="#06203D", focus="#FFB454",
    ok="#63D8B0", ok_bg="#123B30", warn="#F5C15D", warn_bg="#40310E",
    err="#FF9A91", err_bg="#4A1F1C", info="#8FC3FF", info_bg="#1B3552",
    stale="#CDB4F7", stale_bg="#33274A",
)  # fmt: skip

THEMES: Final = {ThemeName.LIGHT: LIGHT, ThemeName.DARK: DARK}

SPACE: Final = (4, 8, 12, 16, 24, 32)
RADIUS_CONTROL: Final = 8
RADIUS_CARD: Final = 10
CONTROL_HEIGHT: Final = 38
ROW_HEIGHT: Final = 44
ROW_HEIGHT_TALL: Final = 50
CHIP_HEIGHT: Final = 24
CHIP_HEIGHT_LARGE: Final = 32
TOP_BAR_HEIGHT: Final = 60
BANNER_HEIGHT: Final = 44
RAIL_WIDTH: Final = 212
RAIL_WIDTH_NARROW: Final = 64
ICON_SIZE: Final = 18

TYPE_SIZES: Final = (12, 13, 14, 16, 20, 24, 30)
WEIGHTS: Final = (400, 500, 600)
