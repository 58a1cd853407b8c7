"""Texts of cells and rows that are painted as a whole, on as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextLayout, QTextOption

from clinic_desk.ui.kit.icons import paint_icon
from clinic_desk.ui.kit.painting import chip_size
from clinic_desk.ui.kit.table import Cell, CellDelegate
from clinic_desk.ui.kit.theme import look

_SIDE = 8
_ICON = 18
_AFTER_ICON = 8
_AIR = 4
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def broken(text: str, font: QFont, width: int) -> list[str]:
    """The lines of a text in so many pixels: broken between words, and inside one that is too long."""
    if "\n" not in text and QFontMetrics(font).horizontalAdvance(text) < width:
        # Most texts fit, and laying each out is twenty times the work.
        return [text.rstrip()]
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    lines: list[str] = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return lines


def widest_word(text: str, font: QFont) -> int:
    """Pixels of the widest piece that is not broken by choice; a no-break space holds a number together."""
    metrics = QFontMetrics(font)
    return max((metrics.horizontalAdvance(word) + 1 for word in text.split(" ")), default=0)


def cell_fonts(cell: Cell) -> tuple[QFont, QFont]:
    """The type of the first text and of the second."""
    return look().font(14, 600 if cell.strong else 500 if cell.link else 400), look().font(12, 500)


def cell_widths(cell: Cell) -> tuple[int, int]:
    """Pixels a cell needs at least, so that no word is broken, and to be on one line."""
    sides = 2 * look().px(_SIDE) + 1
    if cell.chip is not None:
        width = chip_size(cell.chip).width() + sides
        return width, width
    sides += look().px(_ICON + _AFTER_ICON) if cell.icon else 0
    first, second = cell_fonts(cell)
    texts = ((cell.text, first), (cell.second, second))
    least = max(widest_word(text, font) for text, font in texts)
    whole = max(QFontMetrics(font).horizontalAdvance(text) + 1 for text, font in texts)
    return least + sides, whole + sides


def cell_height(cell: Cell, width: int) -> int:
    """Pixels a cell needs in a column of this width."""
    air = 2 * look().px(_AIR)
    if cell.chip is not None:
        return chip_size(cell.chip).height() + air
    return air + sum(height for _, _, height in _blocks(cell, _text_width(cell, width)))


class WholeWordsDelegate(CellDelegate):
    """Paints every text of a cell to its end; the row has to be as high as `cell_height` says."""

    def _paint_cell(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        if cell.chip is not None:
            super()._paint_cell(painter, rect, cell)
            return
        px = look().px
        if cell.icon:
            box = QRect(rect.left(), rect.center().y() - px(_ICON) // 2, px(_ICON), px(_ICON))
            paint_icon(painter, box, cell.icon, cell.icon_colour)
            rect = rect.adjusted(px(_ICON + _AFTER_ICON), 0, 0, 0)
        blocks = _blocks(cell, rect.width())
        top = rect.center().y() - sum(height for _, _, height in blocks) // 2
        tokens = ("accent" if cell.link else "text2" if cell.muted else "text", "text2")
        for (lines, font, height), token in zip(blocks, tokens, strict=False):
            painter.setFont(font)
            painter.setPen(look().colour(token))
            painter.drawText(QRect(rect.left(), top, rect.width(), height), _LEFT, "\n".join(lines))
            top += height


def _text_width(cell: Cell, width: int) -> int:
    px = look().px
    return width - 2 * px(_SIDE) - (px(_ICON + _AFTER_ICON) if cell.icon else 0)


def _blocks(cell: Cell, width: int) -> list[tuple[list[str], QFont, int]]:
    """The lines of each text with their type and their height in pixels."""
    blocks = []
    for text, font in zip((cell.text, cell.second), cell_fonts(cell), strict=True):
        if text:
            lines = broken(text, font, width)
            blocks.append((lines, font, QFontMetrics(font).lineSpacing() * len(lines)))
    return blocks


__all__ = ["WholeWordsDelegate", "broken", "cell_height", "cell_widths", "widest_word"]
