"""Contrast of the colours, by the formula of WCAG 2.2."""

import pytest

from clinic_desk.ui.kit.tokens import THEMES, Kind, ThemeName


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("kind", Kind)
def test_words_of_a_chip_can_be_read(theme: ThemeName, kind: Kind) -> None:
    colours = THEMES[theme]
    assert contrast(getattr(colours, kind), getattr(colours, f"{kind}_bg")) >= 4.5


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [
        ("text", "surface", 7),
        ("text", "bg", 7),
        ("text", "info_bg", 7),
        ("text2", "surface", 4.5),
        ("text2", "bg", 4.5),
        ("text2", "sunken", 4.5),
        ("text2", "info_bg", 4.5),
        ("accent", "surface", 4.5),
        ("accent", "info_bg", 4.5),
        ("on_accent", "accent", 4.5),
        ("border", "surface", 3),
        ("border", "bg", 3),
        ("focus", "surface", 3),
        ("focus", "bg", 3),
        ("err", "surface", 4.5),
    ],
)
def test_pairs_in_use(theme: ThemeName, front: str, ground: str, least: float) -> None:
    colours = THEMES[theme]
    assert contrast(getattr(colours, front), getattr(colours, ground)) >= least
