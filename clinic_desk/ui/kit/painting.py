"""What several widgets and table delegates paint alike: chips, key caps and rounded boxes."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.theme import look
from clinic_desk.ui.kit.tokens import CHIP_HEIGHT, CHIP_HEIGHT_LARGE, Kind


@dataclass(frozen=True, slots=True)
class PaintedText:
    """A text a widget paints itself, and the room it has, for the test that looks for cut words."""

    text: str
    font: QFont
    room: QSize
    wraps: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True)
class ChipData:
    """What a chip says: kind, words and the icon; an empty icon name means the usual one of the kind."""

    kind: Kind
    text: str
    icon: str = ""

    @property
    def icon_name(self) -> str:
        """The icon that is drawn."""
        return self.icon or KIND_ICONS[self.kind]


KIND_ICONS = {
    Kind.OK: "check-circle",
    Kind.WARN: "hourglass",
    Kind.ERR: "warning-circle",
    Kind.INFO: "clock",
    Kind.STALE: "clock-counter-clockwise",
    Kind.NEUTRAL: "info",
}


def chip_font(large: bool = False) -> QFont:
    """The type of a chip."""
    return look().font(16, 600) if large else look().font(12, 600)


def chip_size(chip: ChipData, large: bool = False) -> QSize:
    """The room a chip needs."""
    px = look().px
    width = QFontMetrics(chip_font(large)).horizontalAdvance(chip.text)
    if large:
        return QSize(width + px(38) + px(14), px(CHIP_HEIGHT_LARGE))
    return QSize(width + px(29) + px(11), px(CHIP_HEIGHT))


def paint_chip(painter: QPainter, rect: QRect, chip: ChipData, large: bool = False) -> None:
    """Draw a chip into `rect`, which is as large as `chip_size` says."""
    px = look().px
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look().colour(f"{chip.kind}_bg"))
    radius = rect.height() / 2 - 1
    painter.drawRoundedRect(QRectF(rect), radius, radius)
    side, left, start = (px(18), px(13), px(38)) if large else (px(14), px(9), px(29))
    box = QRect(rect.left() + left, rect.center().y() - side // 2 + 1 - rect.height() % 2, side, side)
    paint_icon(painter, box, chip.icon_name, chip.kind.value)
    painter.setFont(chip_font(large))
    painter.setPen(look().colour(chip.kind.value))
    room = rect.adjusted(start, 0, -px(4), 0)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, chip.text)
    painter.restore()


def in_lines(text: str, font: QFont, width: int, lines: int) -> str:
    """The text broken into at most so many lines of this width; the last ends with an ellipsis if it must."""
    metrics = QFontMetrics(font)
    if metrics.horizontalAdvance(text) <= width:
        return text
    layout = QTextLayout(text, font)
    layout.beginLayout()
    shown: list[str] = []
    start = 0
    while start < len(text):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(1, width))
        end = line.textStart() + line.textLength()
        if len(shown) == lines - 1:
            shown.append(metrics.elidedText(text[start:].strip(), Qt.TextElideMode.ElideRight, width))
            break
        shown.append(text[start:end].rstrip())
        start = end
    layout.endLayout()
    return "\n".join(shown)


def key_cap_size(text: str) -> QSize:
    """The room of a key cap such as «Ctrl+K»."""
    px = look().px
    width = look().metrics(12, 500).horizontalAdvance(text)
    return QSize(max(px(26), width + px(18)), px(20))


def paint_key_cap(painter: QPainter, rect: QRect, text: str) -> None:
    """Draw a key cap."""
    paint_box(painter, rect, "sunken", "line", radius=4)
    painter.save()
    painter.setFont(look().font(12, 500))
    painter.setPen(look().colour("text2"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def paint_box(
    painter: QPainter,
    rect: QRect,
    fill: str | QColor,
    border: str,
    *,
    width: float = 1,
    radius: float = 8,
    dashed: bool = False,
) -> None:
    """Draw a rounded box inside `rect`; radius at scale 1, border width in pixels; fill "" is none."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(look().colour(border), width)
    if dashed:
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    if isinstance(fill, QColor):
        painter.setBrush(fill)
    else:
        painter.setBrush(look().colour(fill) if fill else Qt.BrushStyle.NoBrush)
    half = width / 2
    corner = look().px(radius)
    painter.drawRoundedRect(QRectF(rect).adjusted(half, half, -half, -half), corner, corner)
    painter.restore()


def draw_line(
    painter: QPainter, start: QPointF, end: QPointF, token: str, width: float = 1, dashed: bool = False
) -> None:
    """Draw a straight line in the colour of a token."""
    painter.save()
    pen = QPen(look().colour(token), width)
    if dashed:
        pen.setDashPattern([2, 2])
    painter.setPen(pen)
    painter.drawLine(start, end)
    painter.restore()
