import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPixmap

import clinic_desk.ui
from clinic_desk.ui.kit import ThemeName, icon, look, pixmap
from clinic_desk.ui.kit.icons import UnknownIcon, glyph
from clinic_desk.ui.kit.painting import KIND_ICONS


def ink(picture: QPixmap | QImage) -> QColor:
    """The strongest colour of a picture on a clear ground."""
    image = picture.toImage() if isinstance(picture, QPixmap) else picture
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=lambda colour: colour.alpha())


def test_icon_follows_the_theme(qapp) -> None:
    made = icon("check-circle", "accent")
    assert ink(made.pixmap(48)) == QColor("#1257A6")
    look().set_theme(ThemeName.DARK)
    assert ink(made.pixmap(48)) == QColor("#79B8FF")


def test_pixmap_is_sharp_on_a_fine_screen(qapp) -> None:
    picture = pixmap("check", "ok", 16, ratio=2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (32, 2.0)
    assert ink(picture).alpha() > 200


def test_unknown_icon_is_a_mistake(qapp) -> None:
    with pytest.raises(UnknownIcon):
        icon("no-such-icon")


def test_only_phosphor_is_loaded(qapp) -> None:
    import sys

    icon("check")
    assert "qtawesome" not in sys.modules


def test_every_icon_named_in_the_window_exists(qapp) -> None:
    """Icons are named by literals; the wrong one would only show when its screen opens."""
    takers = {"icon", "paint_icon", "pixmap", "IconLabel", "glyph", "set_icon", "EmptyState", "IconButton"}
    named: dict[str, str] = {}
    for path in Path(clinic_desk.ui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            values = list(node.args) if name in takers else []
            values += [keyword.value for keyword in node.keywords if keyword.arg in ("icon", "trailing_icon")]
            for value in values[:3]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and "-" in value.value:
                    named[value.value] = path.name
    named |= dict.fromkeys(KIND_ICONS.values(), "painting.py")
    assert len(named) >= 8
    assert {name: where for name, where in named.items() if not _exists(name)} == {}


def _exists(name: str) -> bool:
    try:
        return bool(glyph(name))
    except UnknownIcon:
        return False
