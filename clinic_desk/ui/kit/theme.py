"""The look of the whole program: theme, scale, palette, type and the one stylesheet.

Qt keeps one style, palette and stylesheet a process; `look()` is the same for our tokens. A widget that
paints itself reads `look()` while painting and re-measures itself on the signal `changed`.
"""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QApplication, QBoxLayout, QFormLayout, QGridLayout, QLayout, QWidget

from clinic_desk.ui.kit.fonts import load_fonts
from clinic_desk.ui.kit.tokens import SCALES, THEMES, Colours, ThemeName

_MARGINS = "cd_margins"
_GAP = "cd_gap"


class Look(QObject):
    """Colours and sizes of the moment.

    Signals:
        changed: theme or scale are different now and already applied to the application.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme = ThemeName.LIGHT
        self._scale = 1.0
        self._fonts: dict[tuple[int, int], QFont] = {}
        self._colours: dict[str, QColor] = {}

    @property
    def theme(self) -> ThemeName:
        """The theme that is shown."""
        return self._theme

    @property
    def scale(self) -> float:
        """The scale that is shown: 1, 1.25 or 1.5."""
        return self._scale

    @property
    def tokens(self) -> Colours:
        """The colours of this theme as text, for stylesheets."""
        return THEMES[self._theme]

    def colour(self, token: str) -> QColor:
        """The colour of a token such as "accent" or "ok_bg"."""
        found = self._colours.get(token)
        if found is None:
            found = QColor(getattr(self.tokens, token))
            self._colours[token] = found
        return found

    def px(self, size: float) -> int:
        """Pixels on this screen of a size given at scale 1."""
        return round(size * self._scale)

    def font(self, size: int = 14, weight: int = 400) -> QFont:
        """The window's typeface in a size of `tokens.TYPE_SIZES`, at scale 1, weight 400, 500 or 600."""
        found = self._fonts.get((size, weight))
        if found is None:
            found = QFont()
            found.setFamilies(load_fonts())
            found.setPixelSize(self.px(size))
            found.setWeight(QFont.Weight(weight))
            self._fonts[size, weight] = found
        return QFont(found)

    def metrics(self, size: int = 14, weight: int = 400) -> QFontMetrics:
        """The measures of that font."""
        return QFontMetrics(self.font(size, weight))

    def set_theme(self, theme: ThemeName) -> None:
        """Show light or dark, at once."""
        if theme is not self._theme:
            self._theme = theme
            self.apply()

    def set_scale(self, scale: float) -> None:
        """Show text and controls at 1, 1.25 or 1.5 of their size, at once.

        Raises:
            ValueError: any other scale.
        """
        if scale not in SCALES:
            raise ValueError(f"scale {scale} is not one of {SCALES}")
        if scale != self._scale:
            self._scale = scale
            self.apply()

    def set(self, theme: ThemeName, scale: float) -> None:
        """Show both at once, with one repaint. Raises as `set_scale`."""
        if scale not in SCALES:
            raise ValueError(f"scale {scale} is not one of {SCALES}")
        if (theme, scale) != (self._theme, self._scale):
            self._theme, self._scale = theme, scale
            self.apply()

    def apply(self) -> None:
        """Put palette, font, stylesheet and spaces of this look on the application."""
        from clinic_desk.ui.kit.stylesheet import build

        self._fonts.clear()
        self._colours.clear()
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("the look needs a QApplication")
        app.setFont(self.font())
        app.setPalette(_palette(self))
        app.setStyleSheet(build(self))
        for widget in app.allWidgets():
            layout = widget.layout()
            if layout is not None:
                _respace(layout, self)
        self.changed.emit()


class _Holder:
    look: Look | None = None


def look() -> Look:
    """The one look of the process, made at the first call."""
    if _Holder.look is None:
        _Holder.look = Look()
    return _Holder.look


def space(layout: QLayout, margins: int | tuple[int, int, int, int] = 0, gap: int = 0) -> None:
    """Give a layout margins (all, or left, top, right, bottom) and a gap in pixels at scale 1.

    Both follow a later change of scale by themselves. In a grid or form the gap counts both ways.
    """
    sides = (margins, margins, margins, margins) if isinstance(margins, int) else margins
    layout.setProperty(_MARGINS, ",".join(str(side) for side in sides))
    layout.setProperty(_GAP, gap)
    _respace_one(layout, look())


def vertical(
    *items: QWidget | QLayout | None, margins: int | tuple[int, int, int, int] = 0, gap: int = 0
) -> QBoxLayout:
    """A column of widgets and layouts; None is a stretch."""
    return _box(QBoxLayout.Direction.TopToBottom, items, margins, gap)


def horizontal(
    *items: QWidget | QLayout | None, margins: int | tuple[int, int, int, int] = 0, gap: int = 0
) -> QBoxLayout:
    """A row of widgets and layouts; None is a stretch."""
    return _box(QBoxLayout.Direction.LeftToRight, items, margins, gap)


def _box(
    direction: QBoxLayout.Direction,
    items: Iterable[QWidget | QLayout | None],
    margins: int | tuple[int, int, int, int],
    gap: int,
) -> QBoxLayout:
    layout = QBoxLayout(direction)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    space(layout, margins, gap)
    return layout


def _respace(layout: QLayout, look: Look) -> None:
    _respace_one(layout, look)
    for index in range(layout.count()):
        item = layout.itemAt(index)
        inner = item.layout() if item is not None else None
        if inner is not None:
            _respace(inner, look)


def _respace_one(layout: QLayout, look: Look) -> None:
    sides = layout.property(_MARGINS)
    if not isinstance(sides, str):
        return
    left, top, right, bottom = (look.px(int(side)) for side in sides.split(","))
    layout.setContentsMargins(left, top, right, bottom)
    gap = look.px(int(layout.property(_GAP)))
    if isinstance(layout, QGridLayout | QFormLayout):
        layout.setHorizontalSpacing(gap)
        layout.setVerticalSpacing(gap)
    else:
        layout.setSpacing(gap)


def _palette(look: Look) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: "bg", role.WindowText: "text", role.Base: "surface", role.AlternateBase: "sunken",
        role.Text: "text", role.Button: "surface", role.ButtonText: "text", role.BrightText: "err",
        role.Highlight: "accent", role.HighlightedText: "on_accent", role.Link: "accent",
        role.LinkVisited: "accent", role.ToolTipBase: "surface", role.ToolTipText: "text",
        role.PlaceholderText: "text2", role.Accent: "accent", role.Light: "surface", role.Midlight: "line",
        role.Mid: "border", role.Dark: "border", role.Shadow: "border",
    }  # fmt: skip
    for name, token in colours.items():
        palette.setColor(name, look.colour(token))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, look.colour("border"))
    return palette
