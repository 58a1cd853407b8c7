"""Phosphor icons drawn from their font: sharp at every scale, coloured by token at paint time.

The font and its map come with QtAwesome (MIT; Phosphor is MIT too). QtAwesome is not imported: it loads
every one of its fonts, and the window has to paint first.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from clinic_desk.ui.kit.theme import look

LOGO = "first-aid"


class UnknownIcon(LookupError):
    """Phosphor has no icon of this name: a mistake of the program."""


def _folder() -> Path:
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("QtAwesome, which brings the icons, is not installed.")
    return Path(spec.origin).parent / "fonts"


@cache
def _charmap() -> dict[str, str]:
    path = next(_folder().glob("phosphor-charmap-*.json"))
    return {name: chr(int(code, 16)) for name, code in json.loads(path.read_bytes()).items()}


@cache
def _family() -> str:
    path = next(p for p in _folder().glob("phosphor-*.ttf"))
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path)))[0]


def glyph(name: str) -> str:
    """The character of an icon such as "check-circle".

    Raises:
        UnknownIcon: no such icon.
    """
    try:
        return _charmap()[name]
    except KeyError:
        raise UnknownIcon(name) from None


@cache
def _font(pixels: int) -> QFont:
    font = QFont(_family())
    font.setPixelSize(pixels)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return font


def paint_icon(painter: QPainter, rect: QRect | QRectF, name: str, colour: str = "text2") -> None:
    """Draw the icon into the middle of `rect`, as tall as it is, in the colour of that token."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(_font(max(1, round(min(rect.width(), rect.height())))))
    painter.setPen(look().colour(colour))
    painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, glyph(name))
    painter.restore()


class _Engine(QIconEngine):
    """Paints a glyph; asks for the colour each time, so a change of theme needs no new icons."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "text2" if mode == QIcon.Mode.Disabled else self._token
        paint_icon(painter, rect, self._name, token)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._token)


_engines: dict[tuple[str, str], QIcon] = {}


def icon(name: str, colour: str = "text") -> QIcon:
    """An icon in the colour of a token; it follows the theme by itself, its user sets the size.

    Raises:
        UnknownIcon: no such icon.
    """
    key = (name, colour)
    if key not in _engines:
        glyph(name)
        _engines[key] = QIcon(_Engine(name, colour))
    return _engines[key]


def pixmap(name: str, colour: str, size: int, ratio: float = 1.0) -> QPixmap:
    """A picture of the icon, `size` pixels at scale 1, sharp on a screen of that pixel ratio."""
    side = look().px(size)
    picture = QPixmap(round(side * ratio), round(side * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_icon(painter, QRect(0, 0, side, side), name, colour)
    painter.end()
    return picture
